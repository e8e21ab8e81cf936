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

/** What becomes of the four words that a thread draws: four values kept or not, or two that something normal is added to. */
const kept = `for (var j = 0u; j < 4u; j++) {
    let at = i * 4u + j;
    if (at < count) { store_out(at, select(0.0, load_input(at) * op.scale, words[j] >= op.threshold)); }
  }`;
const shaken = `for (var j = 0u; j < 2u; j++) {
    let at = i * 2u + j;
    if (at < count) { store_out(at, load_input(at) + op.amount * normal(words[2u * j], words[2u * j + 1u])); }
  }`;

/**
 * Box & Muller 1958, as src/engine/random.ts. Near 1 a float32 has too few digits for the logarithm: there 1 − u is what is exact. A
 * shader's own cosine may be off by 2⁻¹¹; this one is the sine's series within a quarter turn.
 */
const normal = `
fn cosineOfTurns(t: f32) -> f32 {
  let x = 6.2831853 * (0.25 - abs(t));
  let s = x * x;
  return x * (1.0 - s / 6.0 * (1.0 - s / 20.0 * (1.0 - s / 42.0 * (1.0 - s / 72.0 * (1.0 - s / 110.0)))));
}
fn normal(radius: u32, angle: u32) -> f32 {
  let u = (f32(radius) + 1.0) / 4294967296.0;
  let rest = (f32(~radius) + 1.0) / 4294967296.0;
  let minusLog = select(-log(u), rest * (1.0 + rest * (0.5 + rest / 3.0)), rest < 0.01);
  return sqrt(2.0 * minusLog) * cosineOfTurns(f32(bitcast<i32>(angle)) / 4294967296.0);
}`;

export function noise(op: Of<'noise'>, { seed }: Context): Kernel[] {
  const { kind, input, out, width, amount, stream } = op;
  const perThread = kind === 'gaussian' ? 2 : 4;
  return [
    {
      name: kind,
      refs: { input, out },
      u32: { width, threshold: Math.floor(amount * 2 ** 32), stream, seed },
      f32: { amount, scale: kind === 'dropout' ? 1 / (1 - amount) : 1 },
      body: `${philox}
${kind === 'gaussian' ? normal : ''}
${forEach(
  `(now.rows * op.width + ${perThread - 1}u) / ${perThread}u`,
  `var words = philox(vec4u(i, now.step, op.stream, ${purpose.noise}u), op.seed);
  let count = now.rows * op.width;
  ${kind === 'gaussian' ? shaken : kept}`,
)}`,
      ...each((rows) => Math.ceil((rows * width) / perThread), 40),
    },
  ];
}

export const combine = ({ input, out, ...op }: Of<'combine'>): Kernel[] => [
  {
    name: 'combine',
    refs: { input, out },
    u32: { perRow: op.perRow, columns: op.columns, inputStride: op.inputStride, outStride: op.outStride },
    f32: { scale: op.scale },
    body: forEach(
      'now.rows * op.perRow * op.columns',
      `let to = i / op.columns * op.outStride + i % op.columns;
  let value = op.scale * load_input(i / op.columns * op.inputStride + i % op.columns);
  store_out(to, ${op.accumulate ? 'load_out(to) + ' : ''}value);`,
    ),
    ...each((rows) => rows * op.perRow * op.columns),
  },
];
