import * as l10n from '@vscode/l10n';
import { piecesOf, type Activation, type ActivationName } from '../activations/index.ts';
import type { Graph, GraphLayer } from '../graph.ts';
import { sizeOf, unitsOf, type LayerType, type Shape } from '../layers/index.ts';
import { pair, type Size } from '../spec/fields.ts';
import { engineVersion } from '../version.ts';
import type { NamedTensor } from '../weights/safetensors.ts';
import { inexpressible, type ExportFiles, type ExportModel } from './target.ts';

/** What it needs of a model. */
export type TfjsSource = Pick<ExportModel, 'graph' | 'tensors' | 'metadata'> & {
  readonly known: Pick<ExportModel['known'], 'scaling'>;
};

type Config = Readonly<Record<string, unknown>>;
/** A layer of TensorFlow.js and its weights, by the names it gives them. */
interface Made {
  readonly type: string;
  readonly config: Config;
  readonly weights?: Readonly<Record<string, NamedTensor>>;
}

/** The file beside the one asked for. */
export const weightsEnding = '.bin';

/**
 * The network as a layers model of TensorFlow.js (`tf.loadLayersModel`), from rows in the data's own units, channels last: the model, and its
 * weights beside it. A layer keeps its name; what it is made of besides has its name in front. Throws ExportError.
 * Source: TensorFlow.js, layers model format.
 */
export function exportTfjs({ graph, tensors, known, metadata }: TfjsSource, stem: string): ExportFiles {
  const { inputShape } = graph.data;
  const layers: Config[] = [];
  const weights: (readonly [string, NamedTensor])[] = [];
  const put = (name: string, { type, config, weights: own = {} }: Made, inputs: readonly string[]): string => {
    const inbound = inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])];
    layers.push({ name, class_name: type, config: { name, ...config }, inbound_nodes: inbound });
    for (const [role, tensor] of Object.entries(own)) weights.push([`${name}/${role}`, tensor]);
    return name;
  };

  const input = put('input', { type: 'InputLayer', config: { batch_input_shape: [null, ...inputShape] } }, []);
  const scaled = scaling(known.scaling, inputShape).reduce(
    (before, made, i) => put(`input/${i}`, made, [before]),
    input,
  );
  const ends = new Map([['input', scaled]]);
  let end = scaled;
  for (const layer of graph.layers) {
    const { id, type, inputs } = layer.layer;
    const own = (role: string) => tensors.get(`${id}.${role}`)!;
    const made = makers[type as LayerType](layer, graph, own);
    end = made.reduce<readonly string[]>(
      (before, part, i) => [put(i === 0 ? id : `${id}/${i}`, part, before)],
      inputs.map((input) => ends.get(input)!),
    )[0]!;
    ends.set(id, end);
  }

  const config = { name: 'rectifier', layers, input_layers: [[input, 0, 0]], output_layers: [[end, 0, 0]] };
  const file = {
    format: 'layers-model',
    generatedBy: `Rectifier ${engineVersion}`,
    convertedBy: null,
    userDefinedMetadata: metadata,
    modelTopology: { class_name: 'Model', config },
    weightsManifest: [
      {
        paths: [`${stem}${weightsEnding}`],
        weights: weights.map(([name, { shape }]) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  };
  return { '': `${JSON.stringify(file)}\n`, [weightsEnding]: bytesOf(weights.map(([, { values }]) => values)) };
}

type Own = (role: string) => NamedTensor;
type Maker = (layer: GraphLayer, graph: Graph, own: Own) => readonly Made[];

const plain =
  (type: string, config: (fields: GraphLayer['layer']['fields'], shape: Shape) => Config = () => ({})): Maker =>
  ({ layer: { fields }, shape }) => [{ type, config: config(fields, shape) }];
const pool = (type: string): Maker =>
  plain(type, ({ poolSize, strides, padding }) => ({
    ...{ pool_size: pair(poolSize as Size), strides: pair(strides as Size), padding, data_format: 'channels_last' },
  }));
/** A layer with a kernel and what comes after its weighted sum. */
const weighted =
  (type: string, config: (fields: GraphLayer['layer']['fields'], width: number) => Config): Maker =>
  (layer, graph, own) => {
    const { fields } = layer.layer;
    const bias = fields.bias !== false;
    const weights = { kernel: own('weights'), ...(bias ? { bias: own('bias') } : {}) };
    const width = layer.units * piecesOf(fields.activation!);
    const made = { type, config: { ...config(fields, width), use_bias: bias, activation: 'linear' }, weights };
    return [made, ...activated(layer, graph, own)];
  };
const convolution = (type: string): Maker =>
  weighted(type, ({ kernelSize, strides, padding }, filters) => ({
    ...{ filters, kernel_size: pair(kernelSize as Size), strides: pair(strides as Size), padding },
    data_format: 'channels_last',
  }));

/** Every layer a network may hold. */
const makers: Record<LayerType, Maker> = {
  dense: weighted('Dense', (_, units) => ({ units })),
  conv2d: convolution('Conv2D'),
  conv2d_transpose: convolution('Conv2DTranspose'),
  upsample2d: plain('UpSampling2D', ({ size }) => ({ size: pair(size as Size), data_format: 'channels_last' })),
  max_pool2d: pool('MaxPooling2D'),
  avg_pool2d: pool('AveragePooling2D'),
  global_avg_pool2d: plain('GlobalAveragePooling2D', () => ({ data_format: 'channels_last' })),
  flatten: plain('Flatten'),
  reshape: plain('Reshape', (_, shape) => ({ target_shape: shape })),
  // Never nothing: what the layer is called must be there.
  activation: (layer, graph, own) => {
    const made = activated(layer, graph, own);
    return made.length > 0 ? made : [named('linear')];
  },
  dropout: plain('Dropout', ({ rate }) => ({ rate })),
  gaussian_noise: plain('GaussianNoise', ({ stddev }) => ({ stddev })),
  batch_norm: ({ layer: { fields } }, _, own) => {
    const weights = { gamma: own('gamma'), beta: own('beta') };
    const statistics = { moving_mean: own('mean'), moving_variance: own('variance') };
    const config = { axis: -1, momentum: fields.momentum, epsilon: fields.epsilon };
    return [{ type: 'BatchNormalization', config, weights: { ...weights, ...statistics } }];
  },
  layer_norm: ({ layer: { fields } }, _, own) => [
    {
      type: 'LayerNormalization',
      config: { axis: -1, epsilon: fields.epsilon },
      weights: { gamma: own('gamma'), beta: own('beta') },
    },
  ],
  add: plain('Add'),
  concat: plain('Concatenate', () => ({ axis: -1 })),
};

const named = (activation: string): Made => ({ type: 'Activation', config: { activation } });

/** Name of the activation there, or what makes it; a text is why there is none, and what to use in its place. */
const activations: Record<
  ActivationName,
  string | ((layer: GraphLayer, own: Own, activation: Activation) => readonly Made[]) | { readonly instead: string }
> = {
  relu: 'relu',
  leaky_relu: (_, __, { parameters }) => [{ type: 'LeakyReLU', config: { alpha: parameters['slope'] } }],
  prelu({ shape }, own) {
    // One slope a channel, the same wherever in the picture.
    const shared = shape.length === 3 ? { shared_axes: [1, 2] } : {};
    const { values } = own('slope');
    const alpha = { shape: shape.length === 3 ? [1, 1, values.length] : [values.length], values };
    return [{ type: 'PReLU', config: shared, weights: { alpha } }];
  },
  elu: 'elu',
  selu: 'selu',
  gelu: 'gelu',
  silu: 'swish',
  softplus: 'softplus',
  softsign: 'softsign',
  mish: 'mish',
  relu6: 'relu6',
  hard_sigmoid: { instead: 'sigmoid' },
  hard_swish: { instead: 'silu' },
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softmax: 'softmax',
  maxout({ shape }, _, activation) {
    // A maximum pool that slides along the last axis.
    const pieces = piecesOf(activation);
    const [units, positions] = [unitsOf(shape), sizeOf(shape) / unitsOf(shape)];
    return [
      { type: 'Reshape', config: { target_shape: [positions, units * pieces, 1] } },
      {
        type: 'MaxPooling2D',
        config: { pool_size: [1, pieces], strides: [1, pieces], padding: 'valid', data_format: 'channels_last' },
      },
      { type: 'Reshape', config: { target_shape: shape } },
    ];
  },
  linear: (_, __) => [],
  custom: { instead: 'relu' },
};

function activated(layer: GraphLayer, graph: Graph, own: Own): readonly Made[] {
  const activation = layer.layer.fields.activation!;
  const answer = activations[activation.name as ActivationName];
  if (activation.name === 'elu' && activation.parameters['alpha'] !== 1) {
    const why = l10n.t('TensorFlow.js has "{0}" with alpha 1 alone.', activation.name);
    throw inexpressible(graph, layer, why, l10n.t('Set alpha to 1 and train again, or export to ONNX.'));
  }
  if (typeof answer === 'string') return [named(answer)];
  if (typeof answer === 'function') return answer(layer, own, activation);
  const why = l10n.t('TensorFlow.js has no activation "{0}" as this program defines it.', activation.name);
  throw inexpressible(graph, layer, why, l10n.t('Use {0} and train again, or export to ONNX.', answer.instead));
}

/**
 * (x − shift) ÷ divisor as a batch normalization, whose statistics are the scaling. What rounding to float32 takes from a shift is in its
 * beta. Where columns of a picture are scaled each by itself it is laid out flat and put together again.
 */
function scaling({ shift, divisor }: TfjsSource['known']['scaling'], inputShape: Shape): readonly Made[] {
  if (shift.every((value) => value === 0) && divisor.every((value) => value === 1)) return [];
  const { length } = shift;
  const tensor = (value: (i: number) => number): NamedTensor => ({
    shape: [length],
    values: Float32Array.from({ length }, (_, i) => value(i)),
  });
  const made: Made = {
    type: 'BatchNormalization',
    config: { axis: -1, epsilon: 0, trainable: false },
    weights: {
      gamma: tensor((i) => 1 / divisor[i]!),
      beta: tensor((i) => (Math.fround(shift[i]!) - shift[i]!) / divisor[i]!),
      moving_mean: tensor((i) => shift[i]!),
      moving_variance: tensor(() => 1),
    },
  };
  if (length === unitsOf(inputShape)) return [made];
  const reshape = (shape: Shape): Made => ({ type: 'Reshape', config: { target_shape: shape } });
  return [reshape([sizeOf(inputShape) / length, 1, length]), made, reshape(inputShape)];
}

/** Values one after another, little-endian. */
function bytesOf(tensors: readonly Float32Array[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * tensors.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const values of tensors)
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  return new Uint8Array(view.buffer);
}
