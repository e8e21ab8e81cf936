/**
 * The maximum of neighbours that lie side by side, without overlap: maxout's pool, which has one channel. Pairs go four at a time; more
 * pieces one window after another. Windows in pool.ts cost ten times as much when there is but one channel in them.
 */

/** y[i] = the largest of x[i · pieces …]. */
export function largest(x: usize, y: usize, count: i32, pieces: i32): void {
  const end = y + ((<usize>count) << 2);
  if (pieces == 2) {
    for (; y + 16 <= end; y += 16) {
      const low = v128.load(x);
      const high = v128.load(x, 16);
      const first = i32x4.shuffle(low, high, 0, 2, 4, 6);
      const second = i32x4.shuffle(low, high, 1, 3, 5, 7);
      v128.store(y, v128.bitselect(first, second, f32x4.le(second, first)));
      x += 32;
    }
  }
  const window = (<usize>pieces) << 2;
  for (; y < end; y += 4) {
    let best = load<f32>(x);
    for (let at: usize = 4; at < window; at += 4) {
      const value = load<f32>(x + at);
      if (!(value <= best)) best = value;
    }
    store<f32>(y, best);
    x += window;
  }
}

/** dx (+)= dy at the first largest piece of each window, 0 at the others. */
export function largestBack(x: usize, dy: usize, dx: usize, count: i32, pieces: i32, accumulate: bool): void {
  const end = dy + ((<usize>count) << 2);
  if (pieces == 2) {
    for (; dy + 16 <= end; dy += 16) {
      const low = v128.load(x);
      const high = v128.load(x, 16);
      const second = f32x4.gt(i32x4.shuffle(low, high, 1, 3, 5, 7), i32x4.shuffle(low, high, 0, 2, 4, 6));
      const gradient = v128.load(dy);
      const toFirst = v128.andnot(gradient, second);
      const toSecond = v128.and(gradient, second);
      add(dx, i32x4.shuffle(toFirst, toSecond, 0, 4, 1, 5), accumulate);
      add(dx + 16, i32x4.shuffle(toFirst, toSecond, 2, 6, 3, 7), accumulate);
      x += 32;
      dx += 32;
    }
  }
  const window = (<usize>pieces) << 2;
  for (; dy < end; dy += 4) {
    let best = load<f32>(x);
    let place: usize = 0;
    if (!accumulate) store<f32>(dx, 0);
    for (let at: usize = 4; at < window; at += 4) {
      const value = load<f32>(x + at);
      if (value > best) {
        best = value;
        place = at;
      }
      if (!accumulate) store<f32>(dx + at, 0);
    }
    store<f32>(dx + place, load<f32>(dx + place) + load<f32>(dy));
    x += window;
    dx += window;
  }
}

function add(to: usize, value: v128, accumulate: bool): void {
  v128.store(to, accumulate ? f32x4.add(v128.load(to), value) : value);
}
