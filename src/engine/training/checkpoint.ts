import * as l10n from '@vscode/l10n';
import type { Sums } from '../backends/backend.ts';
import type { evaluatedMetrics, updateMetrics } from '../health/metrics.ts';
import type { UnitRecord } from '../health/units.ts';
import { watchedLayers, type Plan } from '../plan/plan.ts';
import { isWatching, type Watching } from '../rules/watch.ts';
import { dataMetadata, metadataOf, parsed, type Origin } from '../weights/metadata.ts';
import { WeightsError, type TensorFile } from '../weights/safetensors.ts';
import { cut, slotPlaces, slotsFrom, tensorsOf, weightsFrom, type Weights } from '../weights/weights.ts';
import { Batches, type Since } from './batches.ts';
import type { MetricsEvent } from './events.ts';

/** What the newest evaluation found. */
export type Evaluation = Pick<MetricsEvent, 'evaluated' | 'validation'> & {
  readonly layers: ReturnType<typeof evaluatedMetrics>;
};

/**
 * Where a run stands between two updates, besides what lies on the backend: JSON holds it bit for bit. The order of an epoch's samples
 * is drawn from seed and epoch, so the step alone says where in it the run is.
 */
export interface Standing {
  /** Of the batches since the last record. */
  readonly sums: Sums & { readonly batches: number };
  /** Multiply-adds so far. */
  readonly spent: { readonly training: number; readonly evaluation: number };
  readonly evaluation: Evaluation;
  /** The last record. */
  readonly final: Omit<MetricsEvent, 'event'> | null;
  /** What the last update said of each layer; null before the first. */
  readonly updates: ReturnType<typeof updateMetrics> | null;
  readonly units: readonly UnitRecord[];
  /** What the rules know of the run. */
  readonly watching: Watching;
  /** A run that goes on would have had its record here: its sums begin anew. */
  readonly recorded: boolean;
  /** Set when it was changed in the middle of the run. */
  readonly learningRate?: number;
  /** Set when the batch size was. */
  readonly since?: Since;
}

/** The metadata that makes a weight file a checkpoint. */
export const standingKey = 'training';

/** The weights a checkpoint holds, without what it takes to train on. */
export function weightsOf({ metadata: { [standingKey]: _, ...metadata }, tensors }: TensorFile): TensorFile {
  return { metadata, tensors: new Map([...tensors].filter(([name]) => !name.startsWith('optimizer.'))) };
}

/** A checkpoint is a weight file with more in it: the optimiser's tensors, and where the run stands. */
export function writeCheckpoint(
  plan: Plan,
  origin: Origin,
  weights: Weights,
  slots: Float32Array,
  standing: Standing,
): TensorFile {
  const order = { batchRows: plan.batchRows, train: origin.dataset.parts.train.length };
  return {
    metadata: { ...metadataOf(origin), [standingKey]: JSON.stringify({ ...order, ...standing }) },
    tensors: new Map([...tensorsOf(plan, weights), ...cut(slotPlaces(plan), slots)]),
  };
}

/**
 * Takes a checkpoint apart, once it is sure that this run can go on from it bit for bit; `elsewhere` lets it go on with another backend, within
 * the tolerance between the two, and in batches of another size. Throws WeightsError.
 */
export function readCheckpoint(
  plan: Plan,
  { backend, dataset, seed }: Omit<Origin, 'network' | 'step'>,
  file: TensorFile,
  elsewhere = false,
): { step: number; standing: Standing; weights: Weights; slots: Float32Array; batches: Batches } {
  const { metadata } = file;
  if (metadata[standingKey] === undefined) {
    throw new WeightsError(l10n.t('it holds weights alone, no checkpoint; start from them with --initial'));
  }
  const weights = weightsFrom(plan, file);
  const slots = slotsFrom(plan, file);
  const { batchRows, train, ...standing } = parsed(metadata, standingKey) as Standing & {
    batchRows: number;
    train: number;
  };
  const step = Number(metadata['step']);
  if (!Number.isSafeInteger(step) || step < 0 || !isWhole(plan, standing)) {
    throw new WeightsError(l10n.t('its metadata "{0}" does not belong to this network', standingKey));
  }
  const same = (what: string, then: string | number | undefined, now: string | number | undefined) => {
    if (then === now) return;
    throw new WeightsError(
      l10n.t('the checkpoint has {0} {1}, but this run has {2}', what, String(then ?? '—'), String(now)),
    );
  };
  if (!elsewhere) {
    same(l10n.t('the backend'), metadata['backend'], backend?.name);
    same(l10n.t('the kernels'), metadata['kernels'], backend?.kernels);
    same(l10n.t('a batch size of'), batchRows, plan.batchRows);
  }
  same(l10n.t('the seed'), metadata['seed'], String(seed));
  same(l10n.t('a training part of'), train, dataset.parts.train.length);
  const data = dataMetadata(dataset);
  if (metadata['data'] !== data.data || metadata['scaling'] !== data.scaling) {
    throw new WeightsError(l10n.t('the checkpoint was made with other data than there is now'));
  }
  const batches = new Batches(train, batchRows, standing.since).resized(plan.batchRows, step);
  return { step, standing, weights, slots, batches };
}

/** What is used unseen later is there, and fits the plan. */
function isWhole(plan: Plan, { sums, spent, evaluation, units, watching }: Partial<Standing>): boolean {
  const numbers = [sums?.loss, sums?.accuracy, sums?.penalty, sums?.batches, spent?.training, spent?.evaluation];
  const layers = evaluation?.layers;
  return (
    numbers.every((value) => typeof value === 'number') &&
    isWatching(watching) &&
    Array.isArray(layers) &&
    layers.length === watchedLayers(plan).length &&
    Array.isArray(units) &&
    units.length === watchedLayers(plan).length &&
    watchedLayers(plan).every(({ units: count }, index) => {
      const record = units[index] as Partial<UnitRecord> | null;
      return [record?.lastActive, record?.foundDead].every((steps) => Array.isArray(steps) && steps.length === count);
    })
  );
}
