import type { Geometry } from '../plan/plan.ts';
import { layer, only, picture, type Shape } from './layer.ts';

/** One window over the whole picture. */
function whole(inputs: readonly Shape[]): Geometry {
  const [height, width, channels] = picture(inputs);
  return {
    ...{ height, width, channels, outHeight: 1, outWidth: 1, outChannels: channels },
    ...{ kernelHeight: height, kernelWidth: width, strideY: 1, strideX: 1, padTop: 0, padLeft: 0 },
  };
}

/** The mean of each channel: `[channels]`. */
export const globalAvgPool2d = layer({
  type: 'global_avg_pool2d',
  label: 'Global average pooling 2D',
  doc: 'Keeps the mean of each channel: from a picture straight to one number a channel (Lin, Chen & Yan 2014).',
  fields: {},
  shape: (_, inputs) => [picture(inputs)[2]],
  parameters: () => [],
  multiplyAdds: () => 0,
  emit(emitter, _, inputs, output) {
    const input = only(inputs);
    return emitter.reshape(emitter.pool(input, 'mean', whole([input.shape])), output);
  },
});
