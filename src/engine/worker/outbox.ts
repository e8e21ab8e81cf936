import type { StreamEvent, UnitSnapshot } from '../training/events.ts';
import type { FromWorker } from './protocol.ts';
import type { Surroundings } from './surroundings.ts';

/** What goes to the panel. Events are gathered and posted in batches, at most so many a second, so that nothing per step reaches it. */
export class Outbox {
  /** Milliseconds between two batches, at least. */
  interval = 100;
  private events: StreamEvent[] = [];
  private units: readonly UnitSnapshot[] | undefined;
  private lastPost = 0;
  /** Step of the newest record, and of the newest before a device was lost: what a run repeats up to there has been told. */
  private newest = -1;
  private told = -1;

  constructor(private readonly surroundings: Pick<Surroundings, 'post'>) {}

  /** The events to come are of another run. */
  begin(): void {
    this.newest = this.told = -1;
  }

  /** The run goes on from an earlier step: its records up to the newest are not told again. */
  repeat(): void {
    this.told = this.newest;
  }

  /** Puts an event into the next batch. False if it has been told. */
  add(event: StreamEvent, units?: readonly UnitSnapshot[]): boolean {
    const isRecord = event.event === 'metrics' || event.event === 'unit' || event.event === 'warning';
    if (isRecord && event.step <= this.told) return false;
    if (isRecord) this.newest = event.step;
    this.events.push(event);
    if (units) this.units = units;
    return true;
  }

  /** Whether enough time has gone by for the next batch. */
  get isDue(): boolean {
    return performance.now() - this.lastPost >= this.interval;
  }

  /** What comes next is waited for: it is due. */
  hurry(): void {
    this.lastPost = 0;
  }

  flush(): void {
    this.lastPost = performance.now();
    if (this.events.length === 0) return;
    const { events, units } = this;
    this.clear();
    this.post({ type: 'events', events, ...(units ? { units: [...units] } : {}) }, buffersOf(units));
  }

  /** Forgets what is not posted yet. */
  clear(): void {
    this.events = [];
    this.units = undefined;
  }

  /** Posts a message at once. */
  post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
    this.surroundings.post(message, transfer);
  }

  notice(message: string): void {
    this.post({ type: 'notice', message });
  }
}

/** The buffers of all typed arrays in a value, to be handed over. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(buffersOf) : [];
}
