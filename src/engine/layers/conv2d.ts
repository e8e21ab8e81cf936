import { integer, size, type Values } from '../spec/fields.ts';
import { layer, only, ShapeError, type Shape } from './layer.ts';
import { kernelAndBias, trainable } from './trainable.ts';
import { paddingField, slide, slidShape } from './window.ts';

const fields = {
  filters: integer('Filters', 'How many channels come out.'),
  kernelSize: size('Kernel size', 'A number n for n × n, or [height, width].'),
  strides: size('Strides', 'How far the window moves: a number, or [down, across].', { default: 1 }),
  padding: paddingField,
  ...trainable,
};

const geometryOf = (layer: Values<typeof fields>, inputs: readonly Shape[]) =>
  slide(inputs, {
    size: layer.kernelSize,
    sizeField: 'kernelSize',
    strides: layer.strides,
    padding: layer.padding,
    filters: layer.filters,
  });

/** a = f(x ⋆ W + b), W `[h, w, in, filters]`. */
export const conv2d = layer({
  type: 'conv2d',
  label: 'Convolution 2D',
  doc: 'The same small window of weights slides over the whole picture.',
  fields,
  unitsField: 'filters',
  shape: (fields, inputs) => slidShape(geometryOf(fields, inputs)),
  parameters(fields, inputs) {
    const g = geometryOf(fields, inputs);
    if (fields.weights.name === 'identity')
      throw new ShapeError('cannot start from identity; use orthogonal or he_normal', 'weights');
    const field = g.kernelHeight * g.kernelWidth;
    const fans = { in: field * g.channels, out: field * fields.filters };
    return kernelAndBias(fields, [g.kernelHeight, g.kernelWidth, g.channels, fields.filters], fields.filters, fans);
  },
  multiplyAdds(fields, inputs) {
    const g = geometryOf(fields, inputs);
    return g.outHeight * g.outWidth * fields.filters * g.kernelHeight * g.kernelWidth * g.channels;
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
