/** Milliseconds from the start to the first checkpoint, and from one to the next at least. */
const first = 1000;
const between = 5000;
/** A large checkpoint takes longer to make and to write, and holds up frames on its way: so many bytes put the next off by a millisecond. */
const bytesPerMillisecond = 1500;

/**
 * Decides when a run is handed to the extension host: soon after it begins, then every few seconds, and whenever it stands still. Asking for a
 * checkpoint changes no bit of the run, so a clock may say when.
 */
export class Keeper {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = false;
  private again = false;
  private size = 0;

  constructor(private readonly ask: () => void) {}

  /** Training runs: the next checkpoint is due in a while. */
  running(): void {
    if (!this.asked) this.timer ??= setTimeout(() => this.now(), first);
  }

  /** Asks for a checkpoint at once, or as soon as the one under way is kept. */
  now(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.again = this.asked;
    if (this.again) return;
    this.asked = true;
    this.ask();
  }

  /** A checkpoint of so many bytes is on its way to the host. */
  sent(size: number): void {
    this.size = size;
  }

  /** The host has written it. `running`: whether there is more to come. */
  kept(running: boolean): void {
    if (!this.asked) return;
    this.asked = false;
    if (this.again) this.now();
    else if (running) this.timer = setTimeout(() => this.now(), between + this.size / bytesPerMillisecond);
  }

  /** The run is no more. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.asked = this.again = false;
  }
}
