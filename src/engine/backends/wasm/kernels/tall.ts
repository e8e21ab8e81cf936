import { clamped, multiplyAdd } from './math.ts';
import { masked, putPart } from './tile.ts';

/**
 * The innermost loop of large products in the relaxed build: tiles of 6 × 8. Twelve sums keep both multipliers busy while each waits four cycles for its last
 * product; the eight of 4 × 8 do not quite: alone, of a packed in Chromium on an Intel processor, 4 × 8 made 52 GFLOP/s, 5 × 8 58, 6 × 8 and 2 × 24 60, 3 × 12 58 and 3 × 16, which
 * does not fit the registers, 53. A product 128 × 512 × 784 takes nine tenths of the time. Node 20 has too few registers for it, but not this build either.
 * Sums are written as they are, and finished by a pass over what is in the first-level cache.
 */

/** Rows of a tile. */
export const tallHeight: i32 = 6;

/** Sums of one panel of b by all of a, packed in panels of six rows: rows of 8, one after another. */
function sumsOfSix(a: usize, b: usize, to: usize, rows: i32, depth: i32): void {
  for (let i = 0; i < rows; i += tallHeight) {
    let c00 = f32x4.splat(0);
    let c01 = f32x4.splat(0);
    let c10 = f32x4.splat(0);
    let c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0);
    let c21 = f32x4.splat(0);
    let c30 = f32x4.splat(0);
    let c31 = f32x4.splat(0);
    let c40 = f32x4.splat(0);
    let c41 = f32x4.splat(0);
    let c50 = f32x4.splat(0);
    let c51 = f32x4.splat(0);
    let row = b;
    for (const end = a + <usize>depth * ((<usize>tallHeight) << 2); a < end; a += (<usize>tallHeight) << 2) {
      const b0 = v128.load(row);
      const b1 = v128.load(row, 16);
      const x0 = v128.load32_splat(a);
      c00 = multiplyAdd(x0, b0, c00);
      c01 = multiplyAdd(x0, b1, c01);
      const x1 = v128.load32_splat(a, 4);
      c10 = multiplyAdd(x1, b0, c10);
      c11 = multiplyAdd(x1, b1, c11);
      const x2 = v128.load32_splat(a, 8);
      c20 = multiplyAdd(x2, b0, c20);
      c21 = multiplyAdd(x2, b1, c21);
      const x3 = v128.load32_splat(a, 12);
      c30 = multiplyAdd(x3, b0, c30);
      c31 = multiplyAdd(x3, b1, c31);
      const x4 = v128.load32_splat(a, 16);
      c40 = multiplyAdd(x4, b0, c40);
      c41 = multiplyAdd(x4, b1, c41);
      const x5 = v128.load32_splat(a, 20);
      c50 = multiplyAdd(x5, b0, c50);
      c51 = multiplyAdd(x5, b1, c51);
      row += 32;
    }
    v128.store(to, c00);
    v128.store(to, c01, 16);
    v128.store(to, c10, 32);
    v128.store(to, c11, 48);
    v128.store(to, c20, 64);
    v128.store(to, c21, 80);
    v128.store(to, c30, 96);
    v128.store(to, c31, 112);
    v128.store(to, c40, 128);
    v128.store(to, c41, 144);
    v128.store(to, c50, 160);
    v128.store(to, c51, 176);
    to += (<usize>tallHeight) << 5;
  }
}

/** Packed a by panels of b that begin `bPanel` bytes after one another; `sums` has room for a panel's. */
export function multiplyTall(
  a: usize,
  b: usize,
  bPanel: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  add: bool,
  bias: usize,
  clamp: bool,
  mask: usize,
  sums: usize,
): void {
  for (let j = 0; j < columns; j += 8) {
    sumsOfSix(a, b, sums, rows, depth);
    finish(sums, 32, c, cRow, rows, min(columns - j, 8), add, bias, clamp, mask);
    if (bias != 0) bias += 32;
    b += bPanel;
    c += 32;
    if (mask != 0) mask += 32;
  }
}

/** Writes rows of 8 sums, `sumsRow` apart, to c, in the order of `tile.ts`: bias, what is added to, then the ReLU or its gradient. */
export function finish(
  sums: usize,
  sumsRow: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  add: bool,
  bias: usize,
  clamp: bool,
  mask: usize,
): void {
  const toMask = mask - c;
  const bias0 = bias != 0 ? v128.load(bias) : f32x4.splat(0);
  const bias1 = bias != 0 ? v128.load(bias, 16) : f32x4.splat(0);
  for (const end = sums + <usize>rows * sumsRow; sums < end; sums += sumsRow) {
    let low = v128.load(sums);
    let high = v128.load(sums, 16);
    if (bias != 0) {
      low = f32x4.add(low, bias0);
      high = f32x4.add(high, bias1);
    }
    if (add) {
      low = f32x4.add(v128.load(c), low);
      high = f32x4.add(v128.load(c, 16), high);
    }
    if (clamp) {
      low = clamped(low);
      high = clamped(high);
    } else if (mask != 0) {
      low = masked(low, c + toMask);
      high = masked(high, c + toMask + 16);
    }
    if (columns == 8) {
      v128.store(c, low);
      v128.store(c, high, 16);
    } else putPart(c, low, high, columns);
    c += cRow;
  }
}
