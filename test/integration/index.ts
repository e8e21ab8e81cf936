/** Entry in the extension host: runs every bundled `*.test.cjs` beside it with mocha. Throws unless all of them ran and passed. */
import fs from 'node:fs';
import path from 'node:path';

export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 60_000,
    color: false,
    failZero: true,
    forbidOnly: true,
    forbidPending: true,
    ...(process.env['RECTIFIER_GREP'] === undefined ? {} : { grep: process.env['RECTIFIER_GREP'] }),
  });
  for (const name of fs.readdirSync(__dirname).sort())
    if (name.endsWith('.test.cjs')) mocha.addFile(path.join(__dirname, name));
  await mocha.loadFilesAsync();
  const { passes, failures, pending } = await new Promise<Mocha.Stats>((resolve, reject) => {
    const runner = mocha.run(() => (runner.stats ? resolve(runner.stats) : reject(new Error('mocha kept no counts'))));
  });
  const results = process.env['RECTIFIER_RESULTS'];
  if (results) fs.writeFileSync(results, JSON.stringify({ passes, failures, pending }));
  if (failures + pending) throw new Error(`${failures} tests failed, ${pending} were skipped`);
  if (passes === 0) throw new Error('there are no integration tests');
}
