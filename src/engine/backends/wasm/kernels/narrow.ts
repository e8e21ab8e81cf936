import { packedB } from '../opcodes.ts';
import { address, word } from './arguments.ts';
import { columnOfRows } from './column.ts';
import { maskedBy, multiplyAdd } from './math.ts';
import { packColumns, panelStride } from './pack.ts';
import { reduce } from './rows.ts';
import { bandOfColumns, bandOfRows, putPart, tileHeight } from './tile.ts';

/**
 * Dense layers of up to eight units, as small networks have them: what fuse.ts calls `layer` and `layer_back`, an operation each.
 *
 * As operations of their own their products, sums and masks went through two or three functions of up to eighteen arguments each, which took as long as
 * the sums: 2-8-8-1 in batches of 10 had 0.84 → 0.70 µs a step in Chromium by this alone. Tiles unrolled by four were a third slower, since the engine loads first
 * and runs out of registers; turning w for dx costs nothing that could be measured, dw and dx are most of the rest.
 */

/** y = x · w + bias, rows of k values by k × n, then a ReLU. */
export function layer(op: usize, rows: i32): void {
  const x = address(op, 2);
  const w = address(op, 3);
  const bias = address(op, 4);
  const y = address(op, 5);
  const n = word(op, 6);
  const k = word(op, 7);
  const clamp = word(op, 8) != 0;
  const yRow = (<usize>n) << 2;
  const xRow = (<usize>k) << 2;
  if (n == 1) columnOfRows(x, xRow, w, y, rows, k, false, bias, clamp, 0);
  else bandOfRows(x, xRow, w, yRow, y, yRow, rows, n, k, false, bias, clamp, 0);
}

/** dw = xᵀ · dy, db = Σ dy, and dx = dy · wᵀ where x is above 0. */
export function layerBack(op: usize, rows: i32): void {
  const x = address(op, 2);
  const dy = address(op, 3);
  const w = address(op, 4);
  const dw = address(op, 5);
  const db = address(op, 6);
  const dx = address(op, 7);
  const n = word(op, 8);
  const k = word(op, 9);
  const yRow = (<usize>n) << 2;
  const xRow = (<usize>k) << 2;
  if (n == 1) {
    if (db != 0) total(dy, db, rows);
    for (let i = 0; i < k; i += 8) {
      const at = (<usize>i) << 2;
      one(x + at, xRow, dy, w + at, dw + at, dx == 0 ? 0 : dx + at, rows, min(k - i, 8));
    }
    return;
  }
  bandOfColumns(x, (<usize>tileHeight) << 2, xRow, dy, yRow, dw, yRow, k, n, rows, false, 0, false, 0);
  if (db != 0) reduce(dy, db, rows, n, 0, n);
  if (dx == 0) return;
  const turned = address(op, 10) + packedB;
  const stride = panelStride(n);
  packColumns(w, 4, yRow, n, k, turned, stride, 32);
  for (let i = 0; i < k; i += 8) {
    const at = (<usize>i) << 2;
    const panel = turned + stride * <usize>(i >> 3);
    bandOfRows(dy, yRow, panel, 32, dx + at, xRow, rows, min(k - i, 8), n, false, 0, false, x + at);
  }
}

/** The sum of `rows` values, in float64. */
function total(values: usize, out: usize, rows: i32): void {
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++) {
    sum += <f64>load<f32>(values);
    values += 4;
  }
  store<f32>(out, <f32>sum);
}

/** Up to eight inputs of a layer of one unit: each row is read once, for both gradients. */
function one(x: usize, xRow: usize, dy: usize, w: usize, dw: usize, dx: usize, rows: i32, columns: i32): void {
  const zero = f32x4.splat(0);
  const w0 = v128.load(w);
  const w1 = v128.load(w, 16);
  const toInput = dx - x;
  const end = dy + ((<usize>rows) << 2);
  let sum0 = zero;
  let sum1 = zero;
  for (; dy < end; dy += 4) {
    const d = v128.load32_splat(dy);
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    sum0 = multiplyAdd(d, x0, sum0);
    sum1 = multiplyAdd(d, x1, sum1);
    if (dx != 0) {
      const d0 = maskedBy(f32x4.mul(d, w0), x0);
      const d1 = maskedBy(f32x4.mul(d, w1), x1);
      if (columns == 8) {
        v128.store(x + toInput, d0);
        v128.store(x + toInput, d1, 16);
      } else putPart(x + toInput, d0, d1, columns);
    }
    x += xRow;
  }
  if (columns == 8) {
    v128.store(dw, sum0);
    v128.store(dw, sum1, 16);
  } else putPart(dw, sum0, sum1, columns);
}
