import { blockK, blockM, packedA, packedB, smallB } from '../opcodes.ts';
import { clamped, multiplyAdd } from './math.ts';
import { evenly, groupStride, packGroups } from './pack.ts';
import { deal, dealt, helps, meet, next, shift } from './team.ts';
import { masked, putSome, tileHeight } from './tile.ts';

/**
 * Products of which one operand is 0 in many places, as all is that comes out of a ReLU, its gradient, a dropout, or a picture's margin. Each row of it is
 * listed: what is not 0, and where its row of the other lies. Then one row of sums, 32 columns of it, is added up in registers along the list. In a weights'
 * gradient it may be the second operand, turned around: c = (bᵀ · aᵀ)ᵀ, sixteen rows of sums written as columns of c.
 *
 * A product with 0 adds nothing, and what is left is added in the order in which `tile.ts` adds it: the sums are the same, bit for bit.
 * (But 0 times what is not finite: weights never are, and a gradient that is not is found in its layer's bias and loss.)
 *
 * A row of 32 columns, which reads b once for each sum and not for four, does three quarters of what a tile of 4 × 8 does in Chromium on Zen 3, on an Intel processor with three
 * loads a cycle as much: lists pay from a third of zeros on. There, the relaxed build, packing and listing included, a product 128 × 512 × 784 with half of a 0 takes four fifths of the time of tiles, with 84 in 100,
 * as in pictures of digits, two fifths; a gradient 784 × 512 × 128 with half of b 0, turned around, 0.95, with 84 in 100 of a 0 two fifths. The compiler of
 * Node 20 makes half of it, where lists pay from six tenths on and not for a ReLU's half; it has no relaxed instructions, so that the build tells the two apart.
 *
 * Four values are listed at a time, what is not 0 brought to the front by a table: a value at a time, with two writes each, listing 64 × 64 took as long as lists saved of a
 * product with 64 columns. With that a product 64 × 64 × 64 with half of a 0 takes two thirds of the time of tiles (10.0 → 6.5 µs).
 *
 * Tried: blocks of 264 rows, whose groups do not fit into the first-level cache, 7 to 13 % slower; sums to memory first and the ReLU from there, 5 to 10 %;
 * two values of a list a turn, 48 columns, groups on cache lines, eight or sixteen rows listed at a time, 32 or 64 rows held: nothing.
 */

/** Share of zeros from which lists pay. */
const worthwhile: f32 = ASC_FEATURE_RELAXED_SIMD ? 0.38 : 0.62;

/** Values of an operand that are looked at, at most; of a small one no more than one in 17, or looking would take as long as a product of few rows. */
const looked: i32 = 512;

/** Rows of sums that are held before they are written: as columns of c they fill cache lines. */
const heldRows: i32 = 16;

/** For each choice of four values, a bit each: the bytes of the chosen ones to the front. */
const toFront = memory.data<u32>(
  // prettier-ignore
  [
    0x03020100, 0x03020100, 0x03020100, 0x03020100,
    0x03020100, 0x03020100, 0x03020100, 0x03020100,
    0x07060504, 0x03020100, 0x03020100, 0x03020100,
    0x03020100, 0x07060504, 0x03020100, 0x03020100,
    0x0b0a0908, 0x03020100, 0x03020100, 0x03020100,
    0x03020100, 0x0b0a0908, 0x03020100, 0x03020100,
    0x07060504, 0x0b0a0908, 0x03020100, 0x03020100,
    0x03020100, 0x07060504, 0x0b0a0908, 0x03020100,
    0x0f0e0d0c, 0x03020100, 0x03020100, 0x03020100,
    0x03020100, 0x0f0e0d0c, 0x03020100, 0x03020100,
    0x07060504, 0x0f0e0d0c, 0x03020100, 0x03020100,
    0x03020100, 0x07060504, 0x0f0e0d0c, 0x03020100,
    0x0b0a0908, 0x0f0e0d0c, 0x03020100, 0x03020100,
    0x03020100, 0x0b0a0908, 0x0f0e0d0c, 0x03020100,
    0x07060504, 0x0b0a0908, 0x0f0e0d0c, 0x03020100,
    0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c,
  ],
  16,
);

/** Bytes from one row's list to the next. A list is the address of its end and, from byte 8 on, (place in b's group, value), 4 bytes each; four are written at a time. */
function listBytes(depth: i32): usize {
  return ((<usize>depth) << 3) + 8;
}

/**
 * How much less than the work of tiles lists have, of a, m × k, by n columns: 1 and more where they pay. Some of a, evenly spread, is looked at, four values at a
 * time; of an a of which neither rows nor columns are rows nothing.
 */
export function gainByLists(a: usize, aRow: usize, aColumn: usize, m: i32, n: i32, k: i32): f32 {
  if (aColumn != 4 && aRow != 4) return 0;
  const across = (aColumn == 4 ? k : m) >> 2;
  const all = across * (aColumn == 4 ? m : k);
  const line = aColumn == 4 ? aRow : aColumn;
  if (all == 0) return 0;
  // Odd, so that not one column alone is met.
  const step = max((all << 2) / looked, 1) | 1;
  const lines = step / across;
  const further = step - lines * across;
  let left = 0;
  let seen = 0;
  let at = 0;
  for (let i = 0; i < all; i += step) {
    left += notZero(v128.load(a + ((<usize>at) << 4)));
    seen += 4;
    a += <usize>lines * line;
    at += further;
    if (at >= across) {
      at -= across;
      a += line;
    }
  }
  return (<f32>n * <f32>seen * (1 - worthwhile)) / (<f32>((n + 31) & ~31) * <f32>max(left, 1));
}

/** How many of four values are not 0. */
function notZero(x: v128): i32 {
  return i32.popcnt(i32x4.bitmask(f32x4.ne(x, f32x4.splat(0))));
}

/**
 * c (+)= a · b (+ bias), arguments as of `matmul`, by lists of a's rows; `turned`: what is written is cᵀ, without bias, ReLU or mask. A team packs b together, and
 * shares out rows of a.
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
  isShared: bool,
  turned: bool,
): void {
  // A small b of whole groups is read where it lies.
  const lies = k <= blockK && bColumn == 4 && n * k <= smallB && (n & 31) == 0;
  const groups = lies ? b : (isShared ? scratch - shift() : scratch) + packedB;
  const groupRow: usize = lies ? bRow : 128;
  const lists = scratch + packedA;
  const stepK = evenly(k, blockK, 4);
  const stepN = evenly(n, (<i32>(<usize>(packedA - packedB) / groupStride(stepK))) << 5, 32);
  const unit = turned ? heldRows : tileHeight;
  const stepM = evenly(m, blockM, unit);
  for (let j = 0; j < n; j += stepN) {
    const columns = min(n - j, stepN);
    for (let l = 0; l < k; l += stepK) {
      const depth = min(k - l, stepK);
      const block = b + <usize>l * bRow + <usize>j * bColumn;
      if (lies) {
        if (isShared) deal(m, unit, stepM, true);
      } else if (isShared) {
        // Until both have done with the last block, it must stay.
        if (j + l > 0) meet();
        const half = ((columns + 63) >> 6) << 5;
        if (!helps()) packGroups(block, bRow, bColumn, depth, min(half, columns), groups);
        else {
          const to = groups + groupStride(depth) * <usize>(half >> 5);
          packGroups(block + <usize>half * bColumn, bRow, bColumn, depth, max(columns - half, 0), to);
        }
        meet();
        deal(m, unit, stepM, true);
      } else {
        packGroups(block, bRow, bColumn, depth, columns, groups);
      }
      const add = accumulate || l > 0;
      const isLast = l + depth == k;
      const added = l == 0 && bias != 0 ? bias + ((<usize>j) << 2) : 0;
      let end = 0;
      for (let rows = next(isShared, end, m, stepM); rows != 0; rows = next(isShared, end, m, stepM)) {
        end = isShared ? dealt() : end + rows;
        const i = <usize>(end - rows);
        listRows(a + i * aRow + <usize>l * aColumn, aRow, aColumn, rows, depth, <i32>groupRow, lists);
        const at = turned ? <usize>j * cRow + (i << 2) : i * cRow + ((<usize>j) << 2);
        const under = mask != 0 && isLast ? mask + at : 0;
        multiplyGroups(
          lists,
          groups,
          lies ? 128 : groupStride(depth),
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

/** Writes the lists of `rows` rows of a block of a, `depth` wide; rows of b's groups are `step` bytes apart. */
function listRows(a: usize, aRow: usize, aColumn: usize, rows: i32, depth: i32, step: i32, lists: usize): void {
  const apart = listBytes(depth);
  const whole = depth & ~3;
  const four = i32x4.splat(step << 2);
  let i = 0;
  if (aRow == 4) {
    // Columns are rows: four rows' lists at a time.
    for (; i + 4 <= rows; i += 4) {
      const second = lists + apart;
      const third = second + apart;
      const fourth = third + apart;
      let end0 = lists + 8;
      let end1 = second + 8;
      let end2 = third + 8;
      let end3 = fourth + 8;
      let from = a;
      let places = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(step));
      let l = 0;
      for (; l < whole; l += 4) {
        const x0 = v128.load(from);
        const x1 = v128.load(from + aColumn);
        const x2 = v128.load(from + (aColumn << 1));
        const x3 = v128.load(from + aColumn * 3);
        const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
        const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
        const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
        const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
        end0 = listed4(end0, places, i64x2.shuffle(low01, low23, 0, 2));
        end1 = listed4(end1, places, i64x2.shuffle(low01, low23, 1, 3));
        end2 = listed4(end2, places, i64x2.shuffle(high01, high23, 0, 2));
        end3 = listed4(end3, places, i64x2.shuffle(high01, high23, 1, 3));
        places = i32x4.add(places, four);
        from += aColumn << 2;
      }
      for (; l < depth; l++) {
        const place = l * step;
        end0 = listed(end0, place, load<u32>(from));
        end1 = listed(end1, place, load<u32>(from, 4));
        end2 = listed(end2, place, load<u32>(from, 8));
        end3 = listed(end3, place, load<u32>(from, 12));
        from += aColumn;
      }
      store<usize>(lists, end0);
      store<usize>(second, end1);
      store<usize>(third, end2);
      store<usize>(fourth, end3);
      a += 16;
      lists = fourth + apart;
    }
  }
  for (; i < rows; i++) {
    let end = lists + 8;
    let from = a;
    let l = 0;
    if (aColumn == 4) {
      let places = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(step));
      for (; l < whole; l += 4) {
        end = listed4(end, places, v128.load(from));
        places = i32x4.add(places, four);
        from += 16;
      }
    }
    for (; l < depth; l++) {
      end = listed(end, l * step, load<u32>(from));
      from += aColumn;
    }
    store<usize>(lists, end);
    a += aRow;
    lists += apart;
  }
}

/** Writes a value at a list's end, and moves the end on unless it is 0. */
function listed(end: usize, place: i32, bits: u32): usize {
  store<i32>(end, place);
  store<u32>(end, bits, 4);
  return end + ((<usize>(bits << 1 != 0)) << 3);
}

/** The same of four values: those that are not 0 come to the front. */
function listed4(end: usize, places: v128, values: v128): usize {
  const which = i32x4.bitmask(f32x4.ne(values, f32x4.splat(0)));
  const order = v128.load(toFront + ((<usize>which) << 4));
  const place = swizzled(places, order);
  const value = swizzled(values, order);
  v128.store(end, i32x4.shuffle(place, value, 0, 4, 1, 5));
  v128.store(end, i32x4.shuffle(place, value, 2, 6, 3, 7), 16);
  return end + ((<usize>i32.popcnt(which)) << 3);
}

function swizzled(x: v128, order: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i8x16.relaxed_swizzle(x, order) : i8x16.swizzle(x, order);
}

/** What is listed by groups of 32 columns. */
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
  for (let j = 0; j < columns; j += 32) {
    const width = min(columns - j, 32);
    let list = lists;
    let to = c;
    for (let i = 0; i < rows; i += heldRows) {
      const height = min(rows - i, heldRows);
      if (turned || width < 32) {
        addUp(list, apart, height, b, held, 128, false, 0, false, 0);
        if (turned) putColumns(held, to, cRow, height, width, add);
        else putRows(held, to, cRow, height, width, add, bias, clamp, mask != 0 ? to + toMask : 0);
      } else {
        addUp(list, apart, height, b, to, cRow, add, bias, clamp, mask != 0 ? to + toMask : 0);
      }
      list += apart * heldRows;
      to += turned ? (<usize>heldRows) << 2 : cRow * heldRows;
    }
    b += groupApart;
    c += turned ? cRow << 5 : 128;
    if (bias != 0) bias += 128;
  }
}

/** Rows of 32 sums along `height` lists, written `row` bytes apart. */
function addUp(
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
      c4 = multiplyAdd(x, v128.load(from, 64), c4);
      c5 = multiplyAdd(x, v128.load(from, 80), c5);
      c6 = multiplyAdd(x, v128.load(from, 96), c6);
      c7 = multiplyAdd(x, v128.load(from, 112), c7);
    }
    put(to, c0, add, bias, clamp, mask, toMask);
    put(to + 16, c1, add, bias + 16, clamp, mask, toMask);
    put(to + 32, c2, add, bias + 32, clamp, mask, toMask);
    put(to + 48, c3, add, bias + 48, clamp, mask, toMask);
    put(to + 64, c4, add, bias + 64, clamp, mask, toMask);
    put(to + 80, c5, add, bias + 80, clamp, mask, toMask);
    put(to + 96, c6, add, bias + 96, clamp, mask, toMask);
    put(to + 112, c7, add, bias + 112, clamp, mask, toMask);
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
  if (bias >= 128) sum = f32x4.add(sum, v128.load(bias));
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
    held += 128;
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
      const x1 = v128.load(from, 128);
      const x2 = v128.load(from, 256);
      const x3 = v128.load(from, 384);
      const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
      const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
      const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
      const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
      const count = height - i;
      putColumn(to, i64x2.shuffle(low01, low23, 0, 2), count, add);
      if (j + 1 < width) putColumn(to + cRow, i64x2.shuffle(low01, low23, 1, 3), count, add);
      if (j + 2 < width) putColumn(to + cRow * 2, i64x2.shuffle(high01, high23, 0, 2), count, add);
      if (j + 3 < width) putColumn(to + cRow * 3, i64x2.shuffle(high01, high23, 1, 3), count, add);
      from += 512;
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
