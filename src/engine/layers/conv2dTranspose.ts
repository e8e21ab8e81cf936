import * as l10n from '@vscode/l10n';
import { piecesOf } from '../activations/index.ts';
import type { Geometry } from '../plan/plan.ts';
import { integer, pair, size, type Values } from '../spec/fields.ts';
import { layer, only, picture, ShapeError, type Shape } from './layer.ts';
import { kernelAndBias, trainable } from './trainable.ts';
import { paddingField } from './window.ts';

const fields = {
  filters: integer('Filters', 'How many channels come out.', 'Simonyan & Zisserman 2015, §2', {
    advice: 'Begin with 8 to 64; double them where the picture is halved.',
  }),
  kernelSize: size('Kernel size', 'A number n for n × n, or [height, width].', 'Odena, Dumoulin & Olah 2016', {
    advice: 'A multiple of the strides avoids a checkerboard in the picture.',
  }),
  strides: size(
    'Strides',
    'How many times larger the picture becomes: a number, or [down, across].',
    'Dumoulin & Visin 2016, §4',
    { advice: '2 doubles it.', default: 1 },
  ),
  padding: paddingField,
  ...trainable,
};

/**
 * The convolution whose gradient this layer computes: from the larger picture that comes out to the one that comes in. `same` gives
 * size × stride, cutting ⌊max(k − s, 0) / 2⌋ at the start; `valid` gives (size − 1) · stride + max(k, stride), as Keras.
 */
function geometryOf(layer: Values<typeof fields>, inputs: readonly Shape[]): Geometry {
  const [outHeight, outWidth, outChannels] = picture(inputs);
  const [kernelHeight, kernelWidth] = pair(layer.kernelSize);
  const [strideY, strideX] = pair(layer.strides);
  const along = (n: number, kernel: number, stride: number): [size: number, before: number] =>
    layer.padding === 'same'
      ? [n * stride, Math.floor(Math.max(kernel - stride, 0) / 2)]
      : [n * stride + Math.max(kernel - stride, 0), 0];
  const [height, padTop] = along(outHeight, kernelHeight, strideY);
  const [width, padLeft] = along(outWidth, kernelWidth, strideX);
  return {
    ...{ height, width, channels: layer.filters * piecesOf(layer.activation), outHeight, outWidth, outChannels },
    ...{ kernelHeight, kernelWidth, strideY, strideX, padTop, padLeft },
  };
}

/** Kernels `[h, w, filters, in]`, fan in h·w·filters, as Keras. */
export const conv2dTranspose = layer({
  type: 'conv2d_transpose',
  label: 'Transposed convolution 2D',
  doc: 'A convolution run backwards: spreads each pixel over a window of a larger picture.',
  fields,
  unitsField: 'filters',
  shape(fields, inputs) {
    const { height, width } = geometryOf(fields, inputs);
    return [height, width, fields.filters];
  },
  parameters(fields, inputs) {
    if (fields.weights.name === 'identity')
      throw new ShapeError(l10n.t('cannot start from identity; use orthogonal or he_normal'), 'weights');
    const { kernelHeight, kernelWidth, channels, outChannels } = geometryOf(fields, inputs);
    const field = kernelHeight * kernelWidth;
    const fans = { in: field * channels, out: field * outChannels };
    return kernelAndBias(fields, [kernelHeight, kernelWidth, channels, outChannels], channels, fans);
  },
  multiplyAdds(fields, inputs) {
    const g = geometryOf(fields, inputs);
    return g.outHeight * g.outWidth * g.outChannels * g.kernelHeight * g.kernelWidth * g.channels;
  },
  emit(emitter, fields, inputs) {
    const geometry = geometryOf(
      fields,
      inputs.map((tensor) => tensor.shape),
    );
    const z = emitter.convTranspose(only(inputs), geometry, fields.bias !== false);
    return emitter.activate(z, fields.activation, fields.regularization.activityL1);
  },
});
