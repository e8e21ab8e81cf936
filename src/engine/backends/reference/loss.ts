import type { LossName, Op } from '../../plan/plan.ts';
import { softmax } from './elementwise.ts';
import { view, type Memory } from './memory.ts';

const epsilon = 1e-7;
const clip = (p: number) => Math.min(Math.max(p, epsilon), 1 - epsilon);
/** Zero where clipping holds the value still. */
const inside = (p: number) => (p > epsilon && p < 1 - epsilon ? 1 : 0);

/** Loss of one value and its derivative by the prediction. */
const pointwise: Record<LossName, (prediction: number, target: number) => readonly [number, number]> = {
  binary_crossentropy: (p, t) => {
    const q = clip(p);
    return [-t * Math.log(q) - (1 - t) * Math.log(1 - q), inside(p) * ((1 - t) / (1 - q) - t / q)];
  },
  categorical_crossentropy: (p, t) => (t === 0 ? [0, 0] : [-t * Math.log(clip(p)), (-t * inside(p)) / clip(p)]),
  mean_squared_error: (p, t) => [(p - t) ** 2, 2 * (p - t)],
  mean_absolute_error: (p, t) => [Math.abs(p - t), Math.sign(p - t)],
  huber: (p, t) => (Math.abs(p - t) <= 1 ? [0.5 * (p - t) ** 2, p - t] : [Math.abs(p - t) - 0.5, Math.sign(p - t)]),
};

/** −t·ln σ(z) − (1−t)·ln(1−σ(z)), without overflow. */
const logistic = (z: number, t: number): readonly [number, number] => [
  Math.max(z, 0) - z * t + Math.log1p(Math.exp(-Math.abs(z))),
  (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))) - t,
];

export function loss(memory: Memory, op: Extract<Op, { op: 'loss' }>): void {
  const { rows } = memory.row;
  const { width } = op;
  const [prediction, target] = [view(memory, op.prediction, rows * width), view(memory, op.target)];
  const gradient = op.gradient && view(memory, op.gradient, rows * width);
  const probabilities = new Float64Array(width);
  const terms = op.loss === 'categorical_crossentropy' ? rows : rows * width;
  let total = 0;
  let right = 0;
  for (let r = 0; r < rows; r++) {
    const start = r * width;
    const wanted = (j: number) =>
      !op.classes ? target[start + j]! : width === 1 ? target[r]! : target[r] === j ? 1 : 0;
    if (op.fused === 'softmax') {
      const row = prediction.subarray(start, start + width);
      softmax(row, probabilities, 0, width);
      // ln Σeᶻ − z of the class, not −ln p: p may be 0 where the loss is large but finite.
      const largest = row.reduce((most, z) => Math.max(most, z), -Infinity);
      const sum = row.reduce((sum, z) => sum + Math.exp(z - largest), 0);
      total += largest + Math.log(sum) - row[target[r]!]!;
      if (gradient) for (let j = 0; j < width; j++) gradient[start + j] = (probabilities[j]! - wanted(j)) / terms;
    } else {
      const term = op.fused === 'sigmoid' ? logistic : pointwise[op.loss];
      for (let j = 0; j < width; j++) {
        const [value, slope] = term(prediction[start + j]!, wanted(j));
        total += value;
        if (gradient) gradient[start + j] = slope / terms;
      }
    }
    if (op.classes && predicted(prediction, start, width, op.fused === 'sigmoid' ? 0 : 0.5) === target[r]) right++;
  }
  memory.counters.loss += total / terms;
  memory.counters.accuracy += right / rows;
}

/** The first largest of several, or whether the only one is above the threshold. */
function predicted(values: Float64Array, start: number, width: number, threshold: number): number {
  if (width === 1) return values[start]! > threshold ? 1 : 0;
  let best = 0;
  for (let j = 1; j < width; j++) if (values[start + j]! > values[start + best]!) best = j;
  return best;
}
