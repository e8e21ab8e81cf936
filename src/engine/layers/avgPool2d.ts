import { layer, only } from './layer.ts';
import { poolFields, poolGeometry, slidShape } from './window.ts';

/** The mean of each window, channel by channel; padding is not counted. */
export const avgPool2d = layer({
  type: 'avg_pool2d',
  label: 'Average pooling 2D',
  doc: 'Keeps the mean of each window: a smaller, smoother picture.',
  fields: poolFields,
  shape: (fields, inputs) => slidShape(poolGeometry(fields, inputs)),
  parameters: () => [],
  multiplyAdds: () => 0,
  emit(emitter, fields, inputs) {
    const shapes = inputs.map((tensor) => tensor.shape);
    return emitter.pool(only(inputs), 'mean', poolGeometry(fields, shapes));
  },
});
