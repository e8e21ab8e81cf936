import type { Kernels } from '../../engine/backends/backend.ts';
import type { LookRequest } from '../../engine/look/look.ts';
import type { FromWorker, PreviewRequest, RunState, ToWorker } from '../../engine/worker/protocol.ts';
import type { KeptRun, RunCommand, Settings } from '../hostProtocol.ts';
import { dataFileOf } from '../dataFile.ts';
import { runKey, type Drawing } from '../document.ts';
import { Checkpoints } from './checkpoints.ts';
import { Keeper } from './keeper.ts';
import { readRun, writeRun } from './record.ts';
import { recorded, type Recorded } from './recording.ts';
import { Run } from './runState.ts';

/** What training needs of the panel around it. */
export interface Surroundings {
  /** The network to train and its text, when there is one without errors. */
  trainable(): { drawing: Drawing; text: string } | undefined;
  settings(): Settings;
  readFile(path: string): Promise<Uint8Array>;
  /** Hands a run to the host, which answers through `kept`; `hurry` where the page is about to go. */
  keep(run: KeptRun, hurry: boolean): void;
  /** Hands what there is of a run to the host, to be written down. */
  record(run: Recorded): void;
  /** The run was given up. */
  forget(run: string): void;
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

/** `toggle`: Ctrl+Enter. `again`: a new run of the file as it is, whatever the one at hand is doing. */
export type Command = RunCommand | 'toggle' | 'again';

/** Train, Pause, Step and Reset, and the run they act on. */
export class Training {
  run: Run | undefined;
  /** The run before, to compare with, until the person has seen enough of it. */
  before: Run | undefined;
  /** Where a run that was kept goes on from; the worker does not know it yet. */
  private kept: Uint8Array | undefined;
  /** Some that the run at hand has come by, for what makes it again. */
  readonly checkpoints = new Checkpoints();
  /** The worker holds the run. */
  private atWorker = false;
  private readonly keeper = new Keeper(() => this.worker.post({ type: 'checkpoint' }));
  /** The kernels of the first run here, so that those after it can be compared bit for bit. */
  private kernels: Kernels | undefined;
  /** The next checkpoint is the page's last. */
  private hurry = false;
  private stepWhenReady = false;
  private pauseWhenReady = false;
  /** What the worker was asked to show and has not shown yet. */
  private asked: string | undefined;
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

  /** The next run need not wait for its worker. */
  warm(): void {
    this.worker.post({ type: 'warm' });
  }

  /** The next run may be of this network. */
  getReady(request: PreviewRequest): void {
    const { backend } = this.around.settings();
    if (!this.running) this.worker.post({ type: 'getReady', backend, ...request });
  }

  command(command: Command): void {
    switch (command) {
      case 'again':
        return void this.start(false);
      case 'toggle':
        return this.command(this.running ? 'pause' : 'train');
      case 'train':
        if (this.state === 'paused' && !this.outdated) {
          if (this.kept) void this.begin(false);
          else this.worker.post({ type: 'resume' });
        } else if (!this.running) void this.start(false);
        return;
      case 'pause':
        this.pauseWhenReady = this.state === 'preparing';
        if (this.state === 'running') this.worker.post({ type: 'pause' });
        return;
      case 'step':
        // A paused run that the file no longer says is not given up for a single step: Train or Reset say so.
        if (this.stepless) return;
        if (this.state === 'paused' && !this.kept) this.worker.post({ type: 'step' });
        else if (!this.running) {
          if (this.kept) void this.begin(true);
          else void this.start(true);
          this.stepWhenReady = true;
        }
        return;
      case 'reset':
        if (this.running) this.record();
        this.worker.end();
        this.keeper.stop();
        if (this.run) this.around.forget(this.run.name);
        this.run = this.before = this.kept = undefined;
        this.atWorker = false;
        this.asked = undefined;
        this.around.stateChanged();
    }
  }

  /** Shows a run again that the host kept, of a network drawn from its text; goes on with it if it was running. */
  restore(kept: KeptRun, drawing: Drawing): void {
    const run = readRun(kept.record, drawing, kept.text);
    if (!run || this.run) return;
    this.run = run;
    this.kernels ??= run.started?.kernels;
    this.kept = kept.state === 'ended' ? undefined : kept.checkpoint;
    this.checkpoints.add(run.name, kept.step, kept.checkpoint);
    run.state = kept.state === 'ended' ? 'ended' : 'paused';
    if (kept.state === 'running') void this.begin(false);
    this.around.stateChanged();
  }

  /** The run before is compared with no longer. */
  keepRun(): void {
    this.before = undefined;
    this.around.stateChanged();
  }

  /** The run before takes the place of the one at hand, which is given up. Gives the text it was of. */
  backToRun(): string | undefined {
    const { run, before } = this;
    if (!run || !before) return undefined;
    this.command('reset');
    // What its worker held is gone: it can be looked at, not gone on with.
    before.state = 'ended';
    this.run = before;
    this.around.stateChanged();
    return before.text;
  }

  /** Hands the run to the host now, because the page is about to go. */
  keepNow(): void {
    this.hurry = this.atWorker;
    if (this.atWorker) this.keeper.now();
  }

  /** The person types elsewhere and is not to wait for training. */
  giveWay(): void {
    if (this.running) this.worker.post({ type: 'giveWay' });
  }

  /** The host has written what it was handed. */
  wasKept(): void {
    this.keeper.kept(this.state === 'running');
  }

  setLearningRate(value: number): void {
    if (this.run?.ongoing) this.worker.post({ type: 'setLearningRate', value });
  }

  setBatchSize(value: number): void {
    if (this.run?.ongoing) this.worker.post({ type: 'setBatchSize', value });
  }

  /** Asks the worker what the page shows of the network itself, unless it has been asked already. */
  look(request: LookRequest): void {
    const key = JSON.stringify(request);
    if (!this.atWorker || this.run?.failure || this.asked === key) return;
    this.asked = key;
    this.worker.post({ type: 'look', request });
  }

  private async start(paused: boolean): Promise<void> {
    const now = this.around.trainable();
    if (!now) return;
    if (this.running) this.record();
    this.keeper.stop();
    // What never came to a first update is nothing to compare with.
    if (this.run?.latest?.step) this.before = this.run;
    this.run = new Run(now.drawing, now.text, (this.run?.number ?? 0) + 1);
    this.kept = undefined;
    await this.begin(paused);
  }

  /** Has the worker make the run: from its first step, or from where it was kept. */
  private async begin(paused: boolean): Promise<void> {
    const { run, kept } = this;
    if (!run) return;
    run.state = 'preparing';
    this.kept = undefined;
    this.atWorker = false;
    this.stepWhenReady = this.pauseWhenReady = false;
    this.around.stateChanged();
    const { backend, metricsPerSecond, rules, pauseOn } = this.around.settings();
    try {
      const data = await dataFileOf(run.drawing.network.data, this.around);
      // Reset may have been pressed while the file was read.
      if (this.run !== run) return;
      const now = this.around.trainable()?.drawing.network.training;
      this.worker.post({
        type: 'start',
        run: run.name,
        text: run.text,
        backend,
        ...(this.kernels ? { kernels: this.kernels } : {}),
        metricsPerSecond,
        ...(rules ? { rules } : {}),
        ...(pauseOn ? { pauseOn } : {}),
        paused,
        ...data,
        ...(kept ? { resume: kept, ...(now && { learningRate: now.learningRate, batchSize: now.batchSize }) } : {}),
      });
    } catch (error) {
      this.receive({ type: 'failed', message: error instanceof Error ? error.message : String(error), problems: [] });
    }
  }

  private receive(message: FromWorker): void {
    const { run } = this;
    if (!run) return;
    const changed = run.receive(message);
    this.kernels ??= run.started?.kernels;
    if (message.type === 'checkpoint') this.keep(run, message);
    if (message.type === 'state') this.keepAs(message.state);
    if (message.type === 'failed') {
      this.record();
      this.atWorker = false;
      this.keeper.stop();
    }
    if (message.type === 'looked') this.asked = undefined;
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

  private keepAs(state: RunState): void {
    this.atWorker = state !== 'preparing';
    if (state === 'running') this.keeper.running();
    else if (this.atWorker) {
      this.record();
      this.keeper.now();
    }
  }

  /** Has what there is of the run written down: when it comes to stand or is left, and with each checkpoint, as its page may vanish. */
  private record(): void {
    const record = this.run && recorded(this.run);
    if (record) this.around.record(record);
  }

  private keep(run: Run, { step, bytes }: Extract<FromWorker, { type: 'checkpoint' }>): void {
    if (run.state === 'preparing') return;
    this.keeper.sent(bytes.length);
    this.checkpoints.add(run.name, step, bytes);
    if (this.running) this.record();
    const { name, state, text } = run;
    this.around.keep({ run: name, state, text, record: writeRun(run), step, checkpoint: bytes }, this.hurry);
    this.hurry = false;
  }
}
