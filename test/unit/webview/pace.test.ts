import assert from 'node:assert/strict';
import { Pace, type Clock } from '../../../src/webview/pace.ts';

/** A page whose time is told: each drawing takes so many milliseconds. */
class Page implements Clock {
  time = 0;
  drawn: number[] = [];
  private frames: (() => void)[] = [];
  private timers: { at: number; act: () => void }[] = [];
  readonly pace: Pace;

  constructor(private readonly cost: number) {
    this.pace = new Pace(
      () => {
        this.drawn.push(this.time);
        this.time += this.cost;
      },
      () => 100,
      this,
    );
  }

  now = () => this.time;
  frame = (act: () => void) => void this.frames.push(act);
  painted = (act: () => void) => act();
  after(milliseconds: number, act: () => void) {
    const timer = { at: this.time + milliseconds, act };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((other) => other !== timer));
  }

  /** The frames of so many milliseconds; a run streams its figures before each. */
  stream(milliseconds: number): void {
    for (const end = this.time + milliseconds; this.time < end; this.time = Math.floor(this.time / 16 + 1) * 16) {
      const due = this.timers.filter(({ at }) => at <= this.time);
      this.timers = this.timers.filter(({ at }) => at > this.time);
      for (const { act } of due) act();
      for (const act of this.frames.splice(0)) act();
      this.pace.later();
    }
  }
}

describe('when the page is drawn', () => {
  it('draws what a run streams as often as asked for', () => {
    const page = new Page(4);
    page.stream(1600);
    assert.ok(page.drawn.length >= 13 && page.drawn.length <= 16, String(page.drawn.length));
  });

  it('draws less often where a drawing takes longer than a frame, so that few frames are missed', () => {
    const page = new Page(30);
    page.stream(10_000);
    const missed = page.drawn.length;
    assert.ok(missed / (10_000 / 16) <= 0.05, `${missed} missed`);
    assert.ok(missed >= 10, 'it is still seen to go on');
  });

  it('draws at least every second or so, however long it takes', () => {
    const page = new Page(400);
    page.stream(10_000);
    assert.ok(page.drawn.length >= 9, String(page.drawn.length));
  });

  it('draws for a person with the next frame, once', () => {
    const page = new Page(30);
    page.stream(64);
    const before = page.drawn.length;
    page.pace.soon();
    page.pace.soon();
    page.stream(32);
    assert.equal(page.drawn.length, before + 1);
  });
});
