import assert from 'node:assert/strict';
import type { MetricsEvent } from '../../../src/engine/training/events.ts';
import { shownRows } from '../../../src/webview/charts/table.ts';
import { spread } from '../../../src/webview/charts/letters.ts';

describe('A chart’s table', () => {
  const [first, second] = [{}, {}] as MetricsEvent[];

  it('is made anew at most once a second while the run goes on, and of its newest rows', () => {
    const a = shownRows({ state: 'running', latest: first }, 5000);
    assert.ok(a.most <= 50);
    assert.deepEqual(shownRows({ state: 'running', latest: second }, 5900), a);
    assert.notEqual(shownRows({ state: 'running', latest: second }, 6000).version, a.version);
  });

  it('shows more, and the last record at once, when the run rests', () => {
    const running = shownRows({ state: 'running', latest: second }, 5000);
    for (const state of ['paused', 'ended'] as const) {
      const resting = shownRows({ state, latest: second }, 5000);
      assert.ok(resting.most >= 10 * running.most);
      assert.equal(resting.version, second);
    }
  });
});

describe('Letters at the ends of lines', () => {
  it('move apart in the order of their ends, and stay within the chart', () => {
    assert.deepEqual(spread([10, 50, 51, 90], 12, [0, 100]), [10, 50, 62, 90]);
    assert.deepEqual(spread([80, 95, 99], 12, [0, 100]), [70, 82, 94]);
    assert.deepEqual(spread([-5, 0], 12, [0, 100]), [6, 18]);
  });
});
