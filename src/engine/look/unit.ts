import { piecesOf } from '../activations/index.ts';
import type { Graph, GraphLayer } from '../graph.ts';
import { sizeOf, type Shape } from '../layers/index.ts';
import { layOut } from '../plan/compile.ts';
import type { Tap } from '../plan/look.ts';
import type { UnitLook } from './look.ts';
import type { Looker } from './looker.ts';
import type { Tapped, WeightsNow } from './session.ts';

const mostTop = 9;
/** Step of the differences that give the linear map: exact, but for rounding, where no unit on the way changes side. */
const difference = 1 / 64;

/** What a unit looks for: its incoming weights, the samples it answers to most, and the linear map in effect for one of them. */
export async function unitLook(
  looker: Looker,
  tapped: Tapped,
  { layer, unit }: { readonly layer: string; readonly unit: number },
  rows: Uint32Array,
  chosen: number,
  weights: WeightsNow,
  effort: number,
): Promise<UnitLook | undefined> {
  const graph = looker.network;
  const found = graph.layers.find((entry) => entry.layer.id === layer);
  if (!found || unit >= found.units) return undefined;
  const incoming = weightsOf(graph, found, unit, weights.parameters);
  const map = await linearMap(looker, found, unit, chosen, weights, effort);
  const answers = [...rows].map((row, i) => ({
    row,
    value: strongest(tapped.row({ layer, at: 'a' }, i)!, unit, found.units).value,
  }));
  return {
    layer,
    unit,
    ...(incoming ? { weights: incoming } : {}),
    top: answers
      .sort((a, b) => b.value - a.value)
      .slice(0, mostTop)
      .map(({ row, value }) => ({ ...looker.sample(row), value })),
    ...(map ? { map } : {}),
  };
}

/** The largest value of a unit over its positions, and where. */
function strongest(values: Float32Array, unit: number, units: number): { at: number; value: number } {
  let at = unit;
  for (let i = unit; i < values.length; i += units) if (values[i]! > values[at]!) at = i;
  return { at, value: values[at]! };
}

/** Kernels are `[…, in, out]`: a unit's part is every `out`-th value. */
function weightsOf(graph: Graph, found: GraphLayer, unit: number, parameters: Float32Array): UnitLook['weights'] {
  const { activation } = found.layer.fields;
  const own = layOut(graph).parameters.filter(({ layer }) => layer === found.layer.id);
  const kernel = own.find(({ role }) => role === 'weights');
  // A transposed convolution's kernel ends in its inputs; a maxout unit has several sets of weights.
  if (!kernel || found.layer.type === 'conv2d_transpose' || (activation && piecesOf(activation) > 1)) return undefined;
  const out = kernel.shape.at(-1)!;
  const values = Float32Array.from(
    { length: kernel.size / out },
    (_, i) => parameters[kernel.offset + i * out + unit]!,
  );
  const bias = own.find(({ role }) => role === 'bias');
  const shape = kernel.shape.length === 2 ? sourceShape(graph, found) : kernel.shape.slice(0, -1);
  return { shape, values, bias: bias ? parameters[bias.offset + unit]! : 0 };
}

/** What a dense layer's inputs were before they were made a row. */
function sourceShape({ data, layers }: Graph, { layer, inputShapes }: GraphLayer): Shape {
  const before = layers.find((entry) => entry.layer.id === layer.inputs[0]);
  if (!before) return data.inputShape;
  return before.layer.type === 'flatten' ? before.inputShapes[0]! : inputShapes[0]!;
}

async function linearMap(
  looker: Looker,
  found: GraphLayer,
  unit: number,
  row: number,
  weights: WeightsNow,
  effort: number,
): Promise<UnitLook['map']> {
  const { activation } = found.layer.fields;
  const width = sizeOf(looker.data.inputShape);
  const total = sizeOf(found.shape);
  if (!activation || piecesOf(activation) > 1) return undefined;
  if ((width + 1) * Math.max(looker.network.multiplyAdds, total * 16) > effort) return undefined;
  const input = looker.features(Uint32Array.of(row));
  // The sample itself, then with each of its inputs a little larger.
  const features = new Float32Array((width + 1) * width);
  for (let i = 0; i <= width; i++) features.set(input, i * width);
  for (let k = 0; k < width; k++) features[(k + 1) * width + k]! += difference;
  const tap: Tap = { layer: found.layer.id, at: 'z' };
  const tapped = await looker.probe(tap, features, weights);
  const { at, value: z } = strongest(tapped.row(tap, 0)!, unit, found.units);
  const values = Float32Array.from({ length: width }, (_, k) => (tapped.row(tap, k + 1)![at]! - z) / difference);
  return { values, z, offset: z - values.reduce((sum, slope, k) => sum + slope * input[k]!, 0) };
}
