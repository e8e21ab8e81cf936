import { layersFix, madeFor, reluFamily } from './fixes.ts';
import { rule } from './rule.ts';
import { weightedLayers } from './structure.ts';

const tooSmallForRelu = new Set(['glorot_normal', 'glorot_uniform', 'fan_in_uniform']);

function mismatch(activation: string, weights: string): string | undefined {
  if (reluFamily.has(activation) && tooSmallForRelu.has(weights)) return 'signals shrink from layer to layer';
  if ((activation === 'tanh' || activation === 'sigmoid') && weights.startsWith('he_'))
    return 'its units saturate sooner';
  if (activation === 'selu' && !weights.startsWith('lecun_')) return 'it no longer normalises itself';
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
        message: `"${layer.id}" is ${activation} with ${name} weights: ${effect}. Use ${better}.`,
        fixes: [layersFix(`Use ${better} in "${layer.id}"`, 'weights', [{ index }], better)],
      };
    }),
});
