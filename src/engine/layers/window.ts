import * as l10n from '@vscode/l10n';
import type { Geometry } from '../plan/plan.ts';
import { choice, pair, size, type Size, type Values } from '../spec/fields.ts';
import { picture, ShapeError, type Shape } from './layer.ts';

export const paddingField = choice(
  'Padding',
  '“valid” keeps the window inside the picture; “same” gives ⌈n/stride⌉ outputs, the odd pixel at the end.',
  'Goodfellow, Bengio & Courville 2016, §9.5; as TensorFlow',
  ['valid', 'same'],
  { advice: '“same” lets many convolutions follow one another.', default: 'valid' },
);

/** How a window slides over a picture: output size, strides and the padding before it. Throws ShapeError. */
export function slide(
  inputs: readonly Shape[],
  window: { size: Size; sizeField: string; strides: Size; padding: 'valid' | 'same'; filters?: number },
): Geometry {
  const [height, width, channels] = picture(inputs);
  const [kernelHeight, kernelWidth] = pair(window.size);
  const [strideY, strideX] = pair(window.strides);
  const along = (
    n: number,
    kernel: number,
    stride: number,
    axis: 'height' | 'width',
  ): [out: number, before: number] => {
    if (window.padding === 'same') {
      const out = Math.ceil(n / stride);
      return [out, Math.floor(Math.max((out - 1) * stride + kernel - n, 0) / 2)];
    }
    if (kernel > n) {
      throw new ShapeError(
        axis === 'height'
          ? l10n.t(
              'has a window whose height {0} is larger than the picture\'s {1}; make it smaller, or use "padding": "same"',
              kernel,
              n,
            )
          : l10n.t(
              'has a window whose width {0} is larger than the picture\'s {1}; make it smaller, or use "padding": "same"',
              kernel,
              n,
            ),
        window.sizeField,
      );
    }
    return [Math.floor((n - kernel) / stride) + 1, 0];
  };
  const [outHeight, padTop] = along(height, kernelHeight, strideY, 'height');
  const [outWidth, padLeft] = along(width, kernelWidth, strideX, 'width');
  return {
    height,
    width,
    channels,
    outHeight,
    outWidth,
    outChannels: window.filters ?? channels,
    kernelHeight,
    kernelWidth,
    strideY,
    strideX,
    padTop,
    padLeft,
  };
}

export const slidShape = (geometry: Geometry): Shape => [geometry.outHeight, geometry.outWidth, geometry.outChannels];

/** What every pooling layer says. */
export const poolFields = {
  poolSize: size(
    'Pool size',
    'A number n for n × n, or [height, width].',
    'Goodfellow, Bengio & Courville 2016, §9.3',
    {
      advice: '2 halves the picture; larger windows forget more of where things are.',
      default: 2,
    },
  ),
  strides: size(
    'Strides',
    'How far the window moves; the pool size when left out.',
    'Krizhevsky, Sutskever & Hinton 2012, §3.4',
    { advice: 'Less than the pool size lets windows overlap.', sameAs: 'poolSize' },
  ),
  padding: paddingField,
};

export const poolGeometry = (layer: Values<typeof poolFields>, inputs: readonly Shape[]): Geometry =>
  slide(inputs, { size: layer.poolSize, sizeField: 'poolSize', strides: layer.strides, padding: layer.padding });
