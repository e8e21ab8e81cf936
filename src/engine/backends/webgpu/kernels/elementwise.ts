import { purpose } from '../../../random.ts';
import type { Op, OpName } from '../../../plan/plan.ts';
import type { Context } from '../context.ts';
import { each, forEach, type Kernel } from '../shader.ts';

type Of<N extends OpName> = Extract<Op, { op: N }>;

export const gather = (op: Of<'gather'>): Kernel[] => [
  {
    name: 'gather',
    refs: { source: op.source, out: op.out },
    u32: { width: op.width },
    body: forEach(
      'now.rows * op.width',
      `let sample = order[now.batchOffset + i / op.width];
  store_out(i, load_source(sample * op.width + i % op.width));`,
    ),
    ...each((rows) => rows * op.width),
  },
];

/** Philox4x32-10 as src/engine/random.ts; 32-bit products are put together from 16-bit halves. */
export const philox = `
fn highProduct(a: u32, b: u32) -> u32 {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let middle = aHigh * bLow + ((aLow * bLow) >> 16u);
  let middleLow = (middle & 0xffffu) + aLow * bHigh;
  return aHigh * bHigh + (middle >> 16u) + (middleLow >> 16u);
}
fn philox(start: vec4u, seed: u32) -> vec4u {
  var c = start;
  var key = vec2u(seed, 0u);
  for (var round = 0u; round < 10u; round++) {
    c = vec4u(
      highProduct(0xcd9e8d57u, c.z) ^ c.y ^ key.x,
      0xcd9e8d57u * c.z,
      highProduct(0xd2511f53u, c.x) ^ c.w ^ key.y,
      0xd2511f53u * c.x,
    );
    key += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}`;

/** A thread draws four words and so handles four values. */
export const noise = (op: Of<'noise'>, { seed }: Context): Kernel[] => [
  {
    name: 'dropout',
    refs: { input: op.input, out: op.out },
    u32: { width: op.width, threshold: op.threshold, stream: op.stream, seed },
    f32: { scale: 1 / (1 - op.rate) },
    body: `${philox}
${forEach(
  '(now.rows * op.width + 3u) / 4u',
  `var words = philox(vec4u(i, now.step, op.stream, ${purpose.noise}u), op.seed);
  for (var j = 0u; j < 4u; j++) {
    let at = i * 4u + j;
    if (at < now.rows * op.width) { store_out(at, select(0.0, load_input(at) * op.scale, words[j] >= op.threshold)); }
  }`,
)}`,
    ...each((rows) => Math.ceil((rows * op.width) / 4), 40),
  },
];

export const combine = (op: Of<'combine'>): Kernel[] => [
  {
    name: 'combine',
    refs: { input: op.input, out: op.out },
    u32: { width: op.width },
    f32: { scale: op.scale },
    body: forEach(
      'now.rows * op.width',
      `store_out(i, ${op.accumulate ? 'load_out(i) + ' : ''}op.scale * load_input(i));`,
    ),
    ...each((rows) => rows * op.width),
  },
];
