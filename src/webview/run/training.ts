import type { FromWorker, RunState, ToWorker } from '../../engine/worker/protocol.ts';
import type { RunCommand, Settings } from '../hostProtocol.ts';
import { runKey, type Drawing } from '../document.ts';
import { Run } from './runState.ts';

/** What training needs of the panel around it. */
export interface Surroundings {
  /** The network to train and its text, when there is one without errors. */
  trainable(): { drawing: Drawing; text: string } | undefined;
  settings(): Settings;
  readFile(path: string): Promise<Uint8Array>;
  changed(): void;
  stateChanged(): void;
  report(level: 'info' | 'warning' | 'error', message: string): void;
}

/** The worker that trains, as far as training speaks to it. */
export interface WorkerHandle {
  post(message: ToWorker): void;
  /** Forgets the run; the next message begins anew. */
  end(): void;
}

export type TrainingState = 'idle' | RunState;

/** Train, Pause, Step and Reset, and the run they act on. */
export class Training {
  run: Run | undefined;
  private stepWhenReady = false;
  private pauseWhenReady = false;
  private readonly worker: WorkerHandle;

  constructor(
    private readonly around: Surroundings,
    makeWorker: (receive: (message: FromWorker) => void) => WorkerHandle,
  ) {
    this.worker = makeWorker((message) => this.receive(message));
  }

  get state(): TrainingState {
    return this.run?.state ?? 'idle';
  }

  get running(): boolean {
    return this.state === 'running' || this.state === 'preparing';
  }

  /** Whether the file has become another network than the one being trained. */
  get outdated(): boolean {
    const now = this.around.trainable();
    return this.run !== undefined && now !== undefined && runKey(now.drawing) !== this.run.key;
  }

  /** Whether a step can be neither of the run, nor of another in its place. */
  get stepless(): boolean {
    return this.state === 'paused' && this.outdated;
  }

  command(command: RunCommand | 'toggle'): void {
    switch (command) {
      case 'toggle':
        return this.command(this.running ? 'pause' : 'train');
      case 'train':
        if (this.state === 'paused' && !this.outdated) this.worker.post({ type: 'resume' });
        else if (!this.running) void this.start(false);
        return;
      case 'pause':
        this.pauseWhenReady = this.state === 'preparing';
        if (this.state === 'running') this.worker.post({ type: 'pause' });
        return;
      case 'step':
        // A paused run that the file no longer says is not given up for a single step: Train or Reset say so.
        if (this.stepless) return;
        if (this.state === 'paused') this.worker.post({ type: 'step' });
        else if (!this.running) {
          void this.start(true);
          this.stepWhenReady = true;
        }
        return;
      case 'reset':
        this.worker.end();
        this.run = undefined;
        this.around.stateChanged();
    }
  }

  setLearningRate(value: number): void {
    if (this.run?.ongoing) this.worker.post({ type: 'setLearningRate', value });
  }

  private async start(paused: boolean): Promise<void> {
    const now = this.around.trainable();
    if (!now) return;
    const run = new Run(now.drawing);
    this.run = run;
    this.stepWhenReady = this.pauseWhenReady = false;
    this.around.stateChanged();
    const { path } = now.drawing.network.data;
    const { backend, metricsPerSecond } = this.around.settings();
    try {
      const bytes = path === undefined ? undefined : await this.around.readFile(path);
      // Reset may have been pressed while the file was read.
      if (this.run !== run) return;
      this.worker.post({
        type: 'start',
        text: now.text,
        backend,
        metricsPerSecond,
        paused,
        ...(path !== undefined && bytes ? { dataFile: { path, bytes } } : {}),
      });
    } catch (error) {
      this.receive({ type: 'failed', message: error instanceof Error ? error.message : String(error), problems: [] });
    }
  }

  private receive(message: FromWorker): void {
    if (!this.run) return;
    const changed = this.run.receive(message);
    if (message.type === 'notice') this.around.report('warning', message.message);
    if (message.type === 'failed') this.around.report('error', message.message);
    if (this.stepWhenReady && this.state === 'paused') {
      this.stepWhenReady = false;
      this.worker.post({ type: 'step' });
    }
    if (this.pauseWhenReady && this.state === 'running') {
      this.pauseWhenReady = false;
      this.worker.post({ type: 'pause' });
    }
    if (changed) this.around.stateChanged();
    else this.around.changed();
  }
}
