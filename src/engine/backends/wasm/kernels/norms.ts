import { SegmentRow, State } from '../opcodes.ts';

/** Whether weights are still to be looked at: once a run they may be anything, then `update` keeps them finite and their Σw² is its. */
let isFirst: bool = true;

/** The next step begins a run. */
export function beginRun(): void {
  isFirst = true;
}

/**
 * Penalties' gradients and Σg² of `count` pieces of segments, of one half of them or, where that is below 0, of all; in a run's first step Σw² too. The sums are float64 and so cannot overflow: one is not finite
 * exactly when a value of its piece is not, which is told at `status`.
 */
export function norms(
  parameters: usize,
  gradients: usize,
  segments: usize,
  count: i32,
  half: i32,
  state: usize,
  status: usize,
  gradientSquares: usize,
  weightSquares: usize,
): void {
  for (let index = 0; index < count; index++) {
    if (half >= 0 && load<i32>(segments, SegmentRow.half) != half) {
      segments += SegmentRow.bytes;
      gradientSquares += 8;
      weightSquares += 8;
      continue;
    }
    const offset = load<u32>(segments, SegmentRow.offset);
    const l1 = load<f64>(segments, SegmentRow.l1);
    const l2 = load<f64>(segments, SegmentRow.l2);
    const size = load<u32>(segments, SegmentRow.size);
    const penalty = l1 > 0 || l2 > 0 ? penalize(parameters + offset, gradients + offset, size, l1, l2) : 0;
    const ofGradient = squares(gradients + offset, size);
    let isGood = isFinite64(ofGradient);
    if (isFirst) {
      const ofWeights = squares(parameters + offset, size);
      isGood = isGood && isFinite64(ofWeights);
      store<f64>(weightSquares, ofWeights);
    }
    store<f64>(gradientSquares, ofGradient);
    if (penalty != 0) store<f64>(state, load<f64>(state, State.penalty) + penalty, State.penalty);
    if (load<i32>(status) == 0 && !isGood) store<i32>(status, index + 1);
    segments += SegmentRow.bytes;
    gradientSquares += 8;
    weightSquares += 8;
  }
  isFirst = false;
}

function isFinite64(x: f64): bool {
  return (reinterpret<u64>(x) & 0x7ff0000000000000) != 0x7ff0000000000000;
}

/** gradient += l1 · sign(w) + 2 · l2 · w; returns l1 · Σ|w| + l2 · Σw². */
function penalize(w: usize, g: usize, size: u32, l1: f64, l2: f64): f64 {
  const end = w + ((<usize>size) << 2);
  const pull = <f32>l1;
  const shrink = <f32>(2 * l2);
  let sum: f64 = 0;
  for (; w < end; w += 4) {
    const value = load<f32>(w);
    const sign: f32 = value > 0 ? 1 : value < 0 ? -1 : 0;
    store<f32>(g, load<f32>(g) + pull * sign + shrink * value);
    sum += l1 * <f64>abs(value) + l2 * <f64>value * <f64>value;
    g += 4;
  }
  return sum;
}

/** Σx², in four sums of two lanes each. */
export function squares(x: usize, size: u32): f64 {
  const end = x + ((<usize>size) << 2);
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  let sum3 = f64x2.splat(0);
  for (; x + 32 <= end; x += 32) {
    // Loaded two by two: the second half of four would have to be brought to the front.
    const x0 = f64x2.promote_low_f32x4(v128.load64_zero(x));
    const x1 = f64x2.promote_low_f32x4(v128.load64_zero(x, 8));
    const x2 = f64x2.promote_low_f32x4(v128.load64_zero(x, 16));
    const x3 = f64x2.promote_low_f32x4(v128.load64_zero(x, 24));
    sum0 = f64x2.add(sum0, f64x2.mul(x0, x0));
    sum1 = f64x2.add(sum1, f64x2.mul(x1, x1));
    sum2 = f64x2.add(sum2, f64x2.mul(x2, x2));
    sum3 = f64x2.add(sum3, f64x2.mul(x3, x3));
  }
  const all = f64x2.add(f64x2.add(sum0, sum1), f64x2.add(sum2, sum3));
  let sum = f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
  for (; x < end; x += 4) {
    const value = <f64>load<f32>(x);
    sum += value * value;
  }
  return sum;
}
