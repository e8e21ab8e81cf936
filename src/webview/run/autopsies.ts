import { stepsBefore, type Autopsy, type Death } from '../../engine/autopsy/autopsy.ts';
import type { FromWorker } from '../../engine/worker/protocol.ts';
import { dataFileOf } from '../dataFile.ts';
import type { Run } from './runState.ts';
import type { Training, WorkerHandle } from './training.ts';

/** The autopsy the person has opened. */
export interface OpenAutopsy {
  readonly run: Run;
  readonly death: Death;
  /** How far the run made again has come. */
  step: number;
  found?: Autopsy;
  failure?: string;
}

/** Opens a dead unit: the run is made again in a worker of its own, whatever training is doing meanwhile. */
export class Autopsies {
  open: OpenAutopsy | undefined;
  private readonly worker: WorkerHandle;

  constructor(
    private readonly around: {
      training(): Training;
      readFile(path: string): Promise<Uint8Array>;
      changed(): void;
    },
    makeWorker: (receive: (message: FromWorker) => void) => WorkerHandle,
  ) {
    this.worker = makeWorker((message) => this.receive(message));
  }

  /** When a unit of a run's layer was found dead, as its newest evaluation has it; undefined while it is not. */
  static deathOf(run: Run, layer: string, unit: number): Death | undefined {
    const snapshot = run.units.get(layer);
    if (snapshot?.state[unit] !== 2) return undefined;
    const last = snapshot.lastActive[unit]!;
    const foundDead = snapshot.foundDead[unit]!;
    const until = run.latest?.step ?? foundDead;
    return { layer, unit, lastActive: last < 0 ? null : last, foundDead, until };
  }

  /** Does nothing for a unit that is not dead. */
  async begin(run: Run, layer: string, unit: number): Promise<void> {
    const death = Autopsies.deathOf(run, layer, unit);
    const { backend, kernels } = run.started ?? {};
    if (!death || (backend !== 'wasm' && backend !== 'webgpu')) return;
    this.close();
    const open: OpenAutopsy = (this.open = { run, death, step: 0 });
    this.around.changed();
    const resume =
      death.lastActive === null
        ? undefined
        : this.around.training().checkpoints.before(run.name, death.lastActive - stepsBefore);
    try {
      const data = await dataFileOf(run.drawing.network.data, this.around);
      if (this.open !== open) return;
      this.worker.post({
        ...{ type: 'autopsy', text: run.text, backend, death },
        ...(kernels ? { kernels } : {}),
        settings: run.settings.map(({ step, setting, to }) => ({ step, setting, to })),
        ...data,
        ...(resume ? { resume } : {}),
      });
    } catch (error) {
      this.receive({ type: 'autopsyFailed', message: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Closes it, or gives up what is not found yet. */
  close(): void {
    this.worker.end();
    this.open = undefined;
    this.around.changed();
  }

  private receive(message: FromWorker): void {
    const { open } = this;
    if (!open) return;
    if (message.type === 'autopsyAt') open.step = message.step;
    else if (message.type === 'autopsy') open.found = message.found;
    else if (message.type === 'autopsyFailed' || message.type === 'failed') open.failure = message.message;
    else return;
    // What it holds of the run is needed no longer.
    if (message.type !== 'autopsyAt') this.worker.end();
    this.around.changed();
  }
}
