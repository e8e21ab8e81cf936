import { Geo, PoolCode } from '../opcodes.ts';
import { geo } from './geometry.ts';
import { largest, largestBack } from './maxout.ts';

/**
 * Windows over pictures, four channels at a time; channels left over are worked through alone. Nothing is kept from the forward pass: the
 * backward pass finds each window's first maximum again, which reads x once more and saves a buffer of places. Windows that fill the picture
 * without overlap, as nearly all do, write their gradients where others first clear the picture and add: a fifth of the time.
 */

/** Whether windows lie side by side and fill the picture. */
function fills(g: usize): bool {
  const down = geo(g, Geo.kernelHeight);
  const across = geo(g, Geo.kernelWidth);
  return (
    geo(g, Geo.strideY) == down &&
    geo(g, Geo.strideX) == across &&
    geo(g, Geo.outHeight) * down == geo(g, Geo.height) &&
    geo(g, Geo.outWidth) * across == geo(g, Geo.width) &&
    geo(g, Geo.padTop) == 0 &&
    geo(g, Geo.padLeft) == 0
  );
}

/** Whether each window is one run of values. */
function isMaxout(kind: i32, g: usize): bool {
  return kind == PoolCode.max && geo(g, Geo.channels) == 1 && geo(g, Geo.kernelHeight) == 1 && fills(g);
}

function windows(g: usize, rows: i32): i32 {
  return rows * geo(g, Geo.outHeight) * geo(g, Geo.outWidth);
}

/** y = the maximum, the mean or the sum of each window; padding does not count. */
export function pool(kind: i32, x: usize, y: usize, g: usize, rows: i32): void {
  if (isMaxout(kind, g)) largest(x, y, windows(g, rows), geo(g, Geo.kernelWidth));
  else walk(kind, x, 0, y, g, rows, false, false);
}

/** dx (+)= what `pool` passes back: all to the first maximum, equal parts, or all to each. Only the maximum reads x. */
export function poolBack(kind: i32, x: usize, dy: usize, dx: usize, g: usize, rows: i32, accumulate: bool): void {
  if (isMaxout(kind, g)) {
    largestBack(x, dy, dx, windows(g, rows), geo(g, Geo.kernelWidth), accumulate);
    return;
  }
  const writes = !accumulate && fills(g) && (geo(g, Geo.channels) & 3) == 0;
  if (!accumulate && !writes) {
    memory.fill(dx, 0, (<usize>(rows * geo(g, Geo.height) * geo(g, Geo.width) * geo(g, Geo.channels))) << 2);
  }
  walk(kind, x, dx, dy, g, rows, true, writes);
}

function walk(kind: i32, x: usize, dx: usize, y: usize, g: usize, rows: i32, back: bool, writes: bool): void {
  const height = geo(g, Geo.height);
  const width = geo(g, Geo.width);
  const pixel = (<usize>geo(g, Geo.channels)) << 2;
  const row = pixel * <usize>width;
  const outHeight = geo(g, Geo.outHeight);
  const outWidth = geo(g, Geo.outWidth);
  for (let r = 0; r < rows; r++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * geo(g, Geo.strideY) - geo(g, Geo.padTop);
      const fromY = max(top, 0);
      const toY = min(top + geo(g, Geo.kernelHeight), height);
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * geo(g, Geo.strideX) - geo(g, Geo.padLeft);
        const fromX = max(left, 0);
        const toX = min(left + geo(g, Geo.kernelWidth), width);
        const first = <usize>fromY * row + <usize>fromX * pixel;
        const down = toY - fromY;
        const across = toX - fromX;
        const parts = kind == PoolCode.mean ? <f32>(down * across) : 1;
        if (kind == PoolCode.max && back) maximumBack(x + first, dx + first, y, row, pixel, down, across, writes);
        else if (kind == PoolCode.max) maximum(x + first, y, row, pixel, down, across);
        else if (back) spread(dx + first, y, row, pixel, down, across, parts, writes);
        else sum(x + first, y, row, pixel, down, across, parts);
        y += pixel;
      }
    }
    x += row * <usize>height;
    dx += row * <usize>height;
  }
}

function maximum(x: usize, y: usize, row: usize, pixel: usize, down: i32, across: i32): void {
  let channel: usize = 0;
  for (; channel + 16 <= pixel; channel += 16) {
    let best = v128.load(x + channel);
    for (let j = 0; j < down; j++) {
      let at = x + channel + <usize>j * row;
      for (let i = 0; i < across; i++) {
        const value = v128.load(at);
        best = v128.bitselect(best, value, f32x4.le(value, best));
        at += pixel;
      }
    }
    v128.store(y + channel, best);
  }
  for (; channel < pixel; channel += 4) {
    let best = load<f32>(x + channel);
    for (let j = 0; j < down; j++) {
      let at = x + channel + <usize>j * row;
      for (let i = 0; i < across; i++) {
        const value = load<f32>(at);
        if (!(value <= best)) best = value;
        at += pixel;
      }
    }
    store<f32>(y + channel, best);
  }
}

/** `writes`: nothing has been written there yet. */
function maximumBack(
  x: usize,
  dx: usize,
  dy: usize,
  row: usize,
  pixel: usize,
  down: i32,
  across: i32,
  writes: bool,
): void {
  let channel: usize = 0;
  for (; channel + 16 <= pixel; channel += 16) {
    let best = v128.load(x + channel);
    for (let j = 0; j < down; j++) {
      let at = x + channel + <usize>j * row;
      for (let i = 0; i < across; i++) {
        best = f32x4.pmax(best, v128.load(at));
        at += pixel;
      }
    }
    // What a lane has not yet given away: it goes to the first value that is the largest.
    let rest = v128.load(dy + channel);
    for (let j = 0; j < down; j++) {
      let at = channel + <usize>j * row;
      for (let i = 0; i < across; i++) {
        const isBest = f32x4.eq(v128.load(x + at), best);
        const given = v128.and(rest, isBest);
        rest = v128.andnot(rest, isBest);
        v128.store(dx + at, writes ? given : f32x4.add(v128.load(dx + at), given));
        at += pixel;
      }
    }
  }
  for (; channel < pixel; channel += 4) {
    let best = load<f32>(x + channel);
    let place: usize = channel;
    for (let j = 0; j < down; j++) {
      let at = channel + <usize>j * row;
      for (let i = 0; i < across; i++) {
        const value = load<f32>(x + at);
        if (value > best) {
          best = value;
          place = at;
        }
        at += pixel;
      }
    }
    store<f32>(dx + place, load<f32>(dx + place) + load<f32>(dy + channel));
  }
}

/** y = the window's sum ÷ parts. */
function sum(x: usize, y: usize, row: usize, pixel: usize, down: i32, across: i32, parts: f32): void {
  let channel: usize = 0;
  for (; channel + 16 <= pixel; channel += 16) {
    let total = f32x4.splat(0);
    for (let j = 0; j < down; j++) {
      let at = x + channel + <usize>j * row;
      for (let i = 0; i < across; i++) {
        total = f32x4.add(total, v128.load(at));
        at += pixel;
      }
    }
    v128.store(y + channel, f32x4.div(total, f32x4.splat(parts)));
  }
  for (; channel < pixel; channel += 4) {
    let total: f32 = 0;
    for (let j = 0; j < down; j++) {
      let at = x + channel + <usize>j * row;
      for (let i = 0; i < across; i++) {
        total += load<f32>(at);
        at += pixel;
      }
    }
    store<f32>(y + channel, total / parts);
  }
}

/** Adds dy ÷ parts to each value of the window. */
function spread(
  dx: usize,
  dy: usize,
  row: usize,
  pixel: usize,
  down: i32,
  across: i32,
  parts: f32,
  writes: bool,
): void {
  let channel: usize = 0;
  for (; channel + 16 <= pixel; channel += 16) {
    const share = f32x4.div(v128.load(dy + channel), f32x4.splat(parts));
    for (let j = 0; j < down; j++) {
      let at = dx + channel + <usize>j * row;
      for (let i = 0; i < across; i++) {
        v128.store(at, writes ? share : f32x4.add(v128.load(at), share));
        at += pixel;
      }
    }
  }
  for (; channel < pixel; channel += 4) {
    const share = load<f32>(dy + channel) / parts;
    for (let j = 0; j < down; j++) {
      let at = dx + channel + <usize>j * row;
      for (let i = 0; i < across; i++) {
        store<f32>(at, load<f32>(at) + share);
        at += pixel;
      }
    }
  }
}
