import * as l10n from '@vscode/l10n';
import { piecesOf } from '../activations/index.ts';
import { layer, only, ShapeError, unitsOf } from './layer.ts';
import { activationField, slopeOf } from './trainable.ts';

export const activation = layer({
  type: 'activation',
  label: 'Activation',
  doc: 'A non-linearity drawn as its own block: the detector stage.',
  fields: { activation: activationField },
  shape({ activation }, inputs) {
    const shape = only(inputs);
    const pieces = piecesOf(activation);
    if (unitsOf(shape) % pieces !== 0) {
      const message = l10n.t(
        'takes {0} pieces a unit, but its {1} inputs do not divide by that; give the layer before it a multiple',
        pieces,
        unitsOf(shape),
      );
      throw new ShapeError(message, 'activation');
    }
    return [...shape.slice(0, -1), unitsOf(shape) / pieces];
  },
  parameters: (fields, inputs) => slopeOf(fields.activation, unitsOf(only(inputs))),
  multiplyAdds: () => 0,
  emit: (emitter, fields, inputs) => emitter.activate(only(inputs), fields.activation, 0),
});
