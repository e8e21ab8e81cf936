import type { Backend } from '../backends/backend.ts';
import { checkNetwork } from '../check.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import type { StreamEvent, UnitSnapshot } from '../training/events.ts';
import { Trainer } from '../training/trainer.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** What a worker needs of its surroundings; a test gives its own. */
export interface Surroundings {
  post(message: FromWorker, transfer: ArrayBuffer[]): void;
  /** Lets messages in. */
  yield(): Promise<void>;
  backend(
    choice: 'auto' | 'wasm' | 'webgpu',
    graph: Graph,
    dataset: Dataset,
  ): Promise<{ backend: Backend; reason: string }>;
}

type Start = Extract<ToWorker, { type: 'start' }>;

/**
 * The training side of the panel: one run at a time, driven by messages and completions, never by timers. Events are gathered and posted
 * in batches, at most so many a second, so that nothing per step reaches the panel.
 */
export class WorkerSession {
  private trainer: Trainer | undefined;
  private events: StreamEvent[] = [];
  private units: readonly UnitSnapshot[] | undefined;
  private lastPost = 0;
  private interval = 100;
  /** A later `start` overtakes one that is still preparing. */
  private generation = 0;

  constructor(private readonly surroundings: Surroundings) {}

  async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'start':
        return this.start(message);
      case 'resume':
        return this.train();
      case 'pause':
        this.trainer?.pause();
        return;
      case 'step':
        return this.train(1);
      case 'setLearningRate':
        this.trainer?.setLearningRate(message.value);
        return;
      case 'stop':
        await this.trainer?.stop();
        this.flush();
        return;
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
      await trainer.begin();
    } catch (error) {
      this.post({ type: 'failed', message: error instanceof Error ? error.message : String(error), problems: [] });
      return;
    }
    this.flush();
    if (this.trainer.ended) this.post({ type: 'state', state: 'ended' });
    else if (message.paused) this.post({ type: 'state', state: 'paused' });
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
    this.interval = 1000 / message.metricsPerSecond;
    const { backend, reason } = await this.surroundings.backend(message.backend, graph, dataset);
    const trainer = await Trainer.create(graph, dataset, backend, {
      run: `${Date.now().toString(36)}-${graph.network.seed}`,
      reason,
      text: message.text,
      onEvent: (event, units) => {
        this.events.push(event);
        if (units) this.units = units;
      },
      onProgress: (progress) => {
        if (performance.now() - this.lastPost < this.interval) return;
        this.flush();
        this.post({ type: 'progress', ...progress, epochs: graph.network.training.epochs });
      },
      yield: () => this.surroundings.yield(),
    });
    return trainer;
  }

  private async train(count?: number): Promise<void> {
    const { trainer } = this;
    if (!trainer || trainer.ended) return;
    this.post({ type: 'state', state: 'running' });
    try {
      await trainer.run(count);
    } catch (error) {
      this.post({ type: 'failed', message: error instanceof Error ? error.message : String(error), problems: [] });
      return;
    }
    if (trainer !== this.trainer) return;
    // What happened since the last record shows at once when training stands still.
    if (!trainer.ended) await trainer.recordNow();
    this.flush();
    this.post({ type: 'state', state: trainer.ended ? 'ended' : 'paused' });
  }

  /** Ends the run before, so that its memory is free. */
  private async discard(): Promise<void> {
    const { trainer } = this;
    this.trainer = undefined;
    if (!trainer) return;
    await trainer.stop();
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
