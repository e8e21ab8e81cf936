import type { Op, Ref } from '../../../plan/plan.ts';
import type { Context } from '../context.ts';
import { threads, type Kernel } from '../shader.ts';
import { lanesFor } from './lanes.ts';

/** Values a thread adds up before more workgroups are worth it. */
const share = 32;

/**
 * Sums columns: threads side by side take columns side by side, the rest of a workgroup shares the rows. Long columns are cut into
 * chunks, whose sums the same kernel adds in a second pass.
 */
export function reduce(op: Extract<Op, { op: 'reduce' }>, context: Context): Kernel[] {
  const { columns, perRow } = op;
  const lanes = threads / tileOf(columns);
  const chunks = Math.min(64, Math.ceil((perRow * context.maxRows) / (lanes * share)));
  if (chunks <= 1) return [pass('reduce', op.input, op.out, columns, 'op.count * now.rows', perRow, 1)];
  const partial = context.floats(chunks * columns);
  return [
    pass('reduce', op.input, partial, columns, 'op.count * now.rows', perRow, chunks),
    pass('reduce: chunks', partial, op.out, columns, 'op.count', chunks, 1),
  ];
}

const tileOf = (columns: number) => Math.min(16, lanesFor(columns));

function pass(
  name: string,
  input: Ref,
  out: Ref,
  columns: number,
  length: string,
  count: number,
  chunks: number,
): Kernel {
  const tile = tileOf(columns);
  return {
    name,
    refs: { input, out },
    u32: { columns, count, tile },
    body: `
var<workgroup> sums: array<f32, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let column = group.x * op.tile + thread % op.tile;
  let lanes = ${threads}u / op.tile;
  var sum = 0.0;
  if (column < op.columns) {
    for (var i = group.y * lanes + thread / op.tile; i < ${length}; i += lanes * groups.y) {
      sum += load_input(i * op.columns + column);
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (thread < op.tile && column < op.columns) {
    for (var i = thread + op.tile; i < ${threads}u; i += op.tile) { sum += sums[i]; }
    store_out(group.y * op.columns + column, sum);
  }
}`,
    groups: () => [Math.ceil(columns / tile), chunks, 1],
    cost: (rows) => count * columns * rows,
  };
}
