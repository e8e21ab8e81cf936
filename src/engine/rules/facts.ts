import * as l10n from '@vscode/l10n';
import type { Dataset } from '../data/dataset.ts';
import { sizeOf, unitsOf } from '../layers/layer.ts';

export interface Range {
  readonly least: number;
  readonly most: number;
}

/** What rules need to know of the data, of the training part alone. */
export interface DataFacts {
  /** The input column furthest out as the network sees it, that is scaled; of pictures, the channel. */
  readonly furthest: { readonly name: string; readonly mean: number; readonly sigma: number };
  readonly inputs: Range;
  /** Where the labels are numbers. */
  readonly targets?: Range;
}

const known = new WeakMap<Dataset, DataFacts>();

/** The facts of a dataset, gathered once: a pass over pictures takes a frame. */
export function factsOf(dataset: Dataset): DataFacts {
  const facts = known.get(dataset) ?? gather(dataset);
  known.set(dataset, facts);
  return facts;
}

/** In one pass over the training rows. */
function gather(dataset: Dataset): DataFacts {
  const { features, parts, inputShape, columns } = dataset;
  const width = sizeOf(inputShape);
  const groups = inputShape.length === 3 ? unitsOf(inputShape) : width;
  const sums = new Float64Array(groups);
  const squares = new Float64Array(groups);
  const inputs = { least: Infinity, most: -Infinity };
  for (const row of parts.train) {
    for (let i = 0; i < width; i++) {
      const value = features[row * width + i]!;
      sums[i % groups]! += value;
      squares[i % groups]! += value * value;
      if (value < inputs.least) inputs.least = value;
      if (value > inputs.most) inputs.most = value;
    }
  }
  const count = (parts.train.length * width) / groups;
  const each = Array.from(sums, (sum, k) => {
    const mean = sum / count;
    const sigma = Math.sqrt(Math.max(squares[k]! / count - mean * mean, 0));
    const name = inputShape.length === 3 ? l10n.t('channel {0}', k + 1) : (columns[k] ?? l10n.t('column {0}', k + 1));
    return { name, mean, sigma };
  });
  const furthest = each.reduce((a, b) => (outness(b) > outness(a) ? b : a));
  return { furthest, inputs, ...(dataset.task === 'regression' ? { targets: targetRange(dataset) } : {}) };
}

/** How far out a column lies: the larger of its mean's size and its σ. */
export const outness = ({ mean, sigma }: DataFacts['furthest']): number => Math.max(Math.abs(mean), sigma);

function targetRange({ targets, outputs, parts }: Dataset): Range {
  const range = { least: Infinity, most: -Infinity };
  for (const row of parts.train) {
    for (let i = 0; i < outputs; i++) {
      const value = targets[row * outputs + i]!;
      if (value < range.least) range.least = value;
      if (value > range.most) range.most = value;
    }
  }
  return range;
}
