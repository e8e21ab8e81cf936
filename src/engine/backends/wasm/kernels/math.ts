/**
 * Functions of four float32 at a time. Polynomials after Cephes (S. Moshier) and Numerical Recipes; relative errors, held by
 * test/backends/wasmActivations.test.ts, are a few 1e-7. min and max, unlike pmin and pmax, let a NaN through.
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
  let p = f32x4.splat(1.0 / 5040.0);
  p = horner(p, r, 1.0 / 720.0);
  p = horner(p, r, 1.0 / 120.0);
  p = horner(p, r, 1.0 / 24.0);
  p = horner(p, r, 1.0 / 6.0);
  p = horner(p, r, 0.5);
  return f32x4.add(r, f32x4.mul(f32x4.mul(r, r), p));
}

/** 2ⁿ for whole n from −126 to 127. */
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** eˣ, down to the smallest subnormal and up to infinity. */
export function exp(x: v128): v128 {
  x = f32x4.max(f32x4.min(x, f32x4.splat(89)), f32x4.splat(-104));
  const n = halvings(x);
  const p = plus(remainderExpm1(x, n), 1);
  // In two halves: 2ⁿ itself may lie outside the range of normal numbers.
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** eˣ − 1 without cancellation, for x up to 40 (larger ones count as 40). */
export function expm1(x: v128): v128 {
  x = f32x4.max(f32x4.min(x, f32x4.splat(40)), f32x4.splat(-20));
  const n = halvings(x);
  const scale = powerOfTwo(i32x4.trunc_sat_f32x4_s(n));
  return f32x4.add(f32x4.mul(remainderExpm1(x, n), scale), plus(scale, -1));
}

export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
}

/** (e²ˣ − 1) ÷ (e²ˣ + 1) of |x|, with the sign put back. */
export function tanh(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const t = expm1(f32x4.min(f32x4.add(magnitude, magnitude), f32x4.splat(20)));
  const value = f32x4.div(t, plus(t, 2));
  return v128.or(value, v128.and(x, i32x4.splat(0x80000000)));
}

/** ln(1 + eˣ) = max(x, 0) + ln(1 + u) with u = e^−|x|; ln(1 + u) = 2·artanh(u ÷ (2 + u)), a series in at most 1/9. */
export function softplus(x: v128): v128 {
  const u = exp(f32x4.neg(f32x4.abs(x)));
  const s = f32x4.div(u, plus(u, 2));
  const square = f32x4.mul(s, s);
  let p = f32x4.splat(1.0 / 15.0);
  p = horner(p, square, 1.0 / 13.0);
  p = horner(p, square, 1.0 / 11.0);
  p = horner(p, square, 1.0 / 9.0);
  p = horner(p, square, 1.0 / 7.0);
  p = horner(p, square, 0.2);
  p = horner(p, square, 1.0 / 3.0);
  p = horner(p, square, 1);
  const log1p = f32x4.mul(f32x4.add(s, s), p);
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), log1p);
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
  const tail = times(f32x4.mul(s, exp(f32x4.sub(p, f32x4.mul(t, t)))), 0.5);
  return v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(x, f32x4.splat(0)));
}

/** e^(−x²/2) ÷ √(2π), the standard normal's density. */
export function normalPdf(x: v128): v128 {
  return times(exp(times(f32x4.mul(x, x), -0.5)), 0.39894228);
}
