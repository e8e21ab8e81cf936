import assert from 'node:assert/strict';
import { Batches } from '../../../src/engine/training/batches.ts';

/** Every sample number that updates visit, epoch by epoch, with changes of size at some steps. */
function visits(samples: number, sizes: readonly [step: number, size: number][], epochs: number): number[][] {
  const seen: number[][] = [];
  let batches = new Batches(samples, sizes[0]![1]);
  for (let step = 0; ; step++) {
    const change = sizes.find(([at]) => at === step);
    if (change) batches = batches.resized(change[1], step);
    if (step >= batches.stepsTo(epochs)) return seen;
    const { epoch, offset, rows } = batches.at(step);
    const order = (seen[epoch] ??= []);
    for (let i = 0; i < rows; i++) order.push(offset + i);
  }
}

describe('Batches', () => {
  const all = (samples: number) => Array.from({ length: samples }, (_, i) => i);

  it('visit every sample once an epoch, the last batch short', () => {
    assert.deepEqual(visits(10, [[0, 4]], 3), [all(10), all(10), all(10)]);
    assert.deepEqual(new Batches(10, 4).at(2), { epoch: 0, offset: 8, rows: 2 });
    assert.equal(new Batches(10, 4).stepsTo(3), 9);
  });

  it('go on from the sample they had come to when their size is changed, however often', () => {
    for (const sizes of [
      [
        [0, 4],
        [1, 3],
      ],
      [
        [0, 4],
        [3, 10],
      ],
      [
        [0, 1],
        [7, 5],
        [8, 2],
        [11, 100],
      ],
      [
        [0, 10],
        [1, 4],
        [2, 6],
        [3, 1],
      ],
    ] as [number, number][][]) {
      assert.deepEqual(visits(10, sizes, 3), [all(10), all(10), all(10)], JSON.stringify(sizes));
    }
  });
});
