import { clamped, multiplyAdd } from './math.ts';
import { masked, putSome } from './tile.ts';

/**
 * Products with a b of one column, as the last layer of two classes or of a regression has them: a tile would work out eight columns and throw
 * seven away.
 */

/** c (+)= a · b, four rows of a at a time, whose values follow one another, as do those of b. */
export function columnOfRows(
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  rows: i32,
  depth: i32,
  add: bool,
  bias: usize,
  clamp: bool,
  mask: usize,
): void {
  const toMask = mask - c;
  const offset = f32x4.splat(bias != 0 ? load<f32>(bias) : 0);
  const whole = (<usize>(depth & ~3)) << 2;
  // Of the last vector only what is inside counts, whatever lies beyond it.
  const inside = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(depth & 3));
  for (let i = 0; i < rows; i += 4) {
    const left = rows - i;
    const a1 = left > 1 ? a + aRow : a;
    const a2 = left > 2 ? a + aRow * 2 : a;
    const a3 = left > 3 ? a + aRow * 3 : a;
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let at: usize = 0;
    for (; at < whole; at += 16) {
      const y = v128.load(b + at);
      s0 = multiplyAdd(v128.load(a + at), y, s0);
      s1 = multiplyAdd(v128.load(a1 + at), y, s1);
      s2 = multiplyAdd(v128.load(a2 + at), y, s2);
      s3 = multiplyAdd(v128.load(a3 + at), y, s3);
    }
    if (depth & 3) {
      const y = v128.and(v128.load(b + at), inside);
      s0 = multiplyAdd(v128.and(v128.load(a + at), inside), y, s0);
      s1 = multiplyAdd(v128.and(v128.load(a1 + at), inside), y, s1);
      s2 = multiplyAdd(v128.and(v128.load(a2 + at), inside), y, s2);
      s3 = multiplyAdd(v128.and(v128.load(a3 + at), inside), y, s3);
    }
    const low = f32x4.add(i32x4.shuffle(s0, s1, 0, 4, 1, 5), i32x4.shuffle(s0, s1, 2, 6, 3, 7));
    const high = f32x4.add(i32x4.shuffle(s2, s3, 0, 4, 1, 5), i32x4.shuffle(s2, s3, 2, 6, 3, 7));
    const sums = f32x4.add(i64x2.shuffle(low, high, 0, 2), i64x2.shuffle(low, high, 1, 3));
    const sum = f32x4.add(sums, offset);
    let value = add ? f32x4.add(v128.load(c), sum) : sum;
    if (clamp) value = clamped(value);
    else if (mask != 0) value = masked(value, c + toMask);
    if (left >= 4) v128.store(c, value);
    else putSome(c, value, left);
    a += aRow * 4;
    c += 16;
  }
}

/** The same where the rows of a lie side by side, `aColumn` bytes from one value of a row to the next. */
export function columnOfColumns(
  a: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  c: usize,
  rows: i32,
  depth: i32,
  add: bool,
  bias: usize,
  clamp: bool,
  mask: usize,
): void {
  const toMask = mask - c;
  const offset = f32x4.splat(bias != 0 ? load<f32>(bias) : 0);
  for (let i = 0; i < rows; i += 4) {
    let sums = f32x4.splat(0);
    let from = a;
    let factor = b;
    for (let l = 0; l < depth; l++) {
      sums = multiplyAdd(v128.load32_splat(factor), v128.load(from), sums);
      from += aColumn;
      factor += bRow;
    }
    const sum = f32x4.add(sums, offset);
    let value = add ? f32x4.add(v128.load(c), sum) : sum;
    if (clamp) value = clamped(value);
    else if (mask != 0) value = masked(value, c + toMask);
    if (rows - i >= 4) v128.store(c, value);
    else putSome(c, value, rows - i);
    a += 16;
    c += 16;
  }
}
