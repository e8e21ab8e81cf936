import { chunkValues, FusedCode, LossCode } from '../opcodes.ts';
import { exp, flushed, flushedValue, log1pNear } from './math.ts';
import { putSome } from './tile.ts';

/**
 * Losses with their gradients and accuracy. Sums are float64: the loss is what people look at. Exponentials of the two fused losses come four at a
 * time from float32, with errors of a few 1e-7; in float64, one by one, they took a seventh of the step of a small network.
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
  powers: usize,
): f64 {
  const stride = (<usize>width) << 2;
  const targetStride = classes ? <usize>4 : stride;
  const threshold: f32 = fused == FusedCode.sigmoid ? 0 : 0.5;
  let total: f64 = 0;
  right = 0;
  if (fused == FusedCode.sigmoid && width == 1)
    return logistics(prediction, target, gradient, rows, classes, terms, powers);
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
        if (gradient != 0) store<f32>(gradient + at, flushedValue(<f32>(slope / terms)));
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

/** One output with a sigmoid, four rows at a time: first all e^−|z|, to `powers`, so that no long chain of operations waits for the one before. */
function logistics(z: usize, target: usize, gradient: usize, rows: i32, classes: bool, terms: i32, powers: usize): f64 {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const all = f32x4.splat(<f32>terms);
  let total: f64 = 0;
  let found = 0;
  for (let first = 0; first < rows; first += chunkValues) {
    const count = min(rows - first, chunkValues);
    const toZ = z - powers;
    const toTarget = target - powers;
    const end = powers + ((<usize>count) << 2);
    for (let at = powers; at < end; at += 16) v128.store(at, exp(f32x4.neg(f32x4.abs(v128.load(at + toZ)))));
    if (gradient != 0) {
      for (let at = powers; at < end; at += 16) {
        const u = v128.load(at);
        const share = f32x4.div(one, f32x4.add(one, u));
        const p = v128.bitselect(share, f32x4.mul(u, share), f32x4.ge(v128.load(at + toZ), zero));
        const slopes = flushed(f32x4.div(f32x4.sub(p, v128.load(at + toTarget)), all));
        const left = <i32>((end - at) >> 2);
        if (left >= 4) v128.store(gradient, slopes);
        else putSome(gradient, slopes, left);
        gradient += 16;
      }
    }
    for (let at = powers; at < end; at += 16) {
      const x = v128.load(at + toZ);
      const t = v128.load(at + toTarget);
      const inside = i32x4.gt_s(i32x4.splat(<i32>((end - at) >> 2)), i32x4(0, 1, 2, 3));
      if (classes) {
        const isRight = v128.xor(f32x4.gt(x, zero), f32x4.ne(t, one));
        found += popcnt<i32>(i32x4.bitmask(v128.and(isRight, inside)));
      }
      const lost = f32x4.sub(f32x4.add(f32x4.pmax(x, zero), log1pNear(v128.load(at))), f32x4.mul(x, t));
      const counted = v128.and(lost, inside);
      const low = f64x2.promote_low_f32x4(counted);
      const both = f64x2.add(low, f64x2.promote_low_f32x4(i64x2.shuffle(counted, counted, 1, 0)));
      total += f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
    }
    z += chunkValues << 2;
    target += chunkValues << 2;
  }
  right = found;
  return total;
}

/** Σ t · (ln Σeᶻ − z): finite also where a class's probability is too small for a number. */
function softmaxTerm(z: usize, target: usize, gradient: usize, width: i32, label: i32, terms: i32): f64 {
  const bytes = (<usize>width) << 2;
  const whole = bytes & ~15;
  let largest: f32 = -Infinity;
  for (let at: usize = 0; at < bytes; at += 4) largest = max(largest, load<f32>(z + at));
  const off = f32x4.splat(largest);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  // Powers wait where the gradient will be.
  for (let at: usize = 0; at < whole; at += 16) {
    const e = exp(f32x4.sub(v128.load(z + at), off));
    if (gradient != 0) v128.store(gradient + at, e);
    low = f64x2.add(low, f64x2.promote_low_f32x4(e));
    high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(e, e, 1, 0)));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  if (whole < bytes) {
    // At most three are left; the last lane's power is of no account.
    let rest = f32x4.splat(load<f32>(z + whole));
    if (whole + 4 < bytes) rest = f32x4.replace_lane(rest, 1, load<f32>(z + whole + 4));
    if (whole + 8 < bytes) rest = f32x4.replace_lane(rest, 2, load<f32>(z + whole + 8));
    rest = exp(f32x4.sub(rest, off));
    for (let at = whole; at < bytes; at += 4) {
      const e = f32x4.extract_lane(rest, 0);
      if (gradient != 0) store<f32>(gradient + at, e);
      sum += e;
      rest = i32x4.shuffle(rest, rest, 1, 2, 3, 0);
    }
  }
  const logSum = <f64>largest + NativeMath.log(sum);
  let total: f64 = 0;
  if (label >= 0 && width > 1) {
    total = logSum - <f64>load<f32>(z + ((<usize>label) << 2));
  } else {
    for (let j = 0; j < width; j++) {
      const t = wanted(target, j, width, label);
      if (t != 0) total += t * (logSum - <f64>load<f32>(z + ((<usize>j) << 2)));
    }
  }
  if (gradient == 0) return total;
  const share = 1 / sum;
  for (let j = 0; j < width; j++) {
    const at = gradient + ((<usize>j) << 2);
    const t = wanted(target, j, width, label);
    store<f32>(at, flushedValue(<f32>((<f64>load<f32>(at) * share - t) / terms)));
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
