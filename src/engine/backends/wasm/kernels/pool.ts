import { Geo, PoolCode } from '../opcodes.ts';

/**
 * Windows over pictures, four channels at a time; channels left over are worked through alone. Nothing is kept from the forward pass: the
 * backward pass finds each window's first maximum again, which reads x once more and saves a buffer of places.
 */

function geo(g: usize, index: Geo): i32 {
  return load<i32>(g + ((<usize>index) << 2));
}

/** y = the maximum, the mean or the sum of each window; padding does not count. */
export function pool(kind: i32, x: usize, y: usize, g: usize, rows: i32): void {
  walk(kind, x, 0, y, g, rows, false);
}

/** dx (+)= what `pool` passes back: all to the first maximum, equal parts, or all to each. Only the maximum reads x. */
export function poolBack(kind: i32, x: usize, dy: usize, dx: usize, g: usize, rows: i32, accumulate: bool): void {
  if (!accumulate) {
    memory.fill(dx, 0, (<usize>(rows * geo(g, Geo.height) * geo(g, Geo.width) * geo(g, Geo.channels))) << 2);
  }
  walk(kind, x, dx, dy, g, rows, true);
}

function walk(kind: i32, x: usize, dx: usize, y: usize, g: usize, rows: i32, back: bool): void {
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
        if (kind == PoolCode.max && back) maximumBack(x + first, dx + first, y, row, pixel, down, across);
        else if (kind == PoolCode.max) maximum(x + first, y, row, pixel, down, across);
        else if (back) spread(dx + first, y, row, pixel, down, across, parts);
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

function maximumBack(x: usize, dx: usize, dy: usize, row: usize, pixel: usize, down: i32, across: i32): void {
  for (let channel: usize = 0; channel < pixel; channel += 4) {
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
function spread(dx: usize, dy: usize, row: usize, pixel: usize, down: i32, across: i32, parts: f32): void {
  let channel: usize = 0;
  for (; channel + 16 <= pixel; channel += 16) {
    const share = f32x4.div(v128.load(dy + channel), f32x4.splat(parts));
    for (let j = 0; j < down; j++) {
      let at = dx + channel + <usize>j * row;
      for (let i = 0; i < across; i++) {
        v128.store(at, f32x4.add(v128.load(at), share));
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
