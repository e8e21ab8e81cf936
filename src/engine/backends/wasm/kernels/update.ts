import { OptimizerCode, SegmentRow } from '../opcodes.ts';
import { adam, changesOfAdam, isLost, squaresBeforeAdam, stretch, wide } from './adam.ts';
import { atLeast, flushed, forSquare, leastFactor, smallest } from './math.ts';

/**
 * One optimiser step, formulas as torch.optim, in one pass over weights, gradients and slots: what is not finite is not kept, and Σw² and Σ(Δw)²
 * are added up on the way. Plain sgd and Adam have loops of their own, written out: with the choice of optimiser inside, or with parts left in functions,
 * they took two to four times as long; in chunks by way of scratch memory, a pass for each sum, Adam took a third more.
 *
 * What would be subnormal becomes 0: Intel's processors take a hundred times as long to multiply it, and WebAssembly cannot tell them to take it for 0. Segments whose gradients are
 * tiny all over, as where they vanish, have loops that look for it at every turn; Adam (adam.ts) keeps none in any. Until then 20 layers of 64 made 911 steps a second with Adam at
 * first and 271 after 20,000.
 */

/** Bytes of parameters up to which steps may be plain descents (descend.ts): of so few each gradient is looked at, as there, so that it is all one. */
const descended: u32 = 65536;

/** Sums of the segment at hand, and whether all of it was finite. */
let changes: v128 = f64x2.splat(0);
let squares: v128 = f64x2.splat(0);
let lost: v128 = i32x4.splat(0);

/** `count` pieces of segments, one half of them or, where that is below 0, all; what is not finite is told at `status`. Hyper-parameters lie at `optimizer` as f64: momentum, beta1, beta2, rho, epsilon, weightDecay, clipNorm, then i32 nesterov. */
export function update(
  code: i32,
  optimizer: usize,
  parameters: usize,
  gradients: usize,
  slots: usize,
  slotBytes: usize,
  segments: usize,
  count: i32,
  half: i32,
  status: usize,
  gradientSquares: usize,
  weightSquares: usize,
  updateSquares: usize,
  learningRate: f64,
  correction1: f64,
  correction2: f64,
): void {
  const clip = clipFactor(load<f64>(optimizer, 48), gradientSquares, count);
  const weightDecay = load<f64>(optimizer, 40);
  const end = segments + <usize>(count - 1) * SegmentRow.bytes;
  const isSmall = load<u32>(end, SegmentRow.offset) + (load<u32>(end, SegmentRow.size) << 2) <= descended;
  if (code == OptimizerCode.sgd && load<f64>(optimizer) == 0) {
    sgd(
      parameters,
      gradients,
      segments,
      count,
      half,
      status,
      gradientSquares,
      weightSquares,
      updateSquares,
      clip,
      <f32>weightDecay,
      <f32>learningRate,
      isSmall,
    );
    return;
  }
  for (let index = 0; index < count; index++) {
    if (half >= 0 && load<i32>(segments, SegmentRow.half) != half) {
      segments += SegmentRow.bytes;
      weightSquares += 8;
      updateSquares += 8;
      continue;
    }
    const offset = <usize>load<u32>(segments, SegmentRow.offset);
    const bytes = (<usize>load<u32>(segments, SegmentRow.size)) << 2;
    const decay = load<i32>(segments, SegmentRow.decay) != 0 ? weightDecay : 0;
    const first = slots + offset;
    const penalties = load<f64>(segments, SegmentRow.l1) + load<f64>(segments, SegmentRow.l2);
    const ordinary = penalties == 0 && isOrdinary(load<f64>(gradientSquares + ((<usize>index) << 3)), bytes);
    const finite = segment(
      code,
      optimizer,
      parameters + offset,
      gradients + offset,
      first,
      first + slotBytes,
      bytes,
      clip,
      decay,
      learningRate,
      correction1,
      correction2,
      weightSquares,
      updateSquares,
      ordinary,
    );
    if (!finite && load<i32>(status) == 0) store<i32>(status, index + 1);
    segments += SegmentRow.bytes;
    weightSquares += 8;
    updateSquares += 8;
  }
}

/** Whether gradients of `bytes` with this sum of squares are so large, 1e-12 in the mean, that hardly one of them, times a rate or itself, is subnormal. */
function isOrdinary(squares: f64, bytes: usize): bool {
  return squares * 4 >= 1e-24 * <f64>bytes;
}

/** min(1, limit ÷ (norm + 1e-6)), as torch.nn.utils.clip_grad_norm_. */
function clipFactor(limit: f64, gradientSquares: usize, count: i32): f32 {
  if (limit == 0) return 1;
  let sum: f64 = 0;
  for (let index = 0; index < count; index++) sum += load<f64>(gradientSquares + ((<usize>index) << 3));
  return <f32>min(1, limit / (sqrt(sum) + 1e-6));
}

/** Updates `bytes` of weights w with gradients g and slots s and t; whether all of it was finite. */
function segment(
  code: i32,
  optimizer: usize,
  w: usize,
  g: usize,
  s: usize,
  t: usize,
  bytes: usize,
  clip: f32,
  decay: f64,
  learningRate: f64,
  correction1: f64,
  correction2: f64,
  weightSquares: usize,
  updateSquares: usize,
  ordinary: bool,
): bool {
  const isAdam = code == OptimizerCode.adam || code == OptimizerCode.adamw;
  const isRmsprop = code == OptimizerCode.rmsprop;
  const momentum = <f32>load<f64>(optimizer);
  const first = load<f64>(optimizer, 8);
  const second = isRmsprop ? load<f64>(optimizer, 24) : load<f64>(optimizer, 16);
  const nesterov = load<i32>(optimizer, 56) != 0;
  const rate = <f32>learningRate;
  const unbias1 = <f32>(1 / correction1);
  const unbias2 = f32x4.splat(<f32>(1 / correction2));
  // AdamW shrinks the weights themselves, the others add to the gradient.
  const pulled = <f32>(code == OptimizerCode.adamw ? 0 : decay);
  const shrunk: f32 = code == OptimizerCode.adamw ? <f32>(1 - <f64>rate * decay) : 1;
  const pull = f32x4.splat(pulled);
  const shrink = f32x4.splat(shrunk);
  const step = f32x4.splat(isAdam ? rate * unbias1 : rate);
  const clips = f32x4.splat(clip);
  const carry = f32x4.splat(momentum);
  const beta1 = f32x4.splat(<f32>first);
  const rest1 = f32x4.splat(<f32>(1 - first));
  const beta2 = f32x4.splat(<f32>second);
  const rest2 = f32x4.splat(<f32>(1 - second));
  const epsilon = f32x4.splat(<f32>load<f64>(optimizer, 32));
  // Where a slope is smaller, its square, or what is added of it, would be subnormal.
  const least = f32x4.splat(<f32>sqrt((0.999999 * <f64>smallest) / (isAdam || isRmsprop ? 1 - second : 1)));
  lost = i32x4.splat(0);
  changes = f64x2.splat(0);
  squares = f64x2.splat(0);
  const whole = bytes & ~31;
  let begun: usize = 0;
  if (isAdam) {
    lost = adam(
      w,
      g,
      s,
      t,
      whole,
      clip,
      pulled,
      shrunk,
      beta1,
      rest1,
      beta2,
      rest2,
      unbias2,
      epsilon,
      step,
      least,
      ordinary,
    );
    changes = changesOfAdam();
    squares = squaresBeforeAdam();
    begun = whole;
  }
  for (let at = begun; at < bytes; at += 16) {
    const weight = v128.load(w + at);
    let gradient = v128.load(g + at);
    if (!ordinary) gradient = flushed(gradient);
    let slope = f32x4.add(f32x4.mul(gradient, clips), f32x4.mul(pull, weight));
    let felt = slope;
    if (!ordinary) {
      slope = flushed(slope);
      felt = atLeast(slope, least);
    }
    // Lanes past the end of the segment keep what they hold.
    const outside =
      bytes - at < 16 ? i32x4.gt_s(i32x4(0, 1, 2, 3), i32x4.splat(<i32>((bytes - at) >> 2) - 1)) : i32x4.splat(0);
    let next: v128;
    if (isAdam) {
      const oldMean = v128.load(s + at);
      const oldSquare = v128.load(t + at);
      const mean = flushed(f32x4.add(f32x4.mul(beta1, oldMean), f32x4.mul(rest1, slope)));
      const square = flushed(f32x4.add(f32x4.mul(beta2, oldSquare), f32x4.mul(rest2, f32x4.mul(felt, felt))));
      const root = f32x4.add(f32x4.sqrt(f32x4.mul(square, unbias2)), epsilon);
      next = f32x4.sub(f32x4.mul(weight, shrink), f32x4.mul(step, f32x4.div(mean, root)));
      lost = v128.or(lost, keep(s + at, oldMean, mean, outside));
      lost = v128.or(lost, keep(t + at, oldSquare, square, outside));
    } else if (code == OptimizerCode.sgd) {
      const old = v128.load(s + at);
      const velocity = flushed(f32x4.add(f32x4.mul(carry, old), slope));
      const direction = nesterov ? f32x4.add(slope, f32x4.mul(carry, velocity)) : velocity;
      lost = v128.or(lost, keep(s + at, old, velocity, outside));
      next = f32x4.sub(weight, f32x4.mul(step, direction));
    } else if (isRmsprop) {
      const old = v128.load(s + at);
      const square = flushed(f32x4.add(f32x4.mul(beta2, old), f32x4.mul(rest2, f32x4.mul(felt, felt))));
      let direction = f32x4.div(slope, f32x4.add(f32x4.sqrt(square), epsilon));
      lost = v128.or(lost, keep(s + at, old, square, outside));
      if (momentum != 0) {
        const velocity = v128.load(t + at);
        direction = flushed(f32x4.add(f32x4.mul(carry, velocity), direction));
        lost = v128.or(lost, keep(t + at, velocity, direction, outside));
      }
      next = f32x4.sub(weight, f32x4.mul(step, direction));
    } else {
      const old = v128.load(s + at);
      const square = f32x4.add(old, f32x4.mul(felt, felt));
      const direction = f32x4.div(slope, f32x4.add(f32x4.sqrt(square), epsilon));
      lost = v128.or(lost, keep(s + at, old, square, outside));
      next = f32x4.sub(weight, f32x4.mul(step, direction));
    }
    next = flushed(next);
    const bad = isLost(next);
    const kept = v128.bitselect(weight, next, v128.or(bad, outside));
    v128.store(w + at, kept);
    lost = v128.or(lost, v128.andnot(bad, outside));
    changes = f64x2.add(changes, inPairs(f32x4.sub(kept, weight)));
    squares = f64x2.add(squares, inPairs(v128.andnot(weight, outside)));
  }
  store<f64>(updateSquares, f64x2.extract_lane(changes, 0) + f64x2.extract_lane(changes, 1));
  store<f64>(weightSquares, f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1));
  return !v128.any_true(lost);
}

/** Sums of squares below it are of values that cannot overflow when they are added up: √1e74 ≪ 3.4e38. */
const harmless: f64 = 1e74;

/**
 * w −= rate · g, all segments: a small network has six of a few vectors each, and what is done once a segment is most of it. Where the sums of squares, of
 * gradients now and of weights and their changes one step before, say that nothing can overflow, no value is looked at, which is a third of it.
 */
function sgd(
  parameters: usize,
  gradients: usize,
  segments: usize,
  count: i32,
  half: i32,
  status: usize,
  gradientSquares: usize,
  weightSquares: usize,
  updateSquares: usize,
  clip: f32,
  weightDecay: f32,
  rate: f32,
  isSmall: bool,
): void {
  const clips = f32x4.splat(clip);
  const step = f32x4.splat(rate);
  const shift = gradients - parameters;
  const isPlain = clip == 1 && abs(rate) <= 1;
  for (let index = 0; index < count; index++) {
    if (half >= 0 && load<i32>(segments, SegmentRow.half) != half) {
      segments += SegmentRow.bytes;
      gradientSquares += 8;
      weightSquares += 8;
      updateSquares += 8;
      continue;
    }
    const start = parameters + <usize>load<u32>(segments, SegmentRow.offset);
    const decay = load<i32>(segments, SegmentRow.decay) != 0 ? weightDecay : 0;
    const decays = decay != 0 || load<f64>(segments, SegmentRow.l1) > 0 || load<f64>(segments, SegmentRow.l2) > 0;
    const size = (<usize>load<u32>(segments, SegmentRow.size)) << 2;
    const ofGradient = load<f64>(gradientSquares);
    const largest = max(max(load<f64>(weightSquares), load<f64>(updateSquares)), ofGradient);
    if (isPlain && !isSmall && !decays && largest < harmless && isOrdinary(ofGradient, size)) {
      let w = start;
      const whole = start + (size & ~15);
      let changes = f64x2.splat(0);
      let squares = f64x2.splat(0);
      while (w < whole) {
        let changed = f32x4.splat(0);
        let before = f32x4.splat(0);
        for (const stop = min(whole, w + stretch); w < stop; w += 16) {
          const weight = v128.load(w);
          const next = f32x4.sub(weight, f32x4.mul(step, v128.load(w + shift)));
          v128.store(w, next);
          const change = f32x4.sub(next, weight);
          changed = f32x4.add(changed, f32x4.mul(change, change));
          before = f32x4.add(before, f32x4.mul(weight, weight));
        }
        changes = f64x2.add(changes, wide(changed));
        squares = f64x2.add(squares, wide(before));
      }
      if (size & 15) {
        // Lanes past the end of the segment keep what they hold.
        const inside = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(<i32>((size & 15) >> 2)));
        const weight = v128.load(w);
        const next = f32x4.sub(weight, v128.and(f32x4.mul(step, v128.load(w + shift)), inside));
        v128.store(w, next);
        const change = f32x4.sub(next, weight);
        const counted = v128.and(weight, inside);
        changes = f64x2.add(changes, wide(f32x4.mul(change, change)));
        squares = f64x2.add(squares, wide(f32x4.mul(counted, counted)));
      }
      store<f64>(updateSquares, f64x2.extract_lane(changes, 0) + f64x2.extract_lane(changes, 1));
      store<f64>(weightSquares, f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1));
    } else {
      const floor: f32 = decays ? smallest : 0;
      if (
        !careful(start, shift, size, clips, decay, step, floor, weightSquares, updateSquares) &&
        load<i32>(status) == 0
      )
        store<i32>(status, index + 1);
    }
    segments += SegmentRow.bytes;
    gradientSquares += 8;
    weightSquares += 8;
    updateSquares += 8;
  }
}

/** A segment whose values may overflow or be subnormal, or that decays or is clipped; weights below `floor` become 0. Whether all of it was finite. */
function careful(
  w: usize,
  shift: usize,
  bytes: usize,
  clips: v128,
  decay: f32,
  step: v128,
  floor: f32,
  weightSquares: usize,
  updateSquares: usize,
): bool {
  const exponent = i32x4.splat(0x7f800000);
  const end = w + bytes;
  const pull = f32x4.splat(decay);
  const least = leastFactor(f32x4.extract_lane(step, 0));
  let inside = i32x4.splat(-1);
  let bad = i32x4.splat(0);
  let changes = f64x2.splat(0);
  let squares = f64x2.splat(0);
  while (w < end) {
    let changed = f32x4.splat(0);
    let before = f32x4.splat(0);
    const left = end - w;
    // Lanes past the end of the segment keep what they hold.
    if (left < 16) inside = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(<i32>(left >> 2)));
    for (const stop = w + (left < 16 ? 16 : min(left & ~15, stretch)); w < stop; w += 16) {
      const weight = v128.load(w);
      const slope = f32x4.add(f32x4.mul(flushed(v128.load(w + shift)), clips), f32x4.mul(pull, weight));
      const moved = atLeast(f32x4.sub(weight, f32x4.mul(step, atLeast(slope, least))), f32x4.splat(floor));
      let next = v128.bitselect(moved, weight, inside);
      const gone = i32x4.eq(v128.and(next, exponent), exponent);
      if (v128.any_true(gone)) {
        bad = v128.or(bad, gone);
        next = v128.bitselect(weight, next, gone);
      }
      v128.store(w, next);
      const change = forSquare(f32x4.sub(next, weight));
      const counted = forSquare(v128.and(weight, inside));
      changed = f32x4.add(changed, f32x4.mul(change, change));
      before = f32x4.add(before, f32x4.mul(counted, counted));
    }
    changes = f64x2.add(changes, wide(changed));
    squares = f64x2.add(squares, wide(before));
  }
  store<f64>(updateSquares, f64x2.extract_lane(changes, 0) + f64x2.extract_lane(changes, 1));
  store<f64>(weightSquares, f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1));
  return !v128.any_true(bad);
}

/** Writes what is finite and inside; the lanes that were inside and not finite. */
function keep(to: usize, before: v128, after: v128, outside: v128): v128 {
  const bad = isLost(after);
  v128.store(to, v128.bitselect(before, after, v128.or(bad, outside)));
  return v128.andnot(bad, outside);
}

/** Squares of four values, in float64, the first and third, the second and fourth added. */
function inPairs(x: v128): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0));
  return f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high));
}
