import * as l10n from '@vscode/l10n';
import type { Backend, RunResult, Session } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { finite } from '../health/metrics.ts';
import { planOf } from '../plan/compile.ts';
import type { Plan } from '../plan/plan.ts';
import { factorOf } from '../schedules.ts';
import { metadataOf, type Origin } from '../weights/metadata.ts';
import { WeightsError, type TensorFile } from '../weights/safetensors.ts';
import { tensorsOf, weightsFrom, type Weights } from '../weights/weights.ts';
import { Batches } from './batches.ts';
import { readCheckpoint, writeCheckpoint, type Standing } from './checkpoint.ts';
import type { EndEvent, EndReason } from './events.ts';
import { judge } from './expect.ts';
import { initialParameters, initialState } from './initialize.ts';
import type { Progress, TrainerOptions } from './options.ts';
import { keepReady, sessionFor } from './ready.ts';
import { Records, type Run } from './records.ts';
import { epochOrder, nextStretch, startEvent, stepRows } from './steps.ts';

/** Milliseconds of stretches between two looks at the world. A look changes no number, so it may be clocked. */
const usualLook = 16;

/**
 * One run of one network: makes the step table, runs it in stretches, and has records written where they are due.
 * `run`, `step` and `pause` may be called at any time between stretches.
 */
export class Trainer implements Run {
  /** Updates made. */
  step = 0;
  ended: EndReason | undefined;
  readonly steps: number;
  readonly batches: Batches;
  private readonly records: Records;
  private epochInOrder = -1;
  private learningRate: number;
  private readonly factorAt: ReturnType<typeof factorOf>;
  private seconds = 0;
  /** Step this trainer began at. */
  private began = 0;
  /** Where the run stood before its end was written, for a run that goes on beyond it. */
  private beforeEnd: Standing | undefined;
  /** The weights of step 0, while its record waits for the first update. */
  private unrecorded: Weights | undefined;
  /** Done once the run has begun. */
  private opening: Promise<void> | undefined;
  private running = false;
  private stopping = false;

  private constructor(
    readonly graph: Graph,
    readonly dataset: Dataset,
    readonly plan: Plan,
    readonly backend: Backend,
    readonly session: Session,
    private readonly options: TrainerOptions,
    private initial: Weights | undefined,
    batches = new Batches(dataset.parts.train.length, plan.batchRows),
  ) {
    const { training } = graph.network;
    this.batches = batches;
    this.steps = options.steps ?? batches.stepsTo(training.epochs);
    this.learningRate = training.learningRate;
    this.factorAt = factorOf(training.schedule);
    this.records = new Records(this, options, initial?.parameters);
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
    const session = await sessionFor(graph, plan, dataset, backend);
    const initial = weights ?? { parameters: initialParameters(graph, plan), state: initialState(plan) };
    session.setParameters(initial.parameters);
    session.setState(initial.state);
    const trainer = new Trainer(graph, dataset, plan, backend, session, options, initial, checkpoint?.batches);
    if (checkpoint) {
      const { steps } = trainer;
      if (checkpoint.step > steps) {
        session.dispose();
        throw new WeightsError(
          l10n.t('the checkpoint is at step {0}, but this run ends at {1}', checkpoint.step, steps),
        );
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
  begin(trainFirst = false): Promise<void> {
    return (this.opening = this.open(trainFirst));
  }

  private async open(trainFirst: boolean): Promise<void> {
    const { backend, graph, options, plan } = this;
    options.onEvent(startEvent(graph, plan, backend, options, this.steps));
    if (!options.resume) {
      if (trainFirst && this.steps > 0) this.unrecorded = this.initial;
      else await this.record(true);
    }
    this.initial = undefined;
    if (this.stopping) await this.end('stopped');
    else if (this.step >= this.steps) {
      // Figures that a record can't hold: trained to its end, such a network is of no use either.
      const { overflown } = this.records;
      await this.end(overflown === undefined ? 'completed' : 'diverged', overflown);
    }
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
    else if (this.step >= this.steps) {
      // Figures that a record can't hold: trained to its end, such a network is of no use either.
      const { overflown } = this.records;
      await this.end(overflown === undefined ? 'completed' : 'diverged', overflown);
    }
  }

  /** Stops after the stretch at hand; `run` goes on from there. */
  pause(): void {
    this.running = false;
  }

  /** Ends the run after the stretch at hand, with a last evaluation; one that has not begun, as soon as it has. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.running) this.running = false;
    else if (this.opening) {
      await this.opening;
      if (!this.ended) await this.end('stopped');
    }
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
    this.orderFor(batches.at(this.step).epoch);
    const { end, regular } = nextStretch(this, this.unrecorded ? this.step + 1 : until, this.options.metricsEvery);
    const isRecord = regular || end === this.steps;

    const rows = stepRows(plan, batches, this.step, end, (step) => this.rateAt(step), isRecord);
    const started = performance.now();
    const result = await this.session.run(rows, this.records.sums);
    this.seconds += (performance.now() - started) / 1000;
    if (this.unrecorded) await this.recordBefore(this.unrecorded, result);
    this.step += result.stepsDone;

    if (!this.records.account(rows, result)) {
      const bad = result.badSegment === undefined ? undefined : plan.parameters[result.badSegment]!.name;
      await this.end('diverged', bad);
      return;
    }
    if (isRecord) {
      const due = this.records.evaluationDue;
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
  rateAt(s: number): number {
    return this.learningRate * this.factorAt(s, this.steps);
  }

  private orderFor(epoch: number): void {
    if (epoch === this.epochInOrder) return;
    this.epochInOrder = epoch;
    this.session.setOrder(epochOrder(this.graph, this.dataset, epoch));
  }

  /** A record of what there is now, out of turn, as when training is paused. */
  async recordNow(): Promise<void> {
    if (!this.records.isBehind) return;
    this.unrecorded = undefined;
    await this.records.writeNow();
  }

  private async record(evaluate: boolean, isLast = this.step === this.steps): Promise<void> {
    this.unrecorded = undefined;
    await this.records.write(evaluate, isLast);
  }

  private async end(reason: EndReason, tensor?: string): Promise<void> {
    this.ended = reason;
    this.beforeEnd ??= this.standing(false);
    const failed = reason === 'diverged' && this.step < this.steps;
    if (this.records.isBehind || failed) await this.record(true, true);
    this.conclude(reason, tensor === undefined ? {} : { tensor });
  }

  /** Ends a run whose device is gone: its last record is the last there is. */
  lost(message: string): void {
    this.ended = 'device_lost';
    this.conclude('device_lost', { message });
  }

  private conclude(reason: EndReason, details: Pick<EndEvent, 'tensor' | 'message'>): void {
    const { final } = this.records;
    const judged = (reason === 'completed' || reason === 'diverged') && this.steps > 0;
    const event: EndEvent = {
      event: 'end',
      reason,
      step: this.step,
      ...details,
      seconds: this.seconds,
      stepsPerSecond: this.stepsPerSecond,
      backend: this.backend.name,
      final,
      expect: judged && final ? judge(this.graph.network.expect, final) : [],
    };
    this.options.onEvent(event);
  }

  private get stepsPerSecond(): number {
    return this.seconds === 0 ? 0 : (this.step - this.began) / this.seconds;
  }

  private progress(): Progress {
    const { step, steps, records } = this;
    return {
      step,
      steps,
      epoch: this.batches.at(step).epoch,
      loss: records.loss,
      stepsPerSecond: this.stepsPerSecond,
    };
  }

  private standing(recorded: boolean): Standing {
    const { learningRate } = this;
    return {
      ...this.records.standing(recorded),
      ...(learningRate === this.graph.network.training.learningRate ? {} : { learningRate }),
      ...(this.batches.since.step > 0 ? { since: this.batches.since } : {}),
    };
  }

  private restore(step: number, standing: Standing): void {
    this.step = this.began = step;
    this.records.restore(standing);
    const { learningRate } = standing;
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

  /** Gives up the run; its memory is kept for the next one, if that is of the same plan, seed and data. */
  retire(): void {
    const { backend, dataset, graph, plan, session } = this;
    // A device may be gone.
    if (backend.name === 'webgpu') return this.dispose();
    session.setSlots(new Float32Array(plan.sizes.slots));
    keepReady({ backend, plan, seed: graph.network.seed, dataset, session });
  }

  dispose(): void {
    this.session.dispose();
  }
}
