import assert from 'node:assert/strict';
import type { LayerMetrics } from '../../../src/engine/training/events.ts';
import { layerFigures, layerRecords, sortedBy, type ColumnName } from '../../../src/webview/charts/layerFigures.ts';
import { madeOf } from '../../../src/webview/charts/layers.ts';
import { csvOf } from '../../../src/webview/charts/save.ts';
import type { Panel } from '../../../src/webview/store.ts';
import { networkText, runOf } from './networks.ts';

const dense = (id: string, activation = 'relu') => ({ id, type: 'dense', units: 4, activation });
const text = networkText({
  layers: [dense('a'), dense('b', 'tanh'), { id: 'drop', type: 'dropout' }, dense('c'), { ...dense('d'), units: 1 }],
});

const metrics = (id: string, more: Partial<LayerMetrics> = {}): LayerMetrics => ({
  ...{ id, units: 4, dead: 0, nearlyDead: 0, batchInactive: 0, sparsity: 0.5, saturated: 0, dormant: 0 },
  ...{ gradientNorm: 1, updateRatio: 0.001, meanActivation: 0.5, stdActivation: 1, ...more },
});

/** A panel with a run of so many layers' metrics; `found` are its problems by layer. */
function panelOf(layers: readonly LayerMetrics[], found: readonly { layer: string; severity: string; rule: string }[]) {
  const run = runOf(text);
  run.receive({
    type: 'events',
    events: [
      {
        ...{ event: 'metrics', step: 10, epoch: 1, loss: 1, learningRate: 0.1 },
        ...{ evaluated: { step: 10, samples: 8, of: 8 }, layers: [...layers] },
      },
    ],
  });
  const { drawing } = run;
  return { drawing, found, runOf: () => run, before: () => undefined } as unknown as Panel;
}

const some = panelOf(
  [
    metrics('a', { gradientNorm: 0.002 }),
    metrics('b', { saturated: 3, gradientNorm: 0.02 }),
    metrics('c', { dead: 3, gradientNorm: 0 }),
    metrics('d', { units: 1, dead: 1, gradientNorm: 0.2 }),
  ],
  [
    { layer: 'b', severity: 'warning', rule: 'saturated_units' },
    { layer: 'c', severity: 'warning', rule: 'poor_initialization' },
    { layer: 'c', severity: 'error', rule: 'dying_relu' },
  ],
);
const order = (column: ColumnName, descending: boolean) =>
  sortedBy(layerFigures(some), { column, descending }).map(({ drawn }) => drawn.layer.id);

describe('The table of all layers', () => {
  it('has what is gravest first, then what is deadest, then the order of the file', () => {
    assert.deepEqual(order('problems', true), ['c', 'b', 'd', 'a', 'drop']);
  });

  it('sorts by any column both ways, what has no value there always last', () => {
    assert.deepEqual(order('gradientNorm', false), ['c', 'a', 'b', 'd', 'drop']);
    assert.deepEqual(order('gradientNorm', true), ['d', 'b', 'a', 'c', 'drop']);
    assert.deepEqual(order('dead', true), ['d', 'c', 'a', 'b', 'drop']);
    assert.deepEqual(order('layer', true), ['d', 'c', 'drop', 'b', 'a']);
  });

  it('measures gradients by the last layer’s, and leaves out what makes no sense of a layer', () => {
    const [a, b, drop] = layerFigures(some);
    assert.equal(a!.gradientOfLast, 0.01);
    // A tanh does not die, and is never exactly 0; a ReLU does not saturate; a layer without units has no figures.
    assert.deepEqual([a!.dead, a!.sparsity, a!.saturated], [0, 0.5, null]);
    assert.deepEqual([b!.dead, b!.sparsity, b!.saturated], [null, null, 3]);
    assert.deepEqual([drop!.units, drop!.dead, drop!.parameters], [null, null, 0]);
    assert.equal(a!.initialStd, 1);
  });

  it('is saved whole and unrounded, by the names of the metric stream', () => {
    const [head, , , , c] = csvOf(layerRecords(layerFigures(some))).split('\r\n');
    assert.match(
      head!,
      /^layer,type,shape,parameters,activation,units,dead,nearlyDead,saturated,sparsity,gradientNorm/,
    );
    assert.equal(c, `c,dense,4,20,relu,4,3,0,,0.5,0,0,0.001,0.5,1,${Math.SQRT1_2},dying_relu poor_initialization`);
  });

  it('makes the rows in view and some around them, however many there are', () => {
    assert.deepEqual(madeOf(0, 3), [0, 3]);
    for (const count of [101, 2000])
      for (let row = 0; row <= count - 13; row++) {
        const [from, to] = madeOf(row, count);
        assert.ok(to - from <= 40 && from >= 0 && to <= count);
        assert.ok(from <= Math.max(0, row - 4) && to >= Math.min(count, row + 17), `${row}: ${from} to ${to}`);
      }
    // Scrolled further than there are rows by now.
    assert.deepEqual(madeOf(500, 20), [0, 20]);
  });
});
