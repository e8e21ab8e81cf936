import { number } from '../spec/fields.ts';
import { layer, only, unitsOf } from './layer.ts';
import { constant } from './trainable.ts';

/** Normalises each sample (and position) over the last axis (Ba, Kiros & Hinton 2016). */
export const layerNorm = layer({
  type: 'layer_norm',
  label: 'Layer normalization',
  doc: 'Gives each sample mean 0 and variance 1 over its features or channels, then a learned scale and shift.',
  fields: {
    epsilon: number('Epsilon', 'Keeps the division from 0.', 'Ba, Kiros & Hinton 2016; default as PyTorch', {
      advice: 'Rarely changed.',
      default: 1e-5,
      minimum: 0,
    }),
  },
  shape: (_, inputs) => only(inputs),
  parameters(_, inputs) {
    const units = unitsOf(only(inputs));
    return [constant('gamma', units, 1), constant('beta', units, 0)];
  },
  multiplyAdds: () => 0,
  emit: (emitter, fields, inputs) => emitter.normalize(only(inputs), fields.epsilon),
});
