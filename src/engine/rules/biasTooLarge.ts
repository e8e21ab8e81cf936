import * as l10n from '@vscode/l10n';
import { layersFix } from './fixes.ts';
import { rule, short } from './rule.ts';
import { weightedLayers } from './structure.ts';

export const biasTooLarge = rule({
  id: 'bias_too_large',
  thresholds: { bias: { value: 1, doc: 'Least initial bias of a ReLU layer that is called too large.', minimum: 0 } },
  when: ({ bias }) => `A relu layer starts with a bias of ${short(bias)} or more.`,
  reason:
    'A ReLU pushed far to its open side is a straight line: nothing is zero, and signals grow from layer to layer.',
  remedy: 'Bias 0.1.',
  check: ({ graph }, { bias: limit }) =>
    weightedLayers(graph).flatMap(({ index, layer, activation }) => {
      const { bias } = layer.fields;
      const value = bias && bias.name === 'constant' ? (bias.parameters['value'] ?? 0) : undefined;
      if (activation !== 'relu' || value === undefined || value < limit) return [];
      return {
        layer: layer.id,
        path: `layers.${index}.bias`,
        message: l10n.t(
          '"{0}" is relu with a bias of {1}; {2} or more keeps nearly every unit on. Use 0.1.',
          layer.id,
          short(value),
          short(limit),
        ),
        fixes: [layersFix(l10n.t('Set the bias of "{0}" to 0.1', layer.id), 'bias', [{ index }], 0.1)],
      };
    }),
});
