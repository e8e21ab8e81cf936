import { fewestPatches, Geo, mostPatchValues, patchValues, smallB } from '../opcodes.ts';
import { geo, inputBytes, outputBytes } from './geometry.ts';
import { matmul } from './matmul.ts';
import { deal, dealt, helps, take } from './team.ts';
import { winograd, winogradInput, winogradWeights } from './winograd.ts';

/**
 * Convolutions as products: each output pixel's window is unrolled to a row of `patches`, and the kernel is a matrix
 * [height · width · channels, filters]. So many pixels are unrolled at a time that patches stay in the second-level cache: 128 KB are as fast as 512 KB or
 * 4 MB. Pixels whose window lies inside the picture are copied a whole vector at a time, the next run over the end of the last: half the time
 * for one or three channels, where unrolling costs as much as the product.
 */

/** Values of one patch. */
function patchSize(g: usize): i32 {
  return geo(g, Geo.kernelHeight) * geo(g, Geo.kernelWidth) * geo(g, Geo.channels);
}

function pixels(g: usize, rows: i32): i32 {
  return rows * geo(g, Geo.outHeight) * geo(g, Geo.outWidth);
}

/** Output pixels unrolled at a time: 64 also where they fill more than the buffer usually holds, down to one of a window that is huge. */
function blockOf(k: i32): i32 {
  return max(max(patchValues / k, min(fewestPatches, mostPatchValues / k)), 1);
}

/** y = x ⋆ w (+ bias). `tiles` of each convolution: those of a block by Winograd's way, 0 for the direct one. A team shares out blocks. */
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
  isShared: bool,
): void {
  if (tiles > 0) {
    winograd(x, w, y, bias, g, rows, tiles, patches, isShared);
    return;
  }
  const k = patchSize(g);
  const filters = geo(g, Geo.outChannels);
  const block = blockOf(k);
  deal(pixels(g, rows), block, isShared);
  for (let count = take(); count != 0; count = take()) {
    const first = dealt() - count;
    unroll(x, g, first, count, patches);
    const out = y + ((<usize>first * <usize>filters) << 2);
    matmul(
      patches,
      (<usize>k) << 2,
      4,
      w,
      (<usize>filters) << 2,
      4,
      out,
      (<usize>filters) << 2,
      count,
      filters,
      k,
      false,
      bias,
      scratch,
      false,
      0,
    );
  }
}

/**
 * dx (+)= the patches' gradients dy · wᵀ, each value added where it came from (+ bias, a channel of dx each). A team shares out blocks where tiles are
 * written but once; directly, its threads have samples of their own.
 */
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
  isShared: bool,
): void {
  if (tiles > 0) {
    winogradInput(dy, w, dx, bias, g, rows, accumulate, tiles, patches, isShared);
    return;
  }
  if (isShared) {
    const half = rows >> 1;
    const first: usize = helps() ? <usize>half : 0;
    dy += first * outputBytes(g);
    dx += first * inputBytes(g);
    rows = helps() ? rows - half : half;
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
    matmul(
      from,
      (<usize>filters) << 2,
      4,
      w,
      4,
      (<usize>filters) << 2,
      patches,
      (<usize>k) << 2,
      count,
      k,
      filters,
      false,
      0,
      scratch,
      false,
      0,
    );
    addBack(dx, g, first, count, patches);
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
  // A small kernel's gradient is soon added to: short blocks need no packing.
  const block = k * filters <= smallB ? min(max(smallB / filters, fewestPatches), blockOf(k)) : blockOf(k);
  for (let first = 0; first < total; first += block) {
    const count = min(total - first, block);
    unroll(x, g, first, count, patches);
    const from = dy + ((<usize>first * <usize>filters) << 2);
    matmul(
      patches,
      4,
      (<usize>k) << 2,
      from,
      (<usize>filters) << 2,
      4,
      dw,
      (<usize>filters) << 2,
      k,
      filters,
      count,
      accumulate || first > 0,
      0,
      scratch,
      false,
      0,
    );
  }
}

/** Writes the windows of `count` output pixels from `first` on, each a row of `patches`; padding is 0. */
function unroll(picture: usize, g: usize, first: i32, count: i32, patches: usize): void {
  const height = geo(g, Geo.height);
  const width = geo(g, Geo.width);
  const channels = geo(g, Geo.channels);
  const outHeight = geo(g, Geo.outHeight);
  const outWidth = geo(g, Geo.outWidth);
  const kernelHeight = geo(g, Geo.kernelHeight);
  const kernelWidth = geo(g, Geo.kernelWidth);
  const strideY = geo(g, Geo.strideY);
  const strideX = geo(g, Geo.strideX);
  const padTop = geo(g, Geo.padTop);
  const padLeft = geo(g, Geo.padLeft);
  const pixel = (<usize>channels) << 2;
  const row = pixel * <usize>width;
  const run = pixel * <usize>kernelWidth;
  let ox = first % outWidth;
  let oy = (first / outWidth) % outHeight;
  let r = first / outWidth / outHeight;
  for (let index = 0; index < count; index++) {
    const top = oy * strideY - padTop;
    const left = ox * strideX - padLeft;
    let from = picture + <usize>(r * height + top) * row + <usize>left * pixel;
    if (top >= 0 && top + kernelHeight <= height && left >= 0 && left + kernelWidth <= width) {
      for (let ky = 0; ky < kernelHeight; ky++) {
        for (let at: usize = 0; at < run; at += 16) v128.store(patches + at, v128.load(from + at));
        patches += run;
        from += row;
      }
    } else {
      // Of each row of the window, `before` cells lie left of the picture, `inside` in it.
      const before = min(max(-left, 0), kernelWidth);
      const inside = max(min(kernelWidth, width - left) - before, 0);
      for (let ky = 0; ky < kernelHeight; ky++) {
        if (top + ky >= 0 && top + ky < height) {
          patches = zero(patches, before * channels);
          patches = copy(from + <usize>before * pixel, patches, inside * channels);
          patches = zero(patches, (kernelWidth - before - inside) * channels);
        } else {
          patches = zero(patches, kernelWidth * channels);
        }
        from += row;
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

/** Adds the windows of `count` output pixels from `first` on to the picture they came from. */
function addBack(picture: usize, g: usize, first: i32, count: i32, patches: usize): void {
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
  for (let index = 0; index < count; index++) {
    const top = oy * geo(g, Geo.strideY) - geo(g, Geo.padTop);
    const left = ox * geo(g, Geo.strideX) - geo(g, Geo.padLeft);
    const before = min(max(-left, 0), kernelWidth);
    const inside = max(min(kernelWidth, width - left) - before, 0);
    for (let ky = 0; ky < kernelHeight; ky++) {
      const iy = top + ky;
      const cells = picture + ((<usize>((r * height + iy) * width + left + before) * <usize>channels) << 2);
      if (iy >= 0 && iy < height) add(patches + ((<usize>(before * channels)) << 2), cells, inside * channels);
      patches += (<usize>(kernelWidth * channels)) << 2;
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
