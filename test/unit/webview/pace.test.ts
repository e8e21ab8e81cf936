import assert from 'node:assert/strict';
import { Pace, Turns, type Clock } from '../../../src/webview/pace.ts';

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

describe('what is painted', () => {
  /** Frames of 16 ms, of which each piece takes 3. */
  function frames() {
    let [time, start] = [0, 0];
    const waiting: (() => void)[] = [];
    const done: string[] = [];
    const turns = new Turns<{ name: string }>({
      now: () => time,
      began: () => start,
      frame: (act) => void waiting.push(act),
    });
    const keys = Object.fromEntries([...'abcdef'].map((name) => [name, { name }]));
    return {
      take: (name: string, what = name) =>
        turns.take(keys[name]!, () => {
          done.push(what);
          time += 3;
        }),
      drop: (name: string) => turns.drop(keys[name]!),
      /** What is done in the frame at hand, and the next begins. */
      frame: (): string => {
        [time, start] = [start + 16, start + 16];
        const was = done.splice(0).join('');
        for (const act of waiting.splice(0)) act();
        return was;
      },
    };
  }

  it('is spread over frames, each in its turn, and nothing is left out', () => {
    const { take, frame } = frames();
    for (const name of 'abcdef') take(name);
    assert.deepEqual([frame(), frame(), frame(), frame()], ['ab', 'cd', 'ef', '']);
  });

  it('is the newest of each, and not what is dropped', () => {
    const { take, drop, frame } = frames();
    for (const name of 'abcd') take(name);
    take('c', 'C');
    drop('d');
    take('e');
    assert.deepEqual([frame(), frame(), frame()], ['ab', 'Ce', '']);
    take('a');
    assert.equal(frame(), 'a');
  });
});
