/**
 * Philox4x32-10, word for word as src/engine/random.ts draws it; the counter is (index ÷ 4, step, stream, purpose), the key (seed, 0).
 * A 32 × 32-bit product is one instruction here, so that drawing costs less than reading the values.
 */

/** `purpose.noise` in random.ts. */
const noise: u32 = 4;

/** The four words of the last block drawn. */
let word0: u32 = 0;
let word1: u32 = 0;
let word2: u32 = 0;
let word3: u32 = 0;

function draw(block: u32, step: u32, stream: u32, seed: u32): void {
  let c0 = block;
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
  word0 = c0;
  word1 = c1;
  word2 = c2;
  word3 = c3;
}

/** out = factor · input where the draw is at or above `threshold`, else 0; out may be input. */
export function mask(
  input: usize,
  out: usize,
  count: i32,
  factor: f32,
  threshold: u32,
  step: u32,
  stream: u32,
  seed: u32,
): void {
  for (let i = 0; i < count; i += 4) {
    draw((<u32>i) >> 2, step, stream, seed);
    keep(input, out, factor, word0 >= threshold);
    if (i + 1 < count) keep(input + 4, out + 4, factor, word1 >= threshold);
    if (i + 2 < count) keep(input + 8, out + 8, factor, word2 >= threshold);
    if (i + 3 < count) keep(input + 12, out + 12, factor, word3 >= threshold);
    input += 16;
    out += 16;
  }
}

function keep(input: usize, out: usize, factor: f32, kept: bool): void {
  store<f32>(out, kept ? load<f32>(input) * factor : 0);
}

/** out = input + amount · normal; value i is made of words 2i and 2i + 1. out may be input. */
export function gaussian(input: usize, out: usize, count: i32, amount: f32, step: u32, stream: u32, seed: u32): void {
  for (let i = 0; i < count; i += 2) {
    draw((<u32>i) >> 1, step, stream, seed);
    store<f32>(out, load<f32>(input) + amount * normal(word0, word1));
    if (i + 1 < count) store<f32>(out + 4, load<f32>(input + 4) + amount * normal(word2, word3));
    input += 8;
    out += 8;
  }
}

/**
 * By Box and Muller, in float64: near 1 the logarithm of a float32 has lost all its digits. 28 ns a value, where dropout takes 8; series for
 * the logarithm and the cosine, cut to what float32 needs, took 23, too little for their length.
 */
function normal(first: u32, second: u32): f32 {
  const radius = sqrt(-2 * Math.log((<f64>first + 1) / 4294967297));
  return <f32>(radius * Math.cos((2 * Math.PI * <f64>second) / 4294967296));
}
