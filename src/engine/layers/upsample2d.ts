import type { Geometry } from '../plan/plan.ts';
import { pair, size, type Size } from '../spec/fields.ts';
import { layer, only, picture, type Shape } from './layer.ts';

/** The pooling that this undoes: windows side by side. */
function windows(size: Size, inputs: readonly Shape[]): Geometry {
  const [outHeight, outWidth, channels] = picture(inputs);
  const [tall, wide] = pair(size);
  return {
    ...{ height: outHeight * tall, width: outWidth * wide, channels, outHeight, outWidth, outChannels: channels },
    ...{ kernelHeight: tall, kernelWidth: wide, strideY: tall, strideX: wide, padTop: 0, padLeft: 0 },
  };
}

export const upsample2d = layer({
  type: 'upsample2d',
  label: 'Upsampling 2D',
  doc: 'Repeats each pixel: a larger picture of the same content (nearest neighbour).',
  fields: {
    size: size(
      'Size',
      'How often each pixel is repeated: a number, or [down, across].',
      'Odena, Dumoulin & Olah 2016',
      { advice: 'With a convolution behind it, it draws no checkerboard.', default: 2 },
    ),
  },
  shape(fields, inputs) {
    const { height, width, channels } = windows(fields.size, inputs);
    return [height, width, channels];
  },
  parameters: () => [],
  multiplyAdds: () => 0,
  emit(emitter, fields, inputs) {
    const input = only(inputs);
    return emitter.spread(input, windows(fields.size, [input.shape]));
  },
});
