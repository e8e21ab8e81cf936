import { keep } from './winogradKernel.ts';

/** The pictures' side of Winograd's convolutions (winograd.ts): tiles of them into their 16 places, and results back from there. */

// The pictures that are walked over: set once, so that loops over blocks need not pass it on.
let picture: usize = 0;
let height: i32 = 0;
let width: i32 = 0;
let channels: i32 = 0;
/** Rows and columns of the picture that lie above and left of tile 0's. */
let top: i32 = 0;
let left: i32 = 0;
let across: i32 = 0;
let down: i32 = 0;
/** Addresses of a tile's pixels, then a pixel of zeros. */
let corners: usize = 0;

/** Tiles of a picture: sizes of the output by sizes of the input, shifted by the padding. */
export function begin(
  x: usize,
  h: i32,
  w: i32,
  c: i32,
  padTop: i32,
  padLeft: i32,
  outHeight: i32,
  outWidth: i32,
  table: usize,
): void {
  picture = x;
  height = h;
  width = w;
  channels = c;
  top = padTop;
  left = padLeft;
  down = (outHeight + 1) >> 1;
  across = (outWidth + 1) >> 1;
  corners = table;
  memory.fill(table + 64, 0, (<usize>c) << 2);
}

export function tilesOfPicture(): i32 {
  return down * across;
}

export function channelsOfPicture(): i32 {
  return channels;
}

/** V of `count` tiles: four channels of a tile at each place, `tStep` bytes from tile to tile, `cStep` from four channels to the next. */
export function inputs(first: i32, count: i32, v: usize, vApart: usize, tStep: usize, cStep: usize): void {
  const pixel = (<usize>channels) << 2;
  const row = pixel * <usize>width;
  let tx = first % across;
  let ty = (first / across) % down;
  let r = first / across / down;
  for (let t = 0; t < count; t++) {
    const y0 = 2 * ty - top;
    const x0 = 2 * tx - left;
    const origin = picture + <usize>(r * height + y0) * row + <usize>x0 * pixel;
    for (let i = 0; i < 4; i++) {
      const there = y0 + i >= 0 && y0 + i < height;
      for (let j = 0; j < 4; j++) {
        const inside = there && x0 + j >= 0 && x0 + j < width;
        store<usize>(
          corners + ((<usize>(4 * i + j)) << 2),
          inside ? origin + <usize>i * row + <usize>j * pixel : corners + 64,
        );
      }
    }
    let out = v + <usize>t * tStep;
    for (let c: usize = 0; c < pixel; c += 16) {
      spreadInput(c, out, vApart);
      out += cStep;
    }
    if (++tx == across) {
      tx = 0;
      if (++ty == down) {
        ty = 0;
        r++;
      }
    }
  }
}

function corner(index: usize, shift: usize): v128 {
  return v128.load(load<usize>(corners + (index << 2)) + shift);
}

/** Bᵀ d B of four channels. */
function spreadInput(shift: usize, out: usize, apart: usize): void {
  for (let i: usize = 0; i < 4; i++) {
    // A row of Bᵀ d: differences of two rows.
    const first: usize = i == 0 ? 0 : i == 2 ? 8 : 4;
    const second: usize = i == 3 ? 12 : i == 2 ? 4 : 8;
    let d0 = corner(first, shift);
    let d1 = corner(first + 1, shift);
    let d2 = corner(first + 2, shift);
    let d3 = corner(first + 3, shift);
    const e0 = corner(second, shift);
    const e1 = corner(second + 1, shift);
    const e2 = corner(second + 2, shift);
    const e3 = corner(second + 3, shift);
    if (i == 1) {
      d0 = f32x4.add(d0, e0);
      d1 = f32x4.add(d1, e1);
      d2 = f32x4.add(d2, e2);
      d3 = f32x4.add(d3, e3);
    } else {
      d0 = f32x4.sub(d0, e0);
      d1 = f32x4.sub(d1, e1);
      d2 = f32x4.sub(d2, e2);
      d3 = f32x4.sub(d3, e3);
    }
    v128.store(out, f32x4.sub(d0, d2));
    out += apart;
    v128.store(out, f32x4.add(d1, d2));
    out += apart;
    v128.store(out, f32x4.sub(d2, d1));
    out += apart;
    v128.store(out, f32x4.sub(d1, d3));
    out += apart;
  }
}

/** Aᵀ M A of `count` tiles, to where their pixels lie. */
export function outputs(
  first: i32,
  count: i32,
  m: usize,
  mApart: usize,
  y: usize,
  f: i32,
  outHeight: i32,
  outWidth: i32,
  bias: usize,
  accumulate: bool,
): void {
  const pixel = (<usize>f) << 2;
  const row = pixel * <usize>outWidth;
  let tx = first % across;
  let ty = (first / across) % down;
  let r = first / across / down;
  for (let t = 0; t < count; t++) {
    const to = y + <usize>(r * outHeight + 2 * ty) * row + <usize>(2 * tx) * pixel;
    const isWide = 2 * tx + 1 < outWidth;
    const isHigh = 2 * ty + 1 < outHeight;
    const tile = m + <usize>t * pixel;
    for (let at: usize = 0; at < pixel; at += 16) {
      const added = bias != 0 ? v128.load(bias + at) : f32x4.splat(0);
      let low0 = added;
      let low1 = added;
      let high0 = added;
      let high1 = added;
      let from = tile + at;
      // Column by column of M: Σ of rows 0, 1, 2 above, 1 − 2 − 3 below.
      for (let j = 0; j < 4; j++) {
        const m0 = v128.load(from);
        const m1 = v128.load(from + (mApart << 2));
        const m2 = v128.load(from + (mApart << 3));
        const m3 = v128.load(from + mApart * 12);
        const above = f32x4.add(f32x4.add(m0, m1), m2);
        const below = f32x4.sub(f32x4.sub(m1, m2), m3);
        if (j < 3) {
          low0 = f32x4.add(low0, above);
          high0 = f32x4.add(high0, below);
        }
        if (j == 1) {
          low1 = f32x4.add(low1, above);
          high1 = f32x4.add(high1, below);
        } else if (j > 1) {
          low1 = f32x4.sub(low1, above);
          high1 = f32x4.sub(high1, below);
        }
        from += mApart;
      }
      const out = to + at;
      keep(out, low0, accumulate);
      if (isWide) keep(out + pixel, low1, accumulate);
      if (isHigh) {
        keep(out + row, high0, accumulate);
        if (isWide) keep(out + row + pixel, high1, accumulate);
      }
    }
    if (++tx == across) {
      tx = 0;
      if (++ty == down) {
        ty = 0;
        r++;
      }
    }
  }
}

/** A dy Aᵀ of `count` tiles, in panels of eight filters `panel` bytes long. */
export function gradients(
  first: i32,
  count: i32,
  dy: usize,
  f: i32,
  outHeight: i32,
  outWidth: i32,
  n: usize,
  nApart: usize,
  panel: usize,
): void {
  const zero = f32x4.splat(0);
  const pixel = (<usize>f) << 2;
  const row = pixel * <usize>outWidth;
  let tx = first % across;
  let ty = (first / across) % down;
  let r = first / across / down;
  for (let t = 0; t < count; t++) {
    const from = dy + <usize>(r * outHeight + 2 * ty) * row + <usize>(2 * tx) * pixel;
    const isWide = 2 * tx + 1 < outWidth;
    const isHigh = 2 * ty + 1 < outHeight;
    let out = n + ((<usize>t) << 5);
    for (let at: usize = 0; at < pixel; at += 16) {
      const d00 = v128.load(from + at);
      const d01 = isWide ? v128.load(from + at + pixel) : zero;
      const d10 = isHigh ? v128.load(from + at + row) : zero;
      const d11 = isWide && isHigh ? v128.load(from + at + row + pixel) : zero;
      const place = nApart << 2;
      fourGradients(out, d00, d01, nApart);
      fourGradients(out + place, f32x4.add(d00, d10), f32x4.add(d01, d11), nApart);
      fourGradients(out + place * 2, f32x4.sub(d00, d10), f32x4.sub(d01, d11), nApart);
      fourGradients(out + place * 3, f32x4.neg(d10), f32x4.neg(d11), nApart);
      out += at & 16 ? panel - 16 : 16;
    }
    if (++tx == across) {
      tx = 0;
      if (++ty == down) {
        ty = 0;
        r++;
      }
    }
  }
}

function fourGradients(out: usize, first: v128, second: v128, apart: usize): void {
  v128.store(out, first);
  v128.store(out + apart, f32x4.add(first, second));
  v128.store(out + apart * 2, f32x4.sub(first, second));
  v128.store(out + apart * 3, f32x4.neg(second));
}
