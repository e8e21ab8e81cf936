import { Geo, patchValues } from '../opcodes.ts';
import { matmul } from './matmul.ts';
import { winograd, winogradInput, winogradWeights } from './winograd.ts';

/**
 * Convolutions as products: each output pixel's window is unrolled to a row of `patches`, and the kernel is a matrix
 * [height · width · channels, filters]. As many pixels are unrolled at a time as fit the buffer. Buffers of 128 KB, 512 KB, 1 MB and 4 MB
 * gave the same speed within the noise on a CNN of 16 and 32 filters; 512 KB is small beside what a network needs anyway.
 */

function geo(g: usize, index: Geo): i32 {
  return load<i32>(g + ((<usize>index) << 2));
}

/** Values of one patch. */
function patchSize(g: usize): i32 {
  return geo(g, Geo.kernelHeight) * geo(g, Geo.kernelWidth) * geo(g, Geo.channels);
}

function pixels(g: usize, rows: i32): i32 {
  return rows * geo(g, Geo.outHeight) * geo(g, Geo.outWidth);
}

/** Output pixels unrolled at a time. */
function blockOf(k: i32): i32 {
  return max(patchValues / k, 1);
}

/** y = x ⋆ w (+ bias). `tiles` of each convolution: those of a block by Winograd's way, 0 for the direct one. */
export function conv(
  x: usize,
  w: usize,
  y: usize,
  bias: usize,
  g: usize,
  rows: i32,
  tiles: i32,
  patches: usize,
  scratch: usize,
): void {
  if (tiles > 0) {
    winograd(x, w, y, bias, g, rows, tiles, patches);
    return;
  }
  const k = patchSize(g);
  const filters = geo(g, Geo.outChannels);
  const total = pixels(g, rows);
  const block = blockOf(k);
  for (let first = 0; first < total; first += block) {
    const count = min(total - first, block);
    slide(x, g, first, count, patches, false);
    const out = y + ((<usize>first * <usize>filters) << 2);
    matmul(patches, (<usize>k) << 2, 4, w, (<usize>filters) << 2, 4, out, count, filters, k, false, bias, scratch);
  }
}

/** dx (+)= the patches' gradients dy · wᵀ, each value added where it came from (+ bias, a channel of dx each). */
export function convInput(
  dy: usize,
  w: usize,
  dx: usize,
  bias: usize,
  g: usize,
  rows: i32,
  accumulate: bool,
  tiles: i32,
  patches: usize,
  scratch: usize,
): void {
  if (tiles > 0) {
    winogradInput(dy, w, dx, bias, g, rows, accumulate, tiles, patches);
    return;
  }
  const k = patchSize(g);
  const filters = geo(g, Geo.outChannels);
  const total = pixels(g, rows);
  const block = blockOf(k);
  const channels = geo(g, Geo.channels);
  const cells = rows * geo(g, Geo.height) * geo(g, Geo.width);
  if (!accumulate) memory.fill(dx, 0, (<usize>(cells * channels)) << 2);
  if (bias != 0) {
    const pixel = (<usize>channels) << 2;
    const end = dx + <usize>cells * pixel;
    for (let at = dx; at < end; at += pixel) add(bias, at, channels);
  }
  for (let first = 0; first < total; first += block) {
    const count = min(total - first, block);
    const from = dy + ((<usize>first * <usize>filters) << 2);
    matmul(from, (<usize>filters) << 2, 4, w, 4, (<usize>filters) << 2, patches, count, k, filters, false, 0, scratch);
    slide(dx, g, first, count, patches, true);
  }
}

/** dw (+)= patchesᵀ · dy. */
export function convWeights(
  x: usize,
  dy: usize,
  dw: usize,
  g: usize,
  rows: i32,
  accumulate: bool,
  tiles: i32,
  patches: usize,
  scratch: usize,
): void {
  if (tiles > 0) {
    winogradWeights(x, dy, dw, g, rows, accumulate, tiles, patches);
    return;
  }
  const k = patchSize(g);
  const filters = geo(g, Geo.outChannels);
  const total = pixels(g, rows);
  const block = blockOf(k);
  for (let first = 0; first < total; first += block) {
    const count = min(total - first, block);
    slide(x, g, first, count, patches, false);
    const from = dy + ((<usize>first * <usize>filters) << 2);
    matmul(
      patches,
      4,
      (<usize>k) << 2,
      from,
      (<usize>filters) << 2,
      4,
      dw,
      k,
      filters,
      count,
      accumulate || first > 0,
      0,
      scratch,
    );
  }
}

/**
 * Goes through the windows of `count` output pixels from `first` on, each a row of `patches`: writes them there (padding is 0) or, with
 * `back`, adds them to the picture they came from.
 */
function slide(picture: usize, g: usize, first: i32, count: i32, patches: usize, back: bool): void {
  const height = geo(g, Geo.height);
  const width = geo(g, Geo.width);
  const channels = geo(g, Geo.channels);
  const outHeight = geo(g, Geo.outHeight);
  const outWidth = geo(g, Geo.outWidth);
  const kernelHeight = geo(g, Geo.kernelHeight);
  const kernelWidth = geo(g, Geo.kernelWidth);
  let ox = first % outWidth;
  let oy = (first / outWidth) % outHeight;
  let r = first / outWidth / outHeight;
  for (let pixel = 0; pixel < count; pixel++) {
    const top = oy * geo(g, Geo.strideY) - geo(g, Geo.padTop);
    const left = ox * geo(g, Geo.strideX) - geo(g, Geo.padLeft);
    // Of each row of the window, `before` cells lie left of the picture, `inside` in it.
    const before = min(max(-left, 0), kernelWidth);
    const inside = max(min(kernelWidth, width - left) - before, 0);
    for (let ky = 0; ky < kernelHeight; ky++) {
      const iy = top + ky;
      const there = iy >= 0 && iy < height;
      const cells = picture + ((<usize>((r * height + iy) * width + left + before) * <usize>channels) << 2);
      if (back) {
        if (there) add(patches + ((<usize>(before * channels)) << 2), cells, inside * channels);
        patches += (<usize>(kernelWidth * channels)) << 2;
      } else if (there) {
        patches = zero(patches, before * channels);
        patches = copy(cells, patches, inside * channels);
        patches = zero(patches, (kernelWidth - before - inside) * channels);
      } else {
        patches = zero(patches, kernelWidth * channels);
      }
    }
    if (++ox == outWidth) {
      ox = 0;
      if (++oy == outHeight) {
        oy = 0;
        r++;
      }
    }
  }
}

// The runs are short: calls of memory.copy and memory.fill would cost more than the work.

function zero(out: usize, count: i32): usize {
  const end = out + ((<usize>count) << 2);
  for (; out + 16 <= end; out += 16) v128.store(out, f32x4.splat(0));
  for (; out < end; out += 4) store<f32>(out, 0);
  return end;
}

function copy(from: usize, out: usize, count: i32): usize {
  const end = out + ((<usize>count) << 2);
  for (; out + 16 <= end; out += 16) {
    v128.store(out, v128.load(from));
    from += 16;
  }
  for (; out < end; out += 4) {
    store<f32>(out, load<f32>(from));
    from += 4;
  }
  return end;
}

function add(from: usize, out: usize, count: i32): void {
  const end = out + ((<usize>count) << 2);
  for (; out + 16 <= end; out += 16) {
    v128.store(out, f32x4.add(v128.load(out), v128.load(from)));
    from += 16;
  }
  for (; out < end; out += 4) {
    store<f32>(out, load<f32>(out) + load<f32>(from));
    from += 4;
  }
}
