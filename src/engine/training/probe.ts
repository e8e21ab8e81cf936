import type { Dataset } from '../data/dataset.ts';
import { purpose, Random, streamOf } from '../random.ts';

/** Most samples unit health is judged on. */
export const probeLimit = 2048;

/** The samples unit health is judged on: the training part, or 2,048 of it drawn by the seed; in file order. */
export function probeOf(dataset: Dataset, seed: number): Uint32Array {
  const { train } = dataset.parts;
  if (train.length <= probeLimit) return train;
  return new Random(seed, streamOf('probe'), purpose.probe).shuffle(train.slice()).slice(0, probeLimit).sort();
}
