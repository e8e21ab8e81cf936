import * as l10n from '@vscode/l10n';
import { joined } from '../spec/names.ts';
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
    const names = joined([...new Set(found.map(({ activation }) => activation))], 'and');
    return [
      {
        layer: first.layer.id,
        path: `layers.${first.applies.index}.activation`,
        message: l10n.t(
          '{0} hidden layers are {1}, from "{2}" on; from {3} on the gradient vanishes before it reaches the first. Use relu with he_normal weights.',
          found.length,
          names,
          first.layer.id,
          limit,
        ),
        fixes: [reluFix(found)],
      },
    ];
  },
});
