import * as l10n from '@vscode/l10n';
import type { Kernels } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import type { TrainerOptions } from '../training/options.ts';
import { Trainer } from '../training/trainer.ts';
import { readSafetensors, WeightsError, type TensorFile } from '../weights/safetensors.ts';
import type { ToWorker } from './protocol.ts';
import type { Surroundings } from './surroundings.ts';

/** Times a run goes on with a device found anew before it goes on with wasm. */
const mostRecoveries = 3;
/** Stretches of steps between two checkpoints of a run that may lose its device, and steps at most. */
const stretchesBetween = 50;
const mostBetween = 10_000;

/** Steps to the next checkpoint: counted, never clocked. What cannot be lost runs without. */
export function stepsBetween({ backend, plan }: Trainer): number {
  if (backend.name !== 'webgpu') return Infinity;
  const steps = Math.ceil((stretchesBetween * backend.stretch) / (3 * plan.multiplyAdds * plan.batchRows));
  return Math.min(mostBetween, Math.max(1, steps));
}

/** What a run was started with, to make it again. */
export interface Started {
  readonly message: Extract<ToWorker, { type: 'start' }>;
  readonly graph: Graph;
  readonly dataset: Dataset;
}

/** The same run, trained in batches of another size. */
export function inBatches({ graph, ...rest }: Started, batchSize: number | 'all'): Started {
  const { network } = graph;
  return { ...rest, graph: { ...graph, network: { ...network, training: { ...network.training, batchSize } } } };
}

/** Makes the trainers of the run at hand, one after another: its first, and those that go on where the one before stood. */
export class Trainers {
  /** The run at hand. */
  started: Started | undefined;
  /** As it was changed, if it was. */
  learningRate: number | undefined;
  /** Where a run goes on from if its device is lost. */
  private saved: TensorFile | undefined;
  private recoveries = 0;
  /** Of the wasm backend, as the run has them or is to have them. */
  private kernels: Kernels | undefined;

  constructor(
    private readonly surroundings: Surroundings,
    /** Who hears what trainers tell. */
    private readonly listener: (started: Started) => Pick<TrainerOptions, 'onEvent' | 'onProgress' | 'yield'>,
  ) {}

  /** Begins a run, or takes up the one that the message brings along. */
  async first(started: Started): Promise<Trainer> {
    const { message } = started;
    this.started = inBatches(started, message.batchSize ?? started.graph.network.training.batchSize);
    this.learningRate = message.learningRate;
    this.recoveries = 0;
    this.saved = message.resume && readSafetensors(message.resume);
    const then = this.saved?.metadata['kernels'];
    this.kernels = then === 'simd' || then === 'relaxed' ? then : message.kernels;
    const before = this.saved?.metadata['backend'];
    if (!this.saved || message.backend !== 'auto' || (before !== 'wasm' && before !== 'webgpu'))
      return this.create(this.started, message.backend);
    // Bit for bit only on the backend it was made with; within tolerance on another.
    return this.create(this.started, before, l10n.t('auto: as before')).catch((error: unknown) => {
      if (before === 'wasm' || error instanceof WeightsError) throw error;
      return this.create(this.started!, 'auto');
    });
  }

  /** After a lost device: from the last checkpoint, on a device found anew; on wasm when that was lost too often or none is found. */
  afterLoss(started: Started, message: string): Promise<Trainer> {
    this.recoveries++;
    const why = l10n.t('the GPU was lost ({0})', message);
    return this.recoveries > mostRecoveries
      ? this.create(started, 'wasm', l10n.t('{0} more than {1} times', why, mostRecoveries))
      : this.create(started, 'webgpu', why).catch(() =>
          this.create(started, 'wasm', l10n.t('{0}, and no other is there', why)),
        );
  }

  /** From where another stands. */
  async after(trainer: Trainer, started: Started): Promise<Trainer> {
    this.saved = await trainer.checkpoint();
    return this.create(started, trainer.backend.name === 'webgpu' ? 'webgpu' : 'wasm', trainer.reason);
  }

  /** Keeps where a run stands that may lose its device. */
  async save(trainer: Trainer): Promise<void> {
    if (trainer.backend.name === 'webgpu' && !trainer.ended) this.saved = await trainer.checkpoint();
  }

  /** A trainer on a backend of the kind asked for; it goes on from the last checkpoint if there is one. */
  private async create(started: Started, choice: 'auto' | 'wasm' | 'webgpu', why?: string): Promise<Trainer> {
    const { surroundings } = this;
    const { message, graph, dataset } = started;
    const { backend, reason } = await surroundings.backend(choice, graph, dataset, this.kernels);
    const trainer = await Trainer.create(graph, dataset, backend, {
      run: message.run,
      reason: why ?? reason,
      text: message.text,
      ...(message.rules ? { rules: message.rules } : {}),
      ...(this.saved ? { resume: this.saved, elsewhere: true } : {}),
      ...(surroundings.untilLook === undefined ? {} : { untilLook: surroundings.untilLook }),
      ...this.listener(started),
    });
    if (this.learningRate !== undefined) trainer.setLearningRate(this.learningRate);
    this.kernels = backend.kernels ?? this.kernels;
    return trainer;
  }
}
