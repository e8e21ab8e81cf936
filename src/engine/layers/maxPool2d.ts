import { size, type Values } from '../spec/fields.ts';
import { layer, only, type Shape } from './layer.ts';
import { paddingField, slide, slidShape } from './window.ts';

const fields = {
  poolSize: size('Pool size', 'A number n for n × n, or [height, width].', { default: 2 }),
  strides: size('Strides', 'How far the window moves; the pool size when left out.', { sameAs: 'poolSize' }),
  padding: paddingField,
};

const geometryOf = (layer: Values<typeof fields>, inputs: readonly Shape[]) =>
  slide(inputs, {
    size: layer.poolSize,
    sizeField: 'poolSize',
    strides: layer.strides,
    padding: layer.padding,
  });

/** The largest value of each window, channel by channel; padding counts as −∞, the first maximum wins. */
export const maxPool2d = layer({
  type: 'max_pool2d',
  label: 'Max pooling 2D',
  doc: 'Keeps the largest value of each window: a smaller picture, less sensitive to where things are.',
  fields,
  shape: (fields, inputs) => slidShape(geometryOf(fields, inputs)),
  parameters: () => [],
  multiplyAdds: () => 0,
  emit: (emitter, fields, inputs) =>
    emitter.pool(
      only(inputs),
      'max',
      geometryOf(
        fields,
        inputs.map((tensor) => tensor.shape),
      ),
    ),
});
