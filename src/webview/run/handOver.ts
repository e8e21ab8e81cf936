import type { FromWebview, KeptRun } from '../hostProtocol.ts';

/** Bytes sent at once: more of them hold up frames on their way through page, workbench and its connection, which copy each. */
const piece = 2 ** 18;
/** Milliseconds from one piece to the next while a run goes on. */
const pause = 40;

/** Hands runs to the host, large checkpoints a piece at a time. */
export class HandOver {
  private under: { readonly run: KeptRun; at: number } | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly post: (message: FromWebview) => void) {}

  /** Begins with a run; what was still on its way is dropped. `hurry`: all of it now. */
  send(run: KeptRun, hurry: boolean): void {
    this.drop();
    this.under = { run, at: 0 };
    if (hurry) this.hurry();
    else this.next();
  }

  /** What is on its way goes now: the page is about to go. */
  hurry(): void {
    clearTimeout(this.timer);
    while (this.under) this.one();
  }

  drop(): void {
    clearTimeout(this.timer);
    this.under = undefined;
  }

  private next(): void {
    this.one();
    if (this.under) this.timer = setTimeout(() => this.next(), this.under.run.state === 'running' ? pause : 0);
  }

  private one(): void {
    if (!this.under) return;
    const { run, at } = this.under;
    // Copies: a view would travel with all of its buffer.
    const bytes = run.checkpoint.slice(at, at + piece);
    this.under.at += bytes.length;
    if (this.under.at < run.checkpoint.length) return this.post({ type: 'keepPart', run: run.run, at, bytes });
    this.under = undefined;
    this.post({ type: 'keepRun', ...run, checkpoint: bytes, at });
  }
}
