import assert from 'node:assert/strict';
import { Trainer } from '../../src/engine/training/trainer.ts';
import { graphOf, smallData } from '../unit/engine/networks.ts';
import { wasm } from './wasmSupport.ts';

/** What differs between two runs of the same. */
const clocked = (key: string, value: unknown) => (/^(seconds|stepsPerSecond)$/.test(key) ? 0 : value);

describe('the first update', () => {
  const data = smallData([4], 'classification', 3, 40);
  const graph = graphOf(
    {
      layers: [
        { id: 'hidden', type: 'dense', units: 6 },
        { id: 'norm', type: 'batch_norm' },
        { id: 'drop', type: 'dropout', rate: 0.3 },
        { id: 'output', type: 'dense', units: 3, activation: 'softmax' },
      ],
      defaults: { regularization: { l2: 0.01 } },
      training: { optimizer: 'adam', batchSize: 8, epochs: 3 },
    },
    data,
  );

  async function train(trainFirst: boolean) {
    const heard: { text: string; isEvent: boolean }[] = [];
    const hear = (isEvent: boolean, what: unknown) => void heard.push({ text: JSON.stringify(what, clocked), isEvent });
    const trainer = await Trainer.create(graph, data, await wasm('simd'), {
      run: 'test',
      reason: 'test',
      onEvent: (event, units) => hear(true, [event, units]),
      onProgress: ({ step, loss }) => hear(false, { step, loss }),
      yield: () => Promise.resolve(),
    });
    await trainer.begin(trainFirst);
    await trainer.run();
    const events = heard.filter(({ isEvent }) => isEvent).map(({ text }) => text);
    return { heard: heard.map(({ text }) => text), events, checkpoint: await trainer.checkpoint() };
  }

  it('may come before the record of step 0: progress tells of it at once, and no event, weight or slot changes', async () => {
    const [usual, quick] = [await train(false), await train(true)];
    assert.ok(usual.events.length >= 5);
    assert.deepEqual(quick.events, usual.events);
    assert.deepEqual(quick.checkpoint, usual.checkpoint);
    assert.match(usual.heard[1]!, /"event":"metrics","step":0,/);
    assert.match(quick.heard[1]!, /^\{"step":1,"loss":\d/);
    assert.match(quick.heard[2]!, /"event":"metrics","step":0,/);
  });
});
