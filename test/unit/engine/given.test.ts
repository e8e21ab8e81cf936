import assert from 'node:assert/strict';
import type { FromWorker } from '../../../src/engine/worker/protocol.ts';
import type { Backend } from '../../../src/engine/backends/backend.ts';
import { referenceBackend } from '../../../src/engine/backends/reference/index.ts';
import type { StreamEvent } from '../../../src/engine/training/events.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { getReady } from '../../../src/engine/worker/previews.ts';
import { checkGiven } from '../../../src/engine/worker/surroundings.ts';

const text = JSON.stringify({
  version: 1,
  data: { source: 'file', path: 'a.csv', task: 'regression' },
  layers: [{ id: 'out', type: 'dense', units: 1, activation: 'linear' }],
});
const table = (last: number) => new TextEncoder().encode(`x,y\n1,2\n2,4\n3,6\n4,8\n5,${last}\n`);
const given = (last: number) => ({ text, dataFile: { path: 'a.csv', bytes: table(last) } });

describe('a network that comes with its data', () => {
  it('is checked once while both stay the same, and anew when either is another', async () => {
    const first = await checkGiven(given(10));
    assert.ok(first.dataset, JSON.stringify(first.problems));
    assert.equal(await checkGiven(given(10)), first);
    const other = await checkGiven(given(99));
    assert.notDeepEqual(other.dataset?.targets, first.dataset.targets);
    const edited = await checkGiven({ ...given(99), text: text.replace('"out"', '"end"') });
    assert.equal(edited.graph?.layers[0]?.layer.id, 'end');
    // Its data are the same, and neither read nor drawn again.
    assert.equal(edited.dataset, other.dataset);
    const scaled = text.replace('"task"', '"scale":{"method":"none"},"task"');
    assert.notDeepEqual((await checkGiven({ ...given(99), text: scaled })).dataset?.features, other.dataset?.features);
    // Without its file it is an error, whatever was there before.
    assert.equal((await checkGiven({ text })).dataset, undefined);
  });

  it('is checked anew when its labels are others', async () => {
    const paired = text.replace('"path":"a.csv"', '"path":"x.idx","labels":"y.idx"');
    const idx = (values: number[]) => Uint8Array.of(0, 0, 8, 1, 0, 0, 0, values.length, ...values);
    const targets = async (last: number) => {
      const labels = { path: 'y.idx', bytes: idx([2, 4, 6, 8, last]) };
      const dataFile = { path: 'x.idx', bytes: idx([1, 2, 3, 4, 5]), labels };
      return [...((await checkGiven({ text: paired, dataFile })).dataset?.targets ?? [])];
    };
    assert.deepEqual(await targets(10), [2, 4, 6, 8, 10]);
    assert.deepEqual(await targets(11), [2, 4, 6, 8, 11]);
  });

  it('is made ready without a word, whether it can be trained or not', async () => {
    const told: FromWorker[] = [];
    let prepared = 0;
    let sought = 0;
    const backend = {
      ...referenceBackend,
      prepare: (...args: Parameters<typeof referenceBackend.prepare>) => (
        prepared++,
        referenceBackend.prepare(...args)
      ),
    };
    const around = {
      post: (message: FromWorker) => void told.push(message),
      yield: () => Promise.resolve(),
      backend: () => Promise.resolve({ backend, reason: '' }),
      findGraphics: () => void sought++,
    };
    await getReady({ backend: 'wasm', ...given(10) }, around);
    assert.equal(prepared, 1);
    await getReady({ backend: 'wasm', text }, around);
    await getReady({ backend: 'auto', text: '{' }, around);
    assert.deepEqual([prepared, sought, told], [1, 1, []]);
  });

  it('that was made ready is trained on what was made, as one that was not', async () => {
    let prepared = 0;
    const backend: Backend = {
      ...referenceBackend,
      prepare: (plan, seed) => (prepared++, referenceBackend.prepare(plan, seed)),
    };
    const network = {
      text: JSON.stringify({
        version: 1,
        data: { source: 'circles', samples: 40 },
        layers: [
          { id: 'hidden', type: 'dense', units: 5 },
          { id: 'norm', type: 'batch_norm' },
          { id: 'noise', type: 'dropout', rate: 0.5 },
          { id: 'out', type: 'dense', units: 1, activation: 'sigmoid' },
        ],
        training: { optimizer: { name: 'adam', learningRate: 0.01 }, batchSize: 8, epochs: 2 },
      }),
    };
    const trained = async (request: { text: string }, left = false) => {
      const { graph, dataset } = await checkGiven(request);
      const told: StreamEvent[] = [];
      const trainer = await Trainer.create(graph!, dataset!, backend, {
        ...{ run: 'test', reason: 'test', yield: () => Promise.resolve() },
        onEvent: (event) => void told.push(event),
      });
      await trainer.begin();
      await trainer.run();
      const arenas = await trainer.arenas();
      if (left) trainer.retire();
      return [told.filter(({ event }) => event === 'metrics'), arenas];
    };
    const alone = await trained(network);
    const around = {
      ...{ post: () => undefined, yield: () => Promise.resolve() },
      backend: () => Promise.resolve({ backend, reason: '' }),
    };
    await getReady({ backend: 'wasm', ...network }, around);
    assert.equal(prepared, 2);
    assert.deepEqual(await trained(network), alone);
    assert.equal(prepared, 2);
    // Once only.
    assert.deepEqual(await trained(network, true), alone);
    assert.equal(prepared, 3);
    // So is one on what the run before has left, its learning rate another; and none of another network.
    const slower = { text: network.text.replace('0.01', '0.001') };
    assert.notDeepEqual(await trained(slower, true), alone);
    assert.deepEqual(await trained(network), alone);
    assert.equal(prepared, 3);
    await getReady({ backend: 'wasm', ...network }, around);
    await trained({ text: network.text.replace('40', '48') });
    assert.equal(prepared, 5);
  });
});
