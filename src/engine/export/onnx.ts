import { piecesOf } from '../activations/index.ts';
import { layerRow, sizeOf, unitsOf, type Emitter, type Shape, type Tensor } from '../layers/index.ts';
import type { Geometry } from '../plan/plan.ts';
import { writeActivation } from './onnxActivations.ts';
import { OnnxGraph } from './onnxGraph.ts';
import type { ExportModel } from './target.ts';

/** A value of the graph: what layers hold, and its name there. */
interface Value extends Tensor {
  readonly name: string;
}

/** What it needs of a model. */
export type OnnxSource = Pick<ExportModel, 'graph' | 'tensors' | 'metadata'> & {
  readonly known: Pick<ExportModel['known'], 'scaling'>;
};

/**
 * The network in evaluation as an ONNX file, weights inside: from `input` [batch, …] in the data's own units, channels last, to `output`
 * [batch, …]. Made of what layers say of their forward pass, so that every layer is in it. Convolutions and pools, which ONNX has with channels
 * first alone, stand between transpositions; runtimes take out those that meet.
 */
export function exportOnnx({ graph: { data, layers }, tensors, known, metadata }: OnnxSource): Uint8Array {
  const graph = new OnnxGraph();
  graph.scope = 'input';
  let output = valueOf(scaled(graph, 'input', known.scaling, data.inputShape), data.inputShape);
  const values = new Map([['input', output]]);
  for (const { layer, shape } of layers) {
    graph.scope = layer.id;
    const inputs = layer.inputs.map((id) => values.get(id)!);
    output = layerRow(layer.type).emit(emitterOf(graph, layer.id, tensors), layer.fields, inputs, shape) as Value;
    values.set(layer.id, output);
  }
  graph.node('Identity', [output.name], {}, 'output');
  return graph.file(['input', data.inputShape], ['output', output.shape], metadata);
}

/** What layers are made of, as operations of ONNX. Tensors that layers hold are values of this graph. */
function emitterOf(graph: OnnxGraph, id: string, tensors: OnnxSource['tensors']): Emitter {
  const nameOf = (tensor: Tensor): string => (tensor as Value).name;
  /** A layer's own tensor, with its axes in ONNX's order. */
  const own = (role: string, axes?: readonly number[]): string => {
    const { shape, values } = tensors.get(`${id}.${role}`)!;
    const name = `${id}.${role}`;
    return axes
      ? graph.tensor(
          name,
          transposed(values, shape, axes),
          axes.map((axis) => shape[axis]!),
        )
      : graph.tensor(name, values, shape);
  };
  const channelsFirst = (work: (x: string) => string, x: Tensor): string =>
    graph.node('Transpose', [work(graph.node('Transpose', [nameOf(x)], { perm: [0, 3, 1, 2] }))], {
      perm: [0, 2, 3, 1],
    });
  const reshaped = (x: string, shape: Shape): string => graph.node('Reshape', [x, graph.integers([-1, ...shape])]);

  return {
    matmul: (x, units, bias) =>
      valueOf(
        bias
          ? graph.node('Gemm', [nameOf(x), own('weights'), own('bias')])
          : graph.node('MatMul', [nameOf(x), own('weights')]),
        [units],
      ),
    conv(x, g, bias) {
      const kernel = [own('weights', [3, 2, 0, 1]), ...(bias ? [own('bias')] : [])];
      const name = channelsFirst((first) => graph.node('Conv', [first, ...kernel], windowOf(g)), x);
      return valueOf(name, [g.outHeight, g.outWidth, g.outChannels]);
    },
    convTranspose(x, g, bias) {
      const kernel = [own('weights', [3, 2, 0, 1]), ...(bias ? [own('bias')] : [])];
      const name = channelsFirst((first) => graph.node('ConvTranspose', [first, ...kernel], spreadOf(g)), x);
      return valueOf(name, [g.height, g.width, g.channels]);
    },
    pool(x, kind, g) {
      // A sum of the layer's own would be a mean times its window's size; no layer asks for one.
      if (kind === 'sum') throw new Error('No layer pools by sums.');
      const name = channelsFirst(
        (first) =>
          kind === 'max'
            ? graph.node('MaxPool', [first], windowOf(g))
            : graph.node('AveragePool', [first], { ...windowOf(g), count_include_pad: 0 }),
        x,
      );
      return valueOf(name, [g.outHeight, g.outWidth, g.outChannels]);
    },
    spread(x, g) {
      const scales = graph.tensor(`scales/${g.strideY}_${g.strideX}`, [1, 1, g.strideY, g.strideX], [4]);
      const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
      const name = channelsFirst((first) => graph.node('Resize', [first, '', scales], nearest), x);
      return valueOf(name, [g.height, g.width, g.channels]);
    },
    activate(z, activation) {
      const pieces = piecesOf(activation);
      if (activation.name !== 'maxout')
        return valueOf(
          writeActivation(graph, nameOf(z), activation, activation.name === 'prelu' ? own('slope') : ''),
          z.shape,
        );
      const shape = [...z.shape.slice(0, -1), unitsOf(z.shape) / pieces];
      const grouped = reshaped(nameOf(z), [...shape, pieces]);
      return valueOf(graph.node('ReduceMax', [grouped], { axes: [-1], keepdims: 0 }), shape);
    },
    noise: (x) => x,
    normalize(x, epsilon, momentum) {
      const [gamma, beta] = [own('gamma'), own('beta')];
      if (momentum === undefined) {
        const attributes = { axis: -1, epsilon: { float: epsilon } };
        return valueOf(graph.node('LayerNormalization', [nameOf(x), gamma, beta], attributes), x.shape);
      }
      const variance = graph.node('Add', [own('variance'), graph.number(epsilon)]);
      const centred = graph.node('Sub', [nameOf(x), own('mean')]);
      const divided = graph.node('Div', [centred, graph.node('Sqrt', [variance])]);
      return valueOf(graph.node('Add', [graph.node('Mul', [divided, gamma]), beta]), x.shape);
    },
    add: (inputs) =>
      valueOf(
        inputs.map(nameOf).reduce((a, b) => graph.node('Add', [a, b])),
        inputs[0]!.shape,
      ),
    concat: (inputs, shape) => valueOf(graph.node('Concat', inputs.map(nameOf), { axis: -1 }), shape),
    reshape: (x, shape) => valueOf(reshaped(nameOf(x), shape), shape),
  };
}

const valueOf = (name: string, shape: Shape): Value => ({ id: 0, name, shape, size: sizeOf(shape) });

/**
 * (x − shift) ÷ divisor, as the training data was scaled. In float32 a shift that is large beside the divisor would lose digits in
 * rounding: what rounding takes from it is subtracted after it.
 */
function scaled(
  graph: OnnxGraph,
  x: string,
  { shift, divisor }: OnnxSource['known']['scaling'],
  inputShape: Shape,
): string {
  if (shift.every((value) => value === 0) && divisor.every((value) => value === 1)) return x;
  const shape = shift.length === unitsOf(inputShape) ? [shift.length] : inputShape;
  const all = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => values[i % values.length]!);
  const rest = shift.map((value) => value - Math.fround(value));
  const centred = graph.node('Sub', [x, graph.tensor('input.shift', all(shift), shape)]);
  const exact = rest.some((value, i) => Math.abs(value / divisor[i]!) > 2 ** -24)
    ? graph.node('Sub', [centred, graph.tensor('input.shiftRest', all(rest), shape)])
    : centred;
  return graph.node('Div', [exact, graph.tensor('input.divisor', all(divisor), shape)]);
}

/** A window's attributes; the end is padded as far as its last place needs. */
function windowOf(g: Geometry) {
  const after = (out: number, stride: number, kernel: number, before: number, size: number): number =>
    Math.max((out - 1) * stride + kernel - before - size, 0);
  const bottom = after(g.outHeight, g.strideY, g.kernelHeight, g.padTop, g.height);
  const right = after(g.outWidth, g.strideX, g.kernelWidth, g.padLeft, g.width);
  return {
    kernel_shape: [g.kernelHeight, g.kernelWidth],
    strides: [g.strideY, g.strideX],
    pads: [g.padTop, g.padLeft, bottom, right],
  };
}

/** A transposed convolution's: where the windows' end is before that of the picture, `output_padding` makes up for it. */
function spreadOf(g: Geometry) {
  const over = (out: number, stride: number, kernel: number, before: number, size: number): number =>
    (out - 1) * stride + kernel - before - size;
  const bottom = over(g.outHeight, g.strideY, g.kernelHeight, g.padTop, g.height);
  const right = over(g.outWidth, g.strideX, g.kernelWidth, g.padLeft, g.width);
  return {
    kernel_shape: [g.kernelHeight, g.kernelWidth],
    strides: [g.strideY, g.strideX],
    pads: [g.padTop, g.padLeft, Math.max(bottom, 0), Math.max(right, 0)],
    output_padding: [Math.max(-bottom, 0), Math.max(-right, 0)],
  };
}

/** A tensor of rank 4 with its axes in another order. */
function transposed(values: Float32Array, shape: Shape, axes: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const [a, b, c, d] = axes.map((axis) => ({ size: shape[axis]!, stride: strides[axis]! })) as Axis[] &
    [Axis, Axis, Axis, Axis];
  const out = new Float32Array(values.length);
  let at = 0;
  for (let i = 0; i < a.size; i++)
    for (let j = 0; j < b.size; j++)
      for (let k = 0; k < c.size; k++)
        for (let l = 0; l < d.size; l++) out[at++] = values[i * a.stride + j * b.stride + k * c.stride + l * d.stride]!;
  return out;
}

interface Axis {
  readonly size: number;
  readonly stride: number;
}
