import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { writeRunFile, type RunHead } from '../../../src/engine/training/runFile.ts';
import { workplace } from './support.ts';

const text = JSON.stringify({
  version: 1,
  data: { source: 'circles', samples: 100, scale: { method: 'minmax', range: [-100, 100] } },
  layers: [
    { id: 'hidden', type: 'dense', units: 8 },
    { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform' },
  ],
  training: { epochs: 2 },
  expect: [{ metric: 'validation.accuracy', op: '>=', value: 1.5 }],
});

describe('rectifier show', () => {
  const { at, run } = workplace();

  it('tells people of a recorded run what its stream says: how it ended, layer by layer, and what the rules found', async () => {
    writeFileSync(at('net.nn.json'), text);
    const { out: stream } = await run('train', 'net.nn.json', '--jsonl');
    const events = stream
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const end = events.at(-1);
    const head: RunHead = {
      ...{
        event: 'run',
        run: 'a',
        document: 'net.nn.json',
        date: '2026-03-01T10:20:30.000Z',
        seed: 0,
        backend: 'wasm',
      },
      ...{ reason: end.reason, seconds: end.seconds, final: end.final, expect: end.expect, text },
    };
    writeFileSync(at('net.run.jsonl'), writeRunFile(head, stream));
    const { code, out, err } = await run('show', 'net.run.jsonl');
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^net\.nn\.json, seed 0, 2026-03-01T10:20:30\.000Z, wasm\ncompleted at step 6, epoch 2, /);
    const [hidden] = end.final.layers;
    assert.match(out, new RegExp(`\\nhidden +8 +${hidden.dead} +${(100 * hidden.sparsity).toFixed(1)} `));
    const warning = events.find(({ event }) => event === 'warning');
    assert.ok(out.includes(`warning ${warning.rule} at step ${warning.step}: ${warning.message}`));
    assert.match(out, /not met: validation\.accuracy >= 1\.5 \(it is /);
  });

  it('refuses what is none, and what is not there', async () => {
    writeFileSync(at('other.jsonl'), '{"event":"start"}\n');
    const other = await run('show', 'other.jsonl');
    assert.equal(other.code, 1);
    assert.match(other.err, /^other\.jsonl:1:1: it is no recorded run/);
    assert.match((await run('show', 'gone.jsonl')).err, /^gone\.jsonl:1:1: there is no such file/);
  });
});
