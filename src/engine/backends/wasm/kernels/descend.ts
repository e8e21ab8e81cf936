import { atLeast, leastFactor } from './math.ts';

/**
 * Plain gradient descent, all parameters as one: what each step of a small network but the last of a run does in place of norms and update. Their sums of squares,
 * segment by segment, are for the record that follows a run, and were a quarter of a step of 2-8-8-1. Where a number comes out that is not finite, the
 * run is made again from its beginning up to that step, whose norms and update then say what there is to say (session.ts).
 */

let isLast: bool = true;
let descended: bool = false;

/** Whether the step to come is the last of its run. */
export function announce(last: bool): void {
  isLast = last;
  descended = false;
}

export function isLastStep(): bool {
  return isLast;
}

/** Whether the step that was made kept no sums. */
export function hasDescended(): bool {
  return descended;
}

/** w −= rate · g, `bytes` of both; whether all of it is finite. What lies between segments is 0 in both. */
export function descend(w: usize, g: usize, bytes: usize, learningRate: f64): bool {
  descended = true;
  const step = f32x4.splat(<f32>learningRate);
  const least = leastFactor(learningRate);
  const exponent = i32x4.splat(0x7f800000);
  let highest = i32x4.splat(0);
  for (const end = w + bytes; w < end; w += 16) {
    const next = f32x4.sub(v128.load(w), f32x4.mul(step, atLeast(v128.load(g), least)));
    v128.store(w, next);
    highest = i32x4.max_s(highest, v128.and(next, exponent));
    g += 16;
  }
  return !v128.any_true(i32x4.eq(highest, exponent));
}
