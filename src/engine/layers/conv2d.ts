import * as l10n from '@vscode/l10n';
import { piecesOf } from '../activations/index.ts';
import { integer, size, type Values } from '../spec/fields.ts';
import { layer, only, ShapeError, type Shape } from './layer.ts';
import { kernelAndBias, trainable } from './trainable.ts';
import { paddingField, slide, slidShape } from './window.ts';

const fields = {
  filters: integer('Filters', 'How many channels come out.', 'Simonyan & Zisserman 2015, §2', {
    advice: 'Begin with 8 to 64; double them where the picture is halved.',
  }),
  kernelSize: size('Kernel size', 'A number n for n × n, or [height, width].', 'Simonyan & Zisserman 2015, §2.3', {
    advice: '3 is usual: two layers of 3 see as far as one of 5, with fewer weights.',
  }),
  strides: size('Strides', 'How far the window moves: a number, or [down, across].', 'Springenberg et al. 2015', {
    advice: '1 keeps the size; 2 halves it and may stand for pooling.',
    default: 1,
  }),
  padding: paddingField,
  ...trainable,
};

/** With the pieces of maxout as channels of their own. */
const geometryOf = (layer: Values<typeof fields>, inputs: readonly Shape[]) =>
  slide(inputs, {
    size: layer.kernelSize,
    sizeField: 'kernelSize',
    strides: layer.strides,
    padding: layer.padding,
    filters: layer.filters * piecesOf(layer.activation),
  });

/** a = f(x ⋆ W + b), W `[h, w, in, filters]`. */
export const conv2d = layer({
  type: 'conv2d',
  label: 'Convolution 2D',
  doc: 'The same small window of weights slides over the whole picture.',
  fields,
  unitsField: 'filters',
  shape(fields, inputs) {
    const [height = 0, width = 0] = slidShape(geometryOf(fields, inputs));
    return [height, width, fields.filters];
  },
  parameters(fields, inputs) {
    const g = geometryOf(fields, inputs);
    if (fields.weights.name === 'identity')
      throw new ShapeError(l10n.t('cannot start from identity; use orthogonal or he_normal'), 'weights');
    const field = g.kernelHeight * g.kernelWidth;
    const fans = { in: field * g.channels, out: field * g.outChannels };
    return kernelAndBias(fields, [g.kernelHeight, g.kernelWidth, g.channels, g.outChannels], g.outChannels, fans);
  },
  multiplyAdds(fields, inputs) {
    const g = geometryOf(fields, inputs);
    return g.outHeight * g.outWidth * g.outChannels * g.kernelHeight * g.kernelWidth * g.channels;
  },
  emit(emitter, fields, inputs) {
    const z = emitter.conv(
      only(inputs),
      geometryOf(
        fields,
        inputs.map((tensor) => tensor.shape),
      ),
      fields.bias !== false,
    );
    return emitter.activate(z, fields.activation, fields.regularization.activityL1);
  },
});
