import { chunkValues, OptimizerCode, SegmentRow, State } from '../opcodes.ts';

/**
 * One optimiser step, formulas as torch.optim, a chunk at a time: each optimiser writes the next weights and slots to scratch
 * memory, then one loop keeps what is finite: a weight is never spoiled. Vectors may reach past the end of a segment in scratch
 * memory; nothing of that is kept.
 */

/** What every chunk of a step shares, set by `update`. */
let code: i32 = 0;
let nesterov: bool = false;
let momentum: f32 = 0;
let beta1: f32 = 0;
let rest1: f32 = 0;
let beta2: f32 = 0;
let rest2: f32 = 0;
let epsilon: f32 = 0;
let rate: f32 = 0;
/** 1 ÷ (1 − β₁ᵗ) and 1 ÷ (1 − β₂ᵗ). */
let unbias1: f32 = 0;
let unbias2: f32 = 0;
/** What the gradient is multiplied by to keep clipNorm. */
let clip: f32 = 0;
/** Whether the last chunk kept every value. */
let finite: bool = true;

/** Hyper-parameters lie at `optimizer` as f64: momentum, beta1, beta2, rho, epsilon, weightDecay, clipNorm, then i32 nesterov. */
export function update(
  optimizerCode: i32,
  optimizer: usize,
  parameters: usize,
  gradients: usize,
  slots: usize,
  slotBytes: usize,
  segments: usize,
  count: i32,
  state: usize,
  gradientSquares: usize,
  updateSquares: usize,
  learningRate: f64,
  correction1: f64,
  correction2: f64,
  scratch: usize,
): void {
  if (load<i32>(state, State.status) != 0) return;
  code = optimizerCode;
  momentum = <f32>load<f64>(optimizer);
  const isRmsprop = code == OptimizerCode.rmsprop;
  const first = load<f64>(optimizer, 8);
  const second = isRmsprop ? load<f64>(optimizer, 24) : load<f64>(optimizer, 16);
  beta1 = <f32>first;
  rest1 = <f32>(1 - first);
  beta2 = <f32>second;
  rest2 = <f32>(1 - second);
  epsilon = <f32>load<f64>(optimizer, 32);
  nesterov = load<i32>(optimizer, 56) != 0;
  rate = <f32>learningRate;
  unbias1 = <f32>(1 / correction1);
  unbias2 = <f32>(1 / correction2);
  clip = clipFactor(load<f64>(optimizer, 48), gradientSquares, count);
  const weightDecay = load<f64>(optimizer, 40);
  for (let index = 0; index < count; index++) {
    const offset = <usize>load<u32>(segments, SegmentRow.offset);
    const end = offset + ((<usize>load<u32>(segments, SegmentRow.size)) << 2);
    const decay = load<i32>(segments, SegmentRow.decay) != 0 ? weightDecay : 0;
    let sum: f64 = 0;
    for (let at = offset; at < end; at += chunkValues << 2) {
      const bytes = min(end - at, chunkValues << 2);
      sum += chunk(parameters + at, gradients + at, slots + at, slots + slotBytes + at, bytes, decay, scratch);
      if (!finite && load<i32>(state, State.status) == 0) store<i32>(state, index + 1, State.status);
    }
    store<f64>(updateSquares, sum);
    segments += SegmentRow.bytes;
    updateSquares += 8;
  }
}

/** min(1, limit ÷ (norm + 1e-6)), as torch.nn.utils.clip_grad_norm_. */
function clipFactor(limit: f64, gradientSquares: usize, count: i32): f32 {
  if (limit == 0) return 1;
  let sum: f64 = 0;
  for (let index = 0; index < count; index++) sum += load<f64>(gradientSquares + ((<usize>index) << 3));
  return <f32>min(1, limit / (sqrt(sum) + 1e-6));
}

/** Updates `bytes` of weights w with gradients g and slots s and t; returns Σ(Δw)². */
function chunk(w: usize, g: usize, s: usize, t: usize, bytes: usize, decay: f64, scratch: usize): f64 {
  const nextW = scratch;
  const nextS = scratch + (chunkValues << 2);
  const nextT = nextS + (chunkValues << 2);
  const pull = f32x4.splat(<f32>(code == OptimizerCode.adamw ? 0 : decay));
  finite = true;
  switch (code) {
    case OptimizerCode.sgd:
      if (momentum == 0) {
        sgd(w, g, bytes, pull, nextW);
        break;
      }
      sgdWithMomentum(w, g, s, bytes, pull, nextW, nextS);
      keepFinite(s, nextS, bytes);
      break;
    case OptimizerCode.adam:
    case OptimizerCode.adamw: {
      const shrink = code == OptimizerCode.adamw ? <f32>(1 - <f64>rate * decay) : 1;
      adam(w, g, s, t, bytes, pull, shrink, nextW, nextS, nextT);
      keepFinite(s, nextS, bytes);
      keepFinite(t, nextT, bytes);
      break;
    }
    case OptimizerCode.rmsprop:
      rmsprop(w, g, s, t, bytes, pull, nextW, nextS, nextT);
      keepFinite(s, nextS, bytes);
      if (momentum != 0) keepFinite(t, nextT, bytes);
      break;
    default:
      adagrad(w, g, s, bytes, pull, nextW, nextS);
      keepFinite(s, nextS, bytes);
  }
  return keepFinite(w, nextW, bytes);
}

/** Copies what is finite and returns Σ of the squared changes; clears `finite` where something is not. */
function keepFinite(target: usize, next: usize, bytes: usize): f64 {
  const end = target + bytes;
  const exponent = i32x4.splat(0x7f800000);
  let bad = i32x4.splat(0);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (; target + 16 <= end; target += 16) {
    const before = v128.load(target);
    const after = v128.load(next);
    const lost = i32x4.eq(v128.and(after, exponent), exponent);
    const kept = v128.bitselect(before, after, lost);
    v128.store(target, kept);
    bad = v128.or(bad, lost);
    const change = f32x4.sub(kept, before);
    const first = f64x2.promote_low_f32x4(change);
    const second = f64x2.promote_low_f32x4(i64x2.shuffle(change, change, 1, 0));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
    next += 16;
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  if (v128.any_true(bad)) finite = false;
  for (; target < end; target += 4) {
    if ((load<u32>(next) & 0x7f800000) == 0x7f800000) {
      finite = false;
    } else {
      const change = <f64>(load<f32>(next) - load<f32>(target));
      sum += change * change;
      store<f32>(target, load<f32>(next));
    }
    next += 4;
  }
  return sum;
}

/** The gradient, clipped, with the weights' decay. */
function gradient(g: usize, w: v128, pull: v128): v128 {
  return f32x4.add(f32x4.mul(v128.load(g), f32x4.splat(clip)), f32x4.mul(pull, w));
}

function sgd(w: usize, g: usize, bytes: usize, pull: v128, nextW: usize): void {
  const step = f32x4.splat(rate);
  for (let at: usize = 0; at < bytes; at += 16) {
    const weight = v128.load(w + at);
    v128.store(nextW + at, f32x4.sub(weight, f32x4.mul(step, gradient(g + at, weight, pull))));
  }
}

function sgdWithMomentum(w: usize, g: usize, s: usize, bytes: usize, pull: v128, nextW: usize, nextS: usize): void {
  const step = f32x4.splat(rate);
  const carry = f32x4.splat(momentum);
  for (let at: usize = 0; at < bytes; at += 16) {
    const weight = v128.load(w + at);
    const slope = gradient(g + at, weight, pull);
    const velocity = f32x4.add(f32x4.mul(carry, v128.load(s + at)), slope);
    const direction = nesterov ? f32x4.add(slope, f32x4.mul(carry, velocity)) : velocity;
    v128.store(nextS + at, velocity);
    v128.store(nextW + at, f32x4.sub(weight, f32x4.mul(step, direction)));
  }
}

/** s and t are the running means of the gradient and of its square. */
function adam(
  w: usize,
  g: usize,
  s: usize,
  t: usize,
  bytes: usize,
  pull: v128,
  shrink: f32,
  nextW: usize,
  nextS: usize,
  nextT: usize,
): void {
  const step = f32x4.splat(rate * unbias1);
  for (let at: usize = 0; at < bytes; at += 16) {
    const weight = v128.load(w + at);
    const slope = gradient(g + at, weight, pull);
    const mean = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(s + at)), f32x4.mul(f32x4.splat(rest1), slope));
    const square = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(t + at)),
      f32x4.mul(f32x4.splat(rest2), f32x4.mul(slope, slope)),
    );
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(square, f32x4.splat(unbias2))), f32x4.splat(epsilon));
    const kept = f32x4.mul(weight, f32x4.splat(shrink));
    v128.store(nextS + at, mean);
    v128.store(nextT + at, square);
    v128.store(nextW + at, f32x4.sub(kept, f32x4.mul(step, f32x4.div(mean, root))));
  }
}

/** s is the running mean of the gradient's square, t the momentum. */
function rmsprop(
  w: usize,
  g: usize,
  s: usize,
  t: usize,
  bytes: usize,
  pull: v128,
  nextW: usize,
  nextS: usize,
  nextT: usize,
): void {
  const step = f32x4.splat(rate);
  for (let at: usize = 0; at < bytes; at += 16) {
    const weight = v128.load(w + at);
    const slope = gradient(g + at, weight, pull);
    const square = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(s + at)),
      f32x4.mul(f32x4.splat(rest2), f32x4.mul(slope, slope)),
    );
    let direction = f32x4.div(slope, f32x4.add(f32x4.sqrt(square), f32x4.splat(epsilon)));
    if (momentum != 0) direction = f32x4.add(f32x4.mul(f32x4.splat(momentum), v128.load(t + at)), direction);
    v128.store(nextS + at, square);
    v128.store(nextT + at, direction);
    v128.store(nextW + at, f32x4.sub(weight, f32x4.mul(step, direction)));
  }
}

/** s is the sum of the gradient's squares. */
function adagrad(w: usize, g: usize, s: usize, bytes: usize, pull: v128, nextW: usize, nextS: usize): void {
  const step = f32x4.splat(rate);
  for (let at: usize = 0; at < bytes; at += 16) {
    const weight = v128.load(w + at);
    const slope = gradient(g + at, weight, pull);
    const square = f32x4.add(v128.load(s + at), f32x4.mul(slope, slope));
    const direction = f32x4.div(slope, f32x4.add(f32x4.sqrt(square), f32x4.splat(epsilon)));
    v128.store(nextS + at, square);
    v128.store(nextW + at, f32x4.sub(weight, f32x4.mul(step, direction)));
  }
}
