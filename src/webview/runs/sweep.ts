import type { StartEvent, MetricsEvent, EndEvent } from '../../engine/training/events.ts';
import type { DataFile, FromWorker } from '../../engine/worker/protocol.ts';
import { Recording, recorded, type Recordable, type Recorded } from '../run/recording.ts';
import type { WorkerHandle } from '../run/training.ts';
import type { Planned } from './sweepPlan.ts';

/** What a sweep needs of the page around it. */
export interface SweepSurroundings {
  makeWorker(receive: (message: FromWorker) => void): WorkerHandle;
  dataFile: DataFile | undefined;
  /** Hands a run that has ended to the host, to be written down. */
  record(run: Recorded): void;
  changed(): void;
}

/** A run that a worker trains without anyone looking. */
class SweptRun implements Recordable {
  readonly name: string = crypto.randomUUID();
  readonly began = new Date().toISOString();
  readonly recording = new Recording();
  readonly text: string;
  readonly set: Planned['set'];
  started: StartEvent | undefined;
  latest: MetricsEvent | undefined;
  ended: EndEvent | undefined;
  failure: Recordable['failure'];

  constructor({ text, set }: Planned) {
    this.text = text;
    this.set = set;
  }

  /** Takes in a message; gives whether the run is over. */
  receive(message: FromWorker): boolean {
    if (message.type === 'failed') this.failure = message;
    for (const event of message.type === 'events' ? message.events : []) {
      this.recording.take(event);
      if (event.event === 'start') this.started = event;
      if (event.event === 'metrics') this.latest = event;
      if (event.event === 'end') this.ended = event;
    }
    return message.type === 'failed' || (message.type === 'state' && message.state === 'ended');
  }
}

/** Runs of a plan, a few at a time, each on a worker of its own; what has ended is recorded, so that a sweep cut short goes on with the rest. */
export class Sweep {
  done = 0;
  /** Names of the runs made. */
  readonly names = new Set<string>();
  /** Why runs could not be made. */
  readonly failures: string[] = [];
  private readonly waiting: Planned[];
  private readonly workers: WorkerHandle[] = [];
  private busy = 0;

  constructor(
    readonly planned: readonly Planned[],
    workers: number,
    private readonly around: SweepSurroundings,
  ) {
    this.waiting = [...planned];
    for (let i = 0; i < Math.min(workers, planned.length); i++) this.work();
  }

  get running(): boolean {
    return this.busy > 0;
  }

  cancel(): void {
    this.waiting.length = this.busy = 0;
    for (const worker of this.workers) worker.end();
    this.around.changed();
  }

  private work(): void {
    let run: SweptRun | undefined;
    const worker = this.around.makeWorker((message) => {
      if (!run?.receive(message)) return;
      this.take(run);
      next();
    });
    const next = () => {
      const planned = this.waiting.shift();
      run = planned && new SweptRun(planned);
      if (!run) {
        worker.end();
        this.busy--;
      } else {
        const { dataFile } = this.around;
        this.names.add(run.name);
        worker.post({
          // The kernels of the command line's sweep, so that both give the same bits.
          ...{ type: 'start', run: run.name, text: run.text, backend: 'wasm', kernels: 'simd' },
          ...{ metricsPerSecond: 1, paused: false },
          ...(dataFile ? { dataFile } : {}),
        });
      }
      this.around.changed();
    };
    this.workers.push(worker);
    this.busy++;
    next();
  }

  private take(run: SweptRun): void {
    this.done++;
    const record = recorded(run);
    if (record) this.around.record(record);
    if (run.failure) this.failures.push(run.failure.message);
  }
}
