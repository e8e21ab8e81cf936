import * as l10n from '@vscode/l10n';
import { tooLargeToPreview, tooLargeToRehearse, type Preview } from '../../engine/training/preview.ts';
import type { FromWorker, PreviewRequest } from '../../engine/worker/protocol.ts';
import { dataFileOf } from '../dataFile.ts';
import { runKey, type Drawing } from '../document.ts';
import type { WorkerHandle } from './training.ts';

/** How long a file must rest before it is looked at, in ms. */
const rest = 400;

/** What is known of the network as the file has it, before any training. */
export interface Standing {
  /** The newest that was worked out; of the file before its last edits while `working`. */
  readonly seen?: Preview;
  readonly working: boolean;
  /** Why there is none. */
  readonly failure?: string;
}

/**
 * Looks at the network as it is edited, in a worker of its own: once the file has rested, bounded, and given up as soon as the file is
 * another one or a run says more.
 */
export class Previews {
  standing: Standing | undefined;
  private key: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly worker: WorkerHandle;

  constructor(
    private readonly around: {
      /** The network to look at: none while a run shows it, or while it has errors. */
      wanted(): { drawing: Drawing; text: string } | undefined;
      readFile(path: string): Promise<Uint8Array>;
      changed(): void;
      /** The file rests: this network may be trained next. */
      rests(request: PreviewRequest): void;
    },
    makeWorker: (receive: (message: FromWorker) => void) => WorkerHandle,
    private readonly delay = rest,
  ) {
    this.worker = makeWorker((message) => this.receive(message));
  }

  /** The file, its data or the run is another one now; what is known already is not asked again. */
  consider(): void {
    const now = this.around.wanted();
    const { graph } = now?.drawing ?? {};
    // The learning rate, which has no part in step 0, is not in the key of a run; nor is the batch size, which has.
    const key = now && graph && `${runKey(now.drawing)} ${now.drawing.network.training.batchSize}`;
    if (key === this.key) return;
    this.stop();
    this.key = key;
    if (!now || !graph) {
      this.standing = undefined;
      return;
    }
    const isLarge = tooLargeToPreview(graph);
    if (isLarge) {
      const failure = l10n.t(
        'The network or its data is too large to be looked at while you edit. "rectifier preview" on the command line does it.',
      );
      this.standing = { working: false, failure };
    } else this.standing = { ...(this.standing?.seen ? { seen: this.standing.seen } : {}), working: true };
    if (!tooLargeToRehearse(graph)) this.timer = setTimeout(() => void this.begin(now, !isLarge), this.delay);
  }

  /** The data file is another one: what was seen of it holds no longer. */
  forget(): void {
    this.key = undefined;
  }

  private async begin({ drawing, text }: { drawing: Drawing; text: string }, look: boolean): Promise<void> {
    const { key } = this;
    try {
      const data = await dataFileOf(drawing.network.data, this.around);
      if (this.key !== key) return;
      const request = { text, ...data };
      this.around.rests(request);
      if (look) this.worker.post({ type: 'preview', ...request });
    } catch (error) {
      if (this.key === key && look)
        this.receive({ type: 'previewFailed', message: error instanceof Error ? error.message : String(error) });
    }
  }

  private receive(message: FromWorker): void {
    if (message.type === 'previewed') this.standing = { seen: message.seen, working: false };
    else if (message.type === 'previewFailed' || message.type === 'failed')
      this.standing = { failure: message.message, working: false };
    else return;
    // What it holds is needed no longer.
    this.worker.end();
    this.around.changed();
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.worker.end();
  }
}
