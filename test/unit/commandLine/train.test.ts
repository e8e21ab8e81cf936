import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { EndEvent } from '../../../src/engine/training/events.ts';
import { engineVersion } from '../../../src/engine/version.ts';
import { workplace } from './support.ts';

const network = {
  version: 1,
  data: { source: 'file', path: 'points.csv', missing: 'drop', split: { train: 0.5, validation: 0.25, test: 0.25 } },
  layers: [{ id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform' }],
  training: { epochs: 1 },
};
const rows = Array.from({ length: 40 }, (_, i) => `${i},${(i * 7) % 10},${i % 3 ? 'a' : 'b'}`);

describe('Training from the command line', () => {
  const { at, run } = workplace();
  const train = async (expected: object, ...options: string[]) => {
    writeFileSync(at('points.csv'), ['x,y,class', ...rows, '1,,a'].join('\n'));
    writeFileSync(at('net.nn.json'), JSON.stringify({ ...network, expect: [expected] }, null, 1));
    const { code, out, err } = await run('train', 'net.nn.json', '--jsonl', ...options);
    const end = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as EndEvent;
    return { code, err, judged: end.expect[0] };
  };

  it('judges any figure of the last record, the test part too, and says once what became of the data', async () => {
    const { code, err, judged } = await train({ metric: 'test.accuracy', op: '>=', value: 0 });
    assert.equal(code, 0, err);
    assert.ok(judged!.passed && judged!.actual !== null);
    assert.equal(
      err,
      'net.nn.json:3:10: info: 1 of 41 rows of points.csv were dropped, because a field is missing: line 42.\n',
    );
  });

  it('fails an expectation whose figure is not there, after a word about it', async () => {
    const { code, err, judged } = await train({ metric: 'layers.outputs.dead', op: '>=', value: 0 });
    assert.equal(code, 4);
    assert.deepEqual([judged!.actual, judged!.passed], [null, false]);
    assert.match(err, /^net\.nn\.json:\d+:\d+: warning: .*Did you mean "output"\?$/m);
  });

  it('refuses at its place what no memory holds, before it allocates', async () => {
    const layers = [{ type: 'dense', units: 60_000_000 }, ...network.layers];
    writeFileSync(at('large.nn.json'), JSON.stringify({ ...network, data: { source: 'circles' }, layers }, null, 1));
    const { code, out, err } = await run('train', 'large.nn.json', '--jsonl');
    assert.deepEqual([code, out], [3, '']);
    assert.match(err, /^large\.nn\.json:6:12: Training this network needs [\d.]+ GB of memory.*\n$/);
  });

  it('shows how it is used when asked, and names an option that is wrong', async () => {
    const help = await run('train', '--help');
    assert.deepEqual([help.code, help.err], [0, '']);
    assert.match(help.out, /^usage: /);
    assert.deepEqual(await run('--version'), { code: 0, out: `${engineVersion}\n`, err: '' });
    for (const [options, says] of [
      [['--steps', '-1'], 'rectifier train: Option \'--steps\' needs a value; one that begins with "-" is not taken\n'],
      [['--stepps', '1'], "rectifier train: Unknown option '--stepps'\n"],
    ] as const) {
      const { code, out, err } = await run('train', 'net.nn.json', ...options);
      assert.deepEqual([code, out, err], [2, '', says]);
    }
  });
});
