import * as l10n from '@vscode/l10n';
import { batchNormFix, madeForFix } from './fixes.ts';
import { rule, short } from './rule.ts';
import { hiddenIds, weightedLayers } from './structure.ts';

export const poorInitialization = rule({
  id: 'poor_initialization',
  thresholds: {
    ratio: { value: 10, doc: 'How many times larger the σ of one layer’s output may be than another’s.', minimum: 1 },
  },
  when: ({ ratio }) =>
    `At step 0 the σ of one hidden layer’s output is more than ${short(ratio)} times that of another. Layers that are 0 throughout and those with a normalisation layer behind them are not counted.`,
  reason:
    'Signals that shrink or grow from layer to layer do the same to gradients, so layers learn at very different speeds.',
  remedy: 'The initialiser made for each layer’s activation; batch normalization.',
  watch({ graph, record }, { ratio: limit }) {
    if (record.step > 0) return [];
    const hidden = hiddenIds(graph);
    const free = new Set(weightedLayers(graph).flatMap(({ applies, normalized }) => (normalized ? [] : [applies.id])));
    const layers = record.layers.filter(({ id, stdActivation }) => hidden.has(id) && free.has(id) && stdActivation);
    if (layers.length < 2) return [];
    const by = [...layers].sort((a, b) => a.stdActivation! - b.stdActivation!);
    const [least, most] = [by[0]!, by.at(-1)!];
    const ratio = most.stdActivation! / least.stdActivation!;
    if (ratio <= limit) return [];
    const shrinks = layers.indexOf(least) > layers.indexOf(most);
    const layer = shrinks ? least : most;
    return [
      {
        layer: layer.id,
        message: l10n.t(
          'Before training, σ of what comes out is {0} in "{1}" and {2} in "{3}", × {4}; more than × {5} makes layers learn at very different speeds.',
          short(least.stdActivation!),
          least.id,
          short(most.stdActivation!),
          most.id,
          short(ratio),
          short(limit),
        ),
        fixes: [...madeForFix(weightedLayers(graph)), batchNormFix(graph, layer.id)],
      },
    ];
  },
});
