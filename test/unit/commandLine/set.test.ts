import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { EndEvent } from '../../../src/engine/training/events.ts';
import { valueOf } from '../../../src/engine/node/networkFile.ts';
import { workplace } from './support.ts';

const layers = [
  { id: 'hidden', type: 'dense', units: 4 },
  { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' },
];
const network = (parts: Record<string, unknown> = {}) =>
  JSON.stringify({ version: 1, data: { source: 'circles', samples: 50 }, layers, ...parts });

describe('--set', () => {
  const { at, run } = workplace();
  const rateOf = async (file: string) => {
    const args = ['--jsonl', '--steps', '1', '--set', 'training.optimizer.learningRate=0.5'];
    const { code, out, err } = await run('train', file, ...args);
    assert.equal(code, 0, err);
    return (JSON.parse(out.trim().split('\n').at(-1)!) as { final: { learningRate: number } }).final.learningRate;
  };

  it('sets the learning rate of an optimiser the file leaves out, names alone, or spells out', async () => {
    const optimizers = [undefined, 'adam', { name: 'sgd', momentum: 0.9 }];
    for (const [i, optimizer] of optimizers.entries()) {
      writeFileSync(at(`${i}.nn.json`), network(optimizer === undefined ? {} : { training: { optimizer } }));
      assert.equal(await rateOf(`${i}.nn.json`), 0.5);
    }
  });

  it('makes objects of what is named or left out: a schedule, a way of scaling', async () => {
    writeFileSync(at('named.nn.json'), network({ data: { source: 'circles', samples: 50, scale: 'none' } }));
    const given = ['training.schedule.warmupSteps=4', 'data.scale.method=standardize', 'layers.0.activation.name=elu'];
    const { code, out, err } = await run(
      ...['train', 'named.nn.json', '--jsonl', '--steps', '1', ...given.flatMap((setting) => ['--set', setting])],
    );
    assert.deepEqual([code, err], [0, '']);
    assert.equal((JSON.parse(out.trim().split('\n').at(-1)!) as EndEvent).final!.learningRate, 0.0025);
  });

  it('takes a value as JSON, or as text where it is none or a number too large to be one', () => {
    const texts = ['1e3', '"all"', 'tanh', '{"name": "adam"}', '1e400', '-1e400'];
    assert.deepEqual(texts.map(valueOf), [1000, 'all', 'tanh', { name: 'adam' }, '1e400', '-1e400']);
  });
});
