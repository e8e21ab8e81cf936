import { layer, only } from './layer.ts';
import { poolFields, poolGeometry, slidShape } from './window.ts';

/** The largest value of each window, channel by channel; padding counts as −∞, the first maximum wins. */
export const maxPool2d = layer({
  type: 'max_pool2d',
  label: 'Max pooling 2D',
  doc: 'Keeps the largest value of each window: a smaller picture, less sensitive to where things are.',
  fields: poolFields,
  shape: (fields, inputs) => slidShape(poolGeometry(fields, inputs)),
  parameters: () => [],
  multiplyAdds: () => 0,
  emit(emitter, fields, inputs) {
    const shapes = inputs.map((tensor) => tensor.shape);
    return emitter.pool(only(inputs), 'max', poolGeometry(fields, shapes));
  },
});
