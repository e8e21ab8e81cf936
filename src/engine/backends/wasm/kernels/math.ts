/**
 * Functions of four float32 at a time. Polynomials after Cephes (S. Moshier) and Numerical Recipes; relative errors, held by
 * test/backends/wasmActivations.test.ts, are a few 1e-7. pmin and pmax let a NaN through if x comes first, as min and max do, which take
 * eight instructions each.
 */

const log2e: f32 = 1.44269504;
/** ln 2 in two parts, the first with so few bits that its multiples are exact. */
const ln2High: f32 = 0.693359375;
const ln2Low: f32 = -2.1219444e-4;

/** a · b + c; fused, and so rounded once, in the relaxed build where the processor can. */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** 2⁻¹²⁶, the smallest float32 that is not subnormal. */
export const smallest: f32 = reinterpret<f32>(0x00800000);

/** x, and 0 where it is subnormal; not a number stays so. */
export function flushed(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(smallest)));
}

/** max(x, 0), 0 also where x is subnormal or not a number. */
export function clamped(x: v128): v128 {
  return v128.and(x, f32x4.ge(x, f32x4.splat(smallest)));
}

/** x where `mask`, which `clamped` has left, is above 0, else 0; 0 also where x is subnormal. */
export function maskedBy(x: v128, mask: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.pmin(mask, f32x4.abs(x)), f32x4.splat(smallest)));
}

/**
 * a · b, 0 where that is subnormal: where the exponents say so, nothing is multiplied. Only where they leave it open, from 2⁻¹²⁷ to 2⁻¹²⁵, may a multiplication
 * take its time.
 */
export function flushedProduct(a: v128, b: v128): v128 {
  const exponent = i32x4.splat(0x7f800000);
  const sum = i32x4.add(v128.and(a, exponent), v128.and(b, exponent));
  return flushed(f32x4.mul(v128.andnot(a, i32x4.lt_u(sum, i32x4.splat(127 << 23))), b));
}

/** Makes subnormal values 0, whole vectors of them. */
export function flush(at: usize, count: i32): void {
  for (const end = at + ((<usize>count) << 2); at < end; at += 16) v128.store(at, flushed(v128.load(at)));
}

/** The same of one value. */
export function flushedValue(x: f32): f32 {
  return abs(x) < smallest ? 0 : x;
}

/** x², 0 where that is subnormal. */
export function squared(x: v128): v128 {
  const y = forSquare(x);
  return f32x4.mul(y, y);
}

/** x, and 0 where it is smaller than `least`. */
export function atLeast(x: v128, least: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), least));
}

/** x, and 0 where its square would be subnormal. */
export function forSquare(x: v128): v128 {
  return atLeast(x, f32x4.splat(reinterpret<f32>(0x20000000)));
}

/** What is smaller, times `factor`, is subnormal. */
export function leastFactor(factor: f64): v128 {
  return f32x4.splat(<f32>((0.999999 * <f64>smallest) / abs(factor)));
}

function plus(a: v128, b: f32): v128 {
  return f32x4.add(a, f32x4.splat(b));
}

function times(a: v128, b: f32): v128 {
  return f32x4.mul(a, f32x4.splat(b));
}

/** p · x + c: one step of Horner's scheme. */
function horner(p: v128, x: v128, c: f32): v128 {
  return f32x4.add(f32x4.mul(p, x), f32x4.splat(c));
}

/** How often ln 2 goes into x, as whole numbers in float32. */
function halvings(x: v128): v128 {
  return f32x4.nearest(times(x, log2e));
}

/** e^(x − n·ln 2) − 1, for n = halvings(x). */
function remainderExpm1(x: v128, n: v128): v128 {
  const r = f32x4.sub(f32x4.sub(x, times(n, ln2High)), times(n, ln2Low));
  // So small that its square is subnormal, it changes nothing but the first term.
  const q = forSquare(r);
  let p = f32x4.splat(1.0 / 5040.0);
  p = horner(p, q, 1.0 / 720.0);
  p = horner(p, q, 1.0 / 120.0);
  p = horner(p, q, 1.0 / 24.0);
  p = horner(p, q, 1.0 / 6.0);
  p = horner(p, q, 0.5);
  return f32x4.add(r, f32x4.mul(f32x4.mul(q, q), p));
}

/** 2ⁿ for whole n from −126 to 127. */
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** Whole float32 from −2²² to 2²² as integers, of NaN any: with 1.5 · 2²³ added, the last bits are the number. Conversion is many instructions. */
function integers(n: v128): v128 {
  return i32x4.sub(f32x4.add(n, f32x4.splat(12582912)), i32x4.splat(0x4b400000));
}

/** The logarithm of the smallest number that is not subnormal. */
const lowest: f32 = -87.33654;

/** eˣ, up to infinity, and 0 where it would be subnormal. */
export function exp(x: v128): v128 {
  const isTooLow = f32x4.lt(x, f32x4.splat(lowest));
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(lowest));
  const n = halvings(x);
  const p = plus(remainderExpm1(x, n), 1);
  // In two halves: 2ⁿ itself may lie outside the range of normal numbers.
  const whole = integers(n);
  const half = i32x4.shr_s(whole, 1);
  return v128.andnot(f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half))), isTooLow);
}

/** eˣ − 1 without cancellation, for x up to 40 (larger ones count as 40). */
export function expm1(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(40)), f32x4.splat(-20));
  const n = halvings(x);
  const scale = powerOfTwo(integers(n));
  return f32x4.add(f32x4.mul(remainderExpm1(x, n), scale), plus(scale, -1));
}

/** eˣ − 1 for every x. */
export function expm1Any(x: v128): v128 {
  return v128.bitselect(exp(x), expm1(x), f32x4.gt(x, f32x4.splat(20)));
}

/** 1 ÷ (1 + e⁻ˣ), and 0 where it would be subnormal. */
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = exp(f32x4.pmin(f32x4.neg(x), f32x4.splat(-lowest)));
  return v128.andnot(f32x4.div(one, f32x4.add(one, e)), f32x4.lt(x, f32x4.splat(lowest)));
}

/** (e²ˣ − 1) ÷ (e²ˣ + 1) of |x|, with the sign put back. */
export function tanh(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const t = expm1(f32x4.pmin(f32x4.add(magnitude, magnitude), f32x4.splat(20)));
  const value = f32x4.div(t, plus(t, 2));
  return v128.or(value, v128.and(x, i32x4.splat(0x80000000)));
}

/** ln(1 + u) = 2·artanh(u ÷ (2 + u)) for u from −½ to 1: a series in at most 1/9. */
export function log1pNear(u: v128): v128 {
  const s = f32x4.div(u, plus(u, 2));
  const t = squared(s);
  let p = f32x4.splat(1.0 / 15.0);
  p = horner(p, t, 1.0 / 13.0);
  p = horner(p, t, 1.0 / 11.0);
  p = horner(p, t, 1.0 / 9.0);
  p = horner(p, t, 1.0 / 7.0);
  p = horner(p, t, 0.2);
  p = horner(p, t, 1.0 / 3.0);
  p = horner(p, t, 1);
  return f32x4.mul(f32x4.add(s, s), p);
}

/** ln(1 + eˣ) = max(x, 0) + ln(1 + u) with u = e^−|x|. */
export function softplus(x: v128): v128 {
  const u = exp(f32x4.neg(f32x4.abs(x)));
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), log1pNear(u));
}

/** Φ(x), the standard normal's distribution, from Numerical Recipes' erfc: exact in its tail too. */
export function normalCdf(x: v128): v128 {
  const t = times(f32x4.abs(x), 0.70710678);
  const s = f32x4.div(f32x4.splat(1), plus(times(t, 0.5), 1));
  let p = f32x4.splat(0.17087277);
  p = horner(p, s, -0.82215223);
  p = horner(p, s, 1.48851587);
  p = horner(p, s, -1.13520398);
  p = horner(p, s, 0.27886807);
  p = horner(p, s, -0.18628806);
  p = horner(p, s, 0.09678418);
  p = horner(p, s, 0.37409196);
  p = horner(p, s, 1.00002368);
  p = horner(p, s, -1.26551223);
  const tail = flushed(times(f32x4.mul(s, exp(f32x4.sub(p, squared(t)))), 0.5));
  return v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(x, f32x4.splat(0)));
}

/** e^(−x²/2) ÷ √(2π), the standard normal's density. */
export function normalPdf(x: v128): v128 {
  return flushed(times(exp(times(squared(x), -0.5)), 0.39894228));
}

/** erf(x) = 2·Φ(x·√2) − 1; near 0 its series. */
export function erf(x: v128): v128 {
  const square = f32x4.mul(x, x);
  // (−1)ⁿ ÷ (n!·(2n + 1)), from n = 10 down.
  let p = f32x4.splat(1.3122533e-8);
  p = horner(p, square, -1.4503853e-7);
  p = horner(p, square, 1.4589169e-6);
  p = horner(p, square, -1.3227513e-5);
  p = horner(p, square, 1.0683761e-4);
  p = horner(p, square, -7.5757576e-4);
  p = horner(p, square, 4.6296296e-3);
  p = horner(p, square, -0.023809524);
  p = horner(p, square, 0.1);
  p = horner(p, square, -0.33333333);
  p = horner(p, square, 1);
  const near = times(f32x4.mul(x, p), 1.1283792);
  const far = plus(times(normalCdf(times(x, 1.4142135)), 2), -1);
  return v128.bitselect(near, far, f32x4.lt(square, f32x4.splat(1)));
}

/** ln x: of the mantissa, brought near 1, by artanh's series, and so often ln 2 as the exponent says. */
export function log(x: v128): v128 {
  const zero = f32x4.splat(0);
  const isSmall = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = v128.bitselect(times(x, 8388608), x, isSmall);
  const bits = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  const exponent = i32x4.shr_s(bits, 23);
  // From √½ to √2.
  const mantissa = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const n = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(isSmall, f32x4.splat(23)));
  const rest = f32x4.add(log1pNear(plus(mantissa, -1)), times(n, ln2Low));
  let result = f32x4.add(times(n, ln2High), rest);
  result = v128.bitselect(x, result, f32x4.eq(x, f32x4.splat(Infinity)));
  result = v128.bitselect(f32x4.splat(-Infinity), result, f32x4.eq(x, zero));
  return v128.bitselect(result, f32x4.splat(NaN), f32x4.ge(x, zero));
}

/** ln(1 + x), near 0 without cancellation. */
export function log1p(x: v128): v128 {
  return v128.bitselect(log1pNear(x), log(plus(x, 1)), f32x4.lt(f32x4.abs(x), f32x4.splat(0.5)));
}

/** Which quarter turn x is in, as whole numbers in float32. */
function quarters(x: v128): v128 {
  return f32x4.nearest(times(x, 0.63661977));
}

/** x − n·π/2, π/2 in three parts (Cody & Waite), exact enough up to about 10,000. */
function withinQuarter(x: v128, n: v128): v128 {
  const r = f32x4.sub(f32x4.sub(x, times(n, 1.5703125)), times(n, 4.837512969970703e-4));
  return f32x4.sub(r, times(n, 7.549789948768648e-8));
}

/** sin of r + quarter·π/2, |r| ≤ π/4. */
function turned(r: v128, quarter: v128): v128 {
  const square = f32x4.mul(r, r);
  let s = f32x4.splat(-1.9515295891e-4);
  s = horner(s, square, 8.3321608736e-3);
  s = horner(s, square, -1.6666654611e-1);
  s = f32x4.add(r, f32x4.mul(f32x4.mul(r, square), s));
  let c = f32x4.splat(2.443315711809948e-5);
  c = horner(c, square, -1.388731625493765e-3);
  c = horner(c, square, 4.166664568298827e-2);
  c = plus(f32x4.add(times(square, -0.5), f32x4.mul(f32x4.mul(square, square), c)), 1);
  const one = i32x4.splat(1);
  const value = v128.bitselect(c, s, i32x4.eq(v128.and(quarter, one), one));
  return v128.xor(value, i32x4.shl(v128.and(quarter, i32x4.splat(2)), 30));
}

export function sin(x: v128): v128 {
  const n = quarters(x);
  return turned(withinQuarter(x, n), i32x4.trunc_sat_f32x4_s(n));
}

export function cos(x: v128): v128 {
  const n = quarters(x);
  return turned(withinQuarter(x, n), i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(1)));
}

export function tan(x: v128): v128 {
  return f32x4.div(sin(x), cos(x));
}

/** xⁿ by squaring. */
export function wholePower(x: v128, n: i32): v128 {
  let result = f32x4.splat(1);
  for (let left = abs(n); ; x = f32x4.mul(x, x)) {
    if (left & 1) result = f32x4.mul(result, x);
    left >>= 1;
    if (left == 0) break;
  }
  return n < 0 ? f32x4.div(f32x4.splat(1), result) : result;
}

/** aᵇ = e^(b·ln |a|); of a negative a with its sign where b is odd, and not a number where b is not whole. */
export function power(a: v128, b: v128): v128 {
  const one = f32x4.splat(1);
  const size = exp(f32x4.mul(b, log(f32x4.abs(a))));
  const half = times(b, 0.5);
  const isWhole = f32x4.eq(f32x4.floor(b), b);
  const isOdd = v128.and(isWhole, f32x4.ne(f32x4.floor(half), half));
  const signed = v128.xor(size, v128.and(isOdd, i32x4.splat(0x80000000)));
  const below = v128.bitselect(signed, f32x4.splat(NaN), isWhole);
  const result = v128.bitselect(below, size, f32x4.lt(a, f32x4.splat(0)));
  return v128.bitselect(one, result, f32x4.eq(b, f32x4.splat(0)));
}
