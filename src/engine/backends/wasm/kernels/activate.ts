import { ActivationCode, formulaSlots } from '../opcodes.ts';
import { formula } from './formula.ts';
import {
  exp,
  expm1,
  flush,
  flushed,
  flushedValue,
  normalCdf,
  flushedProduct,
  sigmoid,
  softplus,
  tanh,
} from './math.ts';
import { relu } from './relu.ts';

/**
 * a = f(z). One loop an activation over four values at a time, the choice made once outside. What would be subnormal is 0, as in update.ts, and where the
 * exponents of two factors say so they are not multiplied (`product`): with raw inputs, of 40 and more, a network of four layers of 64 took two to ten times as long.
 */

/**
 * `parameter` is the slope or alpha of those that have one; softmax goes over groups of `columns`, as do PReLU's slopes. a may be z;
 * `scratch` holds a vector; `program` is a formula's.
 */
export function activate(
  code: i32,
  parameter: f32,
  z: usize,
  a: usize,
  count: i32,
  columns: i32,
  scratch: usize,
  slope: usize,
  program: usize,
): void {
  if (code == ActivationCode.relu) {
    relu(z, a, count);
    return;
  }
  if (code == ActivationCode.custom) {
    // What is beyond the last whole vector must stay as it is.
    const whole = count & ~3;
    const at = (<usize>whole) << 2;
    formula(program, z, z, a, whole, scratch + formulaSlots);
    flush(a, whole);
    if (whole == count) return;
    formula(program, z + at, z, scratch, count - whole, scratch + formulaSlots);
    flush(scratch, count - whole);
    memory.copy(a + at, scratch, (<usize>(count - whole)) << 2);
    return;
  }
  if (code == ActivationCode.softmax) {
    softmax(z, a, count, columns, scratch);
    return;
  }
  if (code == ActivationCode.prelu) {
    prelu(z, a, count, columns, slope);
    return;
  }
  inFours(code, parameter, z, a, count, scratch);
}

/** Whole vectors in place; the last, incomplete one by way of `scratch`. */
function inFours(code: i32, parameter: f32, z: usize, a: usize, count: i32, scratch: usize): void {
  const whole = (<usize>(count & ~3)) << 2;
  const rest = (<usize>(count & 3)) << 2;
  vectors(code, parameter, z, a, whole);
  if (rest == 0) return;
  memory.copy(scratch, z + whole, rest);
  vectors(code, parameter, scratch, scratch, 16);
  memory.copy(a + whole, scratch, rest);
}

const seluAlpha: f32 = 1.6732632423543772;
const seluScale: f32 = 1.0507009873554805;

function vectors(code: i32, parameter: f32, z: usize, a: usize, bytes: usize): void {
  const end = z + bytes;
  const shift = a - z;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const three = f32x4.splat(3);
  const six = f32x4.splat(6);
  switch (code) {
    case ActivationCode.leaky_relu: {
      const slope = f32x4.splat(parameter);
      for (; z < end; z += 16) {
        const x = v128.load(z);
        v128.store(z + shift, flushed(v128.bitselect(x, f32x4.mul(slope, x), f32x4.gt(x, zero))));
      }
      return;
    }
    case ActivationCode.elu:
    case ActivationCode.selu: {
      const isElu = code == ActivationCode.elu;
      const low = f32x4.splat(isElu ? parameter : seluScale * seluAlpha);
      const high = f32x4.splat(isElu ? 1 : seluScale);
      for (; z < end; z += 16) {
        const x = v128.load(z);
        const value = v128.bitselect(f32x4.mul(high, x), f32x4.mul(low, expm1(x)), f32x4.gt(x, zero));
        v128.store(z + shift, flushed(value));
      }
      return;
    }
    case ActivationCode.gelu:
      for (; z < end; z += 16) {
        const x = v128.load(z);
        v128.store(z + shift, flushedProduct(x, normalCdf(x)));
      }
      return;
    case ActivationCode.silu:
      for (; z < end; z += 16) {
        const x = v128.load(z);
        v128.store(z + shift, flushedProduct(x, sigmoid(x)));
      }
      return;
    case ActivationCode.softplus:
      for (; z < end; z += 16) v128.store(z + shift, flushed(softplus(v128.load(z))));
      return;
    case ActivationCode.softsign:
      for (; z < end; z += 16) {
        const x = v128.load(z);
        v128.store(z + shift, flushed(f32x4.div(x, f32x4.add(one, f32x4.abs(x)))));
      }
      return;
    case ActivationCode.mish:
      for (; z < end; z += 16) {
        const x = v128.load(z);
        const n = mishRatio(x);
        v128.store(z + shift, flushedProduct(x, f32x4.div(n, f32x4.add(n, f32x4.splat(2)))));
      }
      return;
    case ActivationCode.relu6:
      for (; z < end; z += 16) v128.store(z + shift, flushed(f32x4.min(f32x4.max(v128.load(z), zero), six)));
      return;
    case ActivationCode.hard_sigmoid:
      for (; z < end; z += 16) {
        // (x + 3) ÷ 6 is exact near −3: what is above 0 stays above 0.
        const x = v128.load(z);
        const middle = f32x4.mul(f32x4.add(x, three), f32x4.splat(1.0 / 6.0));
        const low = v128.bitselect(zero, middle, f32x4.le(x, f32x4.splat(-3)));
        v128.store(z + shift, v128.bitselect(one, low, f32x4.ge(x, three)));
      }
      return;
    case ActivationCode.hard_swish:
      for (; z < end; z += 16) {
        const x = v128.load(z);
        const middle = f32x4.div(f32x4.mul(x, f32x4.add(x, three)), six);
        const low = v128.bitselect(zero, middle, f32x4.le(x, f32x4.splat(-3)));
        v128.store(z + shift, flushed(v128.bitselect(x, low, f32x4.ge(x, three))));
      }
      return;
    case ActivationCode.sigmoid:
      for (; z < end; z += 16) v128.store(z + shift, sigmoid(v128.load(z)));
      return;
    case ActivationCode.tanh:
      for (; z < end; z += 16) v128.store(z + shift, flushed(tanh(v128.load(z))));
      return;
    case ActivationCode.linear:
      if (shift != 0) memory.copy(z + shift, z, bytes);
  }
}

/** n for which tanh(softplus(x)) = n ÷ (n + 2): with e = eˣ it is e·(e + 2); beyond 20 the quotient is 1. */
export function mishRatio(x: v128): v128 {
  const e = exp(f32x4.pmin(x, f32x4.splat(20)));
  return f32x4.mul(e, f32x4.add(e, f32x4.splat(2)));
}

/** Over each group of `columns`; the largest value is taken off first, so that no power overflows. */
function softmax(z: usize, a: usize, count: i32, columns: i32, scratch: usize): void {
  const width = (<usize>columns) << 2;
  const end = a + ((<usize>count) << 2);
  for (let row = a; row < end; row += width) {
    let largest: f32 = -Infinity;
    for (let at: usize = 0; at < width; at += 4) largest = max(largest, load<f32>(z + at));
    for (let at: usize = 0; at < width; at += 4) store<f32>(row + at, load<f32>(z + at) - largest);
    z += width;
  }
  exponentials(a, count, scratch);
  for (let row = a; row < end; row += width) {
    let sum: f64 = 0;
    for (let at: usize = 0; at < width; at += 4) sum += load<f32>(row + at);
    const share = <f32>(1.0 / sum);
    for (let at: usize = 0; at < width; at += 4) store<f32>(row + at, flushedValue(load<f32>(row + at) * share));
  }
}

function exponentials(a: usize, count: i32, scratch: usize): void {
  const whole = a + ((<usize>(count & ~3)) << 2);
  const rest = (<usize>(count & 3)) << 2;
  for (; a < whole; a += 16) v128.store(a, exp(v128.load(a)));
  memory.copy(scratch, a, rest);
  v128.store(scratch, exp(v128.load(scratch)));
  memory.copy(a, scratch, rest);
}

/** a = z, or slope · z up to 0; each group of `columns` has the same slopes. */
function prelu(z: usize, a: usize, count: i32, columns: i32, slope: usize): void {
  const width = (<usize>columns) << 2;
  const end = z + ((<usize>count) << 2);
  const zero = f32x4.splat(0);
  for (; z < end; z += width) {
    let at: usize = 0;
    for (; at + 16 <= width; at += 16) {
      const x = v128.load(z + at);
      v128.store(a + at, flushed(v128.bitselect(x, f32x4.mul(v128.load(slope + at), x), f32x4.gt(x, zero))));
    }
    for (; at < width; at += 4) {
      const x = load<f32>(z + at);
      store<f32>(a + at, flushedValue(x > 0 ? x : load<f32>(slope + at) * x));
    }
    a += width;
  }
}
