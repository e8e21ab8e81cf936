/**
 * Philox4x32-10, word for word as src/engine/random.ts draws it; the counter is (index ÷ 4, step, stream, purpose), the key (seed, 0).
 * A 32 × 32-bit product is one instruction here, so that drawing costs less than reading the values.
 */

/** Dropout's `purpose.noise` in random.ts. */
const noise: u32 = 4;

/** out = input ÷ (1 − rate) where the draw is at or above `threshold`, else 0; out may be input. */
export function dropout(
  input: usize,
  out: usize,
  count: i32,
  scale: f32,
  threshold: u32,
  step: u32,
  stream: u32,
  seed: u32,
): void {
  for (let i = 0; i < count; i += 4) {
    let c0 = (<u32>i) >> 2;
    let c1 = step;
    let c2 = stream;
    let c3 = noise;
    let k0 = seed;
    let k1: u32 = 0;
    for (let round = 0; round < 10; round++) {
      const first = <u64>0xd2511f53 * <u64>c0;
      const second = <u64>0xcd9e8d57 * <u64>c2;
      c0 = (<u32>(second >> 32)) ^ c1 ^ k0;
      c1 = <u32>second;
      c2 = (<u32>(first >> 32)) ^ c3 ^ k1;
      c3 = <u32>first;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    keep(input, out, scale, c0 >= threshold);
    if (i + 1 < count) keep(input + 4, out + 4, scale, c1 >= threshold);
    if (i + 2 < count) keep(input + 8, out + 8, scale, c2 >= threshold);
    if (i + 3 < count) keep(input + 12, out + 12, scale, c3 >= threshold);
    input += 16;
    out += 16;
  }
}

function keep(input: usize, out: usize, scale: f32, kept: bool): void {
  store<f32>(out, kept ? load<f32>(input) * scale : 0);
}
