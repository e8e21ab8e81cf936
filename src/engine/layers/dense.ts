import * as l10n from '@vscode/l10n';
import { integer } from '../spec/fields.ts';
import { piecesOf } from '../activations/index.ts';
import { layer, only, ShapeError, sizeOf, type Shape } from './layer.ts';
import { kernelAndBias, trainable } from './trainable.ts';

function features(inputs: readonly Shape[]): number {
  const shape = only(inputs);
  if (shape.length !== 1) {
    throw new ShapeError(
      l10n.t('needs a flat vector, but gets [{0}]; put a flatten layer before it', shape.join(', ')),
    );
  }
  return sizeOf(shape);
}

/** a = f(x·W + b), W `[in, units]`. */
export const dense = layer({
  type: 'dense',
  label: 'Dense',
  doc: 'Every unit sees every input.',
  fields: {
    units: integer(
      'Units',
      'How many units the layer has.',
      'Goodfellow, Bengio & Courville 2016, §6.4; Lu et al. 2019',
      {
        advice: 'More fit more, and cost more. Deep ReLU layers of under about 10 may start dead.',
      },
    ),
    ...trainable,
  },
  unitsField: 'units',
  shape(fields, inputs) {
    features(inputs);
    return [fields.units];
  },
  parameters(fields, inputs) {
    const n = features(inputs);
    const width = fields.units * piecesOf(fields.activation);
    return kernelAndBias(fields, [n, width], width, { in: n, out: width });
  },
  multiplyAdds: (fields, inputs) => features(inputs) * fields.units * piecesOf(fields.activation),
  emit(emitter, fields, inputs) {
    const z = emitter.matmul(only(inputs), fields.units * piecesOf(fields.activation), fields.bias !== false);
    return emitter.activate(z, fields.activation, fields.regularization.activityL1);
  },
});
