import { ActivationCode, chunkValues, formulaSlots } from '../opcodes.ts';
import { mishRatio } from './activate.ts';
import { formula } from './formula.ts';
import {
  exp,
  flush,
  flushed,
  flushedValue,
  maskedBy,
  normalCdf,
  normalPdf,
  flushedProduct,
  sigmoid,
  squared,
} from './math.ts';
import { reluBack } from './relu.ts';

/**
 * Gradients through activations, a chunk at a time: the gradient is copied to scratch memory, multiplied there by f′ and written out. So the
 * choice of activation, the penalty and accumulation are three loops that need not know of one another, and dz may be da; the chunk stays in
 * the first-level cache. Vectors may reach past the end of a tensor; what they read there is thrown away.
 */

/** dz (+)= f′(from) · (da + pull · sign(a)), pull = activityL1 ÷ rows. Returns pull · Σ|a|. PReLU reads `slope` and writes `slopeTerms`; a formula has its `program`. */
export function activateBack(
  code: i32,
  parameter: f32,
  from: usize,
  a: usize,
  da: usize,
  dz: usize,
  count: i32,
  columns: i32,
  pull: f64,
  accumulate: bool,
  scratch: usize,
  slope: usize,
  slopeTerms: usize,
  program: usize,
): f64 {
  const penalty = pull > 0 ? pull * magnitudes(a, count) : 0;
  if (code == ActivationCode.softmax) {
    softmaxBack(a, da, dz, count, columns, <f32>pull, accumulate);
    return penalty;
  }
  if (code == ActivationCode.prelu) {
    preluBack(from, a, da, dz, count, columns, <f32>pull, accumulate, slope, slopeTerms);
    return penalty;
  }
  if (code == ActivationCode.relu && pull == 0 && !accumulate) {
    reluBack(from, da, dz, count);
    return penalty;
  }
  for (let first = 0; first < count; first += chunkValues) {
    const values = min(count - first, chunkValues);
    const at = (<usize>first) << 2;
    memory.copy(scratch, da + at, (<usize>values) << 2);
    if (pull > 0) addSigns(a + at, scratch, values, <f32>pull);
    if (code == ActivationCode.custom) {
      formula(program, from + at, scratch, scratch, values, scratch + formulaSlots);
      flush(scratch, values);
    } else multiplyDerivative(code, parameter, from + at, scratch, values);
    if (accumulate) addTo(dz + at, scratch, values);
    else memory.copy(dz + at, scratch, (<usize>values) << 2);
  }
  return penalty;
}

function magnitudes(a: usize, count: i32): f64 {
  let sum: f64 = 0;
  const end = a + ((<usize>count) << 2);
  for (; a < end; a += 4) sum += abs(load<f32>(a));
  return sum;
}

function sign(x: f32): f32 {
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}

function addSigns(a: usize, out: usize, count: i32, pull: f32): void {
  const end = out + ((<usize>count) << 2);
  for (; out < end; out += 4) {
    store<f32>(out, load<f32>(out) + pull * sign(load<f32>(a)));
    a += 4;
  }
}

function addTo(out: usize, from: usize, count: i32): void {
  const end = out + ((<usize>count) << 2);
  for (; out < end; out += 4) {
    store<f32>(out, load<f32>(out) + load<f32>(from));
    from += 4;
  }
}

const seluAlpha: f32 = 1.6732632423543772;
const seluScale: f32 = 1.0507009873554805;

/** g ·= f′(x), from a for those whose derivative is known from their output. */
function multiplyDerivative(code: i32, parameter: f32, x: usize, g: usize, count: i32): void {
  const end = g + ((<usize>count) << 2);
  const shift = x - g;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const three = f32x4.splat(3);
  switch (code) {
    case ActivationCode.relu:
      for (; g < end; g += 16) v128.store(g, maskedBy(v128.load(g), v128.load(g + shift)));
      return;
    case ActivationCode.leaky_relu: {
      const slope = f32x4.splat(parameter);
      for (; g < end; g += 16) {
        const slopes = v128.bitselect(one, slope, f32x4.gt(v128.load(g + shift), zero));
        v128.store(g, flushedProduct(v128.load(g), slopes));
      }
      return;
    }
    case ActivationCode.elu:
    case ActivationCode.selu: {
      const isElu = code == ActivationCode.elu;
      const low = f32x4.splat(isElu ? parameter : seluScale * seluAlpha);
      const high = f32x4.splat(isElu ? 1 : seluScale);
      for (; g < end; g += 16) {
        const z = v128.load(g + shift);
        const slopes = v128.bitselect(high, f32x4.mul(low, exp(z)), f32x4.gt(z, zero));
        v128.store(g, flushedProduct(v128.load(g), slopes));
      }
      return;
    }
    case ActivationCode.gelu:
      for (; g < end; g += 16) {
        const z = v128.load(g + shift);
        const slopes = f32x4.add(normalCdf(z), f32x4.mul(z, normalPdf(z)));
        v128.store(g, flushedProduct(v128.load(g), slopes));
      }
      return;
    case ActivationCode.silu:
      for (; g < end; g += 16) {
        const z = v128.load(g + shift);
        const s = sigmoid(z);
        const slopes = f32x4.mul(s, f32x4.add(one, f32x4.mul(z, f32x4.sub(one, s))));
        v128.store(g, flushedProduct(v128.load(g), slopes));
      }
      return;
    case ActivationCode.softplus:
      for (; g < end; g += 16) v128.store(g, flushedProduct(v128.load(g), sigmoid(v128.load(g + shift))));
      return;
    case ActivationCode.softsign:
      for (; g < end; g += 16) {
        const root = f32x4.add(one, f32x4.abs(v128.load(g + shift)));
        v128.store(g, flushed(f32x4.div(v128.load(g), f32x4.mul(root, root))));
      }
      return;
    case ActivationCode.mish:
      for (; g < end; g += 16) {
        // 1 − tanh² = 4·(n + 1) ÷ (n + 2)², without the cancellation near 1.
        const z = v128.load(g + shift);
        const n = mishRatio(z);
        const below = f32x4.add(n, f32x4.splat(2));
        const t = f32x4.div(n, below);
        const bend = f32x4.div(f32x4.mul(f32x4.splat(4), f32x4.div(f32x4.add(n, one), below)), below);
        const slopes = f32x4.add(t, f32x4.mul(f32x4.mul(z, bend), sigmoid(z)));
        v128.store(g, flushedProduct(v128.load(g), slopes));
      }
      return;
    case ActivationCode.relu6:
      for (; g < end; g += 16) {
        const a = v128.load(g + shift);
        v128.store(g, v128.and(flushed(v128.load(g)), v128.and(f32x4.gt(a, zero), f32x4.lt(a, f32x4.splat(6)))));
      }
      return;
    case ActivationCode.hard_sigmoid:
      for (; g < end; g += 16) {
        const inside = f32x4.lt(f32x4.abs(v128.load(g + shift)), three);
        v128.store(g, flushed(v128.and(f32x4.mul(v128.load(g), f32x4.splat(1.0 / 6.0)), inside)));
      }
      return;
    case ActivationCode.hard_swish:
      for (; g < end; g += 16) {
        const z = v128.load(g + shift);
        const middle = f32x4.add(f32x4.div(z, three), f32x4.splat(0.5));
        const low = v128.bitselect(zero, middle, f32x4.lt(z, f32x4.splat(-3)));
        v128.store(g, flushedProduct(v128.load(g), v128.bitselect(one, low, f32x4.gt(z, three))));
      }
      return;
    case ActivationCode.sigmoid:
      for (; g < end; g += 16) {
        const a = v128.load(g + shift);
        v128.store(g, flushedProduct(v128.load(g), f32x4.mul(a, f32x4.sub(one, a))));
      }
      return;
    case ActivationCode.tanh:
      for (; g < end; g += 16) {
        const a = v128.load(g + shift);
        v128.store(g, flushedProduct(v128.load(g), f32x4.sub(one, squared(a))));
      }
  }
}

/** dz (+)= a · (g − Σ g·a) over each group of `columns`, g = da + pull · sign(a). */
function softmaxBack(a: usize, da: usize, dz: usize, count: i32, columns: i32, pull: f32, accumulate: bool): void {
  const width = (<usize>columns) << 2;
  const end = a + ((<usize>count) << 2);
  for (; a < end; a += width) {
    let dot: f64 = 0;
    for (let at: usize = 0; at < width; at += 4) {
      const value = load<f32>(a + at);
      dot += <f64>(load<f32>(da + at) + pull * sign(value)) * <f64>value;
    }
    for (let at: usize = 0; at < width; at += 4) {
      const value = load<f32>(a + at);
      // By float64, to the same bits, since that is not slow where the result is subnormal.
      const rest = load<f32>(da + at) + pull * sign(value) - <f32>dot;
      const gradient = flushedValue(<f32>(<f64>value * <f64>rest));
      store<f32>(dz + at, accumulate ? load<f32>(dz + at) + gradient : gradient);
    }
    da += width;
    dz += width;
  }
}

/** dz (+)= g where z > 0, else slope · g, and terms = g · min(z, 0); g = da + pull · sign(a). Each group of `columns` has the same slopes. */
function preluBack(
  z: usize,
  a: usize,
  da: usize,
  dz: usize,
  count: i32,
  columns: i32,
  pull: f32,
  accumulate: bool,
  slope: usize,
  terms: usize,
): void {
  const width = (<usize>columns) << 2;
  const end = z + ((<usize>count) << 2);
  const zero = f32x4.splat(0);
  const pulls = f32x4.splat(pull);
  for (; z < end; z += width) {
    let at: usize = 0;
    for (; at + 16 <= width; at += 16) {
      let g = v128.load(da + at);
      if (pull > 0) {
        const value = v128.load(a + at);
        const up = v128.and(pulls, f32x4.gt(value, zero));
        g = f32x4.add(g, f32x4.sub(up, v128.and(pulls, f32x4.lt(value, zero))));
      }
      const x = v128.load(z + at);
      v128.store(terms + at, flushedProduct(g, f32x4.min(x, zero)));
      const back = flushed(v128.bitselect(g, f32x4.mul(v128.load(slope + at), g), f32x4.gt(x, zero)));
      v128.store(dz + at, accumulate ? f32x4.add(v128.load(dz + at), back) : back);
    }
    for (; at < width; at += 4) {
      const g = load<f32>(da + at) + pull * sign(load<f32>(a + at));
      const x = load<f32>(z + at);
      store<f32>(terms + at, flushedValue(g * min(x, <f32>0)));
      const back = flushedValue(x > 0 ? g : load<f32>(slope + at) * g);
      store<f32>(dz + at, accumulate ? load<f32>(dz + at) + back : back);
    }
    a += width;
    da += width;
    dz += width;
    terms += width;
  }
}
