import { activations } from '../../src/engine/activations/index.ts';
import { operations } from '../../src/engine/activations/formula/operations.ts';
import type { Dataset } from '../../src/engine/data/dataset.ts';
import type { Graph } from '../../src/engine/graph.ts';
import { layers } from '../../src/engine/layers/index.ts';
import { around } from '../backends/around.ts';
import { graphOf, smallData, written } from '../unit/engine/networks.ts';

export interface Trial {
  readonly name: string;
  readonly shape: readonly number[];
  /** What is put before the output, a dense layer of three with softmax. */
  readonly layers: readonly unknown[];
}

const flat = { type: 'flatten' };
const windows = [
  { kernelSize: 1, strides: 1 },
  { kernelSize: 2, strides: 1 },
  { kernelSize: [1, 4], strides: [2, 3] },
  { kernelSize: 3, strides: 2 },
  { kernelSize: [3, 2], strides: [1, 4] },
  { kernelSize: 5, strides: 3 },
];

/** Every layer with every activation, then what windows, formulas and shapes may be besides. */
export const trials: readonly Trial[] = [
  ...layers.flatMap(({ type }) =>
    activations.map(({ name }): Trial => ({ name: `${type} with ${name}`, ...around[type](written(name)) })),
  ),
  ...(['same', 'valid'] as const).flatMap((padding) =>
    windows.flatMap(({ kernelSize, strides }) =>
      ['conv2d', 'conv2d_transpose', 'max_pool2d', 'avg_pool2d'].map((type): Trial => {
        const field = type.endsWith('pool2d') ? { poolSize: kernelSize } : { filters: 3, kernelSize, bias: 0.3 };
        const layer = { type, ...field, strides, padding };
        return { name: JSON.stringify(layer), shape: [7, 8, 2], layers: [layer, flat] };
      }),
    ),
  ),
  ...Object.keys(operations).map((name) => custom(operationOf(name))),
  ...['1 + 2', 'x', '(x > 0 ? x : 0.1*x) * pi', '1/(abs(x) + 1) ^ 1.5'].map(custom),
  {
    name: 'a tower of normalizations over a flat row',
    shape: [6],
    layers: [
      { type: 'batch_norm', epsilon: 0.001 },
      { type: 'dense', units: 5, bias: false, activation: 'prelu' },
      { type: 'layer_norm' },
      { type: 'gaussian_noise' },
      { type: 'activation', activation: { name: 'leaky_relu', slope: 0.2 } },
      { type: 'activation', activation: { name: 'elu', alpha: 0.5 } },
      { type: 'concat', inputs: ['input', 'activation_1'] },
    ],
  },
  {
    name: 'names that programs have uses for',
    shape: [5],
    layers: [
      { id: 'in', type: 'dense', units: 4 },
      { id: 'x-1', type: 'dense', units: 4, inputs: ['input'], bias: false },
      { id: 'train', type: 'add', inputs: ['in', 'x-1', 'in'] },
    ],
  },
  {
    name: 'maxout and softmax of pictures',
    shape: [5, 4, 2],
    layers: [
      { type: 'conv2d', filters: 3, kernelSize: 2, activation: { name: 'maxout', pieces: 4 } },
      { type: 'activation', activation: 'softmax' },
      { type: 'upsample2d', size: [3, 1] },
      { type: 'activation', activation: 'prelu' },
      flat,
    ],
  },
];

/** The graph of a trial, with its data. */
export function graphFor({ shape, layers }: Trial): { readonly graph: Graph; readonly dataset: Dataset } {
  const data = smallData(shape, 'classification', 3, 9);
  const scaling = { shift: data.scaling.shift.map((_, i) => 100 * i + 0.1), divisor: data.scaling.divisor.fill(2.5) };
  const output = { type: 'dense', units: 3, activation: 'softmax' };
  const graph = graphOf({ layers: [...layers, output], seed: 5, defaults: { bias: 0.1 } }, data);
  return { graph, dataset: { ...data, scaling } };
}

/** A dense layer with a formula. */
export function custom(text: string): Trial {
  return {
    name: `custom ${text}`,
    shape: [5],
    layers: [{ type: 'dense', units: 4, activation: { name: 'custom', formula: text } }],
  };
}

/** A formula with the operation in it, kept to where that is defined. */
export function operationOf(name: string): string {
  const infix: Record<string, string> = {
    ...{ add: '+', subtract: '-', multiply: '*', divide: '/', less: '<', lessEqual: '<=', greater: '>' },
    greaterEqual: '>=',
  };
  const positive = '(abs(x) + 0.5)';
  if (infix[name]) return `(tanh(x) ${infix[name]} ${positive}) + x`;
  if (name === 'power') return `${positive} ^ tanh(x)`;
  if (name === 'negate') return '-tanh(x)*x';
  if (name === 'select') return 'x*x > 0.3 ? sin(x) : 1 - x';
  if (name === 'min' || name === 'max') return `${name}(x*x, 0.5 - x)`;
  return `${name}(${/^(sqrt|log|log1p)$/.test(name) ? positive : 'tanh(x)'}) + 0.1*x`;
}
