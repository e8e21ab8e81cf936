import assert from 'node:assert/strict';
import { DataError } from '../../../src/engine/data/dataset.ts';
import { apportion, stratify } from '../../../src/engine/data/shares.ts';
import { split } from '../../../src/engine/data/split.ts';

const names = ['train', 'validation', 'test'] as const;
const fractions = (train: number, validation: number, test = 0) => ({ train, validation, test });
const labelsOf = (...counts: number[]) => counts.flatMap((count, label) => new Array<number>(count).fill(label));
/** Rows of each class in each part. */
const table = (labels: readonly number[], parts: ReturnType<typeof split>) =>
  names.map((name) => [...new Set(labels)].map((label) => parts[name].filter((row) => labels[row] === label).length));

describe('rounding by largest remainder', () => {
  it('adds up to the whole', () => {
    assert.deepEqual(apportion(10, [0.7, 0.2, 0.1]), [7, 2, 1]);
    assert.deepEqual(apportion(11, [0.7, 0.2, 0.1]), [8, 2, 1]);
    assert.deepEqual(apportion(14, [0.6, 0.2, 0.2]), [8, 3, 3]);
    assert.deepEqual(apportion(7, [1 / 3, 1 / 3, 1 / 3]), [3, 2, 2]);
  });

  it('gives a tie to the earlier, also one that floating point hides', () => {
    assert.deepEqual(apportion(3, [0.5, 0.5]), [2, 1]);
    assert.notEqual(0.145 * 100 - 14, 0.855 * 100 - 85);
    assert.deepEqual(apportion(100, [0.145, 0.855]), [15, 85]);
  });

  it('gives nothing to a share of 0', () => {
    assert.deepEqual(apportion(5, [0.5, 0, 0.5]), [3, 0, 2]);
  });
});

describe('the split', () => {
  it('puts every row into exactly one part, in file order', () => {
    const labels = labelsOf(13, 7, 30).sort((a, b) => ((a * 7 + 3) % 5) - ((b * 7 + 3) % 5));
    const parts = split(50, fractions(0.6, 0.3, 0.1), 5, labels);
    assert.deepEqual(
      names.map((name) => parts[name].length),
      [30, 15, 5],
    );
    const all = names.flatMap((name) => [...parts[name]]);
    assert.deepEqual(
      all.sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, i) => i),
    );
    for (const name of names)
      assert.deepEqual(
        parts[name],
        parts[name].slice().sort((a, b) => a - b),
      );
  });

  it('repeats with the seed and differs with another, in step with no other draw', () => {
    const once = split(100, fractions(0.5, 0.5), 1);
    assert.deepEqual(split(100, fractions(0.5, 0.5), 1), once);
    assert.notDeepEqual(split(100, fractions(0.5, 0.5), 2).train, once.train);
  });

  it('draws every row into the training part equally often', () => {
    const often = new Float64Array(20);
    for (let seed = 0; seed < 2000; seed++) for (const row of split(20, fractions(0.5, 0.5), seed).train) often[row]!++;
    // 1000 ± 22 each
    for (const count of often) assert.ok(Math.abs(count - 1000) < 110, `${count}`);
  });

  it('gives each part its share of each class', () => {
    const iris = labelsOf(50, 50, 50);
    assert.deepEqual(table(iris, split(150, fractions(0.8, 0.2), 0, iris)), [
      [40, 40, 40],
      [10, 10, 10],
      [0, 0, 0],
    ]);
    const cancer = labelsOf(357, 212);
    // 569 × 0.7 = 398.3: 398 rows, of them 398 × 357 ÷ 569 = 249.7 and 148.3.
    assert.deepEqual(table(cancer, split(569, fractions(0.7, 0.3), 0, cancer)), [
      [250, 148],
      [107, 64],
      [0, 0],
    ]);
  });

  it('gives ties among classes to the earlier, whatever order they come in', () => {
    // Of each class 1.5 rows are due in a part of 3.
    const labels = [1, 0, 1, 0, 1, 0];
    assert.deepEqual(split(6, fractions(0.5, 0.5), 0, labels).train.filter((row) => labels[row] === 0).length, 2);
  });

  it('adds up both ways, each share within one row of the exact one', () => {
    for (let seed = 0; seed < 200; seed++) {
      const counts = [1 + (seed % 5), 3 + (seed % 11), 9 + (seed % 7), 17];
      const labels = labelsOf(...counts);
      const parts = split(labels.length, fractions(0.6, 0.25, 0.15), seed, labels);
      const shares = table(labels, parts);
      counts.forEach((count, label) =>
        assert.equal(
          shares.reduce((sum, part) => sum + part[label]!, 0),
          count,
        ),
      );
      for (const [part, name] of names.entries()) {
        for (const [label, share] of shares[part]!.entries()) {
          const exact = (counts[label]! * parts[name].length) / labels.length;
          assert.ok(Math.abs(share - exact) < 1, `${seed}: ${name} has ${share} of class ${label}, not ${exact}`);
        }
      }
    }
  });

  it('keeps to the exact share where earlier parts would take too much', () => {
    // Of 57 rows 34, 14 and 9: quotas of the last class 10.1, 4.2 and 2.7.
    const shares = stratify([34, 14, 9], [2, 9, 12, 17, 17]);
    assert.deepEqual(
      shares.map((part) => part.reduce((sum, share) => sum + share)),
      [34, 14, 9],
    );
    const quota = (part: number, count: number) => ([34, 14, 9][part]! * count) / 57;
    for (const [part, row] of shares.entries()) {
      for (const [i, count] of [2, 9, 12, 17, 17].entries()) {
        assert.ok([Math.floor(quota(part, count)), Math.ceil(quota(part, count))].includes(row[i]!), `${part} ${i}`);
      }
    }
  });

  it('refuses a part that gets no row, and leaves one of 0 empty', () => {
    assert.equal(split(3, fractions(1, 0), 0).validation.length, 0);
    assert.throws(
      () => split(20, fractions(0.99, 0.01), 0),
      (error) =>
        error instanceof DataError &&
        error.key === 'data.split.validation' &&
        /20 rows are too few for a validation part of 0.01; give it a larger fraction, or 0/.test(error.message),
    );
  });
});
