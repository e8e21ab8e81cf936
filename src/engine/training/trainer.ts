import type { Backend, RunResult, Session, StepRow } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { evaluatedMetrics, finite, updateMetrics } from '../health/metrics.ts';
import { UnitHistory } from '../health/units.ts';
import type { RuleOptions } from '../rules/index.ts';
import { Watch, type Recorded } from '../rules/watch.ts';
import { planOf } from '../plan/compile.ts';
import { watchedLayers, type Plan } from '../plan/plan.ts';
import { scheduleFactor } from '../schedules.ts';
import { metadataOf, type Origin } from '../weights/metadata.ts';
import { WeightsError, type TensorFile } from '../weights/safetensors.ts';
import { tensorsOf, weightsFrom, type Weights } from '../weights/weights.ts';
import { readCheckpoint, writeCheckpoint, type Evaluation, type Standing } from './checkpoint.ts';
import type { EndEvent, EndReason, MetricsEvent, StreamEvent, UnitSnapshot } from './events.ts';
import { Batches } from './batches.ts';
import { judge } from './expect.ts';
import { initialParameters, initialState } from './initialize.ts';
import { probeOf } from './probe.ts';
import { epochOrder, startEvent, stepRow } from './steps.ts';

export interface TrainerOptions {
  /** Name of the run in its `start` event. */
  readonly run: string;
  /** Why this backend was chosen. */
  readonly reason: string;
  /** Updates in all, in place of epochs × batches. */
  readonly steps?: number;
  /** A record, with an evaluation, every so many steps; once an epoch when left out. */
  readonly metricsEvery?: number;
  /** The network file's text, for the files that are saved. */
  readonly text?: string;
  /** Start from the weights in this file. */
  readonly initial?: TensorFile;
  /** Go on from this checkpoint. */
  readonly resume?: TensorFile;
  /** The checkpoint may have been made with another backend, or batch size: within tolerance, not bit for bit. */
  readonly elsewhere?: boolean;
  /** Thresholds of rules other than their own. */
  readonly rules?: RuleOptions;
  /** Each event as it happens; `units` come with a record that holds a new evaluation. */
  onEvent(event: StreamEvent, units?: readonly UnitSnapshot[]): void;
  /** After each stretch of steps. */
  onProgress?(progress: Progress): void;
  /** Lets messages and signals in between stretches of steps. */
  yield(): Promise<void>;
  /** Milliseconds between two such moments at least; 0 for one after each stretch. */
  readonly untilLook?: number;
}

export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** Mean over the batches since the last record. */
  readonly loss: number | null;
  /** Of the time spent training. */
  readonly stepsPerSecond: number;
}

/** Most steps of a stretch, for networks so small that the multiply-adds are not what costs. */
const longestStretch = { reference: 256, wasm: 4096, webgpu: 256 };
/** Milliseconds of stretches between two looks at the world. A look changes no number, so it may be clocked. */
const usualLook = 8;
/** Share of all multiply-adds that evaluations may take when nobody asked for them. */
const evaluationShare = 0.1;
/** A training step costs about three forward passes. */
const passesPerStep = 3;

const noUpdate = { batchInactive: null, gradientNorm: null, updateRatio: null };
const noSums: Standing['sums'] = { loss: 0, accuracy: 0, penalty: 0, batches: 0 };

/**
 * One run of one network: makes the step table, runs it in stretches, writes records and follows unit health.
 * `run`, `step` and `pause` may be called at any time between stretches.
 */
export class Trainer {
  /** Updates made. */
  step = 0;
  ended: EndReason | undefined;
  readonly steps: number;
  readonly batches: Batches;
  private readonly probe: Uint32Array;
  private readonly units: UnitHistory;
  private readonly watch: Watch;
  /** ‖W‖₂ of each kernel before the first update. */
  private startNorms: Recorded['weightNorms'] = [];
  private readonly evaluationCost: number;
  private spent = { training: 0, evaluation: 0 };
  private sums = noSums;
  private last: RunResult | undefined;
  private updates: Standing['updates'] = null;
  private evaluation: Evaluation = { evaluated: { step: 0, samples: 0, of: 0 }, layers: [] };
  private final: Omit<MetricsEvent, 'event'> | null = null;
  private epochInOrder = -1;
  private learningRate: number;
  private seconds = 0;
  /** Step this trainer began at. */
  private began = 0;
  /** Where the run stood before its end was written, for a run that goes on beyond it. */
  private beforeEnd: Standing | undefined;
  /** The weights of step 0, while its record waits for the first update. */
  private unrecorded: Weights | undefined;
  private running = false;
  private stopping = false;

  private constructor(
    readonly graph: Graph,
    private readonly dataset: Dataset,
    readonly plan: Plan,
    readonly backend: Backend,
    readonly session: Session,
    private readonly options: TrainerOptions,
    batches = new Batches(dataset.parts.train.length, plan.batchRows),
  ) {
    const { training } = graph.network;
    this.batches = batches;
    this.steps = options.steps ?? batches.stepsTo(training.epochs);
    this.learningRate = training.learningRate;
    this.probe = probeOf(dataset, graph.network.seed);
    this.units = new UnitHistory(plan);
    this.watch = new Watch(graph, dataset, options.rules);
    this.evaluationCost = (this.probe.length + dataset.parts.validation.length) * plan.multiplyAdds;
  }

  /** Compiles, allocates, uploads data and initial weights. Throws OutOfMemory and WeightsError. */
  static async create(graph: Graph, dataset: Dataset, backend: Backend, options: TrainerOptions): Promise<Trainer> {
    const { batchSize } = graph.network.training;
    const train = dataset.parts.train.length;
    const plan = planOf(graph, batchSize === 'all' ? train : Math.min(batchSize, train), dataset.samples);
    const { seed } = graph.network;
    const checkpoint =
      options.resume && readCheckpoint(plan, { backend, dataset, seed }, options.resume, options.elsewhere);
    const weights = checkpoint?.weights ?? (options.initial && weightsFrom(plan, options.initial));
    const session = await backend.prepare(plan, seed);
    const restores = graph.network.training.target === 'input';
    session.setData(dataset.features, restores ? new Float32Array(0) : dataset.targets);
    const parameters = weights?.parameters ?? initialParameters(graph, plan);
    session.setParameters(parameters);
    session.setState(weights?.state ?? initialState(plan));
    const trainer = new Trainer(graph, dataset, plan, backend, session, options, checkpoint?.batches);
    trainer.startNorms = kernelNorms(plan, parameters);
    if (checkpoint) {
      const { steps } = trainer;
      if (checkpoint.step > steps) {
        session.dispose();
        throw new WeightsError(`the checkpoint is at step ${checkpoint.step}, but this run ends at ${steps}`);
      }
      session.setSlots(checkpoint.slots);
      trainer.restore(checkpoint.step, checkpoint.standing);
    }
    return trainer;
  }

  /**
   * Writes `start` and the record of step 0; a run that goes on from a checkpoint has had that. `trainFirst` lets that record, an evaluation
   * of up to 2,048 samples, wait until progress has told of the first update: the same events in the same order, from the same weights.
   */
  async begin(trainFirst = false): Promise<void> {
    const { backend, graph, options, plan } = this;
    options.onEvent(startEvent(graph, plan, backend, options, this.steps));
    if (!options.resume) {
      if (trainFirst && this.steps > 0) this.unrecorded = await this.arenas();
      else await this.record(true);
    }
    if (this.step >= this.steps) await this.end('completed');
  }

  /** Trains until the end, `pause` or `stop`. `count` bounds the updates made by this call. */
  async run(count = Infinity): Promise<void> {
    if (this.running || this.ended) return;
    this.running = true;
    const until = Math.min(this.steps, this.step + count);
    const { untilLook = usualLook } = this.options;
    let looked = -Infinity;
    try {
      while (this.running && !this.ended && this.step < until) {
        await this.stretch(until);
        if (performance.now() - looked < untilLook) continue;
        await this.options.yield();
        looked = performance.now();
      }
    } finally {
      this.running = false;
    }
    if (this.ended) return;
    if (this.stopping) await this.end('stopped');
    else if (this.step >= this.steps) await this.end('completed');
  }

  /** Stops after the stretch at hand; `run` goes on from there. */
  pause(): void {
    this.running = false;
  }

  /** Ends the run after the stretch at hand, with a last evaluation. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.running) this.running = false;
    else if (!this.ended) await this.end('stopped');
  }

  /** Why it runs on this backend. */
  get reason(): string {
    return this.options.reason;
  }

  /** Takes effect with the next update. */
  setLearningRate(value: number): void {
    this.learningRate = value;
  }

  /** Whole steps up to the next record, epoch, or bound, whichever comes first. */
  private async stretch(until: number): Promise<void> {
    const { plan, batches } = this;
    const { epoch } = batches.at(this.step);
    this.orderFor(epoch);
    const perStep = passesPerStep * plan.multiplyAdds * plan.batchRows;
    const nextRecord = this.options.metricsEvery
      ? (Math.floor(this.step / this.options.metricsEvery) + 1) * this.options.metricsEvery
      : Infinity;
    const longest = Math.min(
      longestStretch[this.backend.name],
      Math.max(1, Math.floor(this.backend.stretch / perStep)),
    );
    const most = this.unrecorded ? 1 : longest;
    const end = Math.min(until, nextRecord, batches.stepsTo(epoch + 1), this.step + most);
    const regular = end === nextRecord || (!this.options.metricsEvery && batches.at(end).offset === 0);
    const isRecord = regular || end === this.steps;

    const rows: StepRow[] = [];
    for (let step = this.step; step < end; step++)
      rows.push(stepRow(plan, batches, step, this.rateAt(step), isRecord && step === end - 1));
    const started = performance.now();
    const result = await this.session.run(rows, this.sums);
    this.seconds += (performance.now() - started) / 1000;
    if (this.unrecorded) await this.recordBefore(this.unrecorded, result);
    this.account(rows, result);

    if (result.badSegment !== undefined || !Number.isFinite(this.sums.loss + this.sums.penalty)) {
      this.sums = { ...this.sums, loss: Number.NaN };
      const bad = result.badSegment === undefined ? undefined : plan.parameters[result.badSegment]!.name;
      await this.end('diverged', bad);
      return;
    }
    if (isRecord) {
      const due = this.evaluationDue();
      const last = this.step === this.steps;
      // The last record evaluates out of turn.
      if (last && !(regular && due)) this.beforeEnd = this.standing(regular);
      await this.record(last || due);
    }
    this.options.onProgress?.(this.progress());
  }

  /** The record of step 0, once the first update is told. */
  private async recordBefore(weights: Weights, { loss, penalty, stepsDone }: RunResult): Promise<void> {
    this.options.onProgress?.({ ...this.progress(), step: stepsDone, loss: finite(loss + penalty) });
    const now = await this.arenas();
    this.session.setParameters(weights.parameters);
    this.session.setState(weights.state);
    await this.record(true);
    this.session.setParameters(now.parameters);
    this.session.setState(now.state);
  }

  /** The learning rate of update s, counted from 0. */
  private rateAt(s: number): number {
    return this.learningRate * scheduleFactor(this.graph.network.training.schedule, s, this.steps);
  }

  private orderFor(epoch: number): void {
    if (epoch === this.epochInOrder) return;
    this.epochInOrder = epoch;
    this.session.setOrder(epochOrder(this.graph, this.dataset, epoch));
  }

  private account(rows: readonly StepRow[], result: RunResult): void {
    this.step += result.stepsDone;
    this.last = result;
    const { loss, accuracy, penalty } = result;
    // The update that failed has counted its batch too.
    const batches = Math.min(result.stepsDone + 1, rows.length);
    this.sums = { loss, accuracy, penalty, batches: this.sums.batches + batches };
    for (const row of rows) this.spent.training += passesPerStep * this.plan.multiplyAdds * row.rows;
  }

  private evaluationDue(): boolean {
    if (this.options.metricsEvery) return true;
    const evaluation = this.spent.evaluation + this.evaluationCost;
    return evaluation <= evaluationShare * (this.spent.training + evaluation);
  }

  private async evaluate(): Promise<{ snapshots: UnitSnapshot[]; events: StreamEvent[] }> {
    const { probe, dataset, session, step } = this;
    const result = await session.evaluate(probe);
    const { events, snapshots } = this.units.evaluated(step, result.units, probe.length);
    const { validation } = dataset.parts;
    this.evaluation = {
      evaluated: { step, samples: probe.length, of: dataset.parts.train.length },
      layers: evaluatedMetrics(this.plan, result, probe.length),
      ...(validation.length > 0 ? { validation: await this.figures(validation) } : {}),
    };
    this.spent.evaluation += this.evaluationCost;
    return { snapshots, events };
  }

  /** Loss without penalties and, for classes, accuracy over some samples. */
  private async figures(samples: Uint32Array): Promise<{ loss: number | null; accuracy?: number | null }> {
    const { loss, accuracy } = await this.session.evaluate(samples);
    return { loss: finite(loss), ...(this.isClassification ? { accuracy: finite(accuracy) } : {}) };
  }

  /** A record of what there is now, out of turn, as when training is paused. */
  async recordNow(): Promise<void> {
    if (!this.isBehind) return;
    const { evaluation } = this.spent;
    await this.record(true, false);
    // A look in between does not put off the evaluations to come.
    this.spent.evaluation = evaluation;
  }

  /** Something happened that no record shows yet. */
  private get isBehind(): boolean {
    return this.final?.step !== this.step || this.final.evaluated.step !== this.step;
  }

  private get isClassification(): boolean {
    return this.graph.data.task === 'classification';
  }

  private async record(evaluate: boolean, isLast = this.step === this.steps): Promise<void> {
    this.unrecorded = undefined;
    const changes = evaluate ? await this.evaluate() : undefined;
    const { test } = this.dataset.parts;
    const record: Omit<MetricsEvent, 'event'> = {
      ...this.draft(),
      ...(isLast && test.length > 0 ? { test: await this.figures(test) } : {}),
    };
    const warnings = this.watch.after(this.recorded(record));
    this.sums = noSums;
    this.final = record;
    this.options.onEvent({ event: 'metrics', ...record }, changes?.snapshots);
    for (const event of [...(changes?.events ?? []), ...warnings]) this.options.onEvent(event);
  }

  /** A record of what training has shown since the last one, and of the newest evaluation. */
  private draft(): Omit<MetricsEvent, 'event' | 'test'> {
    const { sums, last, plan } = this;
    // A last evaluation at a step that has its record already: what training showed stands.
    const before = sums.batches === 0 && this.final?.step === this.step ? this.final : undefined;
    const { layers, ...evaluation } = this.evaluation;
    const mean = (sum: number) => (sums.batches === 0 ? null : finite(sum / sums.batches));
    if (last) this.updates = updateMetrics(plan, last);
    // Where the first update failed there is none to speak of.
    const updates = this.step > 0 && (sums.batches > 0 || before) ? this.updates : null;
    return {
      step: this.step,
      epoch: this.batches.at(this.step).epoch,
      loss: before ? before.loss : mean(sums.loss + sums.penalty),
      ...(this.isClassification ? { accuracy: before ? (before.accuracy ?? null) : mean(sums.accuracy) } : {}),
      penalty: before ? (before.penalty ?? null) : mean(sums.penalty),
      ...(evaluation.validation ? { validation: evaluation.validation } : {}),
      learningRate: this.rateAt(Math.max(this.step - 1, 0)),
      evaluated: evaluation.evaluated,
      layers: layers.map((layer, index) => {
        const { batchInactive, gradientNorm, updateRatio } = updates?.[index] ?? noUpdate;
        return { ...layer, batchInactive, gradientNorm, updateRatio };
      }),
    };
  }

  private recorded(record: Omit<MetricsEvent, 'event'>): Recorded {
    const { last, plan, startNorms } = this;
    const weightNorms =
      last === undefined
        ? startNorms
        : watchedLayers(plan).map(({ kernel }) =>
            kernel === undefined ? null : Math.sqrt(last.weightSquares[kernel]!),
          );
    return { record, batches: this.sums.batches, weightNorms };
  }

  private async end(reason: EndReason, tensor?: string): Promise<void> {
    this.ended = reason;
    this.beforeEnd ??= this.standing(false);
    if (this.isBehind || reason === 'diverged') await this.record(true, true);
    this.conclude(reason, tensor === undefined ? {} : { tensor });
  }

  /** Ends a run whose device is gone: its last record is the last there is. */
  lost(message: string): void {
    this.ended = 'device_lost';
    this.conclude('device_lost', { message });
  }

  private conclude(reason: EndReason, details: Pick<EndEvent, 'tensor' | 'message'>): void {
    const judged = (reason === 'completed' || reason === 'diverged') && this.steps > 0;
    const event: EndEvent = {
      event: 'end',
      reason,
      step: this.step,
      ...details,
      seconds: this.seconds,
      stepsPerSecond: this.stepsPerSecond,
      backend: this.backend.name,
      final: this.final,
      expect: judged && this.final ? judge(this.graph.network.expect, this.final) : [],
    };
    this.options.onEvent(event);
  }

  private get stepsPerSecond(): number {
    return this.seconds === 0 ? 0 : (this.step - this.began) / this.seconds;
  }

  private progress(): Progress {
    const { sums, step, steps, final } = this;
    return {
      step,
      steps,
      epoch: this.batches.at(step).epoch,
      loss: sums.batches > 0 ? finite((sums.loss + sums.penalty) / sums.batches) : (final?.loss ?? null),
      stepsPerSecond: this.stepsPerSecond,
    };
  }

  private standing(recorded: boolean): Standing {
    const { learningRate, sums, spent, evaluation, final, last } = this;
    return {
      sums,
      spent: { ...spent },
      evaluation,
      final,
      updates: last ? updateMetrics(this.plan, last) : this.updates,
      units: this.units.records(),
      watching: this.watch.standing(recorded ? this.recorded(this.draft()) : undefined),
      recorded,
      ...(learningRate === this.graph.network.training.learningRate ? {} : { learningRate }),
      ...(this.batches.since.step > 0 ? { since: this.batches.since } : {}),
    };
  }

  private restore(step: number, standing: Standing): void {
    this.step = this.began = step;
    const { sums, spent, evaluation, final, updates, units, watching, recorded, learningRate } = standing;
    this.sums = recorded && step < this.steps ? noSums : sums;
    this.spent = { ...spent };
    Object.assign(this, { evaluation, final, updates });
    this.units.restore(units);
    this.watch.restore(watching);
    if (learningRate !== undefined) this.learningRate = learningRate;
  }

  private get origin(): Origin {
    const { backend, dataset, graph, options, step } = this;
    return { network: options.text ?? '', seed: graph.network.seed, step, backend, dataset };
  }

  /** The weights as they now are, as a file. */
  async weights(): Promise<TensorFile> {
    return { metadata: metadataOf(this.origin), tensors: tensorsOf(this.plan, await this.arenas()) };
  }

  /** All that a run needs to go on from here as if it had not been interrupted. Not while `run` is at work. */
  async checkpoint(): Promise<TensorFile> {
    // Who goes on from here has had the record of step 0.
    if (this.unrecorded) await this.record(true);
    const standing = this.beforeEnd ?? this.standing(false);
    return writeCheckpoint(this.plan, this.origin, await this.arenas(), await this.session.slots(), standing);
  }

  /** Parameters and running statistics as they now are. */
  async arenas(): Promise<Weights> {
    return { parameters: await this.session.parameters(), state: await this.session.state() };
  }

  /** The parameters' arena as it now is. */
  parameters(): Promise<Float32Array> {
    return this.session.parameters();
  }

  dispose(): void {
    this.session.dispose();
  }
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
