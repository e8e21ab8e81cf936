import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { sizeOf } from '../layers/layer.ts';
import type { LossName } from '../plan/plan.ts';

/** Rows that a middle is looked for among; more would cost more than it tells. */
const most = 4096;

/**
 * The least mean loss over the training part that a network can have which gives the same answer for every sample; undefined
 * where that is 0, or where the loss can't be taken of these targets.
 */
export function constantLoss({ loss, network, data, layers }: Graph, dataset: Dataset): number | undefined {
  const restores = network.training.target === 'input';
  const { train } = dataset.parts;
  let value: number;
  if (!restores && data.task === 'classification') {
    const shares = Array.from({ length: data.outputs }, () => 0);
    for (const row of train) shares[dataset.targets[row]!]! += 1 / train.length;
    value = ofClasses(loss, shares, sizeOf(layers.at(-1)!.shape));
  } else {
    const source = restores ? dataset.features : dataset.targets;
    const width = restores ? sizeOf(dataset.inputShape) : dataset.outputs;
    const stride = Math.ceil(train.length / most);
    const rows = train.filter((_, i) => i % stride === 0);
    value = 0;
    for (let column = 0; column < width; column++)
      value +=
        ofNumbers(
          loss,
          Float64Array.from(rows, (row) => source[row * width + column]!),
        ) / width;
  }
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

const entropy = (share: number): number => (share <= 0 ? 0 : -share * Math.log(share));
const binary = (share: number): number => entropy(share) + entropy(1 - share);

/** Class c is `shares[c]` of the data; one output gives the second's probability. */
function ofClasses(loss: LossName, shares: readonly number[], outputs: number): number {
  const each = outputs === 1 ? [shares[1] ?? 0] : shares;
  const mean = (of: (share: number) => number) => each.reduce((sum, share) => sum + of(share), 0) / each.length;
  switch (loss) {
    case 'categorical_crossentropy':
      return shares.reduce((sum, share) => sum + entropy(share), 0);
    case 'binary_crossentropy':
      return mean(binary);
    case 'mean_squared_error':
      return mean((share) => share * (1 - share));
    case 'mean_absolute_error':
      return mean((share) => Math.min(share, 1 - share));
    case 'huber':
      // All errors are below its δ of 1.
      return mean((share) => (share * (1 - share)) / 2);
  }
}

function ofNumbers(loss: LossName, values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const cost = (of: (error: number) => number, at: number) =>
    values.reduce((sum, value) => sum + of(value - at), 0) / values.length;
  switch (loss) {
    case 'mean_squared_error':
      return cost((error) => error * error, mean);
    case 'mean_absolute_error':
      return cost(Math.abs, values.slice().sort()[values.length >> 1]!);
    case 'huber':
      return least(
        (at) => cost((error) => (Math.abs(error) <= 1 ? (error * error) / 2 : Math.abs(error) - 0.5), at),
        values,
      );
    case 'binary_crossentropy':
      return binary(mean);
    case 'categorical_crossentropy':
      return Number.NaN;
  }
}

/** The least value of a convex function between a column's ends, by thirds. */
function least(f: (at: number) => number, values: Float64Array): number {
  let [low, high] = [Math.min(...values), Math.max(...values)];
  for (let i = 0; i < 60; i++) {
    const third = (high - low) / 3;
    if (f(low + third) < f(high - third)) high -= third;
    else low += third;
  }
  return f((low + high) / 2);
}
