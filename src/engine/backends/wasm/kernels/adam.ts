import { atLeast, flushed, forSquare, multiplyAdd } from './math.ts';
import { helps } from './team.ts';

/**
 * Adam's step, whole vectors of a segment, in three loops. The plain one, of ordinary gradients without clipping and decay, keeps no subnormal mean: that of a weight whose
 * gradient has become 0, a dead unit's, shrinks by a tenth a step and would be subnormal for ever, since the smallest numbers are rounded back to themselves. The five operations for that are
 * paid by the four for clipping and decay, and by not looking whether the mean is finite: what comes of one that is not shows it. One for AdamW's decay flushes weights, too. The general one also leaves
 * out what would be subnormal in between, as squares of slopes below 3e-18: all that in one loop took 11 to 15 % more of a step of 20 layers of 64.
 *
 * What it waits for is arithmetic, ten cycles a vector, more than memory. Two vectors a turn, of which the general loop takes over those that are not finite, 4 to 6 % less; sums fused in the relaxed build another
 * 8 %; constants read from memory 8 % (784-512-512-10: 0.69 → 0.56 ms; 0.48 where V8 makes vectors of 256 bits).
 *
 * Tried: as part of the product that makes the gradient, 32 to 512 rows of it at a time, each with its sum of squares and its update while it was in the second-level cache: of gradients
 * 784 × 512 and 512 × 512 with both, 2.90 ms became 2.95 with 512 rows, 3.08 with 128, 3.67 with 32. So there is nothing to gain that would be worth an undo of weights where a later gradient is not finite.
 */

/** Vectors whose squares are added up in float32 before they go to float64: 256 values, an error of 1e-6 at most. */
export const stretch: usize = 64 * 16;

/** Sums of the vectors at hand, and the lanes that were not finite. */
let changes: v128 = f64x2.splat(0);
let squares: v128 = f64x2.splat(0);
let lost: v128 = i32x4.splat(0);

/** Σ(Δw)² of the last call, in two parts. */
export function changesOfAdam(): v128 {
  return changes;
}

/** Σw² before it, in two parts. */
export function squaresBeforeAdam(): v128 {
  return squares;
}

/**
 * `bytes` of weights w with gradients g, a multiple of 32; s and t are the running means of the gradient and of its square. Slopes smaller than `least` have squares that add nothing but
 * what is subnormal; `ordinary`: hardly one of the gradients is so small. Returns the lanes in which something was not finite.
 */
export function adam(
  w: usize,
  g: usize,
  s: usize,
  t: usize,
  bytes: usize,
  clip: f32,
  pull: f32,
  shrink: f32,
  beta1: v128,
  rest1: v128,
  beta2: v128,
  rest2: v128,
  unbias2: v128,
  epsilon: v128,
  step: v128,
  least: v128,
  ordinary: bool,
): v128 {
  changes = f64x2.splat(0);
  squares = f64x2.splat(0);
  lost = i32x4.splat(0);
  if (ordinary && clip == 1 && pull == 0 && shrink == 1)
    plain(w, g, s, t, bytes, beta1, rest1, beta2, rest2, unbias2, epsilon, step, least);
  else if (ordinary && clip == 1 && pull == 0)
    shrinking(w, g, s, t, bytes, f32x4.splat(shrink), beta1, rest1, beta2, rest2, unbias2, epsilon, step);
  else {
    const clips = f32x4.splat(clip);
    general(
      w,
      g,
      s,
      t,
      bytes,
      clips,
      f32x4.splat(pull),
      f32x4.splat(shrink),
      beta1,
      rest1,
      beta2,
      rest2,
      unbias2,
      epsilon,
      step,
      least,
    );
  }
  return lost;
}

/**
 * What the plain loop multiplies by, read from memory and its sums written there: so an engine that makes one vector of two neighbours makes the whole loop of such. Two threads share what is
 * constant in kernels: each has half of it.
 */
const workplaces = memory.data(192, 16);

/** Without clipping and decay. */
function plain(
  w: usize,
  g: usize,
  s: usize,
  t: usize,
  bytes: usize,
  beta1: v128,
  rest1: v128,
  beta2: v128,
  rest2: v128,
  unbias2: v128,
  epsilon: v128,
  step: v128,
  least: v128,
): void {
  const exponent = i32x4.splat(0x7f800000);
  const factors = workplaces + (helps() ? 96 : 0);
  store<f32>(factors, f32x4.extract_lane(beta1, 0));
  store<f32>(factors, f32x4.extract_lane(rest1, 0), 4);
  store<f32>(factors, f32x4.extract_lane(beta2, 0), 8);
  store<f32>(factors, f32x4.extract_lane(rest2, 0), 12);
  store<f32>(factors, f32x4.extract_lane(unbias2, 0), 16);
  store<f32>(factors, f32x4.extract_lane(epsilon, 0), 20);
  store<f32>(factors, f32x4.extract_lane(step, 0), 24);
  store<f32>(factors, reinterpret<f32>(0x00800000), 28);
  const keeps1 = v128.load32_splat(factors);
  const takes1 = v128.load32_splat(factors, 4);
  const keeps2 = v128.load32_splat(factors, 8);
  const takes2 = v128.load32_splat(factors, 12);
  const unbiases = v128.load32_splat(factors, 16);
  const epsilons = v128.load32_splat(factors, 20);
  const steps = v128.load32_splat(factors, 24);
  const smallest = v128.load32_splat(factors, 28);
  const end = w + bytes;
  while (w < end) {
    let changed0 = f32x4.splat(0);
    let changed1 = f32x4.splat(0);
    let before0 = f32x4.splat(0);
    let before1 = f32x4.splat(0);
    const stop = min(end, w + stretch);
    while (w < stop) {
      const weight0 = v128.load(w);
      const slope0 = v128.load(g);
      const oldMean0 = v128.load(s);
      const oldSquare0 = v128.load(t);
      let mean0 = multiplyAdd(takes1, slope0, f32x4.mul(keeps1, oldMean0));
      let square0 = multiplyAdd(takes2, f32x4.mul(slope0, slope0), f32x4.mul(keeps2, oldSquare0));
      mean0 = v128.andnot(mean0, f32x4.lt(f32x4.abs(mean0), smallest));
      square0 = v128.andnot(square0, f32x4.lt(square0, smallest));
      const root0 = f32x4.add(f32x4.sqrt(f32x4.mul(square0, unbiases)), epsilons);
      const next0 = f32x4.sub(weight0, f32x4.mul(steps, f32x4.div(mean0, root0)));
      const highest0 = i32x4.max_s(v128.and(next0, exponent), v128.and(square0, exponent));
      const weight1 = v128.load(w, 16);
      const slope1 = v128.load(g, 16);
      const oldMean1 = v128.load(s, 16);
      const oldSquare1 = v128.load(t, 16);
      let mean1 = multiplyAdd(takes1, slope1, f32x4.mul(keeps1, oldMean1));
      let square1 = multiplyAdd(takes2, f32x4.mul(slope1, slope1), f32x4.mul(keeps2, oldSquare1));
      mean1 = v128.andnot(mean1, f32x4.lt(f32x4.abs(mean1), smallest));
      square1 = v128.andnot(square1, f32x4.lt(square1, smallest));
      const root1 = f32x4.add(f32x4.sqrt(f32x4.mul(square1, unbiases)), epsilons);
      const next1 = f32x4.sub(weight1, f32x4.mul(steps, f32x4.div(mean1, root1)));
      const highest1 = i32x4.max_s(v128.and(next1, exponent), v128.and(square1, exponent));
      if (v128.any_true(i32x4.eq(i32x4.max_s(highest0, highest1), exponent))) {
        const one = f32x4.splat(1);
        general(w, g, s, t, 32, one, f32x4.splat(0), one, beta1, rest1, beta2, rest2, unbias2, epsilon, step, least);
      } else {
        v128.store(s, mean0);
        v128.store(s, mean1, 16);
        v128.store(t, square0);
        v128.store(t, square1, 16);
        v128.store(w, next0);
        v128.store(w, next1, 16);
        const change0 = f32x4.sub(next0, weight0);
        const change1 = f32x4.sub(next1, weight1);
        changed0 = multiplyAdd(change0, change0, changed0);
        changed1 = multiplyAdd(change1, change1, changed1);
        before0 = multiplyAdd(weight0, weight0, before0);
        before1 = multiplyAdd(weight1, weight1, before1);
      }
      w += 32;
      g += 32;
      s += 32;
      t += 32;
    }
    v128.store(factors, changed0, 32);
    v128.store(factors, changed1, 48);
    v128.store(factors, before0, 64);
    v128.store(factors, before1, 80);
    changes = f64x2.add(changes, wide(f32x4.add(v128.load(factors, 32), v128.load(factors, 48))));
    squares = f64x2.add(squares, wide(f32x4.add(v128.load(factors, 64), v128.load(factors, 80))));
  }
}

/** With weights that shrink by themselves, as AdamW's. */
function shrinking(
  w: usize,
  g: usize,
  s: usize,
  t: usize,
  bytes: usize,
  shrink: v128,
  beta1: v128,
  rest1: v128,
  beta2: v128,
  rest2: v128,
  unbias2: v128,
  epsilon: v128,
  step: v128,
): void {
  const exponent = i32x4.splat(0x7f800000);
  const smallest = f32x4.splat(reinterpret<f32>(0x00800000));
  const end = w + bytes;
  while (w < end) {
    let changed = f32x4.splat(0);
    let before = f32x4.splat(0);
    const stop = min(end, w + stretch);
    while (w < stop) {
      const weight = v128.load(w);
      const slope = v128.load(g);
      const oldMean = v128.load(s);
      const oldSquare = v128.load(t);
      let mean = multiplyAdd(rest1, slope, f32x4.mul(beta1, oldMean));
      let square = multiplyAdd(rest2, f32x4.mul(slope, slope), f32x4.mul(beta2, oldSquare));
      mean = v128.andnot(mean, f32x4.lt(f32x4.abs(mean), smallest));
      square = v128.andnot(square, f32x4.lt(square, smallest));
      const root = f32x4.add(f32x4.sqrt(f32x4.mul(square, unbias2)), epsilon);
      let next = flushed(f32x4.sub(f32x4.mul(weight, shrink), f32x4.mul(step, f32x4.div(mean, root))));
      // Where the mean is not finite, what comes of it is not.
      const highest = i32x4.max_s(v128.and(next, exponent), v128.and(square, exponent));
      if (v128.any_true(i32x4.eq(highest, exponent))) {
        lost = v128.or(lost, i32x4.eq(highest, exponent));
        mean = v128.bitselect(oldMean, mean, isLost(mean));
        square = v128.bitselect(oldSquare, square, isLost(square));
        next = v128.bitselect(weight, next, isLost(next));
      }
      v128.store(s, mean);
      v128.store(t, square);
      v128.store(w, next);
      const change = f32x4.sub(next, weight);
      changed = multiplyAdd(change, change, changed);
      before = multiplyAdd(weight, weight, before);
      w += 16;
      g += 16;
      s += 16;
      t += 16;
    }
    changes = f64x2.add(changes, wide(changed));
    squares = f64x2.add(squares, wide(before));
  }
}

/** With both, and whatever the gradients' size. */
function general(
  w: usize,
  g: usize,
  s: usize,
  t: usize,
  bytes: usize,
  clips: v128,
  pull: v128,
  shrink: v128,
  beta1: v128,
  rest1: v128,
  beta2: v128,
  rest2: v128,
  unbias2: v128,
  epsilon: v128,
  step: v128,
  least: v128,
): void {
  const exponent = i32x4.splat(0x7f800000);
  const end = w + bytes;
  while (w < end) {
    let changed = f32x4.splat(0);
    let before = f32x4.splat(0);
    const stop = min(end, w + stretch);
    while (w < stop) {
      const weight = v128.load(w);
      const slope = flushed(f32x4.add(f32x4.mul(v128.load(g), clips), f32x4.mul(pull, weight)));
      const felt = atLeast(slope, least);
      const oldMean = v128.load(s);
      const oldSquare = v128.load(t);
      let mean = flushed(multiplyAdd(rest1, slope, f32x4.mul(beta1, oldMean)));
      let square = flushed(multiplyAdd(rest2, f32x4.mul(felt, felt), f32x4.mul(beta2, oldSquare)));
      const root = f32x4.add(f32x4.sqrt(f32x4.mul(square, unbias2)), epsilon);
      let next = flushed(f32x4.sub(f32x4.mul(weight, shrink), f32x4.mul(step, f32x4.div(mean, root))));
      const highest = i32x4.max_s(v128.and(next, exponent), v128.and(square, exponent));
      if (v128.any_true(i32x4.eq(highest, exponent))) {
        lost = v128.or(lost, i32x4.eq(highest, exponent));
        mean = v128.bitselect(oldMean, mean, isLost(mean));
        square = v128.bitselect(oldSquare, square, isLost(square));
        next = v128.bitselect(weight, next, isLost(next));
      }
      v128.store(s, mean);
      v128.store(t, square);
      v128.store(w, next);
      const change = forSquare(f32x4.sub(next, weight));
      const counted = forSquare(weight);
      changed = multiplyAdd(change, change, changed);
      before = multiplyAdd(counted, counted, before);
      w += 16;
      g += 16;
      s += 16;
      t += 16;
    }
    changes = f64x2.add(changes, wide(changed));
    squares = f64x2.add(squares, wide(before));
  }
}

/** Four values, in float64, the first and third, the second and fourth added. */
export function wide(x: v128): v128 {
  return f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0)));
}

/** Lanes that are infinite or no number. */
export function isLost(x: v128): v128 {
  const exponent = i32x4.splat(0x7f800000);
  return i32x4.eq(v128.and(x, exponent), exponent);
}
