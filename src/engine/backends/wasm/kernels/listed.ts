import { blockK, blockM, packedA, packedB, smallB } from '../opcodes.ts';
import { listBytes, listRows } from './lists.ts';
import { clamped, multiplyAdd } from './math.ts';
import { evenly, groupBytes, groupStride, packGroups, unit, unitsOfNext } from './pack.ts';
import { masked, putSome, tileHeight } from './tile.ts';

/**
 * Products of which one operand is 0 in many places, as all is that comes out of a ReLU, its gradient, a dropout, or a picture's margin. Each row of it is
 * listed (lists.ts): what is not 0, and where its row of the other lies. Then one row of sums, a group of columns of it, is added up in registers along the list. In a weights'
 * gradient it may be the second operand, turned around: c = (bᵀ · aᵀ)ᵀ, sixteen rows of sums written as columns of c.
 *
 * A product with 0 adds nothing, and what is left is added in the order in which `tile.ts` adds it: the sums are the same, bit for bit.
 * (But 0 times what is not finite: weights never are, and a gradient that is not is found in its layer's bias and loss.)
 *
 * Groups are as wide as registers last. In the relaxed build 48 columns, or 32: twelve sums take 3 to 5 % less time than eight, on an Intel processor. In the plain build 24, or 16: Node 20 loads all of
 * a row of b before it multiplies, so that with 32 columns a sum has no register left (33 GFLOP/s for 43 with 24; Chromium 44 and 43). A row reads b once for each sum and not for four, and the
 * processor may load no more than it multiplies; lists still pay from a third of zeros on. With half of a 0, packing and listing included, a product 128 × 512 × 512 takes 0.65 of the time of tiles in
 * either build, in Chromium and in Node 20, 64 × 64 × 64 0.65 to 0.75, and a gradient 784 × 512 × 128 with half of b 0, turned around, 0.7, on that Intel processor; on Zen 3, with 32 columns, the relaxed build had
 * 0.8 and 0.95, and with 84 in 100 of an operand 0, as in pictures of digits, two fifths.
 *
 * Tried: blocks of 264 rows, whose groups do not fit into the first-level cache, 7 to 13 % slower; sums to memory first and the ReLU from there, 5 to 10 %;
 * two values of a list a turn, groups on cache lines, 32 or 64 rows held: nothing; the second half of a row loaded from where the first half's sums lead, so that Node 20 cannot load it before: a sixth slower in Chromium.
 */

/** Rows of sums that are held before they are written: as columns of c they fill cache lines. */
const heldRows: i32 = 16;

/**
 * c (+)= a · b (+ bias), arguments as of `matmul`, by lists of a's rows; `turned`: what is written is cᵀ, without bias, ReLU or mask.
 */
export function multiplyListed(
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
  turned: bool,
): void {
  // A small b of whole groups is read where it lies.
  const lies = k <= blockK && bColumn == 4 && n * k <= smallB && n % unit == 0;
  const groups = lies ? b : scratch + packedB;
  const groupRow = lies ? bRow : groupBytes;
  const lists = scratch + packedA;
  const stepK = evenly(k, blockK, 4);
  const stepN = evenly(n, <i32>(<usize>(packedA - packedB) / groupStride(stepK)) * unit * 3, unit * 3);
  const fewest = turned ? heldRows : tileHeight;
  const stepM = evenly(m, blockM, fewest);
  for (let j = 0; j < n; j += stepN) {
    const columns = min(n - j, stepN);
    for (let l = 0; l < k; l += stepK) {
      const depth = min(k - l, stepK);
      const block = b + <usize>l * bRow + <usize>j * bColumn;
      if (!lies) packGroups(block, bRow, bColumn, depth, columns, groups);
      const add = accumulate || l > 0;
      const isLast = l + depth == k;
      const added = l == 0 && bias != 0 ? bias + ((<usize>j) << 2) : 0;
      for (let done = 0; done < m; done += stepM) {
        const rows = min(m - done, stepM);
        const i = <usize>done;
        listRows(a + i * aRow + <usize>l * aColumn, aRow, aColumn, rows, depth, <i32>groupRow, lists);
        const at = turned ? <usize>j * cRow + (i << 2) : i * cRow + ((<usize>j) << 2);
        const under = mask != 0 && isLast ? mask + at : 0;
        multiplyGroups(
          lists,
          groups,
          lies ? 0 : groupStride(depth),
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
          turned,
        );
      }
    }
  }
}

/** What is listed by groups of columns, `groupApart` bytes from one to the next, 0 where they are side by side. */
function multiplyGroups(
  lists: usize,
  b: usize,
  groupApart: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  add: bool,
  bias: usize,
  clamp: bool,
  mask: usize,
  held: usize,
  turned: bool,
): void {
  const toMask = mask != 0 ? mask - c : 0;
  const apart = listBytes(depth);
  for (let j = 0; j < columns;) {
    const units = unitsOfNext(columns - j);
    const whole = units * unit;
    const width = min(columns - j, whole);
    const bytes = (<usize>whole) << 2;
    let list = lists;
    let to = c;
    for (let i = 0; i < rows; i += heldRows) {
      const height = min(rows - i, heldRows);
      const under = mask != 0 ? to + toMask : 0;
      if (turned || width < whole) {
        if (units == 3) addUpThree(list, apart, height, b, held, groupBytes, false, 0, false, 0);
        else addUpTwo(list, apart, height, b, held, groupBytes, false, 0, false, 0);
        if (turned) putColumns(held, to, cRow, height, width, add);
        else putRows(held, to, cRow, height, width, add, bias, clamp, under);
      } else if (units == 3) {
        addUpThree(list, apart, height, b, to, cRow, add, bias, clamp, under);
      } else {
        addUpTwo(list, apart, height, b, to, cRow, add, bias, clamp, under);
      }
      list += apart * heldRows;
      to += turned ? (<usize>heldRows) << 2 : cRow * heldRows;
    }
    b += groupApart != 0 ? groupApart : bytes;
    c += turned ? cRow * <usize>whole : bytes;
    if (bias != 0) bias += bytes;
    j += whole;
  }
}

/** Rows of three units of sums along `height` lists, written `row` bytes apart. */
function addUpThree(
  list: usize,
  apart: usize,
  height: i32,
  b: usize,
  to: usize,
  row: usize,
  add: bool,
  bias: usize,
  clamp: bool,
  mask: usize,
): void {
  const toMask = mask - to;
  for (let i = 0; i < height; i++) {
    let c0 = f32x4.splat(0);
    let c1 = f32x4.splat(0);
    let c2 = f32x4.splat(0);
    let c3 = f32x4.splat(0);
    let c4 = f32x4.splat(0);
    let c5 = f32x4.splat(0);
    let c6 = f32x4.splat(0);
    let c7 = f32x4.splat(0);
    let c8 = f32x4.splat(0);
    let c9 = f32x4.splat(0);
    let c10 = f32x4.splat(0);
    let c11 = f32x4.splat(0);
    const end = load<usize>(list);
    for (let at = list + 8; at < end; at += 8) {
      const x = v128.load32_splat(at, 4);
      const from = b + load<usize>(at);
      c0 = multiplyAdd(x, v128.load(from), c0);
      c1 = multiplyAdd(x, v128.load(from, 16), c1);
      c2 = multiplyAdd(x, v128.load(from, 32), c2);
      c3 = multiplyAdd(x, v128.load(from, 48), c3);
      c4 = multiplyAdd(x, v128.load(from, 64), c4);
      c5 = multiplyAdd(x, v128.load(from, 80), c5);
      if (ASC_FEATURE_RELAXED_SIMD) {
        c6 = multiplyAdd(x, v128.load(from, 96), c6);
        c7 = multiplyAdd(x, v128.load(from, 112), c7);
        c8 = multiplyAdd(x, v128.load(from, 128), c8);
        c9 = multiplyAdd(x, v128.load(from, 144), c9);
        c10 = multiplyAdd(x, v128.load(from, 160), c10);
        c11 = multiplyAdd(x, v128.load(from, 176), c11);
      }
    }
    put(to, c0, add, bias, clamp, mask, toMask);
    put(to + 16, c1, add, bias + 16, clamp, mask, toMask);
    put(to + 32, c2, add, bias + 32, clamp, mask, toMask);
    put(to + 48, c3, add, bias + 48, clamp, mask, toMask);
    put(to + 64, c4, add, bias + 64, clamp, mask, toMask);
    put(to + 80, c5, add, bias + 80, clamp, mask, toMask);
    if (ASC_FEATURE_RELAXED_SIMD) {
      put(to + 96, c6, add, bias + 96, clamp, mask, toMask);
      put(to + 112, c7, add, bias + 112, clamp, mask, toMask);
      put(to + 128, c8, add, bias + 128, clamp, mask, toMask);
      put(to + 144, c9, add, bias + 144, clamp, mask, toMask);
      put(to + 160, c10, add, bias + 160, clamp, mask, toMask);
      put(to + 176, c11, add, bias + 176, clamp, mask, toMask);
    }
    list += apart;
    to += row;
  }
}

/** The same of two units. */
function addUpTwo(
  list: usize,
  apart: usize,
  height: i32,
  b: usize,
  to: usize,
  row: usize,
  add: bool,
  bias: usize,
  clamp: bool,
  mask: usize,
): void {
  const toMask = mask - to;
  for (let i = 0; i < height; i++) {
    let c0 = f32x4.splat(0);
    let c1 = f32x4.splat(0);
    let c2 = f32x4.splat(0);
    let c3 = f32x4.splat(0);
    let c4 = f32x4.splat(0);
    let c5 = f32x4.splat(0);
    let c6 = f32x4.splat(0);
    let c7 = f32x4.splat(0);
    const end = load<usize>(list);
    for (let at = list + 8; at < end; at += 8) {
      const x = v128.load32_splat(at, 4);
      const from = b + load<usize>(at);
      c0 = multiplyAdd(x, v128.load(from), c0);
      c1 = multiplyAdd(x, v128.load(from, 16), c1);
      c2 = multiplyAdd(x, v128.load(from, 32), c2);
      c3 = multiplyAdd(x, v128.load(from, 48), c3);
      if (ASC_FEATURE_RELAXED_SIMD) {
        c4 = multiplyAdd(x, v128.load(from, 64), c4);
        c5 = multiplyAdd(x, v128.load(from, 80), c5);
        c6 = multiplyAdd(x, v128.load(from, 96), c6);
        c7 = multiplyAdd(x, v128.load(from, 112), c7);
      }
    }
    put(to, c0, add, bias, clamp, mask, toMask);
    put(to + 16, c1, add, bias + 16, clamp, mask, toMask);
    put(to + 32, c2, add, bias + 32, clamp, mask, toMask);
    put(to + 48, c3, add, bias + 48, clamp, mask, toMask);
    if (ASC_FEATURE_RELAXED_SIMD) {
      put(to + 64, c4, add, bias + 64, clamp, mask, toMask);
      put(to + 80, c5, add, bias + 80, clamp, mask, toMask);
      put(to + 96, c6, add, bias + 96, clamp, mask, toMask);
      put(to + 112, c7, add, bias + 112, clamp, mask, toMask);
    }
    list += apart;
    to += row;
  }
}

/** Writes four sums, in the order of `tile.ts`: bias, what is added to, then the ReLU or its gradient. */
function put(to: usize, sum: v128, add: bool, bias: usize, clamp: bool, mask: usize, toMask: usize): void {
  v128.store(to, finished(to, sum, add, bias, clamp, mask, toMask));
}

function finished(to: usize, sum: v128, add: bool, bias: usize, clamp: bool, mask: usize, toMask: usize): v128 {
  // A bias of nowhere comes as less than a row.
  if (bias >= groupBytes) sum = f32x4.add(sum, v128.load(bias));
  if (add) sum = f32x4.add(v128.load(to), sum);
  if (clamp) return clamped(sum);
  return mask != 0 ? masked(sum, to + toMask) : sum;
}

/** Writes the first `width` of held rows' sums. */
function putRows(
  held: usize,
  c: usize,
  cRow: usize,
  height: i32,
  width: i32,
  add: bool,
  bias: usize,
  clamp: bool,
  mask: usize,
): void {
  const toMask = mask - c;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j += 4) {
      const shift = (<usize>j) << 2;
      const sum = finished(c + shift, v128.load(held + shift), add, bias + shift, clamp, mask, toMask);
      if (j + 4 <= width) v128.store(c + shift, sum);
      else putSome(c + shift, sum, width - j);
    }
    held += groupBytes;
    c += cRow;
  }
}

/** Writes held rows as columns of c, four by four. */
function putColumns(held: usize, c: usize, cRow: usize, height: i32, width: i32, add: bool): void {
  for (let j = 0; j < width; j += 4) {
    let from = held;
    let to = c;
    for (let i = 0; i < height; i += 4) {
      const x0 = v128.load(from);
      const x1 = v128.load(from, groupBytes);
      const x2 = v128.load(from, groupBytes * 2);
      const x3 = v128.load(from, groupBytes * 3);
      const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
      const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
      const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
      const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
      const count = height - i;
      putColumn(to, i64x2.shuffle(low01, low23, 0, 2), count, add);
      if (j + 1 < width) putColumn(to + cRow, i64x2.shuffle(low01, low23, 1, 3), count, add);
      if (j + 2 < width) putColumn(to + cRow * 2, i64x2.shuffle(high01, high23, 0, 2), count, add);
      if (j + 3 < width) putColumn(to + cRow * 3, i64x2.shuffle(high01, high23, 1, 3), count, add);
      from += groupBytes * 4;
      to += 16;
    }
    held += 16;
    c += cRow << 2;
  }
}

function putColumn(to: usize, sum: v128, count: i32, add: bool): void {
  if (add) sum = f32x4.add(v128.load(to), sum);
  if (count >= 4) v128.store(to, sum);
  else putSome(to, sum, count);
}
