import { NormalizeCode } from '../opcodes.ts';
import { flushed } from './math.ts';

/**
 * Normalisation over the batch (each column by itself, four columns at a time) or over each group. Sums are float64 and the variance takes a
 * second pass over the data, so that a large mean costs no digits. Data is `groups` × `columns`; the last vector of a row may reach into the next
 * row or past the end: what it reads there is thrown away, and `put` writes only what belongs to the column.
 */

/** y = gamma · (x − mean) ÷ √(variance + epsilon) + beta; leaves mean and 1 ÷ √(…) in `saved`. Addresses of running statistics may be 0. */
export function normalize(
  kind: i32,
  x: usize,
  y: usize,
  gamma: usize,
  beta: usize,
  saved: usize,
  groups: i32,
  columns: i32,
  runningMean: usize,
  runningVariance: usize,
  epsilon: f64,
  momentum: f64,
): void {
  if (kind == NormalizeCode.layer) {
    layer(x, y, gamma, beta, saved, groups, columns, epsilon);
    return;
  }
  const stride = (<usize>columns) << 2;
  const end = x + stride * <usize>groups;
  const count = f64x2.splat(groups);
  for (let column = 0; column < columns; column += 4) {
    const shift = (<usize>column) << 2;
    const lanes = min(columns - column, 4);
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let at = x + shift; at < end; at += stride) {
      const values = v128.load(at);
      low = f64x2.add(low, f64x2.promote_low_f32x4(values));
      high = f64x2.add(high, upper(values));
    }
    const meanLow = f64x2.div(low, count);
    const meanHigh = f64x2.div(high, count);
    low = f64x2.splat(0);
    high = f64x2.splat(0);
    for (let at = x + shift; at < end; at += stride) {
      const values = v128.load(at);
      const first = f64x2.sub(f64x2.promote_low_f32x4(values), meanLow);
      const second = f64x2.sub(upper(values), meanHigh);
      low = f64x2.add(low, f64x2.mul(first, first));
      high = f64x2.add(high, f64x2.mul(second, second));
    }
    const mean = narrow(meanLow, meanHigh);
    const inverse = narrow(inverseRoot(f64x2.div(low, count), epsilon), inverseRoot(f64x2.div(high, count), epsilon));
    save(saved + (shift << 1), mean, inverse, lanes);
    const factor = f32x4.mul(v128.load(gamma + shift), inverse);
    scale(x + shift, y + shift, end, stride, mean, factor, v128.load(beta + shift), lanes);
    if (runningMean != 0 && groups > 1) {
      const unbiased = f64x2.splat(groups - 1);
      move(runningMean + shift, meanLow, meanHigh, momentum, lanes);
      move(runningVariance + shift, f64x2.div(low, unbiased), f64x2.div(high, unbiased), momentum, lanes);
    }
  }
}

/** y from given statistics of each column. */
export function normalizeRunning(
  x: usize,
  y: usize,
  gamma: usize,
  beta: usize,
  mean: usize,
  variance: usize,
  groups: i32,
  columns: i32,
  epsilon: f64,
): void {
  const stride = (<usize>columns) << 2;
  const end = x + stride * <usize>groups;
  for (let shift: usize = 0; shift < stride; shift += 16) {
    const lanes = min((<i32>(stride - shift)) >> 2, 4);
    const given = v128.load(variance + shift);
    const low = inverseRoot(f64x2.promote_low_f32x4(given), epsilon);
    const factor = f32x4.mul(v128.load(gamma + shift), narrow(low, inverseRoot(upper(given), epsilon)));
    scale(x + shift, y + shift, end, stride, v128.load(mean + shift), factor, v128.load(beta + shift), lanes);
  }
}

/**
 * With x̂ = (x − mean) · inverse: dgamma = Σ dy · x̂ and dbeta = Σ dy of each column; dx (+)= inverse · (g − mean of g − x̂ · mean of g · x̂),
 * g = gamma · dy, the means over a column or a group.
 */
export function normalizeBack(
  kind: i32,
  x: usize,
  dy: usize,
  dx: usize,
  gamma: usize,
  dgamma: usize,
  dbeta: usize,
  saved: usize,
  groups: i32,
  columns: i32,
  accumulate: bool,
): void {
  const isLayer = kind == NormalizeCode.layer;
  const stride = (<usize>columns) << 2;
  const end = x + stride * <usize>groups;
  const count = f64x2.splat(groups);
  for (let column = 0; column < columns; column += 4) {
    const shift = (<usize>column) << 2;
    const lanes = min(columns - column, 4);
    let mean = f32x4.splat(0);
    let inverse = f32x4.splat(0);
    if (!isLayer) {
      const first = v128.load(saved + (shift << 1));
      const second = v128.load(saved + (shift << 1) + 16);
      mean = i32x4.shuffle(first, second, 0, 2, 4, 6);
      inverse = i32x4.shuffle(first, second, 1, 3, 5, 7);
    }
    let sumLow = f64x2.splat(0);
    let sumHigh = f64x2.splat(0);
    let dotLow = f64x2.splat(0);
    let dotHigh = f64x2.splat(0);
    let from = dy + shift;
    let statistics = saved;
    for (let at = x + shift; at < end; at += stride) {
      if (isLayer) {
        mean = v128.load32_splat(statistics);
        inverse = v128.load32_splat(statistics + 4);
        statistics += 8;
      }
      const gradient = v128.load(from);
      const product = f32x4.mul(gradient, f32x4.mul(f32x4.sub(v128.load(at), mean), inverse));
      sumLow = f64x2.add(sumLow, f64x2.promote_low_f32x4(gradient));
      sumHigh = f64x2.add(sumHigh, upper(gradient));
      dotLow = f64x2.add(dotLow, f64x2.promote_low_f32x4(product));
      dotHigh = f64x2.add(dotHigh, upper(product));
      from += stride;
    }
    put(dbeta + shift, narrow(sumLow, sumHigh), lanes);
    put(dgamma + shift, narrow(dotLow, dotHigh), lanes);
    if (isLayer) continue;
    const sum = narrow(f64x2.div(sumLow, count), f64x2.div(sumHigh, count));
    const dot = narrow(f64x2.div(dotLow, count), f64x2.div(dotHigh, count));
    const factor = f32x4.mul(v128.load(gamma + shift), inverse);
    from = dy + shift;
    let to = dx + shift;
    for (let at = x + shift; at < end; at += stride) {
      const hat = f32x4.mul(f32x4.sub(v128.load(at), mean), inverse);
      const rest = f32x4.sub(f32x4.sub(v128.load(from), sum), f32x4.mul(hat, dot));
      const value = f32x4.mul(factor, rest);
      put(to, accumulate ? f32x4.add(v128.load(to), value) : value, lanes);
      from += stride;
      to += stride;
    }
  }
  if (isLayer) layerBack(x, dy, dx, gamma, saved, groups, columns, accumulate);
}

function layer(
  x: usize,
  y: usize,
  gamma: usize,
  beta: usize,
  saved: usize,
  groups: i32,
  columns: i32,
  epsilon: f64,
): void {
  const width = (<usize>columns) << 2;
  const end = x + width * <usize>groups;
  for (; x < end; x += width) {
    let sum: f64 = 0;
    for (let at: usize = 0; at < width; at += 4) sum += load<f32>(x + at);
    const mean = sum / columns;
    let squares: f64 = 0;
    for (let at: usize = 0; at < width; at += 4) {
      const apart = <f64>load<f32>(x + at) - mean;
      squares += apart * apart;
    }
    const inverse = 1 / sqrt(squares / columns + epsilon);
    store<f32>(saved, <f32>mean);
    store<f32>(saved + 4, <f32>inverse);
    saved += 8;
    const means = f32x4.splat(<f32>mean);
    const inverses = f32x4.splat(<f32>inverse);
    for (let at: usize = 0; at < width; at += 16) {
      const hat = f32x4.mul(f32x4.sub(v128.load(x + at), means), inverses);
      const value = f32x4.add(f32x4.mul(v128.load(gamma + at), hat), v128.load(beta + at));
      put(y + at, value, (<i32>(width - at)) >> 2);
    }
    y += width;
  }
}

function layerBack(
  x: usize,
  dy: usize,
  dx: usize,
  gamma: usize,
  saved: usize,
  groups: i32,
  columns: i32,
  accumulate: bool,
): void {
  const width = (<usize>columns) << 2;
  const end = x + width * <usize>groups;
  for (; x < end; x += width) {
    const mean = load<f32>(saved);
    const inverse = load<f32>(saved + 4);
    saved += 8;
    let sum: f64 = 0;
    let dot: f64 = 0;
    for (let at: usize = 0; at < width; at += 4) {
      const g = load<f32>(gamma + at) * load<f32>(dy + at);
      sum += g;
      dot += <f64>g * <f64>((load<f32>(x + at) - mean) * inverse);
    }
    const means = f32x4.splat(mean);
    const inverses = f32x4.splat(inverse);
    const sums = f32x4.splat(<f32>(sum / columns));
    const dots = f32x4.splat(<f32>(dot / columns));
    for (let at: usize = 0; at < width; at += 16) {
      const hat = f32x4.mul(f32x4.sub(v128.load(x + at), means), inverses);
      const g = f32x4.mul(v128.load(gamma + at), v128.load(dy + at));
      const value = f32x4.mul(inverses, f32x4.sub(f32x4.sub(g, sums), f32x4.mul(hat, dots)));
      put(dx + at, accumulate ? f32x4.add(v128.load(dx + at), value) : value, (<i32>(width - at)) >> 2);
    }
    dy += width;
    dx += width;
  }
}

/** y = factor · (x − mean) + shift down four columns, x up to `end`. */
function scale(x: usize, y: usize, end: usize, stride: usize, mean: v128, factor: v128, shift: v128, lanes: i32): void {
  for (; x < end; x += stride) {
    put(y, f32x4.add(f32x4.mul(factor, f32x4.sub(v128.load(x), mean)), shift), lanes);
    y += stride;
  }
}

/** running = momentum · running + (1 − momentum) · value. */
function move(running: usize, low: v128, high: v128, momentum: f64, lanes: i32): void {
  const old = v128.load(running);
  const keep = f64x2.splat(momentum);
  const take = f64x2.splat(1 - momentum);
  const first = f64x2.add(f64x2.mul(keep, f64x2.promote_low_f32x4(old)), f64x2.mul(take, low));
  const second = f64x2.add(f64x2.mul(keep, upper(old)), f64x2.mul(take, high));
  put(running, narrow(first, second), lanes);
}

/** Pairs of (mean, inverse), one a column. */
function save(saved: usize, mean: v128, inverse: v128, lanes: i32): void {
  put(saved, i32x4.shuffle(mean, inverse, 0, 4, 1, 5), min(2 * lanes, 4));
  if (lanes > 2) put(saved + 16, i32x4.shuffle(mean, inverse, 2, 6, 3, 7), 2 * lanes - 4);
}

/** Writes the first `lanes` of four values, or all; 0 where they are subnormal. */
function put(to: usize, value: v128, lanes: i32): void {
  value = flushed(value);
  if (lanes >= 4) {
    v128.store(to, value);
    return;
  }
  store<f32>(to, f32x4.extract_lane(value, 0));
  if (lanes > 1) store<f32>(to + 4, f32x4.extract_lane(value, 1));
  if (lanes > 2) store<f32>(to + 8, f32x4.extract_lane(value, 2));
}

/** The third and fourth of four values, in float64. */
function upper(values: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(values, values, 1, 0));
}

/** Four values of float32 from two pairs of float64. */
function narrow(low: v128, high: v128): v128 {
  return i64x2.shuffle(v128.demote_zero<f64>(low), v128.demote_zero<f64>(high), 0, 2);
}

function inverseRoot(variance: v128, epsilon: f64): v128 {
  return f64x2.div(f64x2.splat(1), f64x2.sqrt(f64x2.add(variance, f64x2.splat(epsilon))));
}
