import assert from 'node:assert/strict';
import { short } from '../../../src/webview/format.ts';

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
