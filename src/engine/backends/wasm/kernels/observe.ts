import { InactiveCode } from '../opcodes.ts';

/**
 * Counts of each unit's activity, four units at a time with all eighteen sums in registers or on the stack; what the last four read
 * beyond their row is thrown away. Counts are whole numbers below 2³¹, sums float64.
 */

function highHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0));
}

/** Adds of units from..to, `from` a multiple of four, to six float64 a unit at `counts`: active samples, zeros, saturated values, Σa, Σa², Σ|a|. */
export function observe(
  z: usize,
  a: usize,
  counts: usize,
  rows: i32,
  positions: i32,
  units: i32,
  from: i32,
  to: i32,
  inactive: i32,
  saturation: f32,
): void {
  const stride = (<usize>units) << 2;
  const zero = f32x4.splat(0);
  const limit = f32x4.splat(saturation > 0 ? saturation : f32.MAX_VALUE);
  counts += <usize>from * 48;
  for (let unit = from; unit < to; unit += 4) {
    let at = a + ((<usize>unit) << 2);
    const shift = z - a;
    // A true comparison is −1, so counts are kept as their negatives.
    let active = i32x4.splat(0);
    let zeros = i32x4.splat(0);
    let saturated = i32x4.splat(0);
    let sumLow = f64x2.splat(0);
    let sumHigh = f64x2.splat(0);
    let squaresLow = f64x2.splat(0);
    let squaresHigh = f64x2.splat(0);
    let magnitudesLow = f64x2.splat(0);
    let magnitudesHigh = f64x2.splat(0);
    for (let r = 0; r < rows; r++) {
      let idle = i32x4.splat(-1);
      for (let position = 0; position < positions; position++) {
        const out = v128.load(at);
        const input = v128.load(at + shift);
        const isZero = f32x4.eq(out, zero);
        zeros = i32x4.add(zeros, isZero);
        saturated = i32x4.add(saturated, f32x4.gt(f32x4.abs(input), limit));
        if (inactive == InactiveCode.zero) idle = v128.and(idle, isZero);
        else if (inactive == InactiveCode.negative) idle = v128.and(idle, f32x4.lt(input, zero));
        else idle = i32x4.splat(0);
        const low = f64x2.promote_low_f32x4(out);
        const high = highHalf(out);
        sumLow = f64x2.add(sumLow, low);
        sumHigh = f64x2.add(sumHigh, high);
        squaresLow = f64x2.add(squaresLow, f64x2.mul(low, low));
        squaresHigh = f64x2.add(squaresHigh, f64x2.mul(high, high));
        magnitudesLow = f64x2.add(magnitudesLow, f64x2.abs(low));
        magnitudesHigh = f64x2.add(magnitudesHigh, f64x2.abs(high));
        at += stride;
      }
      active = i32x4.add(active, v128.not(idle));
    }
    const present = min(to - unit, 4);
    for (let lane = 0; lane < present; lane++) {
      add(counts, 0, -i32x4.extract_lane(active, 0));
      add(counts, 8, -i32x4.extract_lane(zeros, 0));
      add(counts, 16, saturation > 0 ? -i32x4.extract_lane(saturated, 0) : 0);
      add(counts, 24, f64x2.extract_lane(lane < 2 ? sumLow : sumHigh, 0));
      add(counts, 32, f64x2.extract_lane(lane < 2 ? squaresLow : squaresHigh, 0));
      add(counts, 40, f64x2.extract_lane(lane < 2 ? magnitudesLow : magnitudesHigh, 0));
      counts += 48;
      active = turn(active);
      zeros = turn(zeros);
      saturated = turn(saturated);
      if (lane == 0) {
        sumLow = swap(sumLow);
        squaresLow = swap(squaresLow);
        magnitudesLow = swap(magnitudesLow);
      } else if (lane == 2) {
        sumHigh = swap(sumHigh);
        squaresHigh = swap(squaresHigh);
        magnitudesHigh = swap(magnitudesHigh);
      }
    }
  }
}

function add(counts: usize, offset: usize, value: f64): void {
  store<f64>(counts + offset, load<f64>(counts + offset) + value);
}

/** The next lane comes first. */
function turn(x: v128): v128 {
  return i32x4.shuffle(x, x, 1, 2, 3, 0);
}

function swap(x: v128): v128 {
  return i64x2.shuffle(x, x, 1, 0);
}
