import type { Op, Plan } from '../../../plan/plan.ts';
import type { Context } from '../context.ts';
import { each, forEach, threads, type Kernel } from '../shader.ts';
import { lanesFor } from './lanes.ts';

/** Whether a unit with input z and output a takes part: all kinds in one program, which takes half a second to compile in software. */
const kinds: readonly Plan['observed'][number]['inactive'][] = ['zero', 'negative', 'never'];
const active = '(op.inactive == 2u) | select(!(z < 0.0), a != 0.0, op.inactive == 0u)';

/** Names in the shader (some words are reserved), in the order of plan.ts \`unitCounts\`: three whole numbers, three sums. */
const counts = ['taking', 'zeros', 'saturated'];
const values = ['sum', 'squares', 'magnitudes'];
const names = [...counts, ...values];
const shared = (index: number): string => `all_${names[index]}`;

/** Threads side by side take units side by side; the rest of a workgroup, and the chunks, share the rows. A second kernel adds the chunks. */
export function observe(op: Extract<Op, { op: 'observe' }>, context: Context): Kernel[] {
  const { units, positions, inactive, saturation } = context.plan.observed[op.layer]!;
  const before = context.plan.observed.slice(0, op.layer).reduce((sum, layer) => sum + layer.units, 0);
  const tile = Math.min(16, lanesFor(units));
  const chunks = Math.min(64, Math.ceil(context.maxRows / (threads / tile)));
  const scratch = context.words(chunks * units * 6);
  const count: Kernel = {
    name: 'observe',
    refs: { z: op.z, a: op.a },
    u32: { units, positions, tile, scratch, inactive: kinds.indexOf(inactive) },
    f32: { saturation: saturation > 0 ? saturation : 3.4e38 },
    body: `
${names.map((_, index) => `var<workgroup> ${shared(index)}: array<${index < 3 ? 'u32' : 'f32'}, ${threads}>;`).join('\n')}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let unit = group.x * op.tile + thread % op.tile;
  let lanes = ${threads}u / op.tile;
  ${counts.map((name) => `var ${name} = 0u;`).join(' ')}
  ${values.map((name) => `var ${name} = 0.0;`).join(' ')}
  if (unit < op.units) {
    for (var row = group.y * lanes + thread / op.tile; row < now.rows; row += lanes * groups.y) {
      var any = false;
      for (var position = 0u; position < op.positions; position++) {
        let i = (row * op.positions + position) * op.units + unit;
        let z = load_z(i);
        let a = load_a(i);
        any |= ${active};
        zeros += select(0u, 1u, a == 0.0);
        saturated += select(0u, 1u, abs(z) > op.saturation);
        sum += a;
        squares += a * a;
        magnitudes += abs(a);
      }
      taking += select(0u, 1u, any);
    }
  }
  let first = (thread < op.tile) & (unit < op.units);
  let at = op.scratch + (group.y * op.units + unit) * 6u;
  ${names.map((name, index) => `${shared(index)}[thread] = ${name};`).join('\n  ')}
  workgroupBarrier();
  if (!first) { return; }
  for (var i = thread + op.tile; i < ${threads}u; i += op.tile) {
    ${names.map((name, index) => `${name} += ${shared(index)}[i];`).join('\n    ')}
  }
  ${names.map((name, index) => `counters[at + ${index}u] = ${index < 3 ? name : `bitcast<u32>(${name})`};`).join('\n  ')}
}`,
    groups: () => [Math.ceil(units / tile), chunks, 1],
    cost: (rows) => rows * units * positions * 6,
  };
  const add: Kernel = {
    name: 'observe: chunks',
    refs: {},
    u32: { units, chunks, scratch, out: context.layout.units + before * 6 },
    body: forEach(
      'op.units * 6u',
      `let out = op.out + i;
  if (i % 6u < 3u) {
    var count = select(0u, counters[out], now.add == 1u);
    for (var chunk = 0u; chunk < op.chunks; chunk++) { count += counters[op.scratch + chunk * op.units * 6u + i]; }
    counters[out] = count;
  } else {
    var sum = select(0.0, bitcast<f32>(counters[out]), now.add == 1u);
    for (var chunk = 0u; chunk < op.chunks; chunk++) {
      sum += bitcast<f32>(counters[op.scratch + chunk * op.units * 6u + i]);
    }
    counters[out] = bitcast<u32>(sum);
  }`,
    ),
    ...each(() => units * 6, chunks),
  };
  return [count, add];
}
