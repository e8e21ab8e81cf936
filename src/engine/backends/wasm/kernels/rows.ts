/** Work on rows of a batch that is neither a product nor an activation. All of it waits for memory, so it is written plainly. */

/** out[r] = source[indices[r]], `width` values a row. */
export function gather(source: usize, out: usize, width: i32, indices: usize, rows: i32): void {
  const bytes = (<usize>width) << 2;
  const end = indices + ((<usize>rows) << 2);
  if (width == 1) {
    for (; indices < end; indices += 4) {
      store<f32>(out, load<f32>(source + ((<usize>load<u32>(indices)) << 2)));
      out += 4;
    }
    return;
  }
  for (; indices < end; indices += 4) {
    const from = source + <usize>load<u32>(indices) * bytes;
    // A call of memory.copy takes as long as copying fifty values.
    if (bytes > 256) memory.copy(out, from, bytes);
    else {
      let at: usize = 0;
      for (; at + 8 <= bytes; at += 8) store<u64>(out + at, load<u64>(from + at));
      if (at < bytes) store<f32>(out + at, load<f32>(from + at));
    }
    out += bytes;
  }
}

/** Rows whose values are added up in float32 before they go to float64, an error of 2e-6 at most; where there are fewer than `many`, each goes there at once. */
const stretch = 32;
const many = 1024;

/**
 * out[column] = Σ of a column: a convolution's column may have 100,000 values. Sixteen columns at a time, a cache line of each row (four at a time, each
 * value in float64, took two to four times as long); the columns left over go four at a time, and what the last four read of the next row is thrown
 * away. Those of columns from..to; `from` is a multiple of 16.
 */
export function reduce(input: usize, out: usize, rows: i32, columns: i32, from: i32, to: i32): void {
  const stride = (<usize>columns) << 2;
  const end = input + stride * <usize>rows;
  const ahead = stride * <usize>(rows < many ? 1 : stretch);
  let column = from;
  for (; column + 16 <= to; column += 16) {
    let a0 = f64x2.splat(0);
    let a1 = f64x2.splat(0);
    let b0 = f64x2.splat(0);
    let b1 = f64x2.splat(0);
    let c0 = f64x2.splat(0);
    let c1 = f64x2.splat(0);
    let d0 = f64x2.splat(0);
    let d1 = f64x2.splat(0);
    for (let at = input + ((<usize>column) << 2); at < end;) {
      let a = f32x4.splat(0);
      let b = f32x4.splat(0);
      let c = f32x4.splat(0);
      let d = f32x4.splat(0);
      for (const stop = min(end, at + ahead); at < stop; at += stride) {
        a = f32x4.add(a, v128.load(at));
        b = f32x4.add(b, v128.load(at, 16));
        c = f32x4.add(c, v128.load(at, 32));
        d = f32x4.add(d, v128.load(at, 48));
      }
      a0 = f64x2.add(a0, f64x2.promote_low_f32x4(a));
      a1 = f64x2.add(a1, high(a));
      b0 = f64x2.add(b0, f64x2.promote_low_f32x4(b));
      b1 = f64x2.add(b1, high(b));
      c0 = f64x2.add(c0, f64x2.promote_low_f32x4(c));
      c1 = f64x2.add(c1, high(c));
      d0 = f64x2.add(d0, f64x2.promote_low_f32x4(d));
      d1 = f64x2.add(d1, high(d));
    }
    const sums = out + ((<usize>column) << 2);
    v128.store(sums, single(a0, a1));
    v128.store(sums, single(b0, b1), 16);
    v128.store(sums, single(c0, c1), 32);
    v128.store(sums, single(d0, d1), 48);
  }
  for (; column < to; column += 4) {
    let a0 = f64x2.splat(0);
    let a1 = f64x2.splat(0);
    for (let at = input + ((<usize>column) << 2); at < end; at += stride) {
      const values = v128.load(at);
      a0 = f64x2.add(a0, f64x2.promote_low_f32x4(values));
      a1 = f64x2.add(a1, high(values));
    }
    const sum = out + ((<usize>column) << 2);
    if (column + 4 <= to) {
      v128.store(sum, single(a0, a1));
      continue;
    }
    store<f32>(sum, <f32>f64x2.extract_lane(a0, 0));
    if (column + 1 < to) store<f32>(sum + 4, <f32>f64x2.extract_lane(a0, 1));
    if (column + 2 < to) store<f32>(sum + 8, <f32>f64x2.extract_lane(a1, 0));
  }
}

/** The third and fourth value in float64. */
function high(values: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(values, values, 1, 0));
}

/** Two pairs of float64 as four of float32. */
function single(first: v128, second: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 2);
}

/**
 * out (+)= scale · input, for `groups` of `columns` values that begin `inputStride` and `outStride` bytes after one another. Where groups
 * touch they are one long run. Addresses need not be multiples of 16.
 */
export function combine(
  input: usize,
  out: usize,
  groups: i32,
  columns: i32,
  inputStride: usize,
  outStride: usize,
  scale: f32,
  accumulate: bool,
): void {
  const width = (<usize>columns) << 2;
  if (inputStride == width && outStride == width) {
    combineRun(input, out, width * <usize>groups, scale, accumulate);
    return;
  }
  for (let group = 0; group < groups; group++) {
    combineRun(input, out, width, scale, accumulate);
    input += inputStride;
    out += outStride;
  }
}

function combineRun(input: usize, out: usize, bytes: usize, scale: f32, accumulate: bool): void {
  const end = input + bytes;
  const scales = f32x4.splat(scale);
  for (; input + 16 <= end; input += 16) {
    const value = f32x4.mul(scales, v128.load(input));
    v128.store(out, accumulate ? f32x4.add(v128.load(out), value) : value);
    out += 16;
  }
  for (; input < end; input += 4) {
    const value = scale * load<f32>(input);
    store<f32>(out, accumulate ? load<f32>(out) + value : value);
    out += 4;
  }
}
