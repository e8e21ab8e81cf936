import { purpose, Random, streamOf } from '../random.ts';
import type { Split } from '../spec/network.ts';
import { DataError, type Dataset } from './dataset.ts';

const names = ['train', 'validation', 'test'] as const;

/** Whole numbers that add up to `total` in the ratio of `shares`, which add up to 1: largest remainder, ties to the earlier. */
export function apportion(total: number, shares: readonly number[]): number[] {
  // To a billionth: 0.145 × 100 is 14.499999999999998, which must tie with 0.855 × 100.
  const exact = shares.map((share) => Math.round(share * total * 1e9) / 1e9);
  const whole = exact.map(Math.floor);
  const order = exact
    .map((value, i) => ({ i, rest: Math.round((value - whole[i]!) * 1e9) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  let left = total - whole.reduce((sum, n) => sum + n, 0);
  for (const { i } of order) {
    if (left-- <= 0) break;
    whole[i]!++;
  }
  return whole;
}

/**
 * Draws the parts by seed; rows of a part keep file order. With classes each part takes its share of every class: the sizes of
 * the parts are rounded first, then within each part the classes' shares of what is still to be given out, so that parts
 * and classes both add up exactly.
 */
export function split(samples: number, fractions: Split, seed: number, labels?: ArrayLike<number>): Dataset['parts'] {
  const sizes = apportion(
    samples,
    names.map((name) => fractions[name]),
  );
  for (const [i, name] of names.entries()) {
    if (fractions[name] > 0 && sizes[i] === 0) {
      throw new DataError(
        `${samples} rows are too few for a ${name} part of ${fractions[name]}; give it a larger fraction, or 0`,
        `data.split.${name}`,
      );
    }
  }
  const random = new Random(seed, streamOf('split'), purpose.split);
  const groups = new Map<number, number[]>();
  for (let i = 0; i < samples; i++) {
    const label = labels ? labels[i]! : 0;
    const group = groups.get(label);
    if (group) group.push(i);
    else groups.set(label, [i]);
  }
  const queues = [...groups].sort(([a], [b]) => a - b).map(([, rows]) => random.shuffle(rows));
  const parts = sizes.map((size) => {
    const left = queues.reduce((sum, queue) => sum + queue.length, 0);
    const taken = apportion(
      size,
      queues.map((queue) => queue.length / Math.max(left, 1)),
    );
    return Uint32Array.from(queues.flatMap((queue, i) => queue.splice(0, taken[i]))).sort();
  });
  return { train: parts[0]!, validation: parts[1]!, test: parts[2]! };
}
