import { piecesOf, type Activation, type ActivationName } from '../activations/index.ts';
import type { GraphLayer } from '../graph.ts';
import type { LayerType, Shape } from '../layers/index.ts';
import { slide } from '../layers/window.ts';
import type { Geometry } from '../plan/plan.ts';
import { pair, type Size } from '../spec/fields.ts';
import { flag, tuple, type Dialect } from './python.ts';

/** A layer as PyTorch writes it. Between layers values lie as in the network file, channels last. */
export interface Written {
  /** The module that holds its weights. */
  readonly module?: string;
  /** What comes before the activation, of the inputs' names. */
  readonly value: string;
  /** Its tensors: PyTorch's name, ours, and how the axes are put in order. */
  readonly tensors?: readonly (readonly [theirs: string, ours: string, axes?: readonly number[]])[];
}

type Write = (layer: GraphLayer, self: string, inputs: readonly string[]) => Written;

const unitsOf = ({ layer }: GraphLayer): number => layer.fields['units'] as number;
const sizeOf = (size: unknown): string => tuple(pair(size as Size));
const plain =
  (value: (x: string, layer: GraphLayer) => string): Write =>
  (layer, _, [x]) => ({ value: value(x!, layer) });

/** Left, right, top and bottom, as F.pad takes them; undefined where there is none. */
function padding(g: Geometry): string | undefined {
  const after = (n: number, kernel: number, stride: number, out: number, before: number) =>
    Math.max((out - 1) * stride + kernel - n - before, 0);
  const right = after(g.width, g.kernelWidth, g.strideX, g.outWidth, g.padLeft);
  const bottom = after(g.height, g.kernelHeight, g.strideY, g.outHeight, g.padTop);
  const all = [g.padLeft, right, g.padTop, bottom];
  return all.some((side) => side > 0) ? tuple(all) : undefined;
}

function window({ layer: { fields }, inputShapes }: GraphLayer, sizeField: 'kernelSize' | 'poolSize'): Geometry {
  const { strides, padding } = fields as { strides: Size; padding: 'valid' | 'same' };
  return slide(inputShapes, { size: fields[sizeField] as Size, sizeField, strides, padding });
}

const kernel = ({ layer }: GraphLayer, axes: readonly number[]): NonNullable<Written['tensors']> => [
  ['weight', 'weights', axes],
  ...(layer.fields.bias === false ? [] : ([['bias', 'bias']] as const)),
];

const pool =
  (call: (x: string, window: string, padding: string | undefined) => string): Write =>
  (layer, _, [x]) => {
    const { poolSize, strides } = layer.layer.fields;
    const sizes = `${sizeOf(poolSize)}, ${sizeOf(strides)}`;
    return { value: `channels_last(${call(`channels_first(${x})`, sizes, padding(window(layer, 'poolSize')))})` };
  };

const normalized: NonNullable<Written['tensors']> = [
  ['weight', 'gamma'],
  ['bias', 'beta'],
];
const wide = (shape: Shape): boolean => shape.length === 3;

/** Every layer type has its words here: one without does not compile. */
export const torchLayers: Readonly<Record<LayerType, Write>> = {
  dense(layer, self, [x]) {
    const width = unitsOf(layer) * piecesOf(layer.layer.fields.activation!);
    return {
      module: `nn.Linear(${layer.inputShapes[0]![0]}, ${width}${biasOf(layer)})`,
      value: `${self}(${x})`,
      tensors: kernel(layer, [1, 0]),
    };
  },
  conv2d(layer, self, [x]) {
    const { filters, kernelSize, strides, activation } = layer.layer.fields;
    const width = (filters as number) * piecesOf(activation!);
    const pad = padding(window(layer, 'kernelSize'));
    const first = `channels_first(${x})`;
    return {
      module: `nn.Conv2d(${layer.inputShapes[0]![2]}, ${width}, ${sizeOf(kernelSize)}, ${sizeOf(strides)}${biasOf(layer)})`,
      value: `channels_last(${self}(${pad ? `F.pad(${first}, ${pad})` : first}))`,
      tensors: kernel(layer, [3, 2, 0, 1]),
    };
  },
  conv2d_transpose(layer, self, [x]) {
    const { filters, kernelSize, strides, activation, padding: kind } = layer.layer.fields;
    const width = (filters as number) * piecesOf(activation!);
    const [kernels, steps] = [pair(kernelSize as Size), pair(strides as Size)];
    const more = tuple(steps.map((stride, k) => Math.max(stride - kernels[k]!, 0)));
    // "same" cuts the larger picture to size × stride, the odd pixel at the end.
    const cut = steps.map((stride, k) => {
      const [before, size] = [Math.floor(Math.max(kernels[k]! - stride, 0) / 2), layer.shape[k]!];
      return kind === 'same' && kernels[k]! > stride ? `${before}:${before + size}` : ':';
    });
    const all = `channels_last(${self}(channels_first(${x})))`;
    return {
      module: `nn.ConvTranspose2d(${layer.inputShapes[0]![2]}, ${width}, ${tuple(kernels)}, ${tuple(steps)}, output_padding=${more}${biasOf(layer)})`,
      value: cut.every((side) => side === ':') ? all : `${all}[:, ${cut.join(', ')}]`,
      tensors: kernel(layer, [3, 2, 0, 1]),
    };
  },
  upsample2d: plain((x, { layer }) => {
    const [tall, wide] = pair(layer.fields['size'] as Size);
    return `${x}.repeat_interleave(${tall}, 1).repeat_interleave(${wide}, 2)`;
  }),
  max_pool2d: pool((x, sizes, pad) =>
    pad ? `F.max_pool2d(F.pad(${x}, ${pad}, value=-math.inf), ${sizes})` : `F.max_pool2d(${x}, ${sizes})`,
  ),
  avg_pool2d: pool((x, sizes, pad) => (pad ? `avg_pool(${x}, ${sizes}, ${pad})` : `F.avg_pool2d(${x}, ${sizes})`)),
  global_avg_pool2d: plain((x) => `${x}.mean((1, 2))`),
  flatten: plain((x) => `${x}.flatten(1)`),
  reshape: plain((x, { shape }) => `${x}.reshape(-1, ${shape.join(', ')})`),
  activation: plain((x) => x),
  dropout: plain((x, { layer }) => `F.dropout(${x}, ${layer.fields['rate'] as number}, self.training)`),
  gaussian_noise: plain(
    (x, { layer }) =>
      `(${x} + ${layer.fields['stddev'] as number} * torch.randn_like(${x}) if self.training else ${x})`,
  ),
  batch_norm({ layer: { fields }, shape, units }, self, [x]) {
    const { momentum, epsilon } = fields as unknown as { momentum: number; epsilon: number };
    // PyTorch counts momentum the other way.
    const share = Number((1 - momentum).toPrecision(12));
    return {
      module: `nn.BatchNorm${wide(shape) ? 2 : 1}d(${units}, eps=${epsilon}, momentum=${share})`,
      value: wide(shape) ? `channels_last(${self}(channels_first(${x})))` : `${self}(${x})`,
      tensors: [...normalized, ['running_mean', 'mean'], ['running_var', 'variance']],
    };
  },
  layer_norm: ({ layer: { fields }, units }, self, [x]) => ({
    module: `nn.LayerNorm(${units}, eps=${fields['epsilon'] as number})`,
    value: `${self}(${x})`,
    tensors: normalized,
  }),
  add: (_layer, _self, inputs) => ({ value: inputs.join(' + ') }),
  concat: (_layer, _self, inputs) => ({ value: `torch.cat((${inputs.join(', ')}), -1)` }),
};

const biasOf = ({ layer }: GraphLayer): string => (layer.fields.bias === false ? `, bias=${flag(false)}` : '');

/** What goes around a weighted sum. `own` is the function of a custom formula, or the parameter that holds PReLU's slopes. */
export const torchActivations: Readonly<
  Record<ActivationName, (z: string, parameters: Activation['parameters'], own: string) => string>
> = {
  relu: (z) => `F.relu(${z})`,
  leaky_relu: (z, { slope }) => `F.leaky_relu(${z}, ${slope})`,
  prelu: (z, _, own) => `prelu(${z}, ${own})`,
  elu: (z, { alpha }) => `F.elu(${z}, ${alpha})`,
  selu: (z) => `F.selu(${z})`,
  gelu: (z) => `F.gelu(${z})`,
  silu: (z) => `F.silu(${z})`,
  softplus: (z) => `F.softplus(${z})`,
  softsign: (z) => `F.softsign(${z})`,
  mish: (z) => `F.mish(${z})`,
  relu6: (z) => `F.relu6(${z})`,
  hard_sigmoid: (z) => `F.hardsigmoid(${z})`,
  hard_swish: (z) => `F.hardswish(${z})`,
  sigmoid: (z) => `torch.sigmoid(${z})`,
  tanh: (z) => `torch.tanh(${z})`,
  softmax: (z) => `torch.softmax(${z}, -1)`,
  maxout: (z, { pieces }) => `maxout(${z}, ${pieces})`,
  linear: (z) => z,
  custom: (z, _, own) => `${own}(${z})`,
};

/** Custom formulas: what PyTorch has functions for. */
export const torchDialect: Dialect = {
  call(op, operands) {
    if (op === 'select') return `torch.where(${operands.join(', ')})`;
    if (op === 'softplus') return `F.softplus(${operands[0]})`;
    if (op === 'power') return `torch.pow(${operands.join(', ')})`;
    if (op === 'min' || op === 'max') {
      const number = operands.find(
        (text) => /^\(?-?[\d.]/.test(text) && Number.isFinite(Number(text.replaceAll(/[()]/g, ''))),
      );
      const other = operands.find((text) => text !== number)!;
      if (number !== undefined)
        return `torch.clamp(${other}, ${op === 'min' ? 'max' : 'min'}=${number.replaceAll(/[()]/g, '')})`;
      return `torch.${op}imum(${operands.join(', ')})`;
    }
    return `torch.${op}(${operands.join(', ')})`;
  },
  asNumber: (condition) => `${condition}.to(x.dtype)`,
  full: (value) => `torch.full_like(x, ${value})`,
};

/** The helpers a file needs, by a name that stands in its text. */
export const torchHelpers: Readonly<Record<string, readonly string[]>> = {
  channels_first: ['def channels_first(x):', '    return x.permute(0, 3, 1, 2)'],
  channels_last: ['def channels_last(x):', '    return x.permute(0, 2, 3, 1)'],
  avg_pool: [
    'def avg_pool(x, size, strides, pad):',
    '    """The mean of each window; padding is not counted."""',
    '    ones = F.pad(torch.ones_like(x[:1, :1]), pad)',
    '    return F.avg_pool2d(F.pad(x, pad), size, strides) / F.avg_pool2d(ones, size, strides)',
  ],
  prelu: ['def prelu(x, slope):', '    return torch.where(x > 0, x, slope * x)'],
  maxout: [
    'def maxout(z, pieces):',
    '    """The largest of each unit\'s pieces, which lie side by side."""',
    '    return z.unflatten(-1, (z.shape[-1] // pieces, pieces)).max(-1).values',
  ],
};
