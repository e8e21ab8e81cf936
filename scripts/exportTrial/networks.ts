import { activations } from '../../src/engine/activations/index.ts';
import type { LayerType } from '../../src/engine/layers/index.ts';

/** A network file for each layer type, some with the sizes that are easily got wrong, and for each activation. */
const picture = (layers: readonly object[]) => ({
  version: 1,
  data: { source: 'glyphs', samples: 20 },
  layers: [...layers, { type: 'flatten' }, { id: 'output', type: 'dense', units: 10, activation: 'softmax' }],
});
const rows = (layers: readonly object[], training: object = {}) => ({
  version: 1,
  data: { source: 'moons', samples: 20 },
  layers: [...layers, { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' }],
  training,
});

const conv = { type: 'conv2d', filters: 3, kernelSize: 3 };
const ofType: Readonly<Record<LayerType, readonly object[]>> = {
  dense: [rows([{ id: 'type', type: 'dense', units: 5, bias: false }])],
  conv2d: [
    picture([{ ...conv, id: 'in', kernelSize: [2, 3], strides: [2, 1], padding: 'same' }]),
    picture([{ ...conv, id: 'x-1', kernelSize: 4, strides: 3, padding: 'same', bias: false }, conv]),
    picture([{ ...conv, activation: { name: 'maxout', pieces: 3 } }]),
    picture([{ ...conv, activation: 'prelu' }]),
  ],
  conv2d_transpose: [
    picture([{ type: 'conv2d_transpose', filters: 2, kernelSize: 3, strides: 2, padding: 'same' }]),
    picture([{ type: 'conv2d_transpose', filters: 2, kernelSize: [4, 5], strides: [2, 1] }]),
    picture([{ type: 'conv2d_transpose', filters: 2, kernelSize: [1, 2], strides: 3, padding: 'same' }]),
    picture([{ type: 'conv2d_transpose', filters: 2, kernelSize: 2, strides: [3, 1], bias: false }]),
  ],
  upsample2d: [picture([{ type: 'upsample2d', size: [2, 3] }])],
  max_pool2d: [
    picture([conv, { type: 'max_pool2d' }]),
    picture([
      { ...conv, activation: 'linear' },
      { type: 'max_pool2d', poolSize: 3, strides: 2, padding: 'same' },
    ]),
  ],
  avg_pool2d: [
    picture([conv, { type: 'avg_pool2d', poolSize: [2, 3] }]),
    picture([conv, { type: 'avg_pool2d', poolSize: [4, 3], strides: [3, 2], padding: 'same' }]),
  ],
  global_avg_pool2d: [
    {
      ...picture([]),
      layers: [conv, { type: 'global_avg_pool2d' }, { id: 'output', type: 'dense', units: 10, activation: 'softmax' }],
    },
  ],
  flatten: [picture([conv])],
  reshape: [
    rows([{ type: 'dense', units: 24 }, { type: 'reshape', shape: [4, 3, 2] }, conv, { type: 'reshape', shape: [6] }]),
  ],
  activation: [
    rows([
      { type: 'dense', units: 6, activation: 'linear' },
      { type: 'activation', activation: 'prelu' },
      { type: 'activation', activation: { name: 'maxout', pieces: 2 } },
    ]),
  ],
  dropout: [rows([{ type: 'dropout', rate: 0.4 }])],
  gaussian_noise: [rows([{ type: 'gaussian_noise', stddev: 0.4 }])],
  batch_norm: [
    rows([{ type: 'batch_norm', momentum: 0.8, epsilon: 0.01 }]),
    picture([conv, { type: 'batch_norm', momentum: 0.99 }]),
  ],
  layer_norm: [
    rows([{ type: 'dense', units: 4 }, { type: 'layer_norm' }]),
    picture([conv, { type: 'layer_norm', epsilon: 0.1 }]),
  ],
  add: [
    rows([
      { id: 'a', type: 'dense', units: 4 },
      { id: 'b', type: 'dense', units: 4 },
      { type: 'add', inputs: ['a', 'b', 'a'] },
    ]),
  ],
  concat: [
    picture([
      { ...conv, id: 'a', padding: 'same' },
      { type: 'concat', inputs: ['a', 'input', 'a'] },
    ]),
  ],
};

const formulas = [
  'x > 0 ? x : 0.1*x',
  'min(max(x, -1), 2) + 0.5',
  'x*sigmoid(1.5*x) - 2^x/9 + abs(sin(x))^0.5',
  'step(x) + sign(x)*log1p(abs(x)) + (x < 1) * 2',
  '(x > 1 ? 1 : x < -1 ? -1 : 2)*erf(x) + softplus(-x) + floor(x) + relu(x)',
  'exp(-x^2) + expm1(min(x, 1)) + sqrt(abs(x)) + log(1 + x^2) + cos(x)*tan(x/9) + tanh(x) + max(x, -x, 0.2)',
];

/** By a name that files may have. */
export const networks: ReadonlyMap<string, object> = new Map([
  ...Object.entries(ofType).flatMap(([type, files]) =>
    files.map((file, k): [string, object] => [`layer-${type}-${k + 1}`, file]),
  ),
  ...activations
    .filter(({ name }) => name !== 'custom')
    .map(({ name }): [string, object] => [
      `activation-${name}`,
      rows([{ id: 'h', type: 'dense', units: 6, activation: name }]),
    ]),
  ...formulas.map((formula, k): [string, object] => [
    `formula-${k + 1}`,
    rows([{ id: 'h', type: 'dense', units: 6, activation: { name: 'custom', formula } }]),
  ]),
]);
