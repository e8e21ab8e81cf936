import { unit, unitsOf } from './pack.ts';

/**
 * Lists of what is not 0 in the rows of a matrix, for products (listed.ts). Four values are listed at a time, what is not 0 brought to the front by a table: a value
 * at a time, with two writes each, listing 64 × 64 took as long as lists saved of a product with 64 columns (10.0 → 6.5 µs since). Eight or sixteen rows at a time: nothing.
 */

/** Share of zeros from which lists pay. */
const worthwhile: f32 = 0.38;

/** Values of an operand that are looked at, at most; of a small one no more than one in 17, or looking would take as long as a product of few rows. */
const looked: i32 = 512;

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
export function listBytes(depth: i32): usize {
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
  return (<f32>n * <f32>seen * (1 - worthwhile)) / (<f32>(unitsOf(n) * unit) * <f32>max(left, 1));
}

/** How many of four values are not 0. */
function notZero(x: v128): i32 {
  return i32.popcnt(i32x4.bitmask(f32x4.ne(x, f32x4.splat(0))));
}

/** Writes the lists of `rows` rows of a block of a, `depth` wide; rows of b's groups are `step` bytes apart. */
export function listRows(a: usize, aRow: usize, aColumn: usize, rows: i32, depth: i32, step: i32, lists: usize): void {
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
