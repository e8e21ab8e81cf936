import { address, word } from './arguments.ts';
import { product } from './matmul.ts';
import { atLeast } from './math.ts';
import { helps, meet } from './team.ts';

/**
 * Products of numbers so small that what they add up would be subnormal, as where signals vanish in a deep network, forward, back or both ways, or where raw inputs saturate
 * units: a hundred times as slow on Intel's processors, one by one. One operand (and the bias) is made 2ˢ times as large while they are multiplied, and the result as much
 * smaller, 0 where it is subnormal. A power of two changes no other bit. A step of 100 layers of 64 tanh units with weights of 0.05 took 174 ms and takes 6.
 *
 * Whether that is of use is seen from 32 values of each operand, a two-hundredth of a product 64 × 64 × 64; whether it can do harm from all of them.
 */

/** The exponent of 1, as it is stored, and of the smallest sum of two at which no product is subnormal. */
const one: i32 = 127;
const enough: i32 = 2 * one - 122;
/** Exponents of sums are kept below it: 2¹²⁷ overflows soon after. */
const most: i32 = one + 118;
/** What less than that is gained by is not worth the passes. */
const leastShift: i32 = 16;
const looks: usize = 8;

/** The product that an operation says (`matmul.ts`), scaled where need be. */
export function scaledProduct(op: usize, rows: i32, scratch: usize, isShared: bool): void {
  const shift = word(op, 11) > 8 && word(op, 14) == 0 ? shiftOf(op, rows) : 0;
  if (shift == 0) {
    product(op, rows, scratch, isShared);
    return;
  }
  const n = word(op, 11);
  const m = word(op, 9) + rows * word(op, 10);
  const k = word(op, 12) + rows * word(op, 13);
  // What comes from behind is scaled, or what goes in: never the weights.
  const isGradient = word(op, 13) != 0;
  const scaled = isGradient ? address(op, 5) : address(op, 2);
  const count = isGradient ? k * n : m * k;
  const bias = address(op, 15);
  const leads = !helps();
  // Both have looked before anything is changed, and both multiply before it is changed back.
  if (isShared) meet();
  if (leads) {
    scale(scaled, count, powerOfTwo(shift));
    if (bias != 0) scale(bias, n, powerOfTwo(shift));
  }
  if (isShared) meet();
  product(op, rows, scratch, isShared);
  if (isShared) meet();
  if (!leads) return;
  scale(scaled, count, powerOfTwo(-shift));
  if (bias != 0) scale(bias, n, powerOfTwo(-shift));
  shrink(address(op, 8), m * n, shift);
}

/** By how many powers of two an operand is to be made larger; 0 for not at all. */
function shiftOf(op: usize, rows: i32): i32 {
  const a = address(op, 2);
  const b = address(op, 5);
  const n = word(op, 11);
  const m = word(op, 9) + rows * word(op, 10);
  const k = word(op, 12) + rows * word(op, 13);
  if (smallestExponent(a, m * k) + smallestExponent(b, k * n) >= enough) return 0;
  if (!isWhole(address(op, 3), address(op, 4), m, k) || !isWhole(address(op, 6), address(op, 7), k, n)) return 0;
  const ofA = largestExponent(a, m * k);
  const ofB = largestExponent(b, k * n);
  const bias = address(op, 15);
  const ofBias = bias != 0 ? largestExponent(bias, n) : 0;
  const terms = 33 - clz(k);
  const scaled = word(op, 13) != 0 ? ofB : ofA;
  const shift = most - max(max(ofA + ofB - one + terms, scaled), ofBias);
  return shift < leastShift ? 0 : min(shift, 120);
}

/** Whether rows × columns of values lie without gaps, by rows or by columns. */
function isWhole(row: usize, column: usize, rows: i32, columns: i32): bool {
  return (column == 4 && row == (<usize>columns) << 2) || (row == 4 && column == (<usize>rows) << 2);
}

/** The smallest stored exponent of some values that are not 0; a large one of none. */
function smallestExponent(at: usize, count: i32): i32 {
  const step = max((((<usize>count) << 2) / looks) & ~15, 16);
  const end = at + ((<usize>(count & ~3)) << 2);
  let least = i32x4.splat(0x7fffffff);
  for (; at < end; at += step) {
    const bits = v128.and(v128.load(at), i32x4.splat(0x7fffffff));
    // Of 0 all bits, which are no smallest number.
    least = i32x4.min_u(least, i32x4.sub(bits, i32x4.splat(1)));
  }
  const two = i32x4.min_u(least, i32x4.shuffle(least, least, 2, 3, 0, 1));
  const single = i32x4.min_u(two, i32x4.shuffle(two, two, 1, 0, 3, 2));
  return i32x4.extract_lane(single, 0) >> 23;
}

/** The largest stored exponent of all values. */
function largestExponent(at: usize, count: i32): i32 {
  const end = at + ((<usize>count) << 2);
  const whole = at + ((<usize>(count & ~3)) << 2);
  let largest = i32x4.splat(0);
  for (; at < whole; at += 16) largest = i32x4.max_s(largest, v128.and(v128.load(at), i32x4.splat(0x7fffffff)));
  let found = max(
    max(i32x4.extract_lane(largest, 0), i32x4.extract_lane(largest, 1)),
    max(i32x4.extract_lane(largest, 2), i32x4.extract_lane(largest, 3)),
  );
  for (; at < end; at += 4) found = max(found, load<i32>(at) & 0x7fffffff);
  return found >> 23;
}

function powerOfTwo(exponent: i32): f32 {
  return reinterpret<f32>((exponent + one) << 23);
}

/** x ·= factor. */
function scale(x: usize, count: i32, factor: f32): void {
  const end = x + ((<usize>count) << 2);
  const whole = x + ((<usize>(count & ~3)) << 2);
  const factors = f32x4.splat(factor);
  for (; x < whole; x += 16) v128.store(x, f32x4.mul(v128.load(x), factors));
  for (; x < end; x += 4) store<f32>(x, load<f32>(x) * factor);
}

/** x ÷= 2ˢ, 0 where that is subnormal, which is seen before it is divided. */
function shrink(x: usize, count: i32, shift: i32): void {
  const end = x + ((<usize>count) << 2);
  const whole = x + ((<usize>(count & ~3)) << 2);
  const factor = powerOfTwo(-shift);
  const least = powerOfTwo(shift - 126);
  for (; x < whole; x += 16) v128.store(x, f32x4.mul(atLeast(v128.load(x), f32x4.splat(least)), f32x4.splat(factor)));
  for (; x < end; x += 4) {
    const value = load<f32>(x);
    store<f32>(x, abs(value) < least ? 0 : value * factor);
  }
}
