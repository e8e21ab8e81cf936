import { FusedCode, LossCode } from '../opcodes.ts';

/**
 * Losses with their gradients and accuracy, in float64 throughout: there are few values, and the loss is what people look at.
 */

const epsilon = 1e-7;

/** The value `term` leaves beside its gradient; kernels return one number. */
let slope: f64 = 0;
let right: i32 = 0;

/** How many rows the last call predicted rightly, where targets are classes. */
export function rightRows(): i32 {
  return right;
}

/** Returns Σ over the terms; writes its gradient ÷ `terms`, the number of terms, unless `gradient` is 0. */
export function loss(
  code: i32,
  fused: i32,
  prediction: usize,
  target: usize,
  gradient: usize,
  rows: i32,
  width: i32,
  classes: bool,
  terms: i32,
): f64 {
  const stride = (<usize>width) << 2;
  const targetStride = classes ? <usize>4 : stride;
  const threshold: f32 = fused == FusedCode.sigmoid ? 0 : 0.5;
  let total: f64 = 0;
  right = 0;
  for (let r = 0; r < rows; r++) {
    const label = classes ? <i32>load<f32>(target) : -1;
    if (fused == FusedCode.softmax) {
      total += softmaxTerm(prediction, target, gradient, width, label, terms);
    } else {
      for (let j = 0; j < width; j++) {
        const at = (<usize>j) << 2;
        const value = <f64>load<f32>(prediction + at);
        const t = wanted(target, j, width, label);
        total += fused == FusedCode.sigmoid ? logistic(value, t) : term(code, value, t);
        if (gradient != 0) store<f32>(gradient + at, <f32>(slope / terms));
      }
    }
    if (classes && predicted(prediction, width, threshold) == label) right++;
    prediction += stride;
    target += targetStride;
    if (gradient != 0) gradient += stride;
  }
  return total;
}

/** Target j of a row: its own number, or 1 for the class `label` (−1 where targets are numbers); one output's target is the class itself. */
function wanted(target: usize, j: i32, width: i32, label: i32): f64 {
  if (label < 0 || width == 1) return load<f32>(target + ((<usize>j) << 2));
  return j == label ? 1 : 0;
}

/** Σ t · (ln Σeᶻ − z): finite also where a class's probability is too small for a number. */
function softmaxTerm(z: usize, target: usize, gradient: usize, width: i32, label: i32, terms: i32): f64 {
  const end = z + ((<usize>width) << 2);
  let largest: f64 = -Infinity;
  let sum: f64 = 0;
  for (let at = z; at < end; at += 4) largest = max(largest, <f64>load<f32>(at));
  for (let at = z; at < end; at += 4) sum += NativeMath.exp(<f64>load<f32>(at) - largest);
  const logSum = largest + NativeMath.log(sum);
  let total: f64 = 0;
  for (let j = 0; j < width; j++) {
    const at = (<usize>j) << 2;
    const t = wanted(target, j, width, label);
    if (t != 0) total += t * (logSum - <f64>load<f32>(z + at));
    if (gradient != 0) {
      const probability = NativeMath.exp(<f64>load<f32>(z + at) - largest) / sum;
      store<f32>(gradient + at, <f32>((probability - t) / terms));
    }
  }
  return total;
}

/** −t·ln σ(z) − (1−t)·ln(1−σ(z)), without overflow. */
function logistic(z: f64, t: f64): f64 {
  const e = NativeMath.exp(-abs(z));
  slope = (z >= 0 ? 1 / (1 + e) : e / (1 + e)) - t;
  return max(z, 0) - z * t + NativeMath.log1p(e);
}

/** The loss of one prediction; its derivative goes to `slope`. Probabilities are clipped, with no gradient beyond. */
function term(code: i32, p: f64, t: f64): f64 {
  const difference = p - t;
  switch (code) {
    case LossCode.binary_crossentropy: {
      const q = min(max(p, epsilon), 1 - epsilon);
      slope = inside(p) * ((1 - t) / (1 - q) - t / q);
      return -t * NativeMath.log(q) - (1 - t) * NativeMath.log(1 - q);
    }
    case LossCode.categorical_crossentropy: {
      const q = min(max(p, epsilon), 1 - epsilon);
      slope = inside(p) * (-t / q);
      return t == 0 ? 0 : -t * NativeMath.log(q);
    }
    case LossCode.mean_squared_error:
      slope = 2 * difference;
      return difference * difference;
    case LossCode.mean_absolute_error:
      slope = sign(difference);
      return abs(difference);
    default:
      slope = abs(difference) <= 1 ? difference : sign(difference);
      return abs(difference) <= 1 ? 0.5 * difference * difference : abs(difference) - 0.5;
  }
}

function inside(p: f64): f64 {
  return p > epsilon && p < 1 - epsilon ? 1 : 0;
}

function sign(x: f64): f64 {
  return x > 0 ? 1 : x < 0 ? -1 : x;
}

/** The first largest of several, or whether the only one is above the threshold. */
function predicted(values: usize, width: i32, threshold: f32): i32 {
  if (width == 1) return load<f32>(values) > threshold ? 1 : 0;
  let best = 0;
  for (let j = 1; j < width; j++) {
    if (load<f32>(values + ((<usize>j) << 2)) > load<f32>(values + ((<usize>best) << 2))) best = j;
  }
  return best;
}
