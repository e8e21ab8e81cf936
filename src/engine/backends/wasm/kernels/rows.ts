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

/**
 * out[column] = Σ of a column, in float64: a convolution's column may have 100,000 values. Four columns at a time; what the last four
 * read of the next row is thrown away. Those of columns from..to; `from` is a multiple of 4.
 */
export function reduce(input: usize, out: usize, rows: i32, columns: i32, from: i32, to: i32): void {
  const stride = (<usize>columns) << 2;
  const end = input + stride * <usize>rows;
  for (let column = from; column < to; column += 4) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let at = input + ((<usize>column) << 2); at < end; at += stride) {
      const values = v128.load(at);
      low = f64x2.add(low, f64x2.promote_low_f32x4(values));
      high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(values, values, 1, 0)));
    }
    const sum = out + ((<usize>column) << 2);
    if (column + 4 <= to) {
      v128.store(sum, i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2));
      continue;
    }
    store<f32>(sum, <f32>f64x2.extract_lane(low, 0));
    if (column + 1 < to) store<f32>(sum + 4, <f32>f64x2.extract_lane(low, 1));
    if (column + 2 < to) store<f32>(sum + 8, <f32>f64x2.extract_lane(high, 0));
  }
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
