import type { Graph, GraphLayer } from '../graph.ts';
import type { Op, Plan, Ref } from '../plan/plan.ts';

/** Where a unit is found in a plan: the weighted sum z that its activation takes, and the parameters that are its own. */
export interface UnitPlace {
  /** Operations of an evaluation up to z, and z itself: `width` values a row, the unit's at `unit`, `unit + units`, … */
  readonly z: Cut;
  readonly units: number;
  readonly unit: number;
  /** The same for what the layer with the weights takes in; undefined where no such layer leads straight to the unit. */
  readonly input: Cut | undefined;
  /** Places in the parameters' arena: incoming weights, and what multiplies them (a normalisation's gamma). */
  readonly kernel: readonly number[];
  readonly scales: readonly number[];
  /** Its bias, or a normalisation's beta. */
  readonly shifts: readonly number[];
  /** The layers before it whose units are watched; none where it sees the data alone. */
  readonly sources: readonly string[];
}

/** An evaluation up to a value of its own. */
export interface Cut {
  readonly forward: readonly Op[];
  readonly ref: Ref;
  readonly width: number;
}

/** Layers without weights or activation that keep one unit one unit. */
const passing: readonly string[] = [
  'batch_norm',
  'layer_norm',
  'dropout',
  'gaussian_noise',
  'max_pool2d',
  'avg_pool2d',
  'upsample2d',
];

/** Finds a unit of a layer whose units can die. */
export function placeOf(graph: Graph, plan: Plan, layer: string, unit: number): UnitPlace {
  const index = plan.observed.findIndex((watched) => watched.layer === layer && !watched.pieces);
  const watched = plan.observed[index];
  const { forward } = plan.evaluate;
  const observes = forward.findIndex((op) => op.op === 'observe' && op.layer === index);
  const activate = forward[observes - 1];
  if (!watched || activate?.op !== 'activate' || unit >= watched.units)
    throw new Error(`Unit ${unit} of "${layer}" has no place in the plan.`);
  const chain = ownLayers(graph, layer);
  const owner = chain.at(-1)!;
  const weighted = weightedSum(plan, owner.layer.id);
  const single = (role: string) =>
    chain.flatMap(({ layer: { id } }) =>
      plan.parameters
        .filter((tensor) => tensor.layer === id && tensor.role === role)
        .map((tensor) => tensor.offset + unit),
    );
  return {
    z: { forward: forward.slice(0, observes - 1), ref: activate.z, width: activate.width },
    ...{ units: watched.units, unit },
    input: weighted && { forward: forward.slice(0, weighted.at), ref: weighted.input, width: weighted.width },
    kernel: weighted ? column(plan, owner, weighted.transposed, unit) : [],
    scales: single('gamma'),
    shifts: [...single('bias'), ...single('beta')],
    sources: sourcesOf(graph, weighted ? owner.layer.inputs : chain[0]!.layer.inputs),
  };
}

const layerOf = (graph: Graph, id: string): GraphLayer | undefined => graph.layers.find(({ layer }) => layer.id === id);

/** The layer, and for an `activation` layer those before it, up to the one whose weights make its sum; without one the layer alone. */
function ownLayers(graph: Graph, id: string): GraphLayer[] {
  const first = layerOf(graph, id)!;
  const chain = [first];
  for (let at: GraphLayer | undefined = first; at;) {
    if (at.layer.fields.weights) return chain;
    const { inputs }: { inputs: readonly string[] } = at.layer;
    at = inputs.length === 1 ? layerOf(graph, inputs[0]!) : undefined;
    if (!at) break;
    const straight = at.layer.fields.weights
      ? at.layer.fields.activation?.name === 'linear'
      : passing.includes(at.layer.type);
    if (!straight) break;
    chain.push(at);
  }
  return [first];
}

/** The operation that multiplies with a layer's weights, if it has any. */
function weightedSum(plan: Plan, id: string) {
  const tensor = plan.parameters.find(({ layer, role }) => layer === id && role === 'weights');
  if (!tensor) return undefined;
  const reads = ({ arena, offset }: Ref) => arena === 'parameters' && offset === tensor.offset;
  for (const [at, op] of plan.evaluate.forward.entries()) {
    if (op.op === 'matmul' && reads(op.b)) return { at, input: op.a, width: op.k.size, transposed: false };
    if (op.op === 'conv' && reads(op.w)) {
      const { height, width, channels } = op.geometry;
      return { at, input: op.x, width: height * width * channels, transposed: false };
    }
    if (op.op === 'conv_input' && reads(op.w)) {
      const { outHeight, outWidth, outChannels } = op.geometry;
      return { at, input: op.dy, width: outHeight * outWidth * outChannels, transposed: true };
    }
  }
  return undefined;
}

/** A unit's incoming weights: of `[…, in, out]`, or transposed of `[h, w, out, in]`. */
function column(plan: Plan, { layer }: GraphLayer, transposed: boolean, unit: number): number[] {
  const { offset, size, shape } = plan.parameters.find(
    (tensor) => tensor.layer === layer.id && tensor.role === 'weights',
  )!;
  const [before, last] = shape.slice(-2) as [number, number];
  const isOwn = (i: number) => (transposed ? Math.floor(i / last) % before : i % last) === unit;
  return Array.from({ length: size }, (_, i) => i)
    .filter(isOwn)
    .map((i) => offset + i);
}

/** The nearest layers upstream whose units are watched. */
function sourcesOf(graph: Graph, inputs: readonly string[]): string[] {
  const found = inputs.flatMap((id) => {
    const source = layerOf(graph, id);
    if (!source) return [];
    return source.layer.fields.activation ? [id] : sourcesOf(graph, source.layer.inputs);
  });
  return [...new Set(found)];
}
