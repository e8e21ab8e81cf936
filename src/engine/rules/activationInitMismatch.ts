import * as l10n from '@vscode/l10n';
import { layersFix, madeFor, reluFamily } from './fixes.ts';
import { rule } from './rule.ts';
import { weightedLayers } from './structure.ts';

const tooSmallForRelu = new Set(['glorot_normal', 'glorot_uniform', 'fan_in_uniform']);

function mismatch(activation: string, weights: string): string | undefined {
  if (reluFamily.has(activation) && tooSmallForRelu.has(weights)) return l10n.t('signals shrink from layer to layer');
  if ((activation === 'tanh' || activation === 'sigmoid') && weights.startsWith('he_'))
    return l10n.t('its units saturate sooner');
  if (activation === 'selu' && !weights.startsWith('lecun_')) return l10n.t('it no longer normalises itself');
  return undefined;
}

export const activationInitMismatch = rule({
  id: 'activation_init_mismatch',
  thresholds: {},
  when: () =>
    'A relu, leaky_relu, prelu or relu6 layer has glorot or fan_in weights; tanh or sigmoid has he; selu has anything but lecun. Not where a normalisation layer follows.',
  reason: 'Each initialiser keeps the size of signals for the activation it was worked out for, and for no other.',
  remedy: 'The initialiser that matches.',
  check: ({ graph }) =>
    weightedLayers(graph).flatMap(({ index, layer, activation, normalized }) => {
      const { name } = layer.fields.weights!;
      const effect = normalized ? undefined : mismatch(activation, name);
      const better = madeFor(activation, name);
      if (effect === undefined || better === undefined) return [];
      return {
        layer: layer.id,
        path: `layers.${index}.weights`,
        message: l10n.t('"{0}" is {1} with {2} weights: {3}. Use {4}.', layer.id, activation, name, effect, better),
        fixes: [layersFix(l10n.t('Use {0} in "{1}"', better, layer.id), 'weights', [{ index }], better)],
      };
    }),
});
