import assert from 'node:assert/strict';
import { partOf, zoomed, type Part } from '../../../src/webview/charts/zoom.ts';

describe('The part of a run that charts show', () => {
  it('is in whole steps, within the run, and none where it is all of it', () => {
    assert.deepEqual(partOf([10.4, 19.6], 100), [10, 19]);
    assert.deepEqual(partOf([90, 130], 100), [60, 100]);
    assert.deepEqual(partOf([50, 50.2], 100), [50, 52]);
    assert.equal(partOf([-50, 100], 100), undefined);
  });

  it('is halved, doubled and moved by keys, and given up', () => {
    const keys = (all: readonly string[], end: number) => {
      let part: Part | undefined;
      for (const key of all) {
        const next = zoomed(key, part, end);
        part = next && partOf(next, end);
      }
      return part;
    };
    assert.deepEqual(keys(['+', '+'], 100), [75, 100]);
    assert.deepEqual(keys(['+', '+', 'ArrowLeft'], 100), [63, 88]);
    assert.deepEqual(keys(['+', '+', '-'], 100), [50, 100]);
    assert.equal(keys(['+', '-'], 100), undefined);
    assert.equal(keys(['+', '0'], 100), undefined);
    assert.equal(keys(['ArrowRight'], 100), undefined);
  });
});
