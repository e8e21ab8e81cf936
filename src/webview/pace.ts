/** A frame of 60 a second, in milliseconds; what takes longer makes a person's key or pointer wait. */
const frame = 16;
/** Of what a drawing took beyond a frame, so many times as much passes before the next that nobody asked for. */
const rest = 25;
/** What a run shows is never older than this, in milliseconds. */
const longest = 1000;

/** Frames and time, as a page has them; a test gives its own. */
export interface Clock {
  now(): number;
  /** With the next frame. */
  frame(act: () => void): void;
  /** When the frame at hand is on the screen. */
  painted(act: () => void): void;
  /** In so many milliseconds, unless the function it gives is called before. */
  after(milliseconds: number, act: () => void): () => void;
}

/**
 * Decides when the page is drawn: for a person with the next frame, for a run that streams its figures at most so often, and less often
 * where a drawing takes longer than a frame, so that 19 frames in 20 stay free for whatever else the person does.
 */
export class Pace {
  private framed = false;
  private cancel: (() => void) | undefined;
  private due = 0;

  constructor(
    private readonly draw: () => void,
    /** Milliseconds between two drawings that nobody asked for, at least. */
    private readonly interval: () => number,
    private readonly clock: Clock = browserClock,
  ) {}

  /** Draws with the next frame. */
  readonly soon = (): void => {
    if (this.framed) return;
    this.framed = true;
    this.cancel?.();
    this.cancel = undefined;
    this.clock.frame(() => {
      this.framed = false;
      const start = this.clock.now();
      this.due = start + this.interval();
      this.draw();
      this.clock.painted(() => {
        const over = this.clock.now() - start - frame;
        if (over > 0) this.due = Math.max(this.due, start + Math.min(longest, rest * over));
      });
    });
  };

  /** Draws when it is time. */
  readonly later = (): void => {
    if (this.framed || this.cancel) return;
    const wait = this.due - this.clock.now();
    if (wait <= 0) return this.soon();
    this.cancel = this.clock.after(wait, () => {
      this.cancel = undefined;
      this.soon();
    });
  };
}

/** Of a frame, so many milliseconds may pass before what is painted waits for the next. */
const share = 6;

/** Frames as what takes turns needs them. */
type Frames = Pick<Clock, 'now' | 'frame'> & {
  /** When the frame at hand began. */
  began(): number;
};

/**
 * Shares work out over frames: what comes late in a frame is done in one of the next, in its turn, at least one piece a frame. Of what
 * waits already only the newest is done.
 */
export class Turns<K extends object> {
  private readonly waiting = new Map<K, () => void>();

  constructor(private readonly frames: Frames = browserFrames) {}

  /** Does it now where there is time and nothing waits for its turn before it. */
  take(key: K, act: () => void): void {
    if (this.waiting.size === 0 && this.frames.now() - this.frames.began() < share) return act();
    if (this.waiting.size === 0) this.frames.frame(this.next);
    this.waiting.set(key, act);
  }

  /** It is done already, or no longer wanted. */
  drop(key: K): void {
    this.waiting.delete(key);
  }

  private readonly next = (): void => {
    const start = this.frames.now();
    for (const [key, act] of this.waiting) {
      this.waiting.delete(key);
      act();
      if (this.frames.now() - start >= share) break;
    }
    if (this.waiting.size > 0) this.frames.frame(this.next);
  };
}

/** What waits for the frame at hand; one channel serves all. */
const waiting: (() => void)[] = [];
let channel: MessageChannel | undefined;

const browserFrames: Frames = {
  now: () => performance.now(),
  frame: (act) => void requestAnimationFrame(act),
  began: () => Number(document.timeline.currentTime),
};

const browserClock: Clock = {
  now: () => performance.now(),
  frame: (act) => void requestAnimationFrame(act),
  painted(act) {
    if (!channel) {
      channel = new MessageChannel();
      channel.port1.onmessage = () => waiting.shift()?.();
    }
    waiting.push(act);
    // A message sent within a frame comes after its layout and painting.
    channel.port2.postMessage(0);
  },
  after(milliseconds, act) {
    const timer = setTimeout(act, milliseconds);
    return () => clearTimeout(timer);
  },
};
