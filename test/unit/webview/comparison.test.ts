import assert from 'node:assert/strict';
import type { LayerMetrics, StreamEvent } from '../../../src/engine/training/events.ts';
import { beside } from '../../../src/webview/charts/beside.ts';
import { changesText, compare, differences, ruleChanges } from '../../../src/webview/run/comparison.ts';
import { drawingOf, networkText, runOf } from './networks.ts';

const layer = (id: string, units: number, dead: number, sparsity: number): LayerMetrics => ({
  ...{ id, units, dead, sparsity, nearlyDead: 0, batchInactive: 0, saturated: 0, dormant: 0 },
  ...{ gradientNorm: 0.1, updateRatio: 0.001, meanActivation: 0, stdActivation: 1 },
});

function ranTo(text: string, accuracy: number, loss: number, dead: number, rules: readonly string[] = []) {
  const run = runOf(text);
  const events: StreamEvent[] = [
    {
      ...{ event: 'metrics', step: 100, epoch: 5, loss, accuracy, learningRate: 0.1 },
      validation: { loss, accuracy },
      evaluated: { step: 100, samples: 80, of: 80 },
      layers: [layer('hidden', 5, dead, dead / 5), layer('output', 1, 0, 0)],
    },
    ...rules.map((rule): StreamEvent => ({
      ...{ event: 'warning', step: 60, rule, layer: 'hidden', severity: 'warning', message: '', fix: null, fixes: [] },
    })),
  ];
  run.receive({ type: 'events', events });
  return run;
}

const before = networkText();
const changed = networkText({ training: { optimizer: { name: 'sgd', learningRate: 0.01 } } });

describe('A run beside the one before', () => {
  it('is compared by accuracy, loss and the layers whose dead units changed most, and told better or worse', () => {
    const columns = compare(ranTo(before, 0.7, 0.5, 4), ranTo(changed, 0.8, 0.55, 1));
    assert.deepEqual(
      columns.map(({ label, before, now, difference, better }) => [label, before, now, difference, better]),
      [
        ['validation accuracy', '0.700', '0.800', '+0.100', true],
        ['validation loss', '0.500', '0.550', '+0.0500', false],
        ['training loss', '0.500', '0.550', '+0.0500', false],
        ['dead hidden', '4', '1', '−3', true],
        ['sparsity hidden', '80\u202f%', '20\u202f%', '−60\u202f%', undefined],
      ],
    );
  });

  it('is no better where nothing changed, and shows no column that either run lacks', () => {
    const columns = compare(ranTo(before, 0.7, 0.5, 4), ranTo(before, 0.7, 0.5, 4));
    assert.ok(columns.every(({ better }) => better === undefined));
    assert.deepEqual(compare(runOf(before), ranTo(before, 0.7, 0.5, 4)), []);
  });

  it('names the fields that differ, defaults filled in', () => {
    const fields = (parts: Record<string, unknown>) => differences(drawingOf(before), drawingOf(networkText(parts)));
    assert.deepEqual(fields({}), []);
    assert.deepEqual(differences(drawingOf(before), drawingOf(changed)), [
      { field: 'learningRate', before: '0.1', now: '0.01' },
    ]);
    const all = fields({ defaults: { activation: 'leaky_relu' } });
    assert.deepEqual(
      all.map(({ field, before, now }) => [field, before, now]),
      [
        ['hidden.activation', 'relu', 'leaky_relu'],
        ['hidden.activation.parameters.slope', 'none', '0.01'],
      ],
    );
    assert.equal(changesText(all), 'hidden.activation relu → leaky_relu and 1 more');
    assert.equal(changesText([]), 'nothing changed');
  });

  it('says which rules fire no longer, and which fire now', () => {
    const [first, second] = [ranTo(before, 0.7, 0.5, 4, ['dying_relu']), ranTo(changed, 0.8, 0.4, 0, ['overfitting'])];
    assert.deepEqual(ruleChanges(first, second), { gone: ['dying_relu'], fresh: ['overfitting'] });
  });

  it('has its lines and the other’s over one axis, with gaps where one of them has no value', () => {
    const line = { label: 'a', color: () => [0, 0, 0] as const, width: 1 };
    const { steps, lines } = beside([0, 10, 30], [{ ...line, values: [3, 2, 1] }], [0, 20], {
      ...line,
      values: [9, 8],
    });
    assert.deepEqual(steps, [0, 10, 20, 30]);
    assert.deepEqual(
      lines.map(({ values }) => values),
      [
        [3, 2, null, 1],
        [9, null, 8, null],
      ],
    );
  });
});
