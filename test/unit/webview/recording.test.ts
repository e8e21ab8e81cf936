import assert from 'node:assert/strict';
import type { MetricsEvent, StreamEvent } from '../../../src/engine/training/events.ts';
import {
  eventLines,
  readRunFile,
  readRunHead,
  writeRunFile,
  type RunHead,
} from '../../../src/engine/training/runFile.ts';
import { Recording } from '../../../src/webview/run/recording.ts';
import { readRun, writeRun } from '../../../src/webview/run/record.ts';
import { drawingOf, networkText, runOf } from './networks.ts';

const metrics = (step: number, loss: number): MetricsEvent => ({
  ...{ event: 'metrics', step, epoch: step, loss, learningRate: 0.1, layers: [] },
  evaluated: { step, samples: 1, of: 1 },
});

const start = (layers: number): StreamEvent => ({
  ...{ event: 'start', run: 'a', backend: 'wasm', reason: '', device: '', parameters: 1, steps: 1e6, seed: 1 },
  layers: Array.from({ length: layers }, (_, i) => ({ id: `layer${i}`, type: 'dense', units: 1 })),
});

const unit = (step: number): StreamEvent => ({
  ...{ event: 'unit', step, layer: 'hidden', unit: step, state: 'died', lastActive: null },
});

const warning = (step: number, rule: string): StreamEvent => ({
  ...{ event: 'warning', step, rule, layer: 'hidden', severity: 'warning', message: '', fix: null, fixes: [] },
});

const stepsOf = (events: readonly StreamEvent[]): number[] =>
  events.flatMap((event) => (event.event === 'metrics' ? [event.step] : []));

describe('What is written down of a run', () => {
  it('is its whole stream while that is short, in order', () => {
    const recording = new Recording();
    const events = [start(2), metrics(0, 1), unit(0), metrics(1, 0.9), warning(1, 'dying_relu'), metrics(2, 0.8)];
    for (const event of events) recording.take(event);
    assert.deepEqual(recording.events(), [
      ...[start(2), metrics(0, 1), unit(0), metrics(1, 0.9), warning(1, 'dying_relu'), metrics(2, 0.8)],
    ]);
  });

  it('covers a long run evenly from its first record to its newest, spikes kept, in few records', () => {
    const recording = new Recording();
    recording.take(start(2));
    for (let step = 0; step <= 50_000; step++) recording.take(metrics(step, step === 31_007 ? 99 : 1 / (1 + step)));
    const steps = stepsOf(recording.events());
    assert.ok(steps.length >= 100 && steps.length <= 300, `${steps.length} records`);
    assert.deepEqual([steps[0], steps.at(-1)], [0, 50_000]);
    assert.ok(steps.includes(31_007), 'the spike');
    const gaps = steps.slice(1).map((step, i) => step - steps[i]!);
    assert.ok(Math.min(...gaps) > 0);
    assert.ok(Math.max(...gaps) < 1500, `a gap of ${Math.max(...gaps)}`);
  });

  it('has fewer records the more layers there are, and bounded births and deaths, the first', () => {
    const recording = new Recording();
    recording.take(start(100));
    for (let step = 0; step < 3000; step++) for (const event of [metrics(step, 1), unit(step)]) recording.take(event);
    const events = recording.events();
    assert.ok(stepsOf(events).length <= 50);
    const units = events.filter(({ event }) => event === 'unit');
    assert.deepEqual([units.length, recording.omitted], [1000, 2000]);
  });

  it('has the newest warning of each rule, and one start of a run that went on', () => {
    const recording = new Recording();
    for (const event of [start(1), warning(1, 'a'), warning(2, 'b'), metrics(2, 1), start(1), warning(3, 'a')])
      recording.take(event);
    assert.deepEqual(recording.events(), [start(1), metrics(2, 1), warning(2, 'b'), warning(3, 'a')].sort(byStep));
    function byStep(a: StreamEvent, b: StreamEvent) {
      return ('step' in a ? a.step : -1) - ('step' in b ? b.step : -1);
    }
  });

  it('goes on where it was when the page comes back', () => {
    const run = runOf(networkText());
    run.receive({ type: 'events', events: [start(2), metrics(0, 1), unit(0), metrics(5, 0.5)] });
    const again = readRun(writeRun(run), drawingOf(run.text), run.text);
    assert.ok(again);
    assert.equal(again.began, run.began);
    again.receive({ type: 'events', events: [start(2), metrics(6, 0.4)] });
    assert.deepEqual(again.recording.events(), [start(2), metrics(0, 1), unit(0), metrics(5, 0.5), metrics(6, 0.4)]);
  });
});

describe('A recorded run’s file', () => {
  const head: RunHead = {
    ...{ event: 'run', run: 'a', document: 'small.nn.json', date: '2026-03-01T10:00:00.000Z', seed: 1 },
    ...{ backend: 'wasm', reason: 'completed', seconds: 1.5, final: null, expect: [], text: networkText() },
  };

  it('is read as it was written, one object a line', () => {
    const events = [start(1), metrics(0, 1)];
    const text = writeRunFile(head, eventLines(events));
    assert.equal(text.trimEnd().split('\n').length, 3);
    assert.deepEqual(readRunFile(text), { head, events });
    assert.deepEqual(readRunHead(text), head);
  });

  it('is none when its first line is not a run’s, and leaves out lines that are damaged', () => {
    for (const text of ['', 'no', '{}', JSON.stringify({ ...head, text: 1 }), JSON.stringify({ ...head, final: {} })])
      assert.equal(readRunFile(text), undefined, text.slice(0, 20));
    const torn = writeRunFile(head, `${eventLines([metrics(0, 1)])}{"event":"met`);
    assert.deepEqual(readRunFile(torn)?.events, [metrics(0, 1)]);
  });
});
