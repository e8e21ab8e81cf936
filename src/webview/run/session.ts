import * as l10n from '@vscode/l10n';
import workerText from 'worker:../../engine/worker/worker.ts';
import type { FromWorker, ToWorker } from '../../engine/worker/protocol.ts';
import type { WorkerHandle } from './training.ts';

const known = {
  ready: true,
  state: true,
  events: true,
  progress: true,
  looked: true,
  autopsyAt: true,
  autopsy: true,
  autopsyFailed: true,
  previewed: true,
  previewFailed: true,
  notice: true,
  checkpoint: true,
  failed: true,
} as const satisfies Record<FromWorker['type'], true>;

const isFromWorker = (value: unknown): value is FromWorker =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  typeof value.type === 'string' &&
  Object.hasOwn(known, value.type);

/** The worker that trains: made when first needed, from the script the page carries. */
export class Session implements WorkerHandle {
  private worker: Worker | undefined;

  constructor(private readonly receive: (message: FromWorker) => void) {}

  post(message: ToWorker): void {
    this.worker ??= this.make();
    this.worker.postMessage(message);
  }

  /** Ends the worker with all it holds; the next message starts another. Nothing the old one still had to say is heard. */
  end(): void {
    if (!this.worker) return;
    this.worker.onmessage = null;
    this.worker.terminate();
    this.worker = undefined;
  }

  private make(): Worker {
    // A web view may not load a worker by address, but it may start one from a blob.
    const url = URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' }));
    const worker = new Worker(url);
    worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (isFromWorker(data)) this.receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.end();
      this.receive({
        type: 'failed',
        message: event.message || l10n.t('The training worker could not be started.'),
        problems: [],
      });
    };
    return worker;
  }
}
