import type { Backend } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { scheduleFactor } from '../schedules.ts';
import { Trainer } from '../training/trainer.ts';
import type { TensorFile } from '../weights/safetensors.ts';

/** A learning rate set while the run was under way: in effect from the update after `step` on. */
export interface RateChange {
  readonly step: number;
  readonly value: number;
}

/** What a run was made of: enough to make it again, bit for bit where the backend repeats its bits. */
export interface RecordedRun {
  readonly graph: Graph;
  readonly dataset: Dataset;
  readonly backend: Backend;
  /** Updates in all, in place of epochs × batches. */
  readonly steps?: number;
  /** Every change of the learning rate from the run's beginning on, in order. */
  readonly rates?: readonly RateChange[];
}

/** What a replay needs of its surroundings. */
export interface ReplayAround {
  onProgress?(step: number): void;
  /** Lets messages in; what it throws ends the replay. */
  yield(): Promise<void>;
}

/** The run could not be made again as it was. */
export class Unrepeated extends Error {}

/** A run made again, from its start or from a checkpoint of it. */
export class Replay {
  private constructor(
    private readonly run: RecordedRun,
    readonly trainer: Trainer,
  ) {}

  /** Throws OutOfMemory and WeightsError. */
  static async begin(run: RecordedRun, from: TensorFile | undefined, around: ReplayAround): Promise<Replay> {
    const { graph, dataset, backend, steps } = run;
    const trainer = await Trainer.create(graph, dataset, backend, {
      ...{ run: '', reason: '', metricsEvery: Infinity, onEvent: () => undefined },
      ...(steps === undefined ? {} : { steps }),
      ...(from ? { resume: from } : {}),
      async yield() {
        around.onProgress?.(trainer.step);
        await around.yield();
      },
    });
    await trainer.begin();
    return new Replay(run, trainer);
  }

  get step(): number {
    return this.trainer.step;
  }

  /** Trains up to a step. Throws Unrepeated where training ends before it. */
  async to(step: number): Promise<void> {
    const { trainer } = this;
    while (trainer.step < step) {
      const next = this.run.rates?.find((change) => change.step > trainer.step)?.step ?? Infinity;
      trainer.setLearningRate(this.rateFrom(trainer.step));
      const before = trainer.step;
      await trainer.run(Math.min(step, next) - before);
      if (trainer.step === before)
        throw new Unrepeated(`The replay of the run ends at step ${before}, before ${step}.`);
    }
  }

  /** The learning rate of the update that leads to `step`. */
  rateOf(step: number): number {
    const { schedule } = this.run.graph.network.training;
    return this.rateFrom(step - 1) * scheduleFactor(schedule, step - 1, this.trainer.steps);
  }

  private rateFrom(step: number): number {
    const change = this.run.rates?.filter((change) => change.step <= step).at(-1);
    return change?.value ?? this.run.graph.network.training.learningRate;
  }

  dispose(): void {
    this.trainer.dispose();
  }
}
