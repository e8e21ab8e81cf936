import { layer, only, sizeOf } from './layer.ts';

export const flatten = layer({
  type: 'flatten',
  label: 'Flatten',
  doc: 'Lays a picture out as one row of numbers, for dense layers.',
  fields: {},
  shape: (_, inputs) => [sizeOf(only(inputs))],
  parameters: () => [],
  multiplyAdds: () => 0,
  emit: (emitter, _, inputs, output) => emitter.reshape(only(inputs), output),
});
