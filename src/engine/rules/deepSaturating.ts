import { reluFix } from './fixes.ts';
import { rule } from './rule.ts';
import { weightedLayers, type Weighted } from './structure.ts';

const saturates = ({ hidden, normalized, activation, layer }: Weighted): boolean =>
  hidden &&
  !normalized &&
  (activation === 'sigmoid' || (activation === 'tanh' && !/^(glorot_|orthogonal$)/.test(layer.fields.weights!.name)));

export const deepSaturating = rule({
  id: 'deep_saturating',
  thresholds: {
    layers: { value: 4, doc: 'Hidden layers that saturate, from which on a network is called deep.', minimum: 1 },
  },
  when: ({ layers }) =>
    `${layers} or more hidden layers are sigmoid, or tanh with weights other than glorot or orthogonal. Those with a normalisation layer behind them are not counted.`,
  reason: 'Each such layer makes the gradient smaller on its way back, so the first layers hardly learn.',
  remedy: 'ReLU with he_normal weights in these layers.',
  check({ graph }, { layers: limit }) {
    const found = weightedLayers(graph).filter(saturates);
    const [first] = found;
    if (!first || found.length < limit) return [];
    const names = [...new Set(found.map(({ activation }) => activation))].join(' and ');
    return [
      {
        layer: first.layer.id,
        path: `layers.${first.applies.index}.activation`,
        message: `${found.length} hidden layers are ${names}, from "${first.layer.id}" on; from ${limit} on the gradient vanishes before it reaches the first. Use relu with he_normal weights.`,
        fixes: [reluFix(found)],
      },
    ];
  },
});
