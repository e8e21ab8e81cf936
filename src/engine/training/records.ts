import type { RunResult, Session, StepRow } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { evaluatedMetrics, finite, updateMetrics } from '../health/metrics.ts';
import { UnitHistory } from '../health/units.ts';
import { watchedLayers, type Plan } from '../plan/plan.ts';
import { Watch, type Recorded } from '../rules/watch.ts';
import type { Batches } from './batches.ts';
import type { Evaluation, Standing } from './checkpoint.ts';
import type { MetricsEvent, StreamEvent, UnitSnapshot } from './events.ts';
import type { TrainerOptions } from './options.ts';
import { probeOf } from './probe.ts';
import { passesPerStep } from './steps.ts';

/** The run that records are of, as it now stands. */
export interface Run {
  readonly graph: Graph;
  readonly dataset: Dataset;
  readonly plan: Plan;
  readonly session: Session;
  readonly batches: Batches;
  /** Updates made, and to be made in all. */
  readonly step: number;
  readonly steps: number;
  /** The learning rate of update s, counted from 0. */
  rateAt(s: number): number;
}

/** Share of all multiply-adds that evaluations may take when nobody asked for them. */
const evaluationShare = 0.1;

const noUpdate = { batchInactive: null, gradientNorm: null, updateRatio: null };
const noSums: Standing['sums'] = { loss: 0, accuracy: 0, penalty: 0, batches: 0 };

/**
 * What a run tells of itself: counts what its batches say, evaluates, follows unit health, asks the rules, and puts all that into records.
 * When one is due is the trainer's to know.
 */
export class Records {
  /** Of the batches since the last record. */
  sums = noSums;
  /** The last record. */
  final: Omit<MetricsEvent, 'event'> | null = null;
  /** The first figure of an evaluation that is not finite, as a path into `final`: the run goes on, as its updates are sound, and ends as diverged. */
  overflown: string | undefined;
  private readonly probe: Uint32Array;
  private readonly units: UnitHistory;
  private readonly watch: Watch;
  /** ‖W‖₂ of each kernel before the first update. */
  private startNorms: Recorded['weightNorms'] | undefined;
  private readonly evaluationCost: number;
  private spent = { training: 0, evaluation: 0 };
  private last: RunResult | undefined;
  private updates: Standing['updates'] = null;
  private evaluation: Evaluation = { evaluated: { step: 0, samples: 0, of: 0 }, layers: [] };

  /** `parameters` are those the run begins with, held until the first update. */
  constructor(
    private readonly run: Run,
    private readonly options: Pick<TrainerOptions, 'metricsEvery' | 'rules' | 'onEvent'>,
    private parameters: Float32Array | undefined,
  ) {
    const { graph, dataset, plan } = run;
    this.probe = probeOf(dataset, graph.network.seed);
    this.units = new UnitHistory(plan);
    this.watch = new Watch(graph, dataset, options.rules);
    this.evaluationCost = (this.probe.length + dataset.parts.validation.length) * plan.multiplyAdds;
  }

  /** Takes in a stretch of steps. False if it met a number that is not finite. */
  account(rows: readonly StepRow[], result: RunResult): boolean {
    this.last = result;
    this.parameters = undefined;
    this.updates = updateMetrics(this.run.plan, result);
    const { loss, accuracy, penalty } = result;
    const isFinite = result.badSegment === undefined && Number.isFinite(loss + penalty);
    // The update that failed has counted its batch too.
    const batches = this.sums.batches + Math.min(result.stepsDone + 1, rows.length);
    this.sums = { loss: isFinite ? loss : Number.NaN, accuracy, penalty, batches };
    let seen = 0;
    for (let i = 0; i < rows.length; i++) seen += rows[i]!.rows;
    this.spent.training += passesPerStep * this.run.plan.multiplyAdds * seen;
    return isFinite;
  }

  /** Mean over the batches since the last record. */
  get loss(): number | null {
    const { sums, final } = this;
    return sums.batches > 0 ? finite((sums.loss + sums.penalty) / sums.batches) : (final?.loss ?? null);
  }

  /** Whether the next record evaluates, in turn. */
  get evaluationDue(): boolean {
    if (this.options.metricsEvery) return true;
    const evaluation = this.spent.evaluation + this.evaluationCost;
    return evaluation <= evaluationShare * (this.spent.training + evaluation);
  }

  /** Something happened that no record shows yet. */
  get isBehind(): boolean {
    return this.final?.step !== this.run.step || this.final.evaluated.step !== this.run.step;
  }

  /** Writes a record of what there is now. The last one tests too. */
  async write(evaluate: boolean, isLast: boolean): Promise<void> {
    const changes = evaluate ? await this.evaluate() : undefined;
    const { test } = this.run.dataset.parts;
    const record: Omit<MetricsEvent, 'event'> = this.draft();
    if (isLast && test.length > 0) record.test = await this.figures(test);
    if (record.test?.loss === null) this.overflown ??= 'test.loss';
    const warnings = this.watch.after(this.recorded(record));
    this.sums = noSums;
    this.final = record;
    this.options.onEvent(Object.assign({ event: 'metrics' as const }, record), changes?.snapshots);
    for (const event of [...(changes?.events ?? []), ...warnings]) this.options.onEvent(event);
  }

  /** As `write`, out of turn: a look in between does not put off the evaluations to come. */
  async writeNow(): Promise<void> {
    const { evaluation } = this.spent;
    await this.write(true, false);
    this.spent.evaluation = evaluation;
  }

  /** What a checkpoint keeps of it all; `recorded` if a run that goes on would have had its record here. */
  standing(recorded: boolean): Standing {
    const { sums, spent, evaluation, final } = this;
    return {
      sums,
      spent: { ...spent },
      evaluation,
      final,
      updates: this.updates,
      units: this.units.records(),
      watching: this.watch.standing(recorded ? this.recorded(this.draft()) : undefined),
      recorded,
    };
  }

  /** Goes on from what `standing` gave, at the step that the run has come to. */
  restore({ sums, spent, evaluation, final, updates, units, watching, recorded }: Standing): void {
    this.sums = recorded && this.run.step < this.run.steps ? noSums : sums;
    this.spent = { ...spent };
    Object.assign(this, { evaluation, final, updates });
    this.units.restore(units);
    this.watch.restore(watching);
  }

  private async evaluate(): Promise<{ snapshots: UnitSnapshot[]; events: StreamEvent[] }> {
    const { probe } = this;
    const { dataset, plan, session, step } = this.run;
    const result = await session.evaluate(probe);
    const { events, snapshots } = this.units.evaluated(step, result.units, probe.length);
    const { validation } = dataset.parts;
    // Before the next evaluation: the counts are the session's own.
    const layers = evaluatedMetrics(plan, result, probe.length);
    this.evaluation = {
      evaluated: { step, samples: probe.length, of: dataset.parts.train.length },
      layers,
      ...(validation.length > 0 ? { validation: await this.figures(validation) } : {}),
    };
    this.spent.evaluation += this.evaluationCost;
    this.overflown ??= firstOverflown(this.evaluation);
    return { snapshots, events };
  }

  /** Loss without penalties and, for classes, accuracy over some samples. */
  private async figures(samples: Uint32Array): Promise<{ loss: number | null; accuracy?: number | null }> {
    const { loss, accuracy } = await this.run.session.evaluate(samples);
    return { loss: finite(loss), ...(this.isClassification ? { accuracy: finite(accuracy) } : {}) };
  }

  private get isClassification(): boolean {
    return this.run.graph.data.task === 'classification';
  }

  /** A record of what training has shown since the last one, and of the newest evaluation. */
  private draft(): Omit<MetricsEvent, 'event' | 'test'> {
    const { sums, run } = this;
    const { step } = run;
    // A last evaluation at a step that has its record already: what training showed stands.
    const before = sums.batches === 0 && this.final?.step === step ? this.final : undefined;
    const { layers, ...evaluation } = this.evaluation;
    const mean = (sum: number) => (sums.batches === 0 ? null : finite(sum / sums.batches));
    // Where the first update failed there is none to speak of.
    const updates = step > 0 && (sums.batches > 0 || before) ? this.updates : null;
    return {
      step,
      epoch: run.batches.at(step).epoch,
      loss: before ? before.loss : mean(sums.loss + sums.penalty),
      ...(this.isClassification ? { accuracy: before ? (before.accuracy ?? null) : mean(sums.accuracy) } : {}),
      penalty: before ? (before.penalty ?? null) : mean(sums.penalty),
      ...(evaluation.validation ? { validation: evaluation.validation } : {}),
      learningRate: run.rateAt(Math.max(step - 1, 0)),
      evaluated: evaluation.evaluated,
      // A tiny network has thousands of records a second, and this is ten times as fast as spread.
      layers: layers.map((layer, index) => Object.assign({}, layer, updates?.[index] ?? noUpdate)),
    };
  }

  /** A record as the rules take it. */
  private recorded(record: Omit<MetricsEvent, 'event'>): Recorded {
    const { last } = this;
    const weightNorms =
      last === undefined
        ? (this.startNorms ??= kernelNorms(this.run.plan, this.parameters!))
        : watchedLayers(this.run.plan).map(({ kernel }) =>
            kernel === undefined ? null : Math.sqrt(last.weightSquares[kernel]!),
          );
    return { record, batches: this.sums.batches, weightNorms };
  }
}

function firstOverflown({ layers, validation }: Evaluation): string | undefined {
  for (const { id, meanActivation, stdActivation } of layers) {
    if (meanActivation === null) return `layers.${id}.meanActivation`;
    if (stdActivation === null) return `layers.${id}.stdActivation`;
  }
  return validation?.loss === null ? 'validation.loss' : undefined;
}

/** ‖W‖₂ of each watched layer's kernel; null without one. */
const kernelNorms = (plan: Plan, parameters: Float32Array): (number | null)[] =>
  watchedLayers(plan).map(({ kernel }) => {
    if (kernel === undefined) return null;
    const { offset, size } = plan.parameters[kernel]!;
    let squares = 0;
    for (let i = offset; i < offset + size; i++) squares += parameters[i]! ** 2;
    return Math.sqrt(squares);
  });
