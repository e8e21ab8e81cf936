import { blockK, blockM, blockN, packedA, packedB } from '../opcodes.ts';
import { multiplyAdd } from './math.ts';

/**
 * Products of matrices. b is packed in panels of 8 columns, a, unless its rows are laid out one value after another, in panels of
 * 4 rows; a 4 × 8 block of c then lives in eight registers while `depth` products are added to it.
 * 4 × 8 is the largest block whose sums stay in sixteen registers; larger ones spill to the stack. An MLP of 784-512-512-10 units at
 * batches of 128 trains at 60 to 80 steps a second with it (one x64 core, Node 20), 31 to 40 GFLOP/s with all that is not a product.
 */

/** c (+)= a · b (+ bias): a is m × k, b is k × n, c is m × n row-major. Strides count bytes; `bias` is 0 for none. */
export function matmul(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bRow: usize,
  bColumn: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  bias: usize,
  scratch: usize,
): void {
  const bPanels = scratch + packedB;
  const aPanels = scratch + packedA;
  const rowsAsTheyAre = aColumn == 4;
  for (let j = 0; j < n; j += blockN) {
    const columns = min(n - j, blockN);
    for (let l = 0; l < k; l += blockK) {
      const depth = min(k - l, blockK);
      packColumns(b + <usize>l * bRow + <usize>j * bColumn, bRow, bColumn, depth, columns, bPanels);
      const first = l == 0;
      const add = accumulate || !first;
      const added = first && bias != 0 ? bias + ((<usize>j) << 2) : 0;
      for (let i = 0; i < m; i += blockM) {
        const rows = min(m - i, blockM);
        const block = a + <usize>i * aRow + <usize>l * aColumn;
        const out = c + ((<usize>i * <usize>n + <usize>j) << 2);
        if (rowsAsTheyAre) {
          multiplyBlock(block, aRow << 2, aRow, 4, bPanels, out, (<usize>n) << 2, rows, columns, depth, add, added);
        } else {
          packRows(block, aRow, aColumn, rows, depth, aPanels);
          multiplyBlock(
            aPanels,
            (<usize>depth) << 4,
            4,
            16,
            bPanels,
            out,
            (<usize>n) << 2,
            rows,
            columns,
            depth,
            add,
            added,
          );
        }
      }
    }
  }
}

/** Lays b out as panels of 8 columns, each `depth` × 8; what is missing of the last is 0. */
function packColumns(b: usize, row: usize, column: usize, depth: i32, columns: i32, out: usize): void {
  for (let j = 0; j < columns; j += 8) {
    const width = min(columns - j, 8);
    let from = b + <usize>j * column;
    for (let l = 0; l < depth; l++) {
      if (width == 8 && column == 4) {
        v128.store(out, v128.load(from));
        v128.store(out, v128.load(from, 16), 16);
      } else if (width == 8) {
        let at = from;
        for (let lane: usize = 0; lane < 32; lane += 4) {
          store<f32>(out + lane, load<f32>(at));
          at += column;
        }
      } else {
        v128.store(out, f32x4.splat(0));
        v128.store(out, f32x4.splat(0), 16);
        for (let lane = 0; lane < width; lane++) {
          store<f32>(out + ((<usize>lane) << 2), load<f32>(from + <usize>lane * column));
        }
      }
      out += 32;
      from += row;
    }
  }
}

/** Lays a out as panels of 4 rows, each `depth` × 4; what is missing of the last is 0. */
function packRows(a: usize, row: usize, column: usize, rows: i32, depth: i32, out: usize): void {
  for (let i = 0; i < rows; i += 4) {
    const height = min(rows - i, 4);
    let from = a + <usize>i * row;
    for (let l = 0; l < depth; l++) {
      if (height == 4 && row == 4) {
        v128.store(out, v128.load(from));
      } else {
        v128.store(out, f32x4.splat(0));
        for (let lane = 0; lane < height; lane++) {
          store<f32>(out + ((<usize>lane) << 2), load<f32>(from + <usize>lane * row));
        }
      }
      out += 16;
      from += column;
    }
  }
}

/** A block of a (panels of 4 rows, `aPanel` bytes apart, steps of `aRow` and `aStep` inside) by all packed panels of b. */
function multiplyBlock(
  a: usize,
  aPanel: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  add: bool,
  bias: usize,
): void {
  for (let j = 0; j < columns; j += 8) {
    const width = min(columns - j, 8);
    const added = bias != 0 ? bias + ((<usize>j) << 2) : 0;
    let panel = a;
    let out = c + ((<usize>j) << 2);
    for (let i = 0; i < rows; i += 4) {
      multiplyTile(panel, aRow, aStep, b, depth, out, cRow, min(rows - i, 4), width, add, added);
      panel += aPanel;
      out += cRow << 2;
    }
    b += (<usize>depth) << 5;
  }
}

/** 4 rows of a by 8 columns of b. Rows that are not there are computed as the first and not stored. */
function multiplyTile(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  depth: i32,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  add: bool,
  bias: usize,
): void {
  let a0 = a;
  let a1 = rows > 1 ? a + aRow : a;
  let a2 = rows > 2 ? a + aRow * 2 : a;
  let a3 = rows > 3 ? a + aRow * 3 : a;
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  const end = b + ((<usize>depth) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
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
    a0 += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
    b += 32;
  }
  storeRow(c, c00, c01, columns, add, bias);
  if (rows > 1) storeRow(c + cRow, c10, c11, columns, add, bias);
  if (rows > 2) storeRow(c + cRow * 2, c20, c21, columns, add, bias);
  if (rows > 3) storeRow(c + cRow * 3, c30, c31, columns, add, bias);
}

/** Writes, or adds, the first `columns` of 8 values, with the bias where there is one. */
function storeRow(c: usize, low: v128, high: v128, columns: i32, add: bool, bias: usize): void {
  if (columns < 8) {
    storeSome(c, low, min(columns, 4), add, bias);
    if (columns > 4) storeSome(c + 16, high, columns - 4, add, bias != 0 ? bias + 16 : 0);
    return;
  }
  if (bias != 0) {
    low = f32x4.add(low, v128.load(bias));
    high = f32x4.add(high, v128.load(bias, 16));
  }
  if (add) {
    low = f32x4.add(low, v128.load(c));
    high = f32x4.add(high, v128.load(c, 16));
  }
  v128.store(c, low);
  v128.store(c, high, 16);
}

function storeSome(c: usize, values: v128, count: i32, add: bool, bias: usize): void {
  for (let lane = 0; lane < count; lane++) {
    let value = f32x4.extract_lane(values, 0);
    if (bias != 0) value += load<f32>(bias + ((<usize>lane) << 2));
    if (add) value += load<f32>(c);
    store<f32>(c, value);
    c += 4;
    values = i8x16.shuffle(values, values, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
  }
}
