import { DeviceLost, OutOfMemory, type Backend, type Kernels } from '../backends/backend.ts';
import { checkNetwork } from '../check.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import type { SettingEvent, StreamEvent, UnitSnapshot, WarningEvent } from '../training/events.ts';
import { Trainer } from '../training/trainer.ts';
import { readSafetensors, WeightsError, writeSafetensors, type TensorFile } from '../weights/safetensors.ts';
import { examine } from './autopsies.ts';
import { Looks } from './looks.ts';
import { lookBefore } from './previews.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** What a worker needs of its surroundings; a test gives its own. */
export interface Surroundings {
  post(message: FromWorker, transfer: ArrayBuffer[]): void;
  /** Lets messages in. */
  yield(): Promise<void>;
  /** As the trainer's: a test that does something in the middle of a run counts stretches, not time. */
  readonly untilLook?: number;
  backend(
    choice: 'auto' | 'wasm' | 'webgpu',
    graph: Graph,
    dataset: Dataset,
    kernels?: Kernels,
  ): Promise<{ backend: Backend; reason: string }>;
  /** Gets ready what the first run would wait for. */
  warm?(): void;
  /** What the panel's looks are worked out on; the run's own backend when left out. */
  lookBackend?(): Promise<Backend>;
}

/** Times a run goes on with a device found anew before it goes on with wasm. */
const mostRecoveries = 3;
/** Stretches of steps between two checkpoints of a run that may lose its device, and steps at most. */
const stretchesBetween = 50;
const mostBetween = 10_000;

/** Steps to the next checkpoint: counted, never clocked. What cannot be lost runs without. */
function stepsBetween({ backend, plan }: Trainer): number {
  if (backend.name !== 'webgpu') return Infinity;
  const steps = Math.ceil((stretchesBetween * backend.stretch) / (3 * plan.multiplyAdds * plan.batchRows));
  return Math.min(mostBetween, Math.max(1, steps));
}

/** The same network, trained in batches of another size. */
const inBatches = (graph: Graph, batchSize: number | 'all' = graph.network.training.batchSize): Graph => ({
  ...graph,
  network: { ...graph.network, training: { ...graph.network.training, batchSize } },
});

type Start = Extract<ToWorker, { type: 'start' }>;

interface Started {
  readonly message: Start;
  readonly graph: Graph;
  readonly dataset: Dataset;
}

/**
 * The training side of the panel: one run at a time, driven by messages and completions, never by timers. Events are gathered and posted
 * in batches, at most so many a second, so that nothing per step reaches the panel.
 */
export class WorkerSession {
  private trainer: Trainer | undefined;
  /** What the run at hand was started with, to make it again. */
  private started: Started | undefined;
  /** Where a run goes on from if its device is lost. */
  private saved: TensorFile | undefined;
  private recoveries = 0;
  private pausing = false;
  /** A checkpoint was asked for and not yet handed out. */
  private wanted = false;
  /** The trainer that `train` is at work on. */
  private active: Trainer | undefined;
  /** Of the wasm backend, as the run has them or is to have them. */
  private kernels: Kernels | undefined;
  private learningRate: number | undefined;
  /** What the batch size is to become. */
  private batchSize: number | 'all' | undefined;
  /** Step of the newest record, and of the newest before a device was lost: what a run repeats up to there has been told. */
  private newest = -1;
  private told = -1;
  private events: StreamEvent[] = [];
  private units: readonly UnitSnapshot[] | undefined;
  private lastPost = 0;
  private interval = 100;
  /** A later `start` overtakes one that is still preparing. */
  private generation = 0;
  private readonly looks: Looks;

  constructor(private readonly surroundings: Surroundings) {
    this.looks = new Looks(
      async (trainer) => (await surroundings.lookBackend?.()) ?? trainer.backend,
      (look) => surroundings.post({ type: 'looked', look }, buffersOf(look)),
      (message) => this.post({ type: 'notice', message: `The network cannot be shown: ${message}` }),
    );
  }

  async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'start':
        return this.start(message);
      case 'resume':
        return this.train();
      case 'pause':
        this.pausing = true;
        this.trainer?.pause();
        return;
      case 'step':
        return this.train(1);
      case 'checkpoint':
        return this.handOut(true);
      case 'setLearningRate': {
        const from = this.learningRate ?? this.started?.graph.network.training.learningRate ?? message.value;
        this.changedSetting('learningRate', from, message.value);
        this.learningRate = message.value;
        this.trainer?.setLearningRate(message.value);
        return;
      }
      case 'setBatchSize':
        this.batchSize = message.value;
        // While training goes on, the stretch at hand ends first.
        if (this.active) return this.trainer?.pause();
        await this.rebatch();
        return this.look();
      case 'look':
        this.looks.ask(message.request);
        // While training goes on, the next pause between two stretches is soon enough.
        if (!this.active) await this.look();
        return;
      case 'autopsy':
        return examine(message, this.surroundings);
      case 'preview':
        return lookBefore(message, this.surroundings);
      case 'stop':
        await this.trainer?.stop();
        this.flush();
        return;
      case 'warm':
        return this.surroundings.warm?.();
    }
  }

  private async start(message: Start): Promise<void> {
    const generation = ++this.generation;
    await this.discard();
    this.post({ type: 'state', state: 'preparing' });
    try {
      const trainer = await this.prepare(message);
      if (generation !== this.generation) {
        trainer?.dispose();
        return;
      }
      if (!trainer) return;
      this.trainer = trainer;
      await trainer.begin(!message.paused);
      if (this.pausing && !trainer.ended) await trainer.recordNow();
      await this.save(trainer);
      await this.handOut();
    } catch (error) {
      if (!(await this.recovered(error))) return;
    }
    this.flush();
    if (this.trainer?.ended || message.paused || this.pausing) await this.look();
    if (this.trainer?.ended) this.post({ type: 'state', state: 'ended' });
    else if (message.paused || this.pausing) this.post({ type: 'state', state: 'paused' });
    else await this.train();
  }

  private async prepare(message: Start): Promise<Trainer | undefined> {
    const { dataFile } = message;
    const readFile = (path: string) =>
      dataFile ? Promise.resolve(dataFile.bytes) : Promise.reject(new Error(`${path} was not given`));
    const { graph, dataset, problems } = await checkNetwork(message.text, readFile);
    const errors = problems.filter((problem) => problem.severity === 'error');
    if (!graph || !dataset || errors.length > 0) {
      this.post({ type: 'failed', message: errors[0]?.message ?? 'The network has problems.', problems: errors });
      return undefined;
    }
    this.interval = this.looks.interval = 1000 / message.metricsPerSecond;
    this.started = { message, graph: inBatches(graph, message.batchSize), dataset };
    this.learningRate = message.learningRate;
    this.batchSize = undefined;
    this.recoveries = 0;
    this.newest = this.told = -1;
    this.wanted = this.pausing = false;
    this.saved = message.resume && readSafetensors(message.resume);
    const then = this.saved?.metadata['kernels'];
    this.kernels = then === 'simd' || then === 'relaxed' ? then : message.kernels;
    const before = this.saved?.metadata['backend'];
    if (!this.saved || message.backend !== 'auto' || (before !== 'wasm' && before !== 'webgpu'))
      return this.create(this.started, message.backend);
    // Bit for bit only on the backend it was made with; within tolerance on another.
    return this.create(this.started, before, 'auto: as before').catch((error: unknown) => {
      if (before === 'wasm' || error instanceof WeightsError) throw error;
      return this.create(this.started!, 'auto');
    });
  }

  /** A trainer on a backend of the kind asked for; it goes on from the last checkpoint if there is one. */
  private async create({ message, graph, dataset }: Started, choice: Start['backend'], why?: string): Promise<Trainer> {
    const { backend, reason } = await this.surroundings.backend(choice, graph, dataset, this.kernels);
    const trainer = await Trainer.create(graph, dataset, backend, {
      run: message.run,
      reason: why ?? reason,
      text: message.text,
      ...(message.rules ? { rules: message.rules } : {}),
      ...(this.saved ? { resume: this.saved, elsewhere: true } : {}),
      onEvent: (event, units) => {
        const isRecord = event.event === 'metrics' || event.event === 'unit' || event.event === 'warning';
        if (isRecord && event.step <= this.told) return;
        if (isRecord) this.newest = event.step;
        this.events.push(event);
        if (event.event === 'warning') this.warned(event);
        if (units) this.units = units;
      },
      onProgress: (progress) => {
        if (performance.now() - this.lastPost < this.interval) return;
        this.flush();
        this.post({ type: 'progress', ...progress, epochs: graph.network.training.epochs });
      },
      ...(this.surroundings.untilLook === undefined ? {} : { untilLook: this.surroundings.untilLook }),
      yield: async () => {
        if (this.trainer) await this.looks.between(this.trainer, dataset);
        await this.surroundings.yield();
      },
    });
    if (this.learningRate !== undefined) trainer.setLearningRate(this.learningRate);
    this.kernels = backend.kernels ?? this.kernels;
    return trainer;
  }

  private async train(count?: number): Promise<void> {
    if (!this.trainer || this.trainer.ended) return;
    this.pausing = false;
    if (this.active === this.trainer) return;
    await this.looks.settled();
    this.post({ type: 'state', state: 'running' });
    const until = this.trainer.step + (count ?? Infinity);
    for (;;) {
      const trainer: Trainer | undefined = this.trainer;
      if (!trainer) return;
      this.active = trainer;
      try {
        if (trainer.ended || this.pausing || trainer.step >= until) {
          // What happened since the last record shows at once when training stands still.
          if (!trainer.ended) await trainer.recordNow();
          break;
        }
        await trainer.run(Math.min(until - trainer.step, stepsBetween(trainer)));
        if (trainer !== this.trainer) return;
        await this.save(trainer);
        this.active = undefined;
        await this.rebatch();
        await this.handOut();
      } catch (error) {
        if (trainer !== this.trainer || !(await this.recovered(error))) return;
      } finally {
        if (this.active === trainer) this.active = undefined;
      }
    }
    await this.handOut();
    this.flush();
    this.post({ type: 'state', state: this.trainer.ended ? 'ended' : 'paused' });
    await this.look();
  }

  /** Training pauses itself at the record where a rule fires, if the person wants that. */
  private warned({ severity, rule, layer, step }: WarningEvent): void {
    const { pauseOn } = this.started?.message ?? {};
    if (pauseOn === undefined || severity === 'info' || (pauseOn === 'error' && severity !== 'error')) return;
    this.pausing = true;
    this.trainer?.pause();
    const where = layer === null ? '' : ` in ${layer}`;
    this.post({ type: 'notice', message: `Paused at step ${step}: ${rule} fired${where}.` });
  }

  private changedSetting(setting: SettingEvent['setting'], from: SettingEvent['from'], to: SettingEvent['to']): void {
    const { trainer } = this;
    if (trainer && !trainer.ended && from !== to)
      this.events.push({ event: 'setting', step: trainer.step, setting, from, to });
  }

  /** Lets the run go on in batches of the size it is to have: the same run, made anew from where it stands. */
  private async rebatch(): Promise<void> {
    const { trainer, started, batchSize } = this;
    if (batchSize === undefined || !trainer || !started || trainer.ended) return;
    this.batchSize = undefined;
    const { network } = started.graph;
    const from = network.training.batchSize;
    if (from === batchSize) return;
    const graph = inBatches(started.graph, batchSize);
    this.saved = await trainer.checkpoint();
    const backend = trainer.backend.name === 'webgpu' ? 'webgpu' : 'wasm';
    let next: Trainer;
    try {
      next = await this.create({ ...started, graph }, backend, trainer.reason);
    } catch (error) {
      if (!(error instanceof OutOfMemory)) throw error;
      this.post({ type: 'notice', message: `The batch size of this run stays ${from}. ${error.message}` });
      return;
    }
    if (trainer !== this.trainer) return next.dispose();
    this.started = { ...started, graph };
    trainer.dispose();
    this.trainer = next;
    this.changedSetting('batchSize', from, batchSize);
    await next.begin();
    await this.save(next);
  }

  /** What the panel asked to see, of a run that stands still. */
  private async look(): Promise<void> {
    if (this.trainer && this.started) await this.looks.look(this.trainer, this.started.dataset);
  }

  private async save(trainer: Trainer): Promise<void> {
    if (trainer.backend.name === 'webgpu' && !trainer.ended) this.saved = await trainer.checkpoint();
  }

  /** Posts a checkpoint if one is wanted: at once while training stands still, else once it has paused for it. */
  private async handOut(wanted = this.wanted): Promise<void> {
    const { trainer, active } = this;
    this.wanted = wanted && trainer !== undefined;
    if (!this.wanted || !trainer) return;
    if (active === trainer) return trainer.pause();
    this.wanted = false;
    const file = await trainer.checkpoint();
    if (trainer !== this.trainer) return;
    this.flush();
    const bytes = writeSafetensors(file);
    this.surroundings.post({ type: 'checkpoint', step: Number(file.metadata['step']), bytes }, [
      bytes.buffer as ArrayBuffer,
    ]);
  }

  /**
   * After a lost device: the same run on one found anew, from the last checkpoint; on wasm when that was lost too often or none is found.
   * Any other error ends the run. Gives whether the run goes on.
   */
  private async recovered(error: unknown): Promise<boolean> {
    const { started, generation, trainer: lost } = this;
    const fail = (error: unknown) => {
      this.post({ type: 'failed', message: error instanceof Error ? error.message : String(error), problems: [] });
      return false;
    };
    if (!(error instanceof DeviceLost) || !started) return fail(error);
    this.told = this.newest;
    this.recoveries++;
    const why = `the GPU was lost (${error.message})`;
    try {
      const trainer =
        this.recoveries > mostRecoveries
          ? await this.create(started, 'wasm', `${why} more than ${mostRecoveries} times`)
          : await this.create(started, 'webgpu', why).catch(() =>
              this.create(started, 'wasm', `${why}, and no other is there`),
            );
      if (generation !== this.generation) {
        trainer.dispose();
        return false;
      }
      lost?.dispose();
      this.trainer = trainer;
      await trainer.begin();
      const message = `The GPU was lost; training went on from step ${trainer.step} on ${trainer.backend.name}.`;
      this.post({ type: 'notice', message });
      return true;
    } catch (again) {
      return again instanceof DeviceLost ? this.recovered(again) : fail(again);
    }
  }

  /** Ends the run before, so that its memory is free. */
  private async discard(): Promise<void> {
    const { trainer } = this;
    this.trainer = undefined;
    if (!trainer) return;
    await this.looks.settled();
    this.looks.forget();
    // A device that is gone takes its last evaluation with it.
    await trainer.stop().catch(() => undefined);
    this.events = [];
    this.units = undefined;
    trainer.dispose();
  }

  private flush(): void {
    this.lastPost = performance.now();
    if (this.events.length === 0) return;
    const { events, units } = this;
    this.events = [];
    this.units = undefined;
    const transfer = (units ?? []).flatMap((layer) =>
      [layer.active, layer.state, layer.lastActive, layer.foundDead].map((array) => array.buffer as ArrayBuffer),
    );
    this.surroundings.post({ type: 'events', events, ...(units ? { units: [...units] } : {}) }, transfer);
  }

  private post(message: FromWorker): void {
    this.surroundings.post(message, []);
  }
}

/** The buffers of all typed arrays in a value, to be handed over. */
function buffersOf(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(buffersOf) : [];
}
