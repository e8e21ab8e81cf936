import * as l10n from '@vscode/l10n';
import type { Backend } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { scheduleFactor } from '../schedules.ts';
import type { SettingEvent } from '../training/events.ts';
import { Trainer } from '../training/trainer.ts';
import type { TensorFile } from '../weights/safetensors.ts';

/** What a run was made of: enough to make it again, bit for bit where the backend repeats its bits. */
export interface RecordedRun {
  readonly graph: Graph;
  readonly dataset: Dataset;
  readonly backend: Backend;
  /** Updates in all, in place of epochs × batches. */
  readonly steps?: number;
  /** Every setting changed on the way, from the run's beginning on, in order. */
  readonly settings?: readonly Pick<SettingEvent, 'step' | 'setting' | 'to'>[];
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
    private readonly around: ReplayAround,
    /** Another one from a change of the batch size on. */
    public trainer: Trainer,
  ) {}

  /** Throws OutOfMemory and WeightsError. */
  static async begin(run: RecordedRun, from: TensorFile | undefined, around: ReplayAround): Promise<Replay> {
    const step = Number(from?.metadata['step'] ?? 0);
    return new Replay(run, around, await create(run, newest(run, 'batchSize', step - 1), from, around));
  }

  get step(): number {
    return this.trainer.step;
  }

  /** Trains up to a step. Throws Unrepeated where training ends before it. */
  async to(step: number): Promise<void> {
    while (this.step < step) {
      const { step: before } = this;
      await this.rebatch(newest(this.run, 'batchSize', before));
      this.trainer.setLearningRate(this.rateFrom(before));
      const next = this.run.settings?.find((change) => change.step > before)?.step ?? Infinity;
      await this.trainer.run(Math.min(step, next) - before);
      if (this.step === before)
        throw new Unrepeated(l10n.t('The run made again ends at step {0}, before {1}.', before, step));
    }
  }

  /** The learning rate of the update that leads to `step`. */
  rateOf(step: number): number {
    const { schedule } = this.run.graph.network.training;
    return this.rateFrom(step - 1) * scheduleFactor(schedule, step - 1, this.trainer.steps);
  }

  dispose(): void {
    this.trainer.dispose();
  }

  private rateFrom(step: number): number {
    const rate = newest(this.run, 'learningRate', step);
    return typeof rate === 'number' ? rate : this.run.graph.network.training.learningRate;
  }

  private async rebatch(size: number | 'all' | undefined): Promise<void> {
    const { trainer, run, around } = this;
    if (size === undefined || size === trainer.graph.network.training.batchSize) return;
    const next = await create(run, size, await trainer.checkpoint(), around);
    trainer.dispose();
    this.trainer = next;
  }
}

/** What a setting was last changed to, up to a step. */
const newest = ({ settings }: RecordedRun, setting: SettingEvent['setting'], step: number) =>
  settings?.filter((change) => change.setting === setting && change.step <= step).at(-1)?.to;

async function create(
  { graph, dataset, backend, steps }: RecordedRun,
  batchSize: number | 'all' | undefined,
  from: TensorFile | undefined,
  around: ReplayAround,
): Promise<Trainer> {
  const { network } = graph;
  const sized =
    batchSize === undefined
      ? graph
      : { ...graph, network: { ...network, training: { ...network.training, batchSize } } };
  const trainer = await Trainer.create(sized, dataset, backend, {
    ...{ run: '', reason: '', metricsEvery: Infinity, onEvent: () => undefined },
    ...(steps === undefined ? {} : { steps }),
    ...(from ? { resume: from, elsewhere: true } : {}),
    async yield() {
      around.onProgress?.(trainer.step);
      await around.yield();
    },
  });
  await trainer.begin();
  return trainer;
}
