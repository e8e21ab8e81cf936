import { piecesOf } from '../activations/index.ts';
import type { Graph } from '../graph.ts';
import { sizeOf } from '../layers/index.ts';
import { aligned, allocate } from './allocate.ts';
import { evaluateRowsLimit, layOut, layOutState } from './compile.ts';
import { copy } from './operations/join.ts';
import type { Plan } from './plan.ts';
import { Tape } from './tape.ts';
import { walk } from './walk.ts';

/** What is read of a layer: its weighted sums z, or its outputs a. */
export interface Tap {
  readonly layer: string;
  readonly at: 'z' | 'a';
}

/** Where a tapped tensor lies in each row that comes out. */
export interface TapPlace extends Tap {
  readonly start: number;
  readonly size: number;
}

/** Values that a chunk of rows may hold at once. */
const chunkValues = 2 ** 22;

/**
 * A plan that only evaluates, over up to `rows` rows of features given to it: its output is every tapped tensor, one after another. It is
 * for a session of its own, so that looking leaves no trace in the run; parameters and state are laid out as in the run's plan.
 * Layers without weighted sums have no z; such taps are left out.
 */
export function compileLook(graph: Graph, taps: readonly Tap[], rows: number): { plan: Plan; places: TapPlace[] } {
  const { parameters, length } = layOut(graph);
  const { state, stateLength } = layOutState(graph);
  const { places, width } = placesOf(graph, taps);
  const open = new Map(places.map((place) => [`${place.at} ${place.layer}`, place]));
  const tape = new Tape('evaluate', parameters, state, [], { layer: '', fused: 'none' }, (layer, at, value) => {
    const place = open.get(`${at} ${layer}`);
    if (!place) return;
    // A maxout is an activation of the pieces, then one of the largest: the first is what was tapped.
    open.delete(`${at} ${layer}`);
    copy(tape, value, ref, place.start, width);
  });
  // No operation of the network writes it.
  const ref = tape.buffer(width);
  // What comes behind the last tap is not needed.
  walk(tape, graph, () => open.size === 0);
  const evaluateRows = Math.max(1, Math.min(evaluateRowsLimit, rows, Math.floor(chunkValues / Math.max(width, 1))));
  const featureWidth = sizeOf(graph.data.inputShape);
  const plan: Plan = {
    batchRows: 1,
    evaluateRows,
    sizes: {
      parameters: length,
      gradients: 0,
      slots: 0,
      state: stateLength,
      activations: allocate(tape.forward, tape.buffers, evaluateRows, ref),
      features: aligned(rows * featureWidth),
      targets: 0,
    },
    parameters,
    state,
    observed: [],
    train: { forward: [], backward: [], update: [] },
    evaluate: { forward: tape.forward },
    output: { ref, width },
    featureWidth,
    targetWidth: 0,
    optimizer: {
      ...{ name: 'sgd', momentum: 0, nesterov: false, beta1: 0, beta2: 0, rho: 0, epsilon: 0 },
      ...{ weightDecay: 0, clipNorm: 0, slotCount: 0 },
    },
    multiplyAdds: graph.multiplyAdds,
  };
  return { plan, places };
}

function placesOf(graph: Graph, taps: readonly Tap[]): { places: TapPlace[]; width: number } {
  const places: TapPlace[] = [];
  let width = 0;
  for (const { layer, at } of taps) {
    const found = graph.layers.find((entry) => entry.layer.id === layer);
    const { activation } = found?.layer.fields ?? {};
    const twice = places.some((place) => place.layer === layer && place.at === at);
    if (!found || twice || (at === 'z' && !activation)) continue;
    const size = sizeOf(found.shape) * (at === 'z' && activation ? piecesOf(activation) : 1);
    places.push({ layer, at, start: width, size });
    width += size;
  }
  return { places, width };
}
