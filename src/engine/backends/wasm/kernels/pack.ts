/** Copies of blocks of matrices in the order in which tiles read them. */

/** Bytes from one panel of 8 columns to the next: a cache line more than it holds, so that panels do not fall on one another's places. */
export function panelStride(depth: i32): usize {
  return ((<usize>depth) << 5) + 64;
}

/** Columns of a unit: what lists go through at a time (listed.ts) is a group of three, or of two where three do not come out even. */
export const unit: i32 = ASC_FEATURE_RELAXED_SIMD ? 16 : 8;

/** Units of a group at most: four where the engine makes one vector of two (wide.ts), so that a row's sums do not wait for one another. */
let most: i32 = 3;

export function setWidest(units: i32): void {
  most = units;
}

export function widest(): i32 {
  return most;
}

/** Bytes of a row of a group. */
export function groupBytes(): usize {
  return (<usize>(most * unit)) << 2;
}

/** Units that so many columns fill, two at least. */
export function unitsOf(columns: i32): i32 {
  return max((columns + unit - 1) / unit, 2);
}

/** Units of the next group, of so many columns that are left: none is left over alone. */
export function unitsOfNext(columns: i32): i32 {
  const left = unitsOf(columns);
  if (left <= most) return left;
  return left == most + 1 ? (left + 1) >> 1 : most;
}

/** Bytes from one group to the next. */
export function groupStride(depth: i32): usize {
  return <usize>depth * groupBytes() + 64;
}

/** The length of a block, a multiple of `unit`, when `size` is cut into as few even ones as `most` allows. */
export function evenly(size: i32, most: i32, unit: i32): i32 {
  if (size <= most) return size;
  const count = (size + most - 1) / most;
  const length = (size + count - 1) / count;
  return max(((length + unit - 1) / unit) * unit, unit);
}

/** Lays b out in groups, of which lists (listed.ts) take a whole row at a time. What is missing of the last is 0. */
export function packGroups(b: usize, row: usize, column: usize, depth: i32, columns: i32, out: usize): void {
  for (let j = 0; j < columns;) {
    const whole = unitsOfNext(columns - j) * unit;
    if (columns - j < whole) memory.fill(out, 0, <usize>depth * groupBytes());
    packColumns(b, row, column, depth, min(columns - j, whole), out, 32, groupBytes());
    b += column * <usize>whole;
    out += groupStride(depth);
    j += whole;
  }
}

/** Lays b out as panels of 8 columns, `stride` apart, each `depth` rows of 8, `step` apart; what is missing of the last is 0. */
export function packColumns(
  b: usize,
  row: usize,
  column: usize,
  depth: i32,
  columns: i32,
  out: usize,
  stride: usize,
  step: usize,
): void {
  const whole = columns & ~7;
  if (column == 4) copyColumns(b, row, depth, whole, out, stride, step);
  else if (row == 4) turnColumns(b, column, depth, whole, out, stride, step);
  else pickColumns(b, row, column, depth, whole, out, stride, step);
  if (whole == columns) return;
  out += stride * <usize>(whole >> 3);
  b += <usize>whole * column;
  const width = columns - whole;
  for (let l = 0; l < depth; l++) {
    v128.store(out, f32x4.splat(0));
    v128.store(out, f32x4.splat(0), 16);
    for (let lane = 0; lane < width; lane++) {
      store<f32>(out + ((<usize>lane) << 2), load<f32>(b + <usize>lane * column));
    }
    out += step;
    b += row;
  }
}

/** Rows are rows: each is read once, from end to end. */
function copyColumns(b: usize, row: usize, depth: i32, columns: i32, out: usize, stride: usize, step: usize): void {
  const bytes = (<usize>columns) << 2;
  for (let l = 0; l < depth; l++) {
    let to = out;
    for (let at: usize = 0; at < bytes; at += 32) {
      v128.store(to, v128.load(b + at));
      v128.store(to, v128.load(b + at, 16), 16);
      to += stride;
    }
    out += step;
    b += row;
  }
}

/** Columns are rows: four values of each of eight at a time. */
function turnColumns(b: usize, column: usize, depth: i32, columns: i32, out: usize, stride: usize, step: usize): void {
  for (let j = 0; j < columns; j += 8) {
    let from = b;
    let to = out;
    let l = 0;
    for (; l + 4 <= depth; l += 4) {
      turn(from, column, to, step);
      turn(from + (column << 2), column, to + 16, step);
      from += 16;
      to += step << 2;
    }
    for (; l < depth; l++) {
      for (let lane: usize = 0; lane < 8; lane++) store<f32>(to + (lane << 2), load<f32>(from + lane * column));
      from += 4;
      to += step;
    }
    b += column << 3;
    out += stride;
  }
}

/** Four rows of four values as four columns; rows are `from` and `to` apart. */
function turn(from: usize, apart: usize, to: usize, step: usize): void {
  const x0 = v128.load(from);
  const x1 = v128.load(from + apart);
  const x2 = v128.load(from + (apart << 1));
  const x3 = v128.load(from + apart * 3);
  const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
  const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
  const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
  const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(low01, low23, 0, 2));
  v128.store(to + step, i64x2.shuffle(low01, low23, 1, 3));
  v128.store(to + step * 2, i64x2.shuffle(high01, high23, 0, 2));
  v128.store(to + step * 3, i64x2.shuffle(high01, high23, 1, 3));
}

function pickColumns(
  b: usize,
  row: usize,
  column: usize,
  depth: i32,
  columns: i32,
  out: usize,
  stride: usize,
  step: usize,
): void {
  for (let j = 0; j < columns; j += 8) {
    let from = b;
    let to = out;
    for (let l = 0; l < depth; l++) {
      for (let lane: usize = 0; lane < 8; lane++) store<f32>(to + (lane << 2), load<f32>(from + lane * column));
      to += step;
      from += row;
    }
    b += column << 3;
    out += stride;
  }
}

/** Lays a out as panels of `tall` rows, a tile's, each `depth` × `tall`; what is missing of the last is 0. */
export function packRows(a: usize, row: usize, column: usize, rows: i32, depth: i32, out: usize, tall: i32): void {
  const step = (<usize>tall) << 2;
  const panel = <usize>depth * step;
  for (let i = 0; i < rows; i += tall) {
    const height = min(rows - i, tall);
    let from = a + <usize>i * row;
    if (row == 4 && height == tall) {
      let to = out;
      for (let l = 0; l < depth; l++) {
        v128.store(to, v128.load(from));
        if (tall > 4) store<u64>(to, load<u64>(from, 16), 16);
        to += step;
        from += column;
      }
      out += panel;
      continue;
    }
    let l = 0;
    if (column == 4 && height == tall) {
      let to = out;
      for (; l + 4 <= depth; l += 4) {
        turn(from, row, to, step);
        if (tall > 4) turnTwo(from + (row << 2), row, to + 16, step);
        from += 16;
        to += step << 2;
      }
    }
    for (; l < depth; l++) {
      let at = from;
      const to = out + <usize>l * step;
      for (let lane = 0; lane < height; lane++) {
        store<f32>(to + ((<usize>lane) << 2), load<f32>(at));
        at += row;
      }
      // Whatever lies there is multiplied, too, and numbers below the normal ones take a hundred times as long.
      for (let lane = height; lane < tall; lane++) store<f32>(to + ((<usize>lane) << 2), 0);
      from += column;
    }
    out += panel;
  }
}

/** Two rows of four values as four of two. */
function turnTwo(from: usize, apart: usize, to: usize, step: usize): void {
  const x0 = v128.load(from);
  const x1 = v128.load(from + apart);
  const low = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
  const high = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
  v128.store64_lane(to, low, 0);
  v128.store64_lane(to + step, low, 1);
  v128.store64_lane(to + step * 2, high, 0);
  v128.store64_lane(to + step * 3, high, 1);
}
