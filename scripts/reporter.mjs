/** Mocha's `spec` reporter, which also writes the counts to the file that `RECTIFIER_RESULTS` names, for the totals of `npm test`. */
import fs from 'node:fs';
import Mocha from 'mocha';

export default class Reporter extends Mocha.reporters.Spec {
  /** @param {Mocha.Runner} runner @param {Mocha.MochaOptions} options */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env['RECTIFIER_RESULTS'];
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      if (file) fs.writeFileSync(file, JSON.stringify({ passes, failures, pending }));
    });
  }
}
