import { multiplyAdd } from './math.ts';
import { groupStride } from './pack.ts';
import { clamped, masked } from './tile.ts';

/**
 * Products by an a of which much is 0, as all is that comes out of a ReLU, its gradient, a dropout, or a picture's margin. Each row of a is
 * listed: what is not 0, and where its row of b lies. Then one row of c, 32 columns of it, is summed in registers along the list.
 *
 * A product with 0 adds nothing, and what is left is added in the order in which `tile.ts` adds it: the sums are the same, bit for bit.
 * (But 0 times what is not finite: weights never are, and a gradient that is not is found in its layer's bias and loss.)
 *
 * A row of 32 columns, which reads b once for each sum and not for four, does two thirds of what a tile of 4 × 8 does in Chromium: lists pay from a third of
 * zeros on. With half of them they are 1.2 to 1.4 times as fast as tiles (128 × 512 × 512, packing and listing included, the relaxed build), with four fifths,
 * as in pictures of digits, 2.4 to 3 times. The compiler of Node 20 makes half of it, where lists pay from six tenths on and not for a ReLU's half; it has
 * no relaxed instructions, so that the build tells the two apart. 48 columns, and two values of a list a turn, gave nothing more.
 */

/** Share of zeros from which lists pay. */
const worthwhile: f32 = ASC_FEATURE_RELAXED_SIMD ? 0.38 : 0.62;

/** Values of a that are looked at, at most; of a small a no more than one in 17, or looking would take as long as a product of few rows. */
const looked: i32 = 1024;

/** Bytes from one row's list to the next. A list is the address of its end and, from byte 8 on, (place in b's group, value), 4 bytes each. */
function listBytes(depth: i32): usize {
  return ((<usize>depth) << 3) + 8;
}

/** Whether enough of a, m × k, is 0; some of it, evenly spread, is looked at. */
export function hasManyZeros(a: usize, aRow: usize, aColumn: usize, m: i32, k: i32): bool {
  const all = m * k;
  // Odd, so that not one column alone is met.
  const step = max(all / looked, 16) | 1;
  let zeros = 0;
  let seen = 0;
  for (let at = 0; at < all; at += step) {
    const i = at / k;
    if (load<f32>(a + <usize>i * aRow + <usize>(at - i * k) * aColumn) == 0) zeros++;
    seen++;
  }
  return <f32>zeros >= <f32>seen * worthwhile;
}

/** Writes the lists of `rows` rows of a block of a, `depth` wide; rows of b's groups are 128 bytes apart. */
export function listRows(a: usize, aRow: usize, aColumn: usize, rows: i32, depth: i32, lists: usize): void {
  const apart = listBytes(depth);
  if (aRow != 4) {
    for (let i = 0; i < rows; i++) {
      let end = lists + 8;
      let from = a;
      for (let l = 0; l < depth; l++) {
        end = listed(end, l, from);
        from += aColumn;
      }
      store<usize>(lists, end);
      a += aRow;
      lists += apart;
    }
    return;
  }
  for (let i = 0; i < rows; i++) {
    const list = lists + <usize>i * apart;
    store<usize>(list, list + 8);
  }
  for (let l = 0; l < depth; l++) {
    let list = lists;
    let from = a;
    for (let i = 0; i < rows; i++) {
      store<usize>(list, listed(load<usize>(list), l, from));
      from += 4;
      list += apart;
    }
    a += aColumn;
  }
}

/** Writes what lies at `from` at a list's end, and moves the end on unless it is 0. */
function listed(end: usize, l: i32, from: usize): usize {
  const bits = load<u32>(from);
  store<i32>(end, l << 7);
  store<u32>(end, bits, 4);
  return end + ((<usize>(bits << 1 != 0)) << 3);
}

/** c (+)= what is listed · b (+ bias), `columns` a multiple of 32; b lies in groups; `clamp` and `mask` as in `matmul`. */
export function multiplyListed(
  lists: usize,
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
): void {
  const toMask = mask - c;
  const apart = listBytes(depth);
  for (let j = 0; j < columns; j += 32) {
    let list = lists;
    let to = c;
    for (let i = 0; i < rows; i++) {
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
        const row = b + load<usize>(at);
        c0 = multiplyAdd(x, v128.load(row), c0);
        c1 = multiplyAdd(x, v128.load(row, 16), c1);
        c2 = multiplyAdd(x, v128.load(row, 32), c2);
        c3 = multiplyAdd(x, v128.load(row, 48), c3);
        c4 = multiplyAdd(x, v128.load(row, 64), c4);
        c5 = multiplyAdd(x, v128.load(row, 80), c5);
        c6 = multiplyAdd(x, v128.load(row, 96), c6);
        c7 = multiplyAdd(x, v128.load(row, 112), c7);
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
      to += cRow;
    }
    b += groupStride(depth);
    c += 128;
    if (bias != 0) bias += 128;
  }
}

/** Writes four sums, in the order of `tile.ts`: bias, what is added to, then the ReLU or its gradient. */
function put(to: usize, sum: v128, add: bool, bias: usize, clamp: bool, mask: usize, toMask: usize): void {
  // A bias of nowhere comes as less than a row.
  if (bias >= 128) sum = f32x4.add(sum, v128.load(bias));
  if (add) sum = f32x4.add(v128.load(to), sum);
  if (clamp) sum = clamped(sum);
  else if (mask != 0) sum = masked(sum, to + toMask);
  v128.store(to, sum);
}
