import type { layers } from '../../src/engine/layers/index.ts';

/** A small network around each layer type, with an activation where it can be. */
export const around: Record<
  (typeof layers)[number]['type'],
  (activation: unknown) => { shape: number[]; layers: unknown[] }
> = {
  dense: (activation) => ({
    shape: [5],
    layers: [
      { type: 'dense', units: 7, activation },
      { type: 'dense', units: 6, activation },
    ],
  }),
  conv2d: (activation) => ({
    shape: [6, 5, 2],
    layers: [
      { type: 'conv2d', filters: 5, kernelSize: 3, padding: 'same', activation },
      { type: 'conv2d', filters: 3, kernelSize: [2, 3], strides: 2, activation },
      { type: 'flatten' },
    ],
  }),
  max_pool2d: (activation) => ({
    shape: [7, 6, 2],
    layers: [
      { type: 'conv2d', filters: 5, kernelSize: 3, activation },
      { type: 'max_pool2d', poolSize: 3, strides: 2, padding: 'same' },
      { type: 'flatten' },
    ],
  }),
  avg_pool2d: (activation) => ({
    shape: [7, 6, 2],
    layers: [
      { type: 'conv2d', filters: 5, kernelSize: 3, activation },
      { type: 'avg_pool2d', poolSize: 3, strides: 2, padding: 'same' },
      { type: 'flatten' },
    ],
  }),
  global_avg_pool2d: (activation) => ({
    shape: [6, 5, 2],
    layers: [{ type: 'conv2d', filters: 5, kernelSize: 3, activation }, { type: 'global_avg_pool2d' }],
  }),
  reshape: (activation) => ({
    shape: [12],
    layers: [
      { type: 'reshape', shape: [2, 3, 2] },
      { type: 'conv2d', filters: 5, kernelSize: 2, activation },
      { type: 'reshape', shape: [10] },
    ],
  }),
  flatten: (activation) => ({
    shape: [2, 3, 1],
    layers: [{ type: 'flatten' }, { type: 'dense', units: 6, activation }],
  }),
  dropout: (activation) => ({
    shape: [4],
    layers: [
      { type: 'dense', units: 9, activation },
      { type: 'dropout', rate: 0.3 },
    ],
  }),
  conv2d_transpose: (activation) => ({
    shape: [1, 2, 2],
    layers: [
      { type: 'conv2d_transpose', filters: 2, kernelSize: [1, 4], padding: 'same', bias: false, activation },
      { type: 'conv2d_transpose', filters: 5, kernelSize: 3, strides: 2, padding: 'same', activation },
      { type: 'conv2d_transpose', filters: 3, kernelSize: [2, 3], strides: [3, 2], padding: 'valid', activation },
      { type: 'avg_pool2d', poolSize: 3 },
      { type: 'flatten' },
    ],
  }),
  upsample2d: (activation) => ({
    shape: [3, 2, 2],
    layers: [
      { type: 'conv2d', filters: 5, kernelSize: 2, padding: 'same', activation },
      { type: 'upsample2d', size: [2, 3] },
      { type: 'flatten' },
    ],
  }),
  gaussian_noise: (activation) => ({
    shape: [5],
    layers: [
      { type: 'gaussian_noise', stddev: 0.3 },
      { type: 'dense', units: 9, activation },
      { type: 'gaussian_noise' },
    ],
  }),
  // Never two of them with nothing but linear layers between: a shift before the second has the gradient 0.
  batch_norm: (activation) => ({
    shape: [5, 4, 2],
    layers: [
      { type: 'batch_norm', momentum: 0.7 },
      { type: 'conv2d', filters: 6, kernelSize: 2, activation: 'tanh' },
      { type: 'batch_norm', epsilon: 0.01 },
      { type: 'activation', activation },
      { type: 'flatten' },
      { type: 'dense', units: 6, activation: 'tanh' },
      { type: 'batch_norm', epsilon: 0.01 },
    ],
  }),
  layer_norm: (activation) => ({
    shape: [4, 3, 2],
    layers: [
      { type: 'conv2d', filters: 5, kernelSize: 2, activation },
      { type: 'layer_norm', epsilon: 0.01 },
      { type: 'flatten' },
      { type: 'dense', units: 7, activation },
      { type: 'layer_norm', epsilon: 0.01 },
    ],
  }),
  add: (activation) => ({
    shape: [5],
    layers: [
      { type: 'dense', id: 'stem', units: 7, activation },
      { type: 'dense', id: 'one', units: 7, activation },
      { type: 'dense', id: 'two', units: 7, activation: 'tanh' },
      { type: 'add', inputs: ['stem', 'one', 'two'] },
    ],
  }),
  concat: (activation) => ({
    shape: [5, 4, 2],
    layers: [
      { type: 'conv2d', id: 'stem', filters: 3, kernelSize: 3, padding: 'same', activation },
      { type: 'conv2d', id: 'branch', filters: 5, kernelSize: 1, activation },
      { type: 'concat', id: 'both', inputs: ['stem', 'branch', 'stem'] },
      { type: 'conv2d', filters: 2, kernelSize: 2, activation: 'tanh' },
      { type: 'flatten' },
    ],
  }),
  activation: (activation) => ({
    shape: [4],
    layers: [
      { type: 'dense', units: 8, activation: 'linear' },
      { type: 'activation', activation },
    ],
  }),
};
