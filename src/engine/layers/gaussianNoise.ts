import { number } from '../spec/fields.ts';
import { layer, only } from './layer.ts';

export const gaussianNoise = layer({
  type: 'gaussian_noise',
  label: 'Gaussian noise',
  doc: 'Adds normal noise to every value while training.',
  fields: {
    stddev: number('Standard deviation', 'σ of the noise.', 'Bishop 1995; Goodfellow, Bengio & Courville 2016, §7.5', {
      advice: 'Measure it by the σ of what comes in, which is near 1 where inputs are scaled.',
      default: 0.1,
      minimum: 0,
    }),
  },
  shape: (_, inputs) => only(inputs),
  parameters: () => [],
  multiplyAdds: () => 0,
  emit: (emitter, fields, inputs) => emitter.noise(only(inputs), 'gaussian', fields.stddev),
});
