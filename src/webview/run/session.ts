import * as l10n from '@vscode/l10n';
import type { FromWorker, ToWorker } from '../../engine/worker/protocol.ts';
import { bundle } from '../words.ts';
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

/** An address a worker may be started from: a web view may load none by its own, but start one from a blob. Read once, when first needed. */
let script: Promise<string> | undefined;

async function readScript(): Promise<string> {
  const response = await fetch(document.body.dataset['worker'] ?? '');
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return URL.createObjectURL(new Blob([await response.text()], { type: 'text/javascript' }));
}

/** The worker that trains: made when first needed. */
export class Session implements WorkerHandle {
  private worker: Worker | undefined;
  /** What is to be said to a worker whose script is still being read. */
  private waiting: ToWorker[] | undefined;

  constructor(private readonly receive: (message: FromWorker) => void) {}

  post(message: ToWorker): void {
    if (this.worker) this.worker.postMessage(message);
    else if (this.waiting) this.waiting.push(message);
    else void this.start((this.waiting = [message]));
  }

  /** Ends the worker with all it holds; the next message starts another. Nothing the old one still had to say is heard. */
  end(): void {
    this.waiting = undefined;
    if (!this.worker) return;
    this.worker.onmessage = null;
    this.worker.terminate();
    this.worker = undefined;
  }

  private async start(waiting: ToWorker[]): Promise<void> {
    try {
      const address = await (script ??= readScript());
      // Ended meanwhile, whether another is wanted by now or not.
      if (waiting !== this.waiting) return;
      this.worker = this.make(address);
      this.waiting = undefined;
      for (const message of waiting) this.worker.postMessage(message);
    } catch (error) {
      script = undefined;
      const reason = error instanceof Error ? error.message : String(error);
      if (waiting === this.waiting)
        this.fail(l10n.t('The training worker could not be loaded ({0}). Close this page and open it again.', reason));
    }
  }

  private make(address: string): Worker {
    const worker = new Worker(address);
    if (bundle) worker.postMessage({ type: 'words', bundle } satisfies ToWorker);
    worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (isFromWorker(data)) this.receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.fail(event.message);
    };
    return worker;
  }

  private fail(reason: string): void {
    this.end();
    this.receive({
      type: 'failed',
      message: reason || l10n.t('The training worker could not be started.'),
      problems: [],
    });
  }
}
