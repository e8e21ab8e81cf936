import * as l10n from '@vscode/l10n';
import { activationRow } from '../activations/index.ts';
import { countsByLayer, isDead, type LayerCounts } from '../health/metrics.ts';
import { probeOf } from '../training/probe.ts';
import type { TensorFile } from '../weights/safetensors.ts';
import type { Weights } from '../weights/weights.ts';
import { Dissection, gradientOf, type Parts } from './dissection.ts';
import { Replay, Unrepeated, type RecordedRun, type ReplayAround } from './replay.ts';
import { placeOf, type UnitPlace } from './unitPlace.ts';

/** A unit found dead by an evaluation. */
export interface Death {
  readonly layer: string;
  readonly unit: number;
  /** The last evaluation that found it active; null when it was dead from the start. */
  readonly lastActive: number | null;
  readonly foundDead: number;
  /** The step that the run has reached. */
  readonly until: number;
}

/** The unit at one step, its weights fixed, over the probe. */
export interface Moment {
  readonly step: number;
  /** Samples it is active on. */
  readonly active: number;
  /** The largest z, over positions too. */
  readonly largest: number;
  /** ‖w‖₂ of its incoming weights; null where no layer has weights for it. */
  readonly weightNorm: number | null;
  readonly bias: number | null;
}

/** What the update of the step it died at did. */
export interface Blow {
  /** How the change of the largest z came about; the parts add up to it. */
  readonly parts: Parts;
  /** ‖Δw‖₂ and Δb. */
  readonly weightChange: number | null;
  readonly biasChange: number | null;
  /** ‖∂L/∂w‖₂ of its weights and ∂L/∂b on that step's batch, penalties in, before clipping. */
  readonly weightGradient: number | null;
  readonly biasGradient: number | null;
  readonly learningRate: number;
  /** Mean of what its layer takes in over the probe, before and after. */
  readonly inputMeans: readonly [number, number] | null;
}

export interface Autopsy {
  readonly layer: string;
  readonly unit: number;
  /** Label of its activation. */
  readonly activation: string;
  readonly inactive: 'zero' | 'negative';
  /** z at or below this (below it, for `negative`) is inactive; null for a formula. */
  readonly edge: number | null;
  /** Evaluated samples. */
  readonly samples: number;
  /** The first step after which it stayed dead; 0 from the start. */
  readonly step: number;
  /** The evaluations it lies between: (lastActive, foundDead]. */
  readonly interval: readonly [number | null, number];
  /** Steps from one look to the next in the interval; over 1, a shorter revival after `step` may have gone unseen. */
  readonly stride: number;
  /** Times it died and came back within the interval before; known where the stride is 1. */
  readonly revivals: number;
  /** The steps around, ascending. */
  readonly moments: readonly Moment[];
  /** Null for a unit that was dead from the start. */
  readonly blow: Blow | null;
  /** Units of the layers before it, and how many of them were dead already; null where it sees the data alone. */
  readonly inputs: { readonly units: number; readonly dead: number } | null;
}

/** Steps shown before the death and after it. */
export const stepsBefore = 24;
const stepsAfter = 12;
/** Most evaluations of a pass through the interval; over so many steps it is looked at in strides, then again where the unit was last seen active. */
const mostLooks = 512;

/**
 * Makes the run again and finds the step at which a unit died, evaluating as training does; then looks into the unit around that step.
 * `from` is a checkpoint of the run to begin at, from well before `lastActive` (`stepsBefore` steps) if the steps before the death are to be
 * seen; without one the run begins anew. Throws Unrepeated where the replay finds another run than the one it was told of.
 */
export async function autopsy(
  run: RecordedRun,
  death: Death,
  from: TensorFile | undefined,
  around: ReplayAround,
): Promise<Autopsy> {
  const found =
    death.lastActive === null
      ? { step: 0, stride: 1, revivals: 0, from: undefined }
      : await findStep(run, death, death.lastActive, from, around);
  const replay = await Replay.begin(run, found.from, around);
  try {
    return await examine(run, replay, death, found);
  } finally {
    replay.dispose();
  }
}

interface FoundStep {
  readonly step: number;
  readonly stride: number;
  readonly revivals: number;
  /** Where to begin in order to see the steps before it. */
  readonly from: TensorFile | undefined;
}

/** The last step of the interval at which the unit came to be dead. */
async function findStep(
  run: RecordedRun,
  death: Death,
  lastActive: number,
  from: TensorFile | undefined,
  around: ReplayAround,
): Promise<FoundStep> {
  /** Where it was active, `stepsBefore` apart: the older lies far enough before whatever step comes out. */
  let starts: (TensorFile | undefined)[] = [from];
  let [low, high] = [lastActive, death.foundDead];
  let first = 0;
  for (;;) {
    const stride = Math.ceil((high - low) / mostLooks);
    const replay = await Replay.begin(run, starts.at(-1), around);
    let [kept, active, revivals] = [replay.step, low, 0];
    try {
      if (!first) {
        first = stride;
        await replay.to(Math.max(replay.step, low - stepsBefore));
        kept = replay.step;
        starts = [await replay.trainer.checkpoint()];
        await replay.to(low);
        expect(death, low, 'active', await isActive(run, replay, death));
      }
      await replay.to(low);
      while (replay.step < high) {
        await replay.to(Math.min(replay.step + stride, high));
        if (!(await isActive(run, replay, death))) continue;
        if (active < replay.step - stride) revivals++;
        active = replay.step;
        if (active < kept + stepsBefore) continue;
        kept = active;
        starts = [starts.at(-1), await replay.trainer.checkpoint()];
      }
    } finally {
      replay.dispose();
    }
    if (high === death.foundDead) expect(death, high, 'dead', active < high);
    if (stride === 1) return { step: active + 1, stride: first, revivals: first === 1 ? revivals : 0, from: starts[0] };
    [low, high] = [active, Math.min(active + stride, high)];
  }
}

function expect({ layer, unit }: Death, step: number, state: 'active' | 'dead', holds: boolean): void {
  if (holds) return;
  throw new Unrepeated(
    l10n.t(
      'Made again, the run does not have unit {0} of {1} {2} at step {3}: what computes it does not repeat its numbers exactly, or the data has changed.',
      unit,
      layer,
      state,
      step,
    ),
  );
}

/** Counts of an evaluation, as the run's own records hold them. */
async function counts({ dataset, graph }: RecordedRun, { trainer }: Replay): Promise<LayerCounts[]> {
  const { units } = await trainer.session.evaluate(probeOf(dataset, graph.network.seed));
  return countsByLayer(trainer.plan, units.slice());
}

const of = (all: readonly LayerCounts[], layer: string): LayerCounts =>
  all.find((counts) => counts.layer.layer === layer && !counts.layer.pieces)!;

const isActive = async (run: RecordedRun, replay: Replay, { layer, unit }: Death): Promise<boolean> =>
  !isDead(of(await counts(run, replay), layer), unit);

/** Looks at the unit at each step around its death, and closely at the one it died at. */
async function examine(run: RecordedRun, replay: Replay, death: Death, found: FoundStep): Promise<Autopsy> {
  const { layer, unit, until } = death;
  const { step } = found;
  const { plan } = replay.trainer;
  const place = placeOf(run.graph, plan, layer, unit);
  const dissection = await Dissection.of(run, plan, place);
  try {
    const moments: Moment[] = [];
    let before: Weights | undefined;
    let blow: Blow | null = null;
    let inputs: Autopsy['inputs'] = null;
    const last = Math.max(step, Math.min(step + stepsAfter, until));
    for (let at = Math.max(replay.step, step - stepsBefore); at <= last; at++) {
      await replay.to(at);
      const weights = await replay.trainer.arenas();
      const all = await counts(run, replay);
      moments.push({
        step: at,
        active: of(all, layer).of(unit, 'active'),
        largest: await dissection.largest(weights),
        ...own(place, weights),
      });
      if (at === step - 1) before = weights;
      if (at === step && before) {
        const gradient = await gradientOf(run, replay.trainer, before, step);
        blow = await blowOf(dissection, place, before, weights, gradient, replay.rateOf(step));
      }
      if (at === Math.max(step - 1, 0)) inputs = deadInputs(place, all);
    }
    const { name } = run.graph.layers.find((entry) => entry.layer.id === layer)!.layer.fields.activation!;
    const { inactive, edge = 0, label } = activationRow(name);
    return {
      ...{ layer, unit, activation: label, inactive: inactive === 'zero' ? 'zero' : 'negative', edge },
      samples: probeOf(run.dataset, run.graph.network.seed).length,
      ...{ step, interval: [death.lastActive, death.foundDead], stride: found.stride, revivals: found.revivals },
      ...{ moments, blow, inputs },
    };
  } finally {
    dissection.dispose();
  }
}

const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const pick = (places: readonly number[], values: Float32Array): number[] => places.map((i) => values[i]!);

function own({ kernel, shifts }: UnitPlace, { parameters }: Weights): Pick<Moment, 'weightNorm' | 'bias'> {
  return {
    weightNorm: kernel.length > 0 ? norm(pick(kernel, parameters)) : null,
    bias: shifts.length > 0 ? parameters[shifts[0]!]! : null,
  };
}

function deadInputs({ sources }: UnitPlace, all: readonly LayerCounts[]): Autopsy['inputs'] {
  if (sources.length === 0) return null;
  const watched = sources.map((id) => of(all, id));
  const dead = watched.flatMap((counts) =>
    Array.from({ length: counts.layer.units }, (_, unit) => isDead(counts, unit)).filter(Boolean),
  );
  return { units: watched.reduce((sum, { layer }) => sum + layer.units, 0), dead: dead.length };
}

async function blowOf(
  dissection: Dissection,
  { kernel, shifts }: UnitPlace,
  before: Weights,
  after: Weights,
  gradient: Float32Array,
  learningRate: number,
): Promise<Blow> {
  const change = after.parameters.map((value, i) => value - before.parameters[i]!);
  const size = (values: Float32Array) => (kernel.length > 0 ? norm(pick(kernel, values)) : null);
  const first = (values: Float32Array) => (shifts.length > 0 ? values[shifts[0]!]! : null);
  const [then, now] = [await dissection.inputMean(before), await dissection.inputMean(after)];
  return {
    parts: await dissection.parts(before, after),
    ...{ weightChange: size(change), biasChange: first(change) },
    ...{ weightGradient: size(gradient), biasGradient: first(gradient), learningRate },
    inputMeans: then === null || now === null ? null : [then, now],
  };
}
