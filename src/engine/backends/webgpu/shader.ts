import type { Arena, Ref } from '../../plan/plan.ts';

/**
 * One dispatch: a WGSL program, and what its uniforms hold. Programs of equal text share a pipeline, so whatever differs from one
 * operation to the next (sizes, offsets, rates) is a uniform, and only what changes the program itself is part of `body`.
 */
export interface Kernel {
  readonly name: string;
  /** Operands: the body reads `load_<name>(i)` and writes `store_<name>(i, value)`, i counted from the reference. */
  readonly refs: Readonly<Record<string, Ref>>;
  /** Uniforms, read as `op.<name>`. */
  readonly u32?: Readonly<Record<string, number>>;
  readonly f32?: Readonly<Record<string, number>>;
  /** Declarations, and an entry point `main`. */
  readonly body: string;
  /** Workgroups for a batch of so many rows. */
  groups(rows: number): readonly [number, number, number];
  /** Multiply-adds, roughly, for a batch of so many rows: what bounds a submit. */
  cost(rows: number): number;
}

/** Threads in a workgroup: a whole wave of every kind of device, and little memory shared, which software drivers compile slowly. */
export const threads = 64;
/** Workgroups along one dimension: what every device has. */
const mostGroups = 65535;

/** Enough workgroups for `count`, laid out in two dimensions; a body numbers them with `groupIndex`. */
export const spread = (count: number): readonly [number, number, number] =>
  count <= mostGroups ? [Math.max(count, 1), 1, 1] : [mostGroups, Math.ceil(count / mostGroups), 1];

/** Where each arena is bound, after the two uniforms. `order` and `counters` hold words, not floats. */
export const storageBindings = [
  'parameters',
  'gradients',
  'slots',
  'activations',
  'features',
  'targets',
  'order',
  'counters',
] as const satisfies readonly (Arena | 'order' | 'counters')[];

/** The buffer an arena lies in. Eight is what every device binds, so running statistics come after the optimiser's slots. */
export const bufferOf = (arena: Arena): (typeof storageBindings)[number] => (arena === 'state' ? 'slots' : arena);

/** The words of a step's row as shaders see it; written by `encodeStep`. */
const stepStruct = `struct Step {
  /** Counts updates from 1: what draws are keyed by. */
  step: u32,
  rows: u32,
  /** Where the batch's sample numbers begin in \`order\`. */
  batchOffset: u32,
  /** Where this step's sums go among the results. */
  slot: u32,
  /** 0 or 1, in turn: which half of the block sums this step writes. */
  parity: u32,
  /** 1 when counts are added to what is there, as in the chunks of an evaluation. */
  add: u32,
  learningRate: f32,
  correction1: f32,
  correction2: f32,
}`;

/** A kernel's whole program. */
export function source({ refs, u32 = {}, f32 = {}, body, name }: Kernel): string {
  const members = [
    ...Object.keys(refs).map((key) => `  at_${key}: u32,`),
    ...Object.keys(u32).map((key) => `  ${key}: u32,`),
    ...Object.keys(f32).map((key) => `  ${key}: f32,`),
  ];
  // Only norms and update count atomically; elsewhere plain words are faster.
  const word = body.includes('atomic') ? 'atomic<u32>' : 'u32';
  const storage = storageBindings.map((binding, i) => {
    const element = binding === 'counters' ? word : binding === 'order' ? 'u32' : 'f32';
    return `@group(0) @binding(${i + 2}) var<storage, read_write> ${binding}: array<${element}>;`;
  });
  const accessors = Object.entries(refs).map(
    ([key, { arena }]) => `fn load_${key}(i: u32) -> f32 { return ${bufferOf(arena)}[op.at_${key} + i]; }
fn store_${key}(i: u32, value: f32) { ${bufferOf(arena)}[op.at_${key} + i] = value; }`,
  );
  return `// ${name}
${body.includes('subgroup') ? 'enable subgroups;' : ''}
${stepStruct}
struct Op {
${members.length > 0 ? members.join('\n') : '  unused: u32,'}
}
@group(0) @binding(0) var<uniform> now: Step;
@group(0) @binding(1) var<uniform> op: Op;
${storage.join('\n')}
${accessors.join('\n')}
fn groupIndex(group: vec3u, groups: vec3u) -> u32 { return group.y * groups.x + group.x; }
${body}`;
}

/** Bytes between two blocks of uniforms: what every device can bind at. */
export const uniformStride = 256;

/** A kernel's uniforms, in the order `source` declares them; `stateStart` is where running statistics begin in their buffer. */
export function uniforms({ refs, u32 = {}, f32 = {} }: Kernel, stateStart: number): ArrayBuffer {
  const bytes = new ArrayBuffer(uniformStride);
  const words = [
    ...Object.values(refs).map(({ arena, offset }) => offset + (arena === 'state' ? stateStart : 0)),
    ...Object.values(u32),
  ];
  new Uint32Array(bytes).set(words);
  new Float32Array(bytes).set(Object.values(f32), words.length);
  return bytes;
}

/** Most workgroups of `forEach`: as many threads as any device has, each for several values; in software a workgroup costs microseconds. */
const mostForEach = 4096;

/** An entry point that calls its body once for each `i` below `count`, a WGSL expression. */
export const forEach = (count: string, body: string): string => `
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  for (var i = group.x * ${threads}u + thread; i < ${count}; i += groups.x * ${threads}u) {
  ${body}
  }
}`;

/** `groups` and `cost` of a kernel made with `forEach`. */
export const each = (count: (rows: number) => number, costOfOne = 1): Pick<Kernel, 'groups' | 'cost'> => ({
  groups: (rows) => [Math.min(Math.max(Math.ceil(count(rows) / threads), 1), mostForEach), 1, 1],
  cost: (rows) => count(rows) * costOfOne,
});
