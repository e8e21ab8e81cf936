import assert from 'node:assert/strict';
import { referenceBackend } from '../../../src/engine/backends/reference/index.ts';
import type { LayerMetrics, StreamEvent } from '../../../src/engine/training/events.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { graphOf, smallData } from './networks.ts';

const samples = 4;
const data = smallData([4], 'regression', 1, samples);
const pieces = 3;
const units = 5;

/** The figures of layer `hidden` before the first step, and the weights it had. */
async function untrained(hidden: object): Promise<{ metrics: LayerMetrics; weights: Float32Array; trainer: Trainer }> {
  const layers = [
    { id: 'hidden', type: 'dense', units, activation: { name: 'maxout', pieces }, ...hidden },
    { type: 'dense', units: 1, activation: 'linear' },
  ];
  const events: StreamEvent[] = [];
  const trainer = await Trainer.create(graphOf({ layers, seed: 4 }, data), data, referenceBackend, {
    run: 'test',
    reason: 'test',
    steps: 0,
    onEvent: (event) => events.push(event),
    yield: () => Promise.resolve(),
  });
  await trainer.begin();
  const record = events.find((event) => event.event === 'metrics')!;
  return { metrics: record.layers[0]!, weights: await trainer.session.parameters(), trainer };
}

describe('maxout', () => {
  it('counts the pieces that never win as a count by hand does', async () => {
    const { metrics, weights, trainer } = await untrained({ weights: { name: 'normal', stddev: 1 }, bias: 0.1 });
    const width = units * pieces;
    const winners = new Set<number>();
    for (const sample of data.parts.train) {
      const x = data.features.subarray(sample * 4, sample * 4 + 4);
      const z = Array.from({ length: width }, (_, j) =>
        x.reduce((sum, value, i) => sum + value * weights[i * width + j]!, 0),
      );
      for (let unit = 0; unit < units; unit++) {
        const own = z.slice(unit * pieces, (unit + 1) * pieces);
        winners.add(unit * pieces + own.indexOf(Math.max(...own)));
      }
    }
    assert.ok(winners.size < width, 'some piece never wins, or nothing is shown');
    assert.equal(metrics.deadPieces, width - winners.size);
    assert.equal(metrics.units, units);
    assert.equal(metrics.dead, 0);
    assert.deepEqual(trainer.plan.parameters[0]!.shape, [4, width]);
  });

  it('lets the first of equal pieces win, so that of pieces all alike the others never do', async () => {
    const { metrics } = await untrained({ weights: 'zeros', bias: 0 });
    assert.equal(metrics.deadPieces, units * (pieces - 1));
  });

  it('refuses inputs that do not divide by the pieces where it is a layer of its own', () => {
    const layers = [
      { type: 'dense', units: 7, activation: 'linear' },
      { type: 'activation', activation: 'maxout' },
      { type: 'dense', units: 1, activation: 'linear' },
    ];
    assert.throws(() => graphOf({ layers }, data), /2 pieces a unit, but its 7 inputs/);
  });
});
