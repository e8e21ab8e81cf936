import { layer, only, unitsOf } from './layer.ts';
import { activationField, slopeOf } from './trainable.ts';

export const activation = layer({
  type: 'activation',
  label: 'Activation',
  doc: 'A non-linearity drawn as its own block: the detector stage.',
  fields: { activation: activationField },
  shape: (_, inputs) => only(inputs),
  parameters: (fields, inputs) => slopeOf(fields.activation, unitsOf(only(inputs))),
  multiplyAdds: () => 0,
  emit: (emitter, fields, inputs) => emitter.activate(only(inputs), fields.activation, 0),
});
