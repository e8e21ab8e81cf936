import type { Backend, StepRow } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { watchedLayers, type Plan } from '../plan/plan.ts';
import { purpose, Random, streamOf } from '../random.ts';
import type { Batches } from './batches.ts';
import type { StartEvent } from './events.ts';

/** A training step costs about three forward passes. */
export const passesPerStep = 3;
/** Most steps of a stretch, for networks so small that the multiply-adds are not what costs. */
const longestStretch = { reference: 256, wasm: 4096, webgpu: 256 };

/** Each epoch has its own order, drawn from the seed alone: a run may begin anywhere. To be read alone: unshuffled it is the data's own. */
export function epochOrder({ network: { seed, training } }: Graph, { parts }: Dataset, epoch: number): Uint32Array {
  if (!training.shuffle) return parts.train;
  return new Random(seed, streamOf('shuffle'), purpose.shuffle, epoch).shuffle(parts.train.slice());
}

/**
 * Where the steps that a run makes at once end: at the next record, epoch or bound, or after what the backend does in good time.
 * `regular` if a record is due there by the count of steps or epochs.
 */
export function nextStretch(
  { plan, batches, backend, step }: { plan: Plan; batches: Batches; backend: Backend; step: number },
  until: number,
  metricsEvery?: number,
): { end: number; regular: boolean } {
  const perStep = passesPerStep * plan.multiplyAdds * plan.batchRows;
  const nextRecord = metricsEvery ? (Math.floor(step / metricsEvery) + 1) * metricsEvery : Infinity;
  const longest = Math.min(longestStretch[backend.name], Math.max(1, Math.floor(backend.stretch / perStep)));
  const end = Math.min(until, nextRecord, batches.stepsTo(batches.at(step).epoch + 1), step + longest);
  return { end, regular: end === nextRecord || (!metricsEvery && batches.at(end).offset === 0) };
}

/** What changes with update `step`, counted from 0. */
export function stepRow(plan: Plan, batches: Batches, step: number, learningRate: number, observe: boolean): StepRow {
  const { offset, rows } = batches.at(step);
  return rowOf(plan, step, rows, offset, learningRate, observe);
}

function rowOf(
  { optimizer: { beta1, beta2 } }: Plan,
  step: number,
  rows: number,
  batchOffset: number,
  learningRate: number,
  observe: boolean,
): StepRow {
  return {
    step: step + 1,
    rows,
    batchOffset,
    learningRate,
    // Powers take as long as a step of a small network, and sgd has none.
    correction1: beta1 === 0 ? 1 : 1 - beta1 ** (step + 1),
    correction2: beta2 === 0 ? 1 : 1 - beta2 ** (step + 1),
    observe,
  };
}

/** The rows of updates `from` up to `to`, all of one epoch; the last is observed if `observe` says so. */
export function stepRows(
  plan: Plan,
  batches: Batches,
  from: number,
  to: number,
  rateAt: (step: number) => number,
  observe: boolean,
): StepRow[] {
  const last = stepRow(plan, batches, to - 1, rateAt(to - 1), observe);
  const rows: StepRow[] = [];
  // Only an epoch's last batch may be short.
  for (let step = from; step < to - 1; step++) {
    const batchOffset = last.batchOffset - (to - 1 - step) * batches.size;
    rows.push(rowOf(plan, step, batches.size, batchOffset, rateAt(step), false));
  }
  rows.push(last);
  return rows;
}

/** The stream's first line. */
export function startEvent(
  graph: Graph,
  plan: Plan,
  backend: Backend,
  { run, reason }: { run: string; reason: string },
  steps: number,
): StartEvent {
  return {
    event: 'start',
    run,
    backend: backend.name,
    ...(backend.kernels === undefined ? {} : { kernels: backend.kernels }),
    reason,
    device: backend.device,
    parameters: graph.parameterCount,
    steps,
    seed: graph.network.seed,
    layers: watchedLayers(plan).map(({ layer, units }) => ({
      id: layer,
      type: graph.layers.find((entry) => entry.layer.id === layer)!.layer.type,
      units,
    })),
  };
}
