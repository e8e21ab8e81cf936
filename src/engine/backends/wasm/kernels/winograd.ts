import { Geo } from '../opcodes.ts';
import { geo } from './geometry.ts';
import { deal, dealt, take } from './team.ts';
import { bandOfColumns, bandOfRows } from './tile.ts';
import { kernelBack, kernelForward, kernelGradient, upTo8 } from './winogradKernel.ts';
import { begin, channelsOfPicture, gradients, inputs, outputs, tilesOfPicture } from './winogradTiles.ts';

/**
 * Convolutions 3 × 3 of stride 1 by Winograd's F(2 × 2, 3 × 3): tiles of 2 × 2 outputs from 4 × 4 inputs by 16 multiplications where there would
 * be 36 (Lavin & Gray 2016, "Fast algorithms for convolutional neural networks"). With V = Bᵀ x B, U = G w Gᵀ and M = Σ V ⊙ U over
 * channels, y = Aᵀ M A. Each of the 16 places of V ⊙ U is a product of matrices, tiles × channels by channels × filters. The gradient by the input
 * is the same convolution with the kernel turned around; that by the kernel goes the same way backwards: dw = Gᵀ (Vᵀ (A dy Aᵀ)) G.
 * Sums differ from direct ones by a few 1e-7 of the largest value. F(4 × 4, 3 × 3) would save more, but loses digits.
 */

/** Bytes between the places of `count` × `size` values: a cache line more than they hold, so that sixteen streams do not meet in one set. */
function apart(count: i32, size: i32): usize {
  return (<usize>(count * size + 16)) << 2;
}

/** y (+)= x ⋆ w (+ bias), in blocks of `block` tiles; `scratch` holds U, V, M and a pixel of zeros. */
export function winograd(
  x: usize,
  w: usize,
  y: usize,
  bias: usize,
  g: usize,
  rows: i32,
  block: i32,
  scratch: usize,
  isShared: bool,
): void {
  const c = geo(g, Geo.channels);
  const f = geo(g, Geo.outChannels);
  const h = geo(g, Geo.outHeight);
  const wide = geo(g, Geo.outWidth);
  const u = scratch;
  const v = u + ((<usize>(16 * c * upTo8(f))) << 2);
  const m = v + (apart(block, c) << 4);
  begin(
    x,
    geo(g, Geo.height),
    geo(g, Geo.width),
    c,
    geo(g, Geo.padTop),
    geo(g, Geo.padLeft),
    h,
    wide,
    m + (apart(block, f) << 4),
  );
  kernelForward(w, u, c, f);
  slideOver(u, v, m, y, bias, f, h, wide, rows, block, false, isShared);
}

/** dx (+)= dy ⋆ the kernel turned around (+ bias). */
export function winogradInput(
  dy: usize,
  w: usize,
  dx: usize,
  bias: usize,
  g: usize,
  rows: i32,
  accumulate: bool,
  block: i32,
  scratch: usize,
  isShared: bool,
): void {
  const c = geo(g, Geo.channels);
  const f = geo(g, Geo.outChannels);
  const h = geo(g, Geo.height);
  const wide = geo(g, Geo.width);
  const u = scratch;
  const v = u + ((<usize>(16 * f * upTo8(c))) << 2);
  const m = v + (apart(block, f) << 4);
  const padTop = 2 - geo(g, Geo.padTop);
  const padLeft = 2 - geo(g, Geo.padLeft);
  begin(dy, geo(g, Geo.outHeight), geo(g, Geo.outWidth), f, padTop, padLeft, h, wide, m + (apart(block, c) << 4));
  kernelBack(w, u, c, f);
  slideOver(u, v, m, dx, bias, c, h, wide, rows, block, accumulate, isShared);
}

/** dw (+)= the gradient by the kernel. */
export function winogradWeights(
  x: usize,
  dy: usize,
  dw: usize,
  g: usize,
  rows: i32,
  accumulate: bool,
  block: i32,
  scratch: usize,
): void {
  const c = geo(g, Geo.channels);
  const f = geo(g, Geo.outChannels);
  const h = geo(g, Geo.outHeight);
  const wide = geo(g, Geo.outWidth);
  const du = scratch;
  const v = du + ((<usize>(16 * c * f)) << 2);
  const n = v + (apart(block, c) << 4);
  const nApart = apart(block, upTo8(f));
  const vApart = apart(block, c);
  begin(
    x,
    geo(g, Geo.height),
    geo(g, Geo.width),
    c,
    geo(g, Geo.padTop),
    geo(g, Geo.padLeft),
    h,
    wide,
    n + (nApart << 4),
  );
  const tiles = rows * tilesOfPicture();
  const fRow = (<usize>f) << 2;
  const vTile = (<usize>block) << 4;
  const nTile = (<usize>block) << 5;
  for (let first = 0; first < tiles; first += block) {
    const count = min(tiles - first, block);
    inputs(first, count, v, vApart, 16, vTile);
    gradients(first, count, dy, f, h, wide, n, nApart, nTile);
    for (let place: usize = 0; place < 16; place++) {
      const a = v + place * vApart;
      let b = n + place * nApart;
      let out = du + ((place * <usize>(c * f)) << 2);
      for (let j = 0; j < f; j += 8) {
        bandOfColumns(a, vTile, 16, b, 32, out, fRow, c, min(f - j, 8), count, first > 0, 0, false, 0);
        b += nTile;
        out += 32;
      }
    }
  }
  kernelGradient(du, dw, c, f, accumulate);
}

/** All blocks of tiles: V, then M = V · U place by place, then the outputs, `f` values a pixel. */
function slideOver(
  u: usize,
  v: usize,
  m: usize,
  y: usize,
  bias: usize,
  f: i32,
  outHeight: i32,
  outWidth: i32,
  rows: i32,
  block: i32,
  accumulate: bool,
  isShared: bool,
): void {
  const c = channelsOfPicture();
  const vApart = apart(block, c);
  const mApart = apart(block, f);
  const vRow = (<usize>c) << 2;
  const mRow = (<usize>f) << 2;
  const panel = (<usize>c) << 5;
  deal(rows * tilesOfPicture(), block, isShared);
  for (let count = take(); count != 0; count = take()) {
    const first = dealt() - count;
    inputs(first, count, v, vApart, vRow, 16);
    let b = u;
    for (let place: usize = 0; place < 16; place++) {
      const a = v + place * vApart;
      let out = m + place * mApart;
      for (let j = 0; j < f; j += 8) {
        bandOfRows(a, vRow, b, 32, out, mRow, count, min(f - j, 8), c, false, 0, false, 0);
        b += panel;
        out += 32;
      }
    }
    outputs(first, count, m, mApart, y, f, outHeight, outWidth, bias, accumulate);
  }
}
