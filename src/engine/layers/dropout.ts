import * as z from 'zod/mini';
import { number } from '../spec/fields.ts';
import { layer, only } from './layer.ts';

const rate = number(
  'Rate',
  'The share of values set to 0 in each training step; the rest are scaled up.',
  'Srivastava et al. 2014',
  {
    advice: '0.5 for hidden units, 0.2 for inputs; less where the network learns too little.',
    default: 0.5,
    minimum: 0,
  },
);

export const dropout = layer({
  type: 'dropout',
  label: 'Dropout',
  doc: 'Sets a random share of values to 0 while training, so that units cannot lean on one another.',
  fields: { rate: { ...rate, schema: z.number().check(z.minimum(0), z.lt(1)) } },
  shape: (_, inputs) => only(inputs),
  parameters: () => [],
  multiplyAdds: () => 0,
  emit: (emitter, fields, inputs) => emitter.noise(only(inputs), 'dropout', fields.rate),
});
