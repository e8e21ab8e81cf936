import { blockK, blockM, packedA, packedB, smallB } from '../opcodes.ts';
import { listBytes, listRows } from './lists.ts';
import { clamped, multiplyAdd } from './math.ts';
import { evenly, groupBytes, groupStride, packGroups, unit, unitsOfNext, widest } from './pack.ts';
import { masked, putSome, tileHeight } from './tile.ts';

/**
 * Products of which one operand is 0 in many places, as all is that comes out of a ReLU, its gradient, a dropout, or a picture's margin. Each row of it is
 * listed (lists.ts): what is not 0, and where its row of the other lies. Then one row of sums, a group of columns of it, is added up in registers along the list. In a weights'
 * gradient it may be the second operand, turned around: c = (bᵀ · aᵀ)ᵀ, sixteen rows of sums written as columns of c.
 *
 * A product with 0 adds nothing, and what is left is added in the order in which `tile.ts` adds it: the sums are the same, bit for bit.
 * (But 0 times what is not finite: weights never are, and a gradient that is not is found in its layer's bias and loss.)
 *
 * Sums are finished in registers, all of a row's at each step: one by one they took 1 to 2 % more, and V8 could not make vectors of 256 bits of pairs of them, which it does where it was started so (wide.ts): then
 * half of a 0 in 128 × 512 × 512 takes 0.43 ms for 0.65, with groups of 64 columns for 48, of which each row's sums had to wait for their last addition.
 *
 * Groups are as wide as registers last. In the relaxed build 48 columns, or 32: twelve sums take 3 to 5 % less time than eight, on an Intel processor. In the plain build 24, or 16: Node 20 loads all of
 * a row of b before it multiplies, so that with 32 columns a sum has no register left (33 GFLOP/s for 43 with 24; Chromium 44 and 43). A row reads b once for each sum and not for four, and the
 * processor may load no more than it multiplies; lists still pay from a third of zeros on. With half of a 0, packing and listing included, a product 128 × 512 × 512 takes 0.65 of the time of tiles in
 * either build, in Chromium and in Node 20, 64 × 64 × 64 0.65 to 0.75, and a gradient 784 × 512 × 128 with half of b 0, turned around, 0.7, on that Intel processor; on Zen 3, with 32 columns, the relaxed build had
 * 0.8 and 0.95, and with 84 in 100 of an operand 0, as in pictures of digits, two fifths.
 *
 * Tried: blocks of 264 rows, whose groups do not fit into the first-level cache, 7 to 13 % slower;
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
  const groupRow = lies ? bRow : groupBytes();
  const lists = scratch + packedA;
  const stepK = evenly(k, blockK, 4);
  const stepN = evenly(n, <i32>(<usize>(packedA - packedB) / groupStride(stepK)) * unit * widest(), unit * widest());
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
  const heldRow = groupBytes();
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
        if (units == 4) addUp<Four>(list, apart, height, b, held, heldRow, false, 0, false, 0);
        else if (units == 3) addUp<Three>(list, apart, height, b, held, heldRow, false, 0, false, 0);
        else addUp<Two>(list, apart, height, b, held, heldRow, false, 0, false, 0);
        if (turned) putColumns(held, to, cRow, height, width, add);
        else putRows(held, to, cRow, height, width, add, bias, clamp, under);
      } else if (units == 4) {
        addUp<Four>(list, apart, height, b, to, cRow, add, bias, clamp, under);
      } else if (units == 3) {
        addUp<Three>(list, apart, height, b, to, cRow, add, bias, clamp, under);
      } else {
        addUp<Two>(list, apart, height, b, to, cRow, add, bias, clamp, under);
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

/** How many units a row of sums has, as a type: for each the compiler makes a function of its own, with as many registers. */
type Two = i8;
type Three = i16;
type Four = i32;

/** Vectors of as many units. */
function vectors<Units>(): i32 {
  return ((sizeof<Units>() == 4 ? 4 : sizeof<Units>() == 2 ? 3 : 2) * unit) >> 2;
}

/** Rows of sums along `height` lists, written `row` bytes apart. */
function addUp<Units>(
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
    let c12 = f32x4.splat(0);
    let c13 = f32x4.splat(0);
    let c14 = f32x4.splat(0);
    let c15 = f32x4.splat(0);
    const end = load<usize>(list);
    for (let at = list + 8; at < end; at += 8) {
      const x = v128.load32_splat(at, 4);
      const from = b + load<usize>(at);
      c0 = multiplyAdd(x, v128.load(from), c0);
      c1 = multiplyAdd(x, v128.load(from, 16), c1);
      c2 = multiplyAdd(x, v128.load(from, 32), c2);
      c3 = multiplyAdd(x, v128.load(from, 48), c3);
      if (vectors<Units>() > 4) {
        c4 = multiplyAdd(x, v128.load(from, 64), c4);
        c5 = multiplyAdd(x, v128.load(from, 80), c5);
      }
      if (vectors<Units>() > 6) {
        c6 = multiplyAdd(x, v128.load(from, 96), c6);
        c7 = multiplyAdd(x, v128.load(from, 112), c7);
      }
      if (vectors<Units>() > 8) {
        c8 = multiplyAdd(x, v128.load(from, 128), c8);
        c9 = multiplyAdd(x, v128.load(from, 144), c9);
        c10 = multiplyAdd(x, v128.load(from, 160), c10);
        c11 = multiplyAdd(x, v128.load(from, 176), c11);
      }
      if (vectors<Units>() > 12) {
        c12 = multiplyAdd(x, v128.load(from, 192), c12);
        c13 = multiplyAdd(x, v128.load(from, 208), c13);
        c14 = multiplyAdd(x, v128.load(from, 224), c14);
        c15 = multiplyAdd(x, v128.load(from, 240), c15);
      }
    }
    if (bias != 0) {
      c0 = f32x4.add(c0, v128.load(bias));
      c1 = f32x4.add(c1, v128.load(bias, 16));
      c2 = f32x4.add(c2, v128.load(bias, 32));
      c3 = f32x4.add(c3, v128.load(bias, 48));
      if (vectors<Units>() > 4) {
        c4 = f32x4.add(c4, v128.load(bias, 64));
        c5 = f32x4.add(c5, v128.load(bias, 80));
      }
      if (vectors<Units>() > 6) {
        c6 = f32x4.add(c6, v128.load(bias, 96));
        c7 = f32x4.add(c7, v128.load(bias, 112));
      }
      if (vectors<Units>() > 8) {
        c8 = f32x4.add(c8, v128.load(bias, 128));
        c9 = f32x4.add(c9, v128.load(bias, 144));
        c10 = f32x4.add(c10, v128.load(bias, 160));
        c11 = f32x4.add(c11, v128.load(bias, 176));
      }
      if (vectors<Units>() > 12) {
        c12 = f32x4.add(c12, v128.load(bias, 192));
        c13 = f32x4.add(c13, v128.load(bias, 208));
        c14 = f32x4.add(c14, v128.load(bias, 224));
        c15 = f32x4.add(c15, v128.load(bias, 240));
      }
    }
    if (add) {
      c0 = f32x4.add(v128.load(to), c0);
      c1 = f32x4.add(v128.load(to, 16), c1);
      c2 = f32x4.add(v128.load(to, 32), c2);
      c3 = f32x4.add(v128.load(to, 48), c3);
      if (vectors<Units>() > 4) {
        c4 = f32x4.add(v128.load(to, 64), c4);
        c5 = f32x4.add(v128.load(to, 80), c5);
      }
      if (vectors<Units>() > 6) {
        c6 = f32x4.add(v128.load(to, 96), c6);
        c7 = f32x4.add(v128.load(to, 112), c7);
      }
      if (vectors<Units>() > 8) {
        c8 = f32x4.add(v128.load(to, 128), c8);
        c9 = f32x4.add(v128.load(to, 144), c9);
        c10 = f32x4.add(v128.load(to, 160), c10);
        c11 = f32x4.add(v128.load(to, 176), c11);
      }
      if (vectors<Units>() > 12) {
        c12 = f32x4.add(v128.load(to, 192), c12);
        c13 = f32x4.add(v128.load(to, 208), c13);
        c14 = f32x4.add(v128.load(to, 224), c14);
        c15 = f32x4.add(v128.load(to, 240), c15);
      }
    }
    if (clamp) {
      c0 = clamped(c0);
      c1 = clamped(c1);
      c2 = clamped(c2);
      c3 = clamped(c3);
      if (vectors<Units>() > 4) {
        c4 = clamped(c4);
        c5 = clamped(c5);
      }
      if (vectors<Units>() > 6) {
        c6 = clamped(c6);
        c7 = clamped(c7);
      }
      if (vectors<Units>() > 8) {
        c8 = clamped(c8);
        c9 = clamped(c9);
        c10 = clamped(c10);
        c11 = clamped(c11);
      }
      if (vectors<Units>() > 12) {
        c12 = clamped(c12);
        c13 = clamped(c13);
        c14 = clamped(c14);
        c15 = clamped(c15);
      }
    } else if (mask != 0) {
      const under = to + toMask;
      c0 = masked(c0, under);
      c1 = masked(c1, under + 16);
      c2 = masked(c2, under + 32);
      c3 = masked(c3, under + 48);
      if (vectors<Units>() > 4) {
        c4 = masked(c4, under + 64);
        c5 = masked(c5, under + 80);
      }
      if (vectors<Units>() > 6) {
        c6 = masked(c6, under + 96);
        c7 = masked(c7, under + 112);
      }
      if (vectors<Units>() > 8) {
        c8 = masked(c8, under + 128);
        c9 = masked(c9, under + 144);
        c10 = masked(c10, under + 160);
        c11 = masked(c11, under + 176);
      }
      if (vectors<Units>() > 12) {
        c12 = masked(c12, under + 192);
        c13 = masked(c13, under + 208);
        c14 = masked(c14, under + 224);
        c15 = masked(c15, under + 240);
      }
    }
    v128.store(to, c0);
    v128.store(to, c1, 16);
    v128.store(to, c2, 32);
    v128.store(to, c3, 48);
    if (vectors<Units>() > 4) {
      v128.store(to, c4, 64);
      v128.store(to, c5, 80);
    }
    if (vectors<Units>() > 6) {
      v128.store(to, c6, 96);
      v128.store(to, c7, 112);
    }
    if (vectors<Units>() > 8) {
      v128.store(to, c8, 128);
      v128.store(to, c9, 144);
      v128.store(to, c10, 160);
      v128.store(to, c11, 176);
    }
    if (vectors<Units>() > 12) {
      v128.store(to, c12, 192);
      v128.store(to, c13, 208);
      v128.store(to, c14, 224);
      v128.store(to, c15, 240);
    }
    list += apart;
    to += row;
  }
}

/** Four sums and what else goes into c, in the order of `tile.ts`: bias, what is added to, then the ReLU or its gradient. */
function finished(to: usize, sum: v128, add: bool, bias: usize, clamp: bool, mask: usize, toMask: usize): v128 {
  // A bias of nowhere comes as less than a row.
  if (bias >= groupBytes()) sum = f32x4.add(sum, v128.load(bias));
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
  const row = groupBytes();
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j += 4) {
      const shift = (<usize>j) << 2;
      const sum = finished(c + shift, v128.load(held + shift), add, bias + shift, clamp, mask, toMask);
      if (j + 4 <= width) v128.store(c + shift, sum);
      else putSome(c + shift, sum, width - j);
    }
    held += row;
    c += cRow;
  }
}

/** Writes held rows as columns of c, four by four. */
function putColumns(held: usize, c: usize, cRow: usize, height: i32, width: i32, add: bool): void {
  const row = groupBytes();
  for (let j = 0; j < width; j += 4) {
    let from = held;
    let to = c;
    for (let i = 0; i < height; i += 4) {
      const x0 = v128.load(from);
      const x1 = v128.load(from + row);
      const x2 = v128.load(from + row * 2);
      const x3 = v128.load(from + row * 3);
      const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
      const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
      const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
      const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
      const count = height - i;
      putColumn(to, i64x2.shuffle(low01, low23, 0, 2), count, add);
      if (j + 1 < width) putColumn(to + cRow, i64x2.shuffle(low01, low23, 1, 3), count, add);
      if (j + 2 < width) putColumn(to + cRow * 2, i64x2.shuffle(high01, high23, 0, 2), count, add);
      if (j + 3 < width) putColumn(to + cRow * 3, i64x2.shuffle(high01, high23, 1, 3), count, add);
      from += row * 4;
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
