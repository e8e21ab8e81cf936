import * as l10n from '@vscode/l10n';
import { purpose, Random, streamOf } from '../random.ts';
import type { Split } from '../spec/dataFields.ts';
import { DataError, type Dataset } from './dataset.ts';
import { apportion, stratify } from './shares.ts';

const names = ['train', 'validation', 'test'] as const;

/**
 * Draws the parts by seed; rows of a part keep file order. The sizes of the parts are rounded first; with classes each part then
 * takes its share of every class.
 */
export function split(samples: number, fractions: Split, seed: number, labels?: ArrayLike<number>): Dataset['parts'] {
  const sizes = apportion(
    samples,
    names.map((name) => fractions[name]),
  );
  for (const [i, name] of names.entries()) {
    if (fractions[name] > 0 && sizes[i] === 0) {
      throw new DataError(
        l10n.t(
          '{0} rows are too few for a {1} part of {2}; give it a larger fraction, or 0',
          samples,
          name,
          fractions[name],
        ),
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
  const taken = stratify(
    sizes,
    queues.map((queue) => queue.length),
  );
  const [train, validation, test] = taken.map((shares) =>
    Uint32Array.from(queues.flatMap((queue, i) => queue.splice(0, shares[i]))).sort(),
  );
  return { train: train!, validation: validation!, test: test! };
}
