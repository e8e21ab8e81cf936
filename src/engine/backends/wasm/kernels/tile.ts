import { clamped, maskedBy, multiplyAdd } from './math.ts';

/**
 * The innermost loops of all products: a tile of c, 4 × 8, lives in registers while `depth` products of a column of a and a row of b are
 * added to it.
 *
 * Sixteen registers hold 4 × 8 sums, two vectors of b, one of a and the product on its way to its sum; it runs at the ceiling of
 * 128-bit vectors. 6 × 8 with multiply and add spills: three quarters of the speed. With a fused multiply-add 6 × 8 fits, and alone in a function it was a
 * twelfth faster than 4 × 8; with what a whole product needs around it the engine spilled it, to two thirds. 4 × 8 fused is 1.21
 * to 1.25 times as fast as 4 × 8 plain on a core whose other thread is at work. A function of nothing but the sums of 6 × 8, written to memory, was 4 to 10 % slower
 * at its best, and faster only where a's rows were not packed. Unrolling by 2 spills too: three quarters of
 * the speed at 512³ in Node 20, four fifths in Node 24, with either build.
 *
 * A ReLU, or its gradient, and what is added to are done while the tile is still in registers, and whole rows are stored without a call each: a pass of its own over
 * c and four calls a tile took as long as the sums of 10 × 8 × 8 (0.16 → 0.10 µs, and a fifth of a step of 20 layers of 64).
 *
 * Both make 0 of what is subnormal (math.ts): one instruction a vector more, and two. Looking at every sum that is stored took 1.3 to 2.5 % of a step of 20 layers of 64; what has no ReLU
 * behind it goes through an activation, which looks, or an update, which does.
 */

/** Rows of a tile. */
export const tileHeight: i32 = 4;

/**
 * One panel of b by all of a, whose rows are rows: values of a row of a follow one another. Missing rows of the last tile repeat its first. `clamp` and
 * `mask` as in `matmul`.
 */
export function bandOfRows(
  a: usize,
  aRow: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  add: bool,
  bias: usize,
  clamp: bool,
  mask: usize,
): void {
  const toMask = mask - c;
  for (let i = 0; i < rows; i += tileHeight) {
    const left = rows - i;
    let a0 = a;
    let a1 = left > 1 ? a + aRow : a;
    let a2 = left > 2 ? a + aRow * 2 : a;
    let a3 = left > 3 ? a + aRow * 3 : a;
    let c00 = f32x4.splat(0);
    let c01 = f32x4.splat(0);
    let c10 = f32x4.splat(0);
    let c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0);
    let c21 = f32x4.splat(0);
    let c30 = f32x4.splat(0);
    let c31 = f32x4.splat(0);
    let row = b;
    for (let l = 0; l < depth; l++) {
      const b0 = v128.load(row);
      const b1 = v128.load(row, 16);
      const x0 = v128.load32_splat(a0);
      c00 = multiplyAdd(x0, b0, c00);
      c01 = multiplyAdd(x0, b1, c01);
      const x1 = v128.load32_splat(a1);
      c10 = multiplyAdd(x1, b0, c10);
      c11 = multiplyAdd(x1, b1, c11);
      const x2 = v128.load32_splat(a2);
      c20 = multiplyAdd(x2, b0, c20);
      c21 = multiplyAdd(x2, b1, c21);
      const x3 = v128.load32_splat(a3);
      c30 = multiplyAdd(x3, b0, c30);
      c31 = multiplyAdd(x3, b1, c31);
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      row += bStep;
    }
    if (bias != 0) {
      const low = v128.load(bias);
      const high = v128.load(bias, 16);
      c00 = f32x4.add(c00, low);
      c01 = f32x4.add(c01, high);
      c10 = f32x4.add(c10, low);
      c11 = f32x4.add(c11, high);
      c20 = f32x4.add(c20, low);
      c21 = f32x4.add(c21, high);
      c30 = f32x4.add(c30, low);
      c31 = f32x4.add(c31, high);
    }
    const r1 = left > 1 ? c + cRow : c;
    const r2 = left > 2 ? c + cRow * 2 : c;
    const r3 = left > 3 ? c + cRow * 3 : c;
    if (add) {
      c00 = f32x4.add(v128.load(c), c00);
      c01 = f32x4.add(v128.load(c, 16), c01);
      c10 = f32x4.add(v128.load(r1), c10);
      c11 = f32x4.add(v128.load(r1, 16), c11);
      c20 = f32x4.add(v128.load(r2), c20);
      c21 = f32x4.add(v128.load(r2, 16), c21);
      c30 = f32x4.add(v128.load(r3), c30);
      c31 = f32x4.add(v128.load(r3, 16), c31);
    }
    if (clamp) {
      c00 = clamped(c00);
      c01 = clamped(c01);
      c10 = clamped(c10);
      c11 = clamped(c11);
      c20 = clamped(c20);
      c21 = clamped(c21);
      c30 = clamped(c30);
      c31 = clamped(c31);
    } else if (mask != 0) {
      c00 = masked(c00, c + toMask);
      c01 = masked(c01, c + toMask + 16);
      c10 = masked(c10, r1 + toMask);
      c11 = masked(c11, r1 + toMask + 16);
      c20 = masked(c20, r2 + toMask);
      c21 = masked(c21, r2 + toMask + 16);
      c30 = masked(c30, r3 + toMask);
      c31 = masked(c31, r3 + toMask + 16);
    }
    if (columns == 8) {
      // In this order: a missing row has the first one's place.
      v128.store(r3, c30);
      v128.store(r3, c31, 16);
      v128.store(r2, c20);
      v128.store(r2, c21, 16);
      v128.store(r1, c10);
      v128.store(r1, c11, 16);
      v128.store(c, c00);
      v128.store(c, c01, 16);
    } else {
      putPart(c, c00, c01, columns);
      if (left > 1) putPart(r1, c10, c11, columns);
      if (left > 2) putPart(r2, c20, c21, columns);
      if (left > 3) putPart(r3, c30, c31, columns);
    }
    a += aRow * <usize>tileHeight;
    c += cRow * <usize>tileHeight;
  }
}

/**
 * The same where the rows of a tile lie side by side: one value of each, then, `aStep` bytes on, the next; `aTile` bytes on, the next tile.
 * What lies in place of missing rows is multiplied and thrown away.
 */
export function bandOfColumns(
  a: usize,
  aTile: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  add: bool,
  bias: usize,
  clamp: bool,
  mask: usize,
): void {
  const toMask = mask - c;
  for (let i = 0; i < rows; i += tileHeight) {
    const left = rows - i;
    let c00 = f32x4.splat(0);
    let c01 = f32x4.splat(0);
    let c10 = f32x4.splat(0);
    let c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0);
    let c21 = f32x4.splat(0);
    let c30 = f32x4.splat(0);
    let c31 = f32x4.splat(0);
    let column = a;
    let row = b;
    for (let l = 0; l < depth; l++) {
      const b0 = v128.load(row);
      const b1 = v128.load(row, 16);
      const x0 = v128.load32_splat(column);
      c00 = multiplyAdd(x0, b0, c00);
      c01 = multiplyAdd(x0, b1, c01);
      const x1 = v128.load32_splat(column, 4);
      c10 = multiplyAdd(x1, b0, c10);
      c11 = multiplyAdd(x1, b1, c11);
      const x2 = v128.load32_splat(column, 8);
      c20 = multiplyAdd(x2, b0, c20);
      c21 = multiplyAdd(x2, b1, c21);
      const x3 = v128.load32_splat(column, 12);
      c30 = multiplyAdd(x3, b0, c30);
      c31 = multiplyAdd(x3, b1, c31);
      column += aStep;
      row += bStep;
    }
    if (bias != 0) {
      const low = v128.load(bias);
      const high = v128.load(bias, 16);
      c00 = f32x4.add(c00, low);
      c01 = f32x4.add(c01, high);
      c10 = f32x4.add(c10, low);
      c11 = f32x4.add(c11, high);
      c20 = f32x4.add(c20, low);
      c21 = f32x4.add(c21, high);
      c30 = f32x4.add(c30, low);
      c31 = f32x4.add(c31, high);
    }
    const r1 = left > 1 ? c + cRow : c;
    const r2 = left > 2 ? c + cRow * 2 : c;
    const r3 = left > 3 ? c + cRow * 3 : c;
    if (add) {
      c00 = f32x4.add(v128.load(c), c00);
      c01 = f32x4.add(v128.load(c, 16), c01);
      c10 = f32x4.add(v128.load(r1), c10);
      c11 = f32x4.add(v128.load(r1, 16), c11);
      c20 = f32x4.add(v128.load(r2), c20);
      c21 = f32x4.add(v128.load(r2, 16), c21);
      c30 = f32x4.add(v128.load(r3), c30);
      c31 = f32x4.add(v128.load(r3, 16), c31);
    }
    if (clamp) {
      c00 = clamped(c00);
      c01 = clamped(c01);
      c10 = clamped(c10);
      c11 = clamped(c11);
      c20 = clamped(c20);
      c21 = clamped(c21);
      c30 = clamped(c30);
      c31 = clamped(c31);
    } else if (mask != 0) {
      c00 = masked(c00, c + toMask);
      c01 = masked(c01, c + toMask + 16);
      c10 = masked(c10, r1 + toMask);
      c11 = masked(c11, r1 + toMask + 16);
      c20 = masked(c20, r2 + toMask);
      c21 = masked(c21, r2 + toMask + 16);
      c30 = masked(c30, r3 + toMask);
      c31 = masked(c31, r3 + toMask + 16);
    }
    if (columns == 8) {
      // In this order: a missing row has the first one's place.
      v128.store(r3, c30);
      v128.store(r3, c31, 16);
      v128.store(r2, c20);
      v128.store(r2, c21, 16);
      v128.store(r1, c10);
      v128.store(r1, c11, 16);
      v128.store(c, c00);
      v128.store(c, c01, 16);
    } else {
      putPart(c, c00, c01, columns);
      if (left > 1) putPart(r1, c10, c11, columns);
      if (left > 2) putPart(r2, c20, c21, columns);
      if (left > 3) putPart(r3, c30, c31, columns);
    }
    a += aTile;
    c += cRow * <usize>tileHeight;
  }
}

/** x where what lies at `mask`, a ReLU's result, is above 0, else 0. */
export function masked(x: v128, mask: usize): v128 {
  return maskedBy(x, v128.load(mask));
}

/** Writes the first `columns` of 8 values. */
export function putPart(c: usize, low: v128, high: v128, columns: i32): void {
  let rest = low;
  if (columns >= 4) {
    v128.store(c, low);
    rest = high;
    c += 16;
    columns -= 4;
  }
  putSome(c, rest, columns);
}

/** Writes the first `count` of 4 values, 3 at most. */
export function putSome(c: usize, value: v128, count: i32): void {
  if (count > 0) store<f32>(c, f32x4.extract_lane(value, 0));
  if (count > 1) store<f32>(c + 4, f32x4.extract_lane(value, 1));
  if (count > 2) store<f32>(c + 8, f32x4.extract_lane(value, 2));
}
