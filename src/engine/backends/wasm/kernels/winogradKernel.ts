/** The kernel's side of Winograd's convolutions (winograd.ts): into its 16 places, turned around too, and its gradient back from them. */

/** Filters, or channels, with what fills their last panel of eight. */
export function upTo8(size: i32): i32 {
  return (size + 7) & ~7;
}

export function keep(to: usize, value: v128, accumulate: bool): void {
  v128.store(to, accumulate ? f32x4.add(v128.load(to), value) : value);
}

/** G w Gᵀ, in panels of eight filters: w is [3, 3, channels, filters]. */
export function kernelForward(w: usize, u: usize, c: i32, f: i32): void {
  const place = (<usize>(c * upTo8(f))) << 2;
  const tap = (<usize>(c * f)) << 2;
  for (let i = 0; i < c; i++) {
    for (let j = 0; j < f; j += 4) {
      const from = w + ((<usize>(i * f + j)) << 2);
      const to = u + ((<usize>((j >> 3) * c + i)) << 5) + ((<usize>(j & 4)) << 2);
      for (let x: usize = 0; x < 4; x++) {
        // A column of w Gᵀ, then G of it.
        const a = mixed(from, tap, x);
        const b = mixed(from + tap * 3, tap, x);
        const d = mixed(from + tap * 6, tap, x);
        const half = f32x4.mul(f32x4.splat(0.5), f32x4.add(a, d));
        const middle = f32x4.mul(f32x4.splat(0.5), b);
        const out = to + place * x;
        v128.store(out, a);
        v128.store(out + place * 4, f32x4.add(half, middle));
        v128.store(out + place * 8, f32x4.sub(half, middle));
        v128.store(out + place * 12, d);
      }
    }
  }
}

/** Value `x` of a row of three taps, `tap` bytes apart, times Gᵀ. */
function mixed(from: usize, tap: usize, x: usize): v128 {
  if (x == 0) return v128.load(from);
  if (x == 3) return v128.load(from + tap * 2);
  const ends = f32x4.add(v128.load(from), v128.load(from + tap * 2));
  const middle = v128.load(from + tap);
  return f32x4.mul(f32x4.splat(0.5), x == 1 ? f32x4.add(ends, middle) : f32x4.sub(ends, middle));
}

/** The same of the kernel turned around, channels and filters exchanged, in panels of eight channels. Turned, taps 0 and 2 change places. */
export function kernelBack(w: usize, u: usize, c: i32, f: i32): void {
  const place = (<usize>(f * upTo8(c))) << 2;
  const tap = (<usize>(c * f)) << 2;
  for (let i = 0; i < c; i++) {
    for (let j = 0; j < f; j += 4) {
      const from = w + ((<usize>(i * f + j)) << 2);
      const to = u + ((<usize>((i >> 3) * f + j)) << 5) + ((<usize>(i & 7)) << 2);
      for (let x: usize = 0; x < 4; x++) {
        const y: usize = x == 0 ? 3 : x == 3 ? 0 : x;
        const a = mixed(from + tap * 6, tap, y);
        const b = mixed(from + tap * 3, tap, y);
        const d = mixed(from, tap, y);
        const half = f32x4.mul(f32x4.splat(0.5), f32x4.add(a, d));
        const middle = f32x4.mul(f32x4.splat(0.5), b);
        const out = to + place * x;
        scatter(out, a);
        scatter(out + place * 4, f32x4.add(half, middle));
        scatter(out + place * 8, f32x4.sub(half, middle));
        scatter(out + place * 12, d);
      }
    }
  }
}

/** Four filters of one channel: each in its own row of the panel. */
function scatter(to: usize, values: v128): void {
  store<f32>(to, f32x4.extract_lane(values, 0));
  store<f32>(to + 32, f32x4.extract_lane(values, 1));
  store<f32>(to + 64, f32x4.extract_lane(values, 2));
  store<f32>(to + 96, f32x4.extract_lane(values, 3));
}

/** dw (+)= Gᵀ dU G. */
export function kernelGradient(du: usize, dw: usize, c: i32, f: i32, accumulate: bool): void {
  const place = (<usize>(c * f)) << 2;
  for (let at: usize = 0; at < place; at += 16) {
    for (let ky: usize = 0; ky < 3; ky++) {
      let from = du + at;
      // A row of Gᵀ dU, column by column.
      const e0 = folded(from, place, ky);
      from += place;
      const e1 = folded(from, place, ky);
      from += place;
      const e2 = folded(from, place, ky);
      from += place;
      const e3 = folded(from, place, ky);
      const sum = f32x4.mul(f32x4.splat(0.5), f32x4.add(e1, e2));
      const difference = f32x4.mul(f32x4.splat(0.5), f32x4.sub(e1, e2));
      const to = dw + at + place * 3 * ky;
      keep(to, f32x4.add(e0, sum), accumulate);
      keep(to + place, difference, accumulate);
      keep(to + place * 2, f32x4.add(sum, e3), accumulate);
    }
  }
}

/** Row `ky` of Gᵀ times a column of dU, whose values are four places apart. */
function folded(from: usize, place: usize, ky: usize): v128 {
  const d1 = v128.load(from + (place << 2));
  const d2 = v128.load(from + (place << 3));
  const half = f32x4.splat(0.5);
  if (ky == 1) return f32x4.mul(half, f32x4.sub(d1, d2));
  const sum = f32x4.mul(half, f32x4.add(d1, d2));
  return f32x4.add(sum, ky == 0 ? v128.load(from) : v128.load(from + place * 12));
}
