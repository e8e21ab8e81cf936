import { blockK, blockM, packedA, packedB } from '../opcodes.ts';
import { multiplyAdd } from './math.ts';
import {
  evenly,
  groupBytes,
  groupStride,
  packGroups,
  packRows,
  setWidest,
  unit,
  unitsOf,
  unitsOfNext,
  widest,
} from './pack.ts';
import { finish, tallHeight } from './tall.ts';

/**
 * Large products where the engine makes one vector of 256 bits of two neighbours, as V8 does where it was started with `--experimental-wasm-revectorize`: tiles of 6 × 16, of which it makes twelve
 * sums. Of one tile alone in Node 24 on an Intel processor with AVX-512, GFLOP/s, so and without: 6 × 16 124 and 50, 5 × 16 120 and 50, 4 × 16 114 and 55, 12 × 8 102 and 51, 6 × 8 94 and 65.
 * Of 128 × 512 × 784, packing included, 103, 80 with 12 × 8, 75 with 6 × 8, and 58 with 6 × 8 without the flag; sums by way of memory 92. b is packed as for lists, 256 bytes of a row at a time.
 * So this way is taken only where it was measured to be faster, or the flag is known to be given (worker/backends.ts, node/backends.ts). Sums are added up in the same order: it changes no bit.
 */

/** From now on, or no longer, large products are made this way, in the build that fuses multiplications and additions. */
export function widen(on: bool): void {
  if (ASC_FEATURE_RELAXED_SIMD) setWidest(on ? 4 : 3);
}

/** Whether a product with n columns is: it must not be made of too much that is thrown away. */
export function isWorthWidth(n: i32, k: i32): bool {
  return widest() == 4 && k >= 32 && unitsOf(n) * unit * 4 <= n * 5;
}

/** c (+)= a · b (+ bias), arguments as of `matmul`. */
export function multiplyWide(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  cRow: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  bias: usize,
  scratch: usize,
  clamp: bool,
  mask: usize,
): void {
  const groups = scratch + packedB;
  const panels = scratch + packedA;
  const stepK = evenly(k, blockK, 4);
  const stepN = evenly(n, <i32>(<usize>(packedA - packedB) / groupStride(stepK)) * unit * widest(), unit * widest());
  const stepM = evenly(m, blockM, tallHeight);
  for (let j = 0; j < n; j += stepN) {
    const columns = min(n - j, stepN);
    for (let l = 0; l < k; l += stepK) {
      const depth = min(k - l, stepK);
      packGroups(b + <usize>l * bRow + <usize>j * bColumn, bRow, bColumn, depth, columns, groups);
      const add = accumulate || l > 0;
      const isLast = l + depth == k;
      const added = l == 0 && bias != 0 ? bias + ((<usize>j) << 2) : 0;
      for (let i = 0; i < m; i += stepM) {
        const rows = min(m - i, stepM);
        packRows(a + <usize>i * aRow + <usize>l * aColumn, aRow, aColumn, rows, depth, panels, tallHeight);
        const at = <usize>i * cRow + ((<usize>j) << 2);
        const under = mask != 0 && isLast ? mask + at : 0;
        multiplyUnits(panels, groups, c + at, cRow, rows, columns, depth, add, added, clamp && isLast, under, scratch);
      }
    }
  }
}

/** Packed a by the units of groups of b; `sums` has room for a unit's. */
function multiplyUnits(
  a: usize,
  b: usize,
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
  const row = (<usize>unit) << 2;
  const bRow = groupBytes();
  for (let j = 0; j < columns;) {
    const end = j + unitsOfNext(columns - j) * unit;
    for (let from = b; j < end; j += unit) {
      // What is as wide as a tile goes to c at once; the last rows and columns by way of `sums`.
      const direct = columns - j >= unit && !(add && bias != 0);
      const whole = direct ? rows - (rows % tallHeight) : 0;
      if (whole > 0) sumsOfUnit(a, from, bRow, c, cRow, whole, depth, add);
      const rest = rows - whole;
      if (rest > 0) sumsOfUnit(a + ((<usize>(whole * depth)) << 2), from, bRow, sums, row, rest, depth, false);
      for (let part: usize = 0; part < row; part += 32) {
        const width = min(columns - j - <i32>(part >> 2), 8);
        if (width <= 0) break;
        const to = c + part;
        const added = bias != 0 ? bias + part : 0;
        const under = mask != 0 ? mask + part : 0;
        if (whole > 0 && (bias != 0 || clamp || mask != 0))
          finish(to, cRow, to, cRow, whole, width, false, added, clamp, under);
        if (rest > 0) {
          const down = <usize>whole * cRow;
          finish(sums + part, row, to + down, cRow, rest, width, add, added, clamp, under != 0 ? under + down : 0);
        }
      }
      from += row;
      c += row;
      if (bias != 0) bias += row;
      if (mask != 0) mask += row;
    }
    b += groupStride(depth);
  }
}

/** Writes, or adds, sums of one unit of b's columns by `rows` rows of a, in panels of six: rows of 16, `toRow` apart. */
function sumsOfUnit(a: usize, b: usize, bRow: usize, to: usize, toRow: usize, rows: i32, depth: i32, add: bool): void {
  for (let i = 0; i < rows; i += tallHeight) {
    let c00 = f32x4.splat(0);
    let c01 = f32x4.splat(0);
    let c02 = f32x4.splat(0);
    let c03 = f32x4.splat(0);
    let c10 = f32x4.splat(0);
    let c11 = f32x4.splat(0);
    let c12 = f32x4.splat(0);
    let c13 = f32x4.splat(0);
    let c20 = f32x4.splat(0);
    let c21 = f32x4.splat(0);
    let c22 = f32x4.splat(0);
    let c23 = f32x4.splat(0);
    let c30 = f32x4.splat(0);
    let c31 = f32x4.splat(0);
    let c32 = f32x4.splat(0);
    let c33 = f32x4.splat(0);
    let c40 = f32x4.splat(0);
    let c41 = f32x4.splat(0);
    let c42 = f32x4.splat(0);
    let c43 = f32x4.splat(0);
    let c50 = f32x4.splat(0);
    let c51 = f32x4.splat(0);
    let c52 = f32x4.splat(0);
    let c53 = f32x4.splat(0);
    let row = b;
    for (const end = a + <usize>depth * ((<usize>tallHeight) << 2); a < end; a += (<usize>tallHeight) << 2) {
      const b0 = v128.load(row);
      const b1 = v128.load(row, 16);
      const b2 = v128.load(row, 32);
      const b3 = v128.load(row, 48);
      const x0 = v128.load32_splat(a);
      c00 = multiplyAdd(x0, b0, c00);
      c01 = multiplyAdd(x0, b1, c01);
      c02 = multiplyAdd(x0, b2, c02);
      c03 = multiplyAdd(x0, b3, c03);
      const x1 = v128.load32_splat(a, 4);
      c10 = multiplyAdd(x1, b0, c10);
      c11 = multiplyAdd(x1, b1, c11);
      c12 = multiplyAdd(x1, b2, c12);
      c13 = multiplyAdd(x1, b3, c13);
      const x2 = v128.load32_splat(a, 8);
      c20 = multiplyAdd(x2, b0, c20);
      c21 = multiplyAdd(x2, b1, c21);
      c22 = multiplyAdd(x2, b2, c22);
      c23 = multiplyAdd(x2, b3, c23);
      const x3 = v128.load32_splat(a, 12);
      c30 = multiplyAdd(x3, b0, c30);
      c31 = multiplyAdd(x3, b1, c31);
      c32 = multiplyAdd(x3, b2, c32);
      c33 = multiplyAdd(x3, b3, c33);
      const x4 = v128.load32_splat(a, 16);
      c40 = multiplyAdd(x4, b0, c40);
      c41 = multiplyAdd(x4, b1, c41);
      c42 = multiplyAdd(x4, b2, c42);
      c43 = multiplyAdd(x4, b3, c43);
      const x5 = v128.load32_splat(a, 20);
      c50 = multiplyAdd(x5, b0, c50);
      c51 = multiplyAdd(x5, b1, c51);
      c52 = multiplyAdd(x5, b2, c52);
      c53 = multiplyAdd(x5, b3, c53);
      row += bRow;
    }
    const r1 = to + toRow * 1;
    const r2 = to + toRow * 2;
    const r3 = to + toRow * 3;
    const r4 = to + toRow * 4;
    const r5 = to + toRow * 5;
    if (add) {
      c00 = f32x4.add(v128.load(to), c00);
      c01 = f32x4.add(v128.load(to, 16), c01);
      c02 = f32x4.add(v128.load(to, 32), c02);
      c03 = f32x4.add(v128.load(to, 48), c03);
      c10 = f32x4.add(v128.load(r1), c10);
      c11 = f32x4.add(v128.load(r1, 16), c11);
      c12 = f32x4.add(v128.load(r1, 32), c12);
      c13 = f32x4.add(v128.load(r1, 48), c13);
      c20 = f32x4.add(v128.load(r2), c20);
      c21 = f32x4.add(v128.load(r2, 16), c21);
      c22 = f32x4.add(v128.load(r2, 32), c22);
      c23 = f32x4.add(v128.load(r2, 48), c23);
      c30 = f32x4.add(v128.load(r3), c30);
      c31 = f32x4.add(v128.load(r3, 16), c31);
      c32 = f32x4.add(v128.load(r3, 32), c32);
      c33 = f32x4.add(v128.load(r3, 48), c33);
      c40 = f32x4.add(v128.load(r4), c40);
      c41 = f32x4.add(v128.load(r4, 16), c41);
      c42 = f32x4.add(v128.load(r4, 32), c42);
      c43 = f32x4.add(v128.load(r4, 48), c43);
      c50 = f32x4.add(v128.load(r5), c50);
      c51 = f32x4.add(v128.load(r5, 16), c51);
      c52 = f32x4.add(v128.load(r5, 32), c52);
      c53 = f32x4.add(v128.load(r5, 48), c53);
    }
    v128.store(to, c00);
    v128.store(to, c01, 16);
    v128.store(to, c02, 32);
    v128.store(to, c03, 48);
    v128.store(r1, c10);
    v128.store(r1, c11, 16);
    v128.store(r1, c12, 32);
    v128.store(r1, c13, 48);
    v128.store(r2, c20);
    v128.store(r2, c21, 16);
    v128.store(r2, c22, 32);
    v128.store(r2, c23, 48);
    v128.store(r3, c30);
    v128.store(r3, c31, 16);
    v128.store(r3, c32, 32);
    v128.store(r3, c33, 48);
    v128.store(r4, c40);
    v128.store(r4, c41, 16);
    v128.store(r4, c42, 32);
    v128.store(r4, c43, 48);
    v128.store(r5, c50);
    v128.store(r5, c51, 16);
    v128.store(r5, c52, 32);
    v128.store(r5, c53, 48);
    to += toRow * <usize>tallHeight;
  }
}
