import type { EvaluateResult, RunResult } from '../backends/backend.ts';
import { unitCounts, watchedLayers, type ObservedLayer, type Plan } from '../plan/plan.ts';
import type { LayerMetrics } from '../training/events.ts';

/** Dormant at or under this score (Sokar et al. 2023). */
const dormantScore = 0.025;
/** Nearly dead: active on under this share of the samples (SageMaker Debugger, DeadRelu). */
const nearlyDeadShare = 0.01;
/** Saturated: beyond the threshold on more than this share of samples and positions. */
const saturatedShare = 0.99;

/** The six counts of each unit of one observed layer. */
export interface LayerCounts {
  readonly layer: ObservedLayer;
  of(unit: number, count: (typeof unitCounts)[number]): number;
}

const place = Object.fromEntries(unitCounts.map((name, index) => [name, index])) as Record<
  (typeof unitCounts)[number],
  number
>;

/** Cuts a backend's counts into layers. */
export function countsByLayer(plan: Plan, units: Float64Array): LayerCounts[] {
  let start = 0;
  return plan.observed.map((layer) => {
    const from = start;
    start += layer.units * unitCounts.length;
    return { layer, of: (unit, count) => units[from + unit * unitCounts.length + place[count]]! };
  });
}

export const isDead = (counts: LayerCounts, unit: number): boolean =>
  counts.layer.inactive !== 'never' && counts.of(unit, 'active') === 0;

export const isNearlyDead = (counts: LayerCounts, unit: number, samples: number): boolean =>
  counts.layer.inactive !== 'never' &&
  counts.of(unit, 'active') > 0 &&
  counts.of(unit, 'active') < nearlyDeadShare * samples;

/** How many of so many units are as asked. */
function numberOf(units: number, isSo: (unit: number) => boolean): number {
  let count = 0;
  for (let unit = 0; unit < units; unit++) if (isSo(unit)) count++;
  return count;
}

const neverActive = (counts: LayerCounts): number =>
  numberOf(counts.layer.units, (unit) => counts.of(unit, 'active') === 0);

type Evaluated = Omit<LayerMetrics, 'batchInactive' | 'gradientNorm' | 'updateRatio'>;

/** What an evaluation over `samples` samples says of each layer (REFERENCE.md of the project's documentation, metrics). */
export function evaluatedMetrics(plan: Plan, result: EvaluateResult, samples: number): Evaluated[] {
  const all = countsByLayer(plan, result.units);
  return all.slice(0, watchedLayers(plan).length).map((counts) => {
    const { layer } = counts;
    const pieces = all.find(({ layer: other }) => other.pieces && other.layer === layer.layer);
    const total = (count: (typeof unitCounts)[number]) => {
      let sum = 0;
      for (let unit = 0; unit < layer.units; unit++) sum += counts.of(unit, count);
      return sum;
    };
    const values = samples * layer.positions;
    const mean = total('sum') / (values * layer.units);
    const variance = Math.max(total('sumOfSquares') / (values * layer.units) - mean * mean, 0);
    const meanMagnitude = total('sumOfMagnitudes') / layer.units;
    return {
      id: layer.layer,
      units: layer.units,
      dead: numberOf(layer.units, (unit) => isDead(counts, unit)),
      nearlyDead: numberOf(layer.units, (unit) => isNearlyDead(counts, unit, samples)),
      sparsity: layer.inactive === 'zero' ? total('zeros') / (values * layer.units) : 0,
      saturated:
        layer.saturation === 0
          ? 0
          : numberOf(layer.units, (unit) => counts.of(unit, 'saturated') > saturatedShare * values),
      ...(pieces ? { deadPieces: neverActive(pieces) } : {}),
      dormant: numberOf(layer.units, (unit) => counts.of(unit, 'sumOfMagnitudes') <= dormantScore * meanMagnitude),
      meanActivation: finite(mean),
      stdActivation: finite(Math.sqrt(variance)),
    };
  });
}

/** What the last update of a run says of each layer. */
export function updateMetrics(
  plan: Plan,
  result: RunResult,
): Pick<LayerMetrics, 'batchInactive' | 'gradientNorm' | 'updateRatio'>[] {
  const counts = countsByLayer(plan, result.units);
  return watchedLayers(plan).map((layer, index) => {
    // Where a run ends between two records its last batch was not looked at.
    const batchInactive =
      result.units.length === 0 ? null : numberOf(layer.units, (unit) => isDead(counts[index]!, unit));
    const kernel = layer.kernel;
    if (kernel === undefined) return { batchInactive, gradientNorm: null, updateRatio: null };
    const weights = result.weightSquares[kernel]!;
    return {
      batchInactive,
      gradientNorm: finite(Math.sqrt(result.gradientSquares[kernel]!)),
      updateRatio: weights === 0 ? null : finite(Math.sqrt(result.updateSquares[kernel]! / weights)),
    };
  });
}

/** The stream holds no NaN and no infinity: null stands for them. */
export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
