import { blockK, blockM, blockN, packedA, packedB, smallB } from '../opcodes.ts';
import { address, word } from './arguments.ts';
import { evenly, packColumns, packRows, panelStride } from './pack.ts';
import { columnOfColumns, columnOfRows } from './column.ts';
import { multiplyListed } from './listed.ts';
import { gainByLists } from './lists.ts';
import { multiplyTall, tallHeight } from './tall.ts';
import { deal, dealt, take } from './team.ts';
import { bandOfColumns, bandOfRows, tileHeight } from './tile.ts';
import { isWorthWidth, multiplyWide } from './wide.ts';

/**
 * Products of matrices. b is packed in panels of 8 columns, a in panels of as many rows as a tile has, unless few columns read it; then tiles of c are
 * worked out in registers (tile.ts). Of an operand with many zeros the rest is listed instead (listed.ts). A small b
 * whose rows are rows is read where it lies, by lists too: for 64 × 64 × 64 packing would cost a tenth. The relaxed build has taller tiles where a is packed (tall.ts). Blocks are cut evenly: 784 values in seven of 112, not in six of
 * 128 and one of 16. Strassen's scheme would save an eighth of the multiplications, but adds up differences: where a ReLU's exact zeros must give exact
 * zeros, as in the gradients of a dead unit, it leaves rounding noise, and Adam makes full steps of that.
 *
 * Packed, a tile's rows are read by one pointer, not by four: 5 to 15 % less time in Chromium, 3 to 5 % in Node 20, for 128 × 512 × 784. Of blocks of b of 160 × 512 in
 * place of 264 × 256 a is packed but once: 2 to 6 % less.
 */

/** Bytes of one value of each row of a tile. */
const tileBytes: usize = (<usize>tileHeight) << 2;

/** The product that an operation says, for a batch of `rows`. Sizes come as (fixed, a row of the batch); one of the two is 0. */
export function product(op: usize, rows: i32, scratch: usize, isShared: bool): void {
  const a = address(op, 2);
  const aRow = address(op, 3);
  const aColumn = address(op, 4);
  let b = address(op, 5);
  let bRow = address(op, 6);
  const bColumn = address(op, 7);
  const c = address(op, 8);
  const m = word(op, 9) + rows * word(op, 10);
  const n = word(op, 11);
  const k = word(op, 12) + rows * word(op, 13);
  const cRow = (<usize>n) << 2;
  const accumulate = word(op, 14) != 0;
  const bias = address(op, 15);
  const packed = address(op, 16) + scratch;
  const clamp = word(op, 17) != 0;
  const mask = address(op, 18);
  if (isShared) {
    halfOf(a, aRow, aColumn, b, bRow, bColumn, c, cRow, m, n, k, accumulate, bias, packed, clamp, mask);
    return;
  }
  if (n > 8 || n == 1 || k * n > smallB || (aColumn != 4 && aRow != 4)) {
    matmul(a, aRow, aColumn, b, bRow, bColumn, c, cRow, m, n, k, accumulate, bias, packed, clamp, mask);
    return;
  }
  // One panel, as small networks have it: handing all this from function to function takes a fifth as long as the product itself.
  if (bColumn != 4) {
    packColumns(b, bRow, bColumn, k, n, packed + packedB, panelStride(k), 32);
    b = packed + packedB;
    bRow = 32;
  }
  if (aColumn == 4) bandOfRows(a, aRow, b, bRow, c, cRow, m, n, k, accumulate, bias, clamp, mask);
  else bandOfColumns(a, tileBytes, aColumn, b, bRow, c, cRow, m, n, k, accumulate, bias, clamp, mask);
}

/**
 * Half of what a team multiplies, a product of its own: of c's rows or, where there are many more columns, of those. Both threads pack what both need. To pack b together, half each, and
 * deal out rows of every block made two meetings a block, and one thread read what the other had just written: b took 1.3 of the time that it takes now with two threads, and dense
 * layers of c as long as with one. By columns, the processor fetches the other's half of each row before it is asked to, a fifth slower; for few rows packing b twice takes longer.
 * Which way a product is made does not depend on where it is cut.
 */
function halfOf(
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
  const byColumns = n > 2 * m && k * (n >> 2) > smallB;
  const count = byColumns ? n : m;
  const half = ((count + 31) >> 5) << 4;
  deal(count, half, true);
  for (let share = take(); share != 0; share = take()) {
    const first = <usize>(dealt() - share);
    const row: usize = byColumns ? 0 : first;
    const column: usize = byColumns ? first : 0;
    const at = row * cRow + (column << 2);
    matmul(
      a + row * aRow,
      aRow,
      aColumn,
      b + column * bColumn,
      bRow,
      bColumn,
      c + at,
      cRow,
      byColumns ? m : share,
      byColumns ? share : n,
      k,
      accumulate,
      bias != 0 ? bias + (column << 2) : 0,
      scratch,
      clamp,
      mask != 0 ? mask + at : 0,
    );
  }
}

/**
 * c (+)= a · b (+ bias): a is m × k, b is k × n, c is m × n, its rows `cRow` apart. Strides count bytes; `bias` is 0 for none. Then a ReLU, with `clamp`, or
 * its gradient: 0 where `mask`, laid out as c, is not above 0 (0 for none).
 */
export function matmul(
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
  if (m >= tileHeight && n >= tileHeight && (k * n > smallB || (n >= 32 && k <= blockK))) {
    const gain = gainByLists(a, aRow, aColumn, m, n, k);
    // Turned around a product has no bias and no ReLU behind it: those are of c's columns.
    const turns = gain < 2 && bias == 0 && !clamp && mask == 0;
    const turned: f32 = turns ? gainByLists(b, bColumn, bRow, n, m, k) : 0;
    if (turned >= 1 && turned > 1.1 * gain) {
      multiplyListed(b, bColumn, bRow, a, aColumn, aRow, c, cRow, n, m, k, accumulate, 0, scratch, false, 0, true);
      return;
    }
    if (gain >= 1) {
      multiplyListed(
        a,
        aRow,
        aColumn,
        b,
        bRow,
        bColumn,
        c,
        cRow,
        m,
        n,
        k,
        accumulate,
        bias,
        scratch,
        clamp,
        mask,
        false,
      );
      return;
    }
  }
  if (k * n <= smallB && (aColumn == 4 || aRow == 4)) {
    small(a, aRow, aColumn, b, bRow, bColumn, c, cRow, m, n, k, accumulate, bias, scratch, clamp, mask);
    return;
  }
  if (ASC_FEATURE_RELAXED_SIMD && isWorthWidth(n, k)) {
    multiplyWide(a, aRow, aColumn, b, bRow, bColumn, c, cRow, m, n, k, accumulate, bias, scratch, clamp, mask);
    return;
  }
  const bPanels = scratch + packedB;
  const aPanels = scratch + packedA;
  const stepK = evenly(k, blockK, 4);
  const stepN = evenly(n, blockN, 8);
  // Of few sums each, writing tall tiles takes as long as they gain.
  const isTall = ASC_FEATURE_RELAXED_SIMD && k >= 32;
  const unit = isTall ? tallHeight : tileHeight;
  const stepM = evenly(m, blockM, unit);
  for (let j = 0; j < n; j += stepN) {
    const columns = min(n - j, stepN);
    for (let l = 0; l < k; l += stepK) {
      const depth = min(k - l, stepK);
      const block = b + <usize>l * bRow + <usize>j * bColumn;
      const stride = panelStride(depth);
      packColumns(block, bRow, bColumn, depth, columns, bPanels, stride, 32);
      const add = accumulate || l > 0;
      const added = l == 0 && bias != 0 ? bias + ((<usize>j) << 2) : 0;
      const isLast = l + depth == k;
      for (let done = 0; done < m; done += stepM) {
        const rows = min(m - done, stepM);
        const i = <usize>done;
        const from = a + i * aRow + <usize>l * aColumn;
        const at = i * cRow + ((<usize>j) << 2);
        const under = mask != 0 && isLast ? mask + at : 0;
        const copies = aColumn != 4 || columns > 32;
        if (isTall && copies) {
          packRows(from, aRow, aColumn, rows, depth, aPanels, tallHeight);
          multiplyTall(
            aPanels,
            bPanels,
            stride,
            c + at,
            cRow,
            rows,
            columns,
            depth,
            add,
            added,
            clamp && isLast,
            under,
            scratch,
          );
          continue;
        }
        if (copies) packRows(from, aRow, aColumn, rows, depth, aPanels, tileHeight);
        multiplyBlock(
          copies ? aPanels : from,
          copies ? tileBytes * <usize>depth : aRow,
          copies ? tileBytes : 4,
          bPanels,
          32,
          stride,
          c + at,
          cRow,
          rows,
          columns,
          depth,
          add,
          added,
          clamp && isLast,
          under,
        );
      }
    }
  }
}

/** A product by a small b, read where it lies if its rows are rows. */
function small(
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
  if (n == 1 && aRow == 4 && aColumn != 4) {
    columnOfColumns(a, aColumn, b, bRow, c, m, k, accumulate, bias, clamp, mask);
    return;
  }
  if (n == 1 && bRow == 4) {
    columnOfRows(a, aRow, b, c, m, k, accumulate, bias, clamp, mask);
    return;
  }
  if (bColumn != 4) {
    packColumns(b, bRow, bColumn, k, n, scratch + packedB, panelStride(k), 32);
    b = scratch + packedB;
  }
  const bStep: usize = bColumn == 4 ? bRow : 32;
  const bPanel: usize = bColumn == 4 ? 32 : panelStride(k);
  const row = aColumn == 4 ? aRow : tileBytes;
  multiplyBlock(a, row, aColumn, b, bStep, bPanel, c, cRow, m, n, k, accumulate, bias, clamp, mask);
}

/**
 * a by panels of b that begin `bPanel` bytes after one another, rows of 8 values `bStep` apart. a's rows are rows, `aRow` apart, where `aStep` is 4; else the rows
 * of a tile lie side by side, `aStep` from one value of each to the next, `aRow` from tile to tile.
 */
function multiplyBlock(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
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
): void {
  for (let j = 0; j < columns; j += 8) {
    const width = min(columns - j, 8);
    if (aStep == 4) bandOfRows(a, aRow, b, bStep, c, cRow, rows, width, depth, add, bias, clamp, mask);
    else bandOfColumns(a, aRow, aStep, b, bStep, c, cRow, rows, width, depth, add, bias, clamp, mask);
    if (bias != 0) bias += 32;
    b += bPanel;
    c += 32;
    if (mask != 0) mask += 32;
  }
}
