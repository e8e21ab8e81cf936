import assert from 'node:assert/strict';
import { idRange, short, shortId } from '../../../src/webview/format.ts';

describe('A large number', () => {
  const cases: readonly (readonly [number, string])[] = [
    [999, '999'],
    [1000, '1 k'],
    [4417, '4.4 k'],
    [41_667, '42 k'],
    [99_500, '100 k'],
    [99_950, '100 k'],
    [100_000, '100 k'],
    [133_248, '133 k'],
    [999_499, '999 k'],
    [999_500, '1 M'],
    [999_999, '1 M'],
    [12_345_678, '12 M'],
    [345_600_000, '346 M'],
    [2_500_000_000_000, '2500 G'],
  ];
  for (const [n, text] of cases) {
    it(`of ${n} reads ${text}`, () => assert.equal(short(n), text.replace(' ', '\u202f')));
  }
});

describe('A layer’s id', () => {
  it('keeps what tells it from others where there is little room', () => {
    assert.deepEqual(['hidden12', 'h3', 'output', 'conv1'].map(shortId), ['h12', 'h3', 'output', 'c1']);
  });

  it('is named with the last one of a run, what both begin with once', () => {
    assert.equal(idRange('hidden1', 'hidden20'), 'hidden1–20');
    assert.equal(idRange('first', 'second'), 'first–second');
  });
});
