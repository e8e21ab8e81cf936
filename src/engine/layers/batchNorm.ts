import * as z from 'zod/mini';
import { number } from '../spec/fields.ts';
import { layer, only, unitsOf } from './layer.ts';
import { constant } from './trainable.ts';

const momentum = number(
  'Momentum',
  'How slowly the running mean and variance follow: running = m·running + (1 − m)·batch.',
  'Ioffe & Szegedy 2015; default as PyTorch’s 0.1, counted the other way',
  { advice: 'Nearer to 1 for small batches, whose statistics jump.', default: 0.9, minimum: 0 },
);

/** Normalises each feature or channel over the batch; in evaluation by running statistics (Ioffe & Szegedy 2015). */
export const batchNorm = layer({
  type: 'batch_norm',
  label: 'Batch normalization',
  doc: 'Gives each feature or channel mean 0 and variance 1 over the batch, then a learned scale and shift.',
  fields: {
    momentum: { ...momentum, schema: z.number().check(z.minimum(0), z.maximum(1)) },
    epsilon: number('Epsilon', 'Keeps the division from 0.', 'Ioffe & Szegedy 2015; default as PyTorch', {
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
  state: (output) => [
    { name: 'mean', size: unitsOf(output), initial: 0 },
    { name: 'variance', size: unitsOf(output), initial: 1 },
  ],
  multiplyAdds: () => 0,
  emit: (emitter, fields, inputs) => emitter.normalize(only(inputs), fields.epsilon, fields.momentum),
});
