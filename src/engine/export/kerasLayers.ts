import { piecesOf, type Activation, type ActivationName } from '../activations/index.ts';
import type { GraphLayer } from '../graph.ts';
import type { LayerType } from '../layers/index.ts';
import { pair, type Size } from '../spec/fields.ts';
import { tuple, type Dialect } from './python.ts';

/** A layer as Keras writes it: layouts are ours, so that weights go in as they are. */
export interface Written {
  readonly call: string;
  readonly arguments: readonly string[];
  /** Its tensors in Keras's order, by our roles. */
  readonly tensors?: readonly string[];
  /** Which of its tensors take a regularizer, the kernel first. */
  readonly decaying?: readonly string[];
}

type Write = (layer: GraphLayer) => Written;

const sizeOf = (size: unknown): string => tuple(pair(size as Size));

/** What layers with a kernel share. */
function weighted(call: string, { layer }: GraphLayer, own: (units: (count: unknown) => string) => string[]): Written {
  const bias = layer.fields.bias !== false;
  const units = (count: unknown) => String((count as number) * piecesOf(layer.fields.activation!));
  return {
    call,
    arguments: [...own(units), ...(bias ? [] : ['use_bias=False'])],
    tensors: ['weights', ...(bias ? ['bias'] : [])],
    decaying: ['kernel', ...(bias ? ['bias'] : [])],
  };
}

const conv =
  (call: string): Write =>
  (entry) => {
    const { filters, kernelSize, strides, padding } = entry.layer.fields;
    return weighted(call, entry, (units) => [
      units(filters),
      sizeOf(kernelSize),
      `strides=${sizeOf(strides)}`,
      `padding="${padding as string}"`,
    ]);
  };

const pool =
  (call: string): Write =>
  ({ layer: { fields } }) => ({
    call,
    arguments: [
      sizeOf(fields['poolSize']),
      `strides=${sizeOf(fields['strides'])}`,
      `padding="${fields['padding'] as string}"`,
    ],
  });

const simple =
  (call: string, own: (layer: GraphLayer) => string[] = () => []): Write =>
  (entry) => ({ call, arguments: own(entry) });

const field = (name: string) => (entry: GraphLayer) => [String(entry.layer.fields[name])];
const normalized = { decaying: ['gamma', 'beta'] };

/** Every layer type has its words here: one without does not compile. */
export const kerasLayers: Readonly<Record<LayerType, Write>> = {
  dense: (entry) => weighted('Dense', entry, (units) => [units(entry.layer.fields['units'])]),
  conv2d: conv('Conv2D'),
  conv2d_transpose: conv('Conv2DTranspose'),
  upsample2d: simple('UpSampling2D', ({ layer }) => [sizeOf(layer.fields['size'])]),
  max_pool2d: pool('MaxPooling2D'),
  avg_pool2d: pool('AveragePooling2D'),
  global_avg_pool2d: simple('GlobalAveragePooling2D'),
  flatten: simple('Flatten'),
  reshape: simple('Reshape', ({ shape }) => [tuple(shape)]),
  activation: simple('Activation'),
  dropout: simple('Dropout', field('rate')),
  gaussian_noise: simple('GaussianNoise', field('stddev')),
  batch_norm: ({ layer: { fields } }) => ({
    call: 'BatchNormalization',
    arguments: [`momentum=${fields['momentum'] as number}`, `epsilon=${fields['epsilon'] as number}`],
    tensors: ['gamma', 'beta', 'mean', 'variance'],
    ...normalized,
  }),
  layer_norm: ({ layer: { fields } }) => ({
    call: 'LayerNormalization',
    arguments: [`epsilon=${fields['epsilon'] as number}`],
    tensors: ['gamma', 'beta'],
    ...normalized,
  }),
  add: simple('Add'),
  concat: simple('Concatenate'),
};

/**
 * What `activation=` takes; undefined where a layer behind it does the work (PReLU, maxout), or there is nothing to do. `own` is the function of
 * a custom formula.
 */
export const kerasActivations: Readonly<
  Record<ActivationName, (parameters: Activation['parameters'], own: string) => string | undefined>
> = {
  relu: () => '"relu"',
  leaky_relu: ({ slope }) => `lambda z: ops.leaky_relu(z, ${slope})`,
  prelu: () => undefined,
  elu: ({ alpha }) => `lambda z: ops.elu(z, ${alpha})`,
  selu: () => '"selu"',
  gelu: () => 'lambda z: ops.gelu(z, approximate=False)',
  silu: () => '"silu"',
  softplus: () => '"softplus"',
  softsign: () => '"softsign"',
  mish: () => 'lambda z: z * ops.tanh(ops.softplus(z))',
  relu6: () => '"relu6"',
  hard_sigmoid: () => 'lambda z: ops.relu6(z + 3) / 6',
  hard_swish: () => 'lambda z: z * ops.relu6(z + 3) / 6',
  sigmoid: () => '"sigmoid"',
  tanh: () => '"tanh"',
  softmax: () => '"softmax"',
  maxout: () => undefined,
  linear: () => undefined,
  custom: (_, own) => own,
};

/** Custom formulas: what Keras has functions for. */
export const kerasDialect: Dialect = {
  call(op, operands) {
    const names: Partial<Record<typeof op, string>> = { select: 'where', min: 'minimum', max: 'maximum' };
    return `ops.${names[op] ?? op}(${operands.join(', ')})`;
  },
  asNumber: (condition) => `ops.cast(${condition}, x.dtype)`,
  full: (value) => `ops.full_like(x, ${value})`,
};
