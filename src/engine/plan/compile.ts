import { activationRow, piecesOf } from '../activations/index.ts';
import type { Graph } from '../graph.ts';
import { layerRow, sizeOf } from '../layers/index.ts';
import { aligned, allocate } from './allocate.ts';
import { input } from './operations/input.ts';
import { loss } from './operations/loss.ts';
import type { ObservedLayer, Op, ParameterTensor, Plan, Segment, StateTensor } from './plan.ts';
import { Tape } from './tape.ts';
import { walk } from './walk.ts';

/** Most rows an evaluation takes at once. */
export const evaluateRowsLimit = 256;
/** Elements that an evaluation may always have; beyond, it takes fewer rows rather than more room than training. */
const evaluateRoom = 2 ** 20;

let newest: { readonly key: string; readonly plan: Plan } | undefined;

/** As `compile`; the newest plan serves again while only rates, seeds and how long to train have changed. */
export function planOf(graph: Graph, batchRows: number, samples: number): Plan {
  const { network, data, loss } = graph;
  const { optimizer } = network.training;
  const key = JSON.stringify([network.layers, network.data.corrupt, network.training.target]);
  const rest = JSON.stringify([optimizer, data.inputShape, data.task, data.outputs, loss, batchRows, samples]);
  if (newest?.key !== key + rest) newest = { key: key + rest, plan: compile(graph, batchRows, samples) };
  return newest.plan;
}

/** Turns a graph into a plan for batches of up to `batchRows` rows out of `samples` samples. */
export function compile(graph: Graph, batchRows: number, samples: number): Plan {
  const { parameters, segments, length } = layOut(graph);
  const { state, stateLength } = layOutState(graph);
  const observed = watch(graph, parameters);
  const featureWidth = sizeOf(graph.data.inputShape);
  const classes = graph.data.task === 'classification';
  const restores = graph.network.training.target === 'input';
  const targetWidth = restores ? 0 : classes ? 1 : graph.data.outputs;
  const { optimizer } = graph.network.training;
  const fuse = fusion(graph);

  const draw = (mode: 'train' | 'evaluate') => {
    const tape = new Tape(mode, parameters, state, observed, fuse);
    const output = walk(tape, graph);
    const target = restores
      ? input(tape, { arena: 'features', offset: 0 }, graph.data.inputShape)
      : input(tape, { arena: 'targets', offset: 0 }, [targetWidth]);
    const prediction = loss(tape, output, graph.loss, target, classes);
    tape.backward();
    return { tape, prediction, width: output.size };
  };

  const train = draw('train');
  const evaluate = draw('evaluate');
  const update: Op[] = [
    { op: 'norms', segments },
    { op: 'update', optimizer, segments },
  ];
  const trainOps = [...train.tape.forward, ...train.tape.backwardOps];
  const trained = allocate(trainOps, train.tape.buffers, batchRows);
  const { forward, buffers } = evaluate.tape;
  const room = (rows: number) => allocate(forward, buffers, rows, evaluate.prediction);
  const most = Math.min(evaluateRowsLimit, samples);
  const fitting = Math.floor((most * Math.max(trained, evaluateRoom)) / room(most) / 8) * 8;
  const evaluateRows = Math.min(most, Math.max(fitting, 1));
  const activations = Math.max(trained, room(evaluateRows));

  return {
    batchRows,
    evaluateRows,
    sizes: {
      parameters: length,
      gradients: length,
      slots: length * optimizer.slotCount,
      state: stateLength,
      activations,
      features: aligned(samples * featureWidth),
      targets: aligned(samples * targetWidth),
    },
    parameters,
    state,
    observed,
    train: { forward: train.tape.forward, backward: train.tape.backwardOps, update },
    evaluate: { forward: evaluate.tape.forward },
    output: { ref: evaluate.prediction, width: evaluate.width },
    featureWidth,
    targetWidth,
    optimizer,
    multiplyAdds: graph.multiplyAdds,
  };
}

/** Lays the parameters out one after another, and says how `norms` and `update` walk them. */
export function layOut(graph: Graph): { parameters: ParameterTensor[]; segments: Segment[]; length: number } {
  const parameters: ParameterTensor[] = [];
  const segments: Segment[] = [];
  let offset = 0;
  for (const { layer, parameters: rows } of graph.layers) {
    for (const row of rows) {
      const size = sizeOf(row.shape);
      parameters.push({
        name: `${layer.id}.${row.role}`,
        layer: layer.id,
        role: row.role,
        shape: row.shape,
        offset,
        size,
      });
      segments.push({ offset, size, l1: row.l1, l2: row.l2, decay: row.role !== 'slope' });
      offset += aligned(size);
    }
  }
  return { parameters, segments, length: offset };
}

/** Running statistics, one after another. */
export function layOutState(graph: Graph): { state: StateTensor[]; stateLength: number } {
  const state: StateTensor[] = [];
  let offset = 0;
  for (const { layer, shape } of graph.layers) {
    for (const { name, size, initial } of layerRow(layer.type).state?.(shape) ?? []) {
      state.push({ name: `${layer.id}.${name}`, offset, size, initial });
      offset += aligned(size);
    }
  }
  return { state, stateLength: offset };
}

/** Every layer with a kernel and every `activation` layer, in file order; then the pieces of those that choose from several. */
function watch(graph: Graph, parameters: readonly ParameterTensor[]): ObservedLayer[] {
  const watched = graph.layers.flatMap(({ layer, shape, units }) => {
    const { activation } = layer.fields;
    if (!activation) return [];
    const row = activationRow(activation.name);
    const kernel = parameters.findIndex((tensor) => tensor.layer === layer.id && tensor.role === 'weights');
    return [
      {
        layer: layer.id,
        units,
        positions: sizeOf(shape) / units,
        inactive: row.inactive,
        saturation: row.saturation ?? 0,
        kernel: kernel < 0 ? undefined : kernel,
        each: piecesOf(activation),
        kind: row.kind,
      },
    ];
  });
  const layers = watched.map(({ each: _, kind: __, ...layer }): ObservedLayer => layer);
  const pieces = watched
    .filter(({ kind }) => kind === 'pieces')
    .map(({ layer, units, positions, each }): ObservedLayer => {
      return {
        layer,
        units: units * each,
        positions,
        inactive: 'zero',
        saturation: 0,
        kernel: undefined,
        pieces: true,
      };
    });
  return [...layers, ...pieces];
}

/** Sigmoid with binary and softmax with categorical cross-entropy are worked out together: exact where the parts would overflow. */
function fusion(graph: Graph): { layer: string; fused: 'sigmoid' | 'softmax' | 'none' } {
  const { layer } = graph.layers.at(-1)!;
  const { activation, regularization } = layer.fields;
  const pair = `${activation?.name} ${graph.loss}`;
  const fused =
    (regularization?.activityL1 ?? 0) > 0
      ? 'none'
      : pair === 'sigmoid binary_crossentropy'
        ? 'sigmoid'
        : pair === 'softmax categorical_crossentropy'
          ? 'softmax'
          : 'none';
  return { layer: layer.id, fused };
}
