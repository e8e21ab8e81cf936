import { blockK, blockM, blockN, packedA, packedB, smallB } from '../opcodes.ts';
import { address, word } from './arguments.ts';
import { groupStride, packColumns, packGroups, packRows, panelStride } from './pack.ts';
import { columnOfColumns, columnOfRows } from './column.ts';
import { hasManyZeros, listRows, multiplyListed } from './listed.ts';
import { deal, dealt, helps, meet, shift, take } from './team.ts';
import { bandOfColumns, bandOfRows, tileHeight } from './tile.ts';

/**
 * Products of matrices. b is packed in panels of 8 columns, a, unless its rows are laid out one value after another, in panels of as many
 * rows as a tile has; then tiles of c are worked out in registers (tile.ts). Of an a with many zeros the rest is listed instead (listed.ts). A small b
 * whose rows are rows is read where it lies: for 64 × 64 × 64 packing would cost a tenth. Blocks are cut evenly: 784 values in three of 264, not in three of
 * 256 and one of 16. Strassen's scheme would save an eighth of the multiplications, but adds up differences: where a ReLU's exact zeros must give exact
 * zeros, as in the gradients of a dead unit, it leaves rounding noise, and Adam makes full steps of that.
 */

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
  if (n > 8 || n == 1 || isShared || k * n > smallB || (aColumn != 4 && aRow != 4)) {
    matmul(a, aRow, aColumn, b, bRow, bColumn, c, cRow, m, n, k, accumulate, bias, packed, clamp, mask, isShared);
    return;
  }
  // One panel, as small networks have it: handing all this from function to function takes a fifth as long as the product itself.
  if (bColumn != 4) {
    packColumns(b, bRow, bColumn, k, n, packed + packedB, panelStride(k), 32);
    b = packed + packedB;
    bRow = 32;
  }
  if (aColumn == 4) bandOfRows(a, aRow, b, bRow, c, cRow, m, n, k, accumulate, bias, clamp, mask);
  else bandOfColumns(a, (<usize>tileHeight) << 2, aColumn, b, bRow, c, cRow, m, n, k, accumulate, bias, clamp, mask);
}

/**
 * c (+)= a · b (+ bias): a is m × k, b is k × n, c is m × n, its rows `cRow` apart. Strides count bytes; `bias` is 0 for none. Then a ReLU, with `clamp`, or
 * its gradient: 0 where `mask`, laid out as c, is not above 0 (0 for none). A team packs b together, in the leader's scratch memory, and shares out rows of c.
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
  isShared: bool,
): void {
  if (k * n <= smallB && (aColumn == 4 || aRow == 4)) {
    if (isShared) deal(m, tileHeight, m, true);
    let end = 0;
    for (let rows = next(isShared, end, m, m); rows != 0; rows = next(isShared, end, m, m)) {
      end = isShared ? dealt() : end + rows;
      const i = <usize>(end - rows);
      const under = mask != 0 ? mask + i * cRow : 0;
      const from = a + i * aRow;
      const to = c + i * cRow;
      small(from, aRow, aColumn, b, bRow, bColumn, to, cRow, rows, n, k, accumulate, bias, scratch, clamp, under);
    }
    return;
  }
  const bPanels = (isShared ? scratch - shift() : scratch) + packedB;
  const aPanels = scratch + packedA;
  const lists = m >= tileHeight && n >= 32 && hasManyZeros(a, aRow, aColumn, m, k);
  const stepK = evenly(k, blockK, 4);
  // Lists are written anew for each block of b's columns: as many as there is room for.
  const stepN = lists ? evenly(n, <i32>(((packedA - packedB) / groupStride(stepK)) << 5), 32) : evenly(n, blockN, 8);
  const stepM = evenly(m, blockM, tileHeight);
  for (let j = 0; j < n; j += stepN) {
    const columns = min(n - j, stepN);
    for (let l = 0; l < k; l += stepK) {
      const depth = min(k - l, stepK);
      const block = b + <usize>l * bRow + <usize>j * bColumn;
      const stride = lists ? groupStride(depth) : panelStride(depth);
      if (isShared) {
        // Until both have done with the last block, it must stay.
        if (j + l > 0) meet();
        // Whole panels, or groups of them, to each.
        const unit = lists ? 5 : 3;
        const half = ((columns + (2 << unit) - 1) >> (unit + 1)) << unit;
        if (!helps()) pack(lists, block, bRow, bColumn, depth, min(half, columns), bPanels);
        else {
          const to = bPanels + stride * <usize>(half >> unit);
          pack(lists, block + <usize>half * bColumn, bRow, bColumn, depth, max(columns - half, 0), to);
        }
        meet();
      } else {
        pack(lists, block, bRow, bColumn, depth, columns, bPanels);
      }
      const add = accumulate || l > 0;
      const added = l == 0 && bias != 0 ? bias + ((<usize>j) << 2) : 0;
      const isLast = l + depth == k;
      if (isShared) deal(m, tileHeight, stepM, true);
      let end = 0;
      // Alone it may be part of a convolution, whose blocks are dealt: it deals nothing itself.
      for (let rows = next(isShared, end, m, stepM); rows != 0; rows = next(isShared, end, m, stepM)) {
        end = isShared ? dealt() : end + rows;
        const i = <usize>(end - rows);
        const from = a + i * aRow + <usize>l * aColumn;
        const at = i * cRow + ((<usize>j) << 2);
        const clamps = clamp && isLast;
        const under = mask != 0 && isLast ? mask + at : 0;
        // What is left of columns, less than 32, goes by tiles.
        const listed = lists ? columns & ~31 : 0;
        if (listed > 0) {
          listRows(from, aRow, aColumn, rows, depth, aPanels);
          multiplyListed(aPanels, bPanels, c + at, cRow, rows, listed, depth, add, added, clamps, under);
          if (listed == columns) continue;
        }
        const past = (<usize>listed) << 2;
        const to = c + at + past;
        const panels = bPanels + stride * <usize>(listed >> 5);
        const bStep: usize = lists ? 128 : 32;
        const bPanel: usize = lists ? 32 : stride;
        const left = columns - listed;
        const addedPast = added != 0 ? added + past : 0;
        const underPast = under != 0 ? under + past : 0;
        if (aColumn == 4) {
          multiplyBlock(
            from,
            aRow,
            4,
            panels,
            bStep,
            bPanel,
            to,
            cRow,
            rows,
            left,
            depth,
            add,
            addedPast,
            clamps,
            underPast,
          );
        } else {
          packRows(from, aRow, aColumn, rows, depth, aPanels);
          multiplyPacked(
            aPanels,
            panels,
            bStep,
            bPanel,
            to,
            cRow,
            rows,
            left,
            depth,
            add,
            addedPast,
            clamps,
            underPast,
          );
        }
      }
    }
  }
}

function pack(lists: bool, b: usize, bRow: usize, bColumn: usize, depth: i32, columns: i32, out: usize): void {
  if (lists) packGroups(b, bRow, bColumn, depth, columns, out);
  else packColumns(b, bRow, bColumn, depth, columns, out, panelStride(depth), 32);
}

/** How many rows are next, after the first `end` of m. */
function next(isShared: bool, end: i32, m: i32, step: i32): i32 {
  return isShared ? take() : min(m - end, step);
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
  } else if (n == 1 && bRow == 4) {
    columnOfRows(a, aRow, b, c, m, k, accumulate, bias, clamp, mask);
  } else if (bColumn == 4) {
    multiplyBlock(a, aRow, aColumn, b, bRow, 32, c, cRow, m, n, k, accumulate, bias, clamp, mask);
  } else {
    packColumns(b, bRow, bColumn, k, n, scratch + packedB, panelStride(k), 32);
    multiplyBlock(
      a,
      aRow,
      aColumn,
      scratch + packedB,
      32,
      panelStride(k),
      c,
      cRow,
      m,
      n,
      k,
      accumulate,
      bias,
      clamp,
      mask,
    );
  }
}

/** The length of a block, a multiple of `unit`, when `size` is cut into as few even ones as `most` allows. */
function evenly(size: i32, most: i32, unit: i32): i32 {
  if (size <= most) return size;
  const count = (size + most - 1) / most;
  const length = (size + count - 1) / count;
  return max(((length + unit - 1) / unit) * unit, unit);
}

/** a as it lies, in rows or in columns, by panels of b that begin `bPanel` bytes after one another, rows of 8 values `bStep` apart. */
export function multiplyBlock(
  a: usize,
  aRow: usize,
  aColumn: usize,
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
    if (aColumn == 4) bandOfRows(a, aRow, b, bStep, c, cRow, rows, width, depth, add, bias, clamp, mask);
    else
      bandOfColumns(
        a,
        (<usize>tileHeight) << 2,
        aColumn,
        b,
        bStep,
        c,
        cRow,
        rows,
        width,
        depth,
        add,
        bias,
        clamp,
        mask,
      );
    if (bias != 0) bias += 32;
    b += bPanel;
    c += 32;
    if (mask != 0) mask += 32;
  }
}

/** The same with a packed in panels. */
function multiplyPacked(
  a: usize,
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
  const aStep = (<usize>tileHeight) << 2;
  for (let j = 0; j < columns; j += 8) {
    const width = min(columns - j, 8);
    bandOfColumns(a, aStep * <usize>depth, aStep, b, bStep, c, cRow, rows, width, depth, add, bias, clamp, mask);
    if (bias != 0) bias += 32;
    b += bPanel;
    c += 32;
    if (mask != 0) mask += 32;
  }
}
