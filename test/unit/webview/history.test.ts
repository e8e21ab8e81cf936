import assert from 'node:assert/strict';
import { History, newest } from '../../../src/webview/run/history.ts';

describe('History', () => {
  it('keeps everything while there is room', () => {
    const history = new History(10);
    for (let step = 0; step < 5; step++) history.add(step, { loss: step / 10 });
    assert.deepEqual(history.steps, [0, 1, 2, 3, 4]);
    assert.deepEqual(history.column('loss'), [0, 0.1, 0.2, 0.3, 0.4]);
  });

  it('never grows past its limit, and always ends with the newest row', () => {
    const history = new History(100);
    for (let step = 0; step < 12_345; step++) {
      history.add(step, { loss: Math.sin(step / 50) });
      assert.ok(history.length < 100, `${history.length} rows after step ${step}`);
      assert.equal(history.steps.at(-1), step);
      assert.equal(history.column('loss').at(-1), Math.sin(step / 50));
    }
    assert.equal(history.steps[0], 0);
  });

  it('covers a long run evenly', () => {
    const history = new History(100);
    for (let step = 0; step < 10_000; step++) history.add(step, { loss: 1 });
    const gaps = history.steps.slice(1).map((step, i) => step - history.steps[i]!);
    assert.ok(
      Math.max(...gaps) <= (4 * 10_000) / history.length,
      `a gap of ${Math.max(...gaps)} in ${history.length} rows`,
    );
  });

  it('shows only numbers that were added, each at its own step', () => {
    const history = new History(64);
    for (let step = 0; step < 5000; step++) history.add(step, { loss: step * 2, accuracy: step * 3 });
    history.steps.forEach((step, i) => {
      assert.equal(history.column('loss')[i], step * 2);
      assert.equal(history.column('accuracy')[i], step * 3);
    });
  });

  it('keeps a single spike wherever it falls', () => {
    for (let spike = 1; spike < 4000; spike += 37) {
      const history = new History(100);
      for (let step = 0; step < 4000; step++) history.add(step, { loss: step === spike ? 100 : 1 });
      assert.ok(history.column('loss').includes(100), `the spike at step ${spike} was lost`);
    }
  });

  it('has a step once, with all that was said of it, wherever a run is paused', () => {
    for (let paused = 0; paused < 100; paused++) {
      const history = new History(20);
      for (let step = 0; step <= 100; step++) {
        history.add(step, { loss: step });
        // Evaluated in turn at some records; at a pause whatever its record is.
        if (step === paused) history.add(step, { loss: step, held: 1 });
        if (step === paused) assert.equal(history.column('held').at(-1), 1);
        assert.deepEqual(history.steps, [...new Set(history.steps)], `paused at ${paused}, at step ${step}`);
      }
    }
  });

  it('fills a column that begins late, and rows without a value, with nulls', () => {
    const history = new History();
    history.add(0, { loss: null });
    history.add(1, { loss: 1, validation: 2 });
    history.add(2, { loss: 3 });
    assert.deepEqual(history.column('validation'), [null, 2, null]);
    assert.deepEqual(history.column('no such'), [null, null, null]);
    assert.equal(newest(history.column('validation')), 2);
  });
});
