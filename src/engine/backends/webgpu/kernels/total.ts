import type { Ref } from '../../../plan/plan.ts';
import { result, type Context } from '../context.ts';
import { threads, type Kernel } from '../shader.ts';
import { sumAll } from './lanes.ts';

/**
 * Adds what workgroups left behind to the step's results: for each of `columns`, the sum of every \`columns.length\`-th partial. There
 * are as many groups of partials as rows × perRow values make at perGroup a group.
 */
export const total = (
  { layout }: Context,
  partial: Ref,
  { perRow, perGroup }: { perRow: number; perGroup: number },
  columns: readonly number[],
): Kernel => ({
  name: 'total',
  refs: { partial },
  u32: { perRow, perGroup, results: layout.results },
  body: `${sumAll(columns.length)}
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) thread: u32) {
  let count = (now.rows * op.perRow + op.perGroup - 1u) / op.perGroup;
  let at = op.results + now.slot * ${result.words}u;
  ${columns.map((_, index) => `var sum${index} = 0.0;`).join(' ')}
  for (var i = thread; i < count; i += ${threads}u) {
    ${columns.map((_, index) => `sum${index} += load_partial(i * ${columns.length}u + ${index}u);`).join(' ')}
  }
  let sums = sumAll(${columns.length === 1 ? 'sum0' : `vec${columns.length}f(${columns.map((_, index) => `sum${index}`).join(', ')})`}, thread);
  if (thread == 0u) {
    ${columns
      .map((column, index) => {
        const sum = columns.length === 1 ? 'sums' : `sums[${index}]`;
        return `counters[at + ${column}u] = bitcast<u32>(bitcast<f32>(counters[at + ${column}u]) + ${sum});`;
      })
      .join('\n    ')}
  }
}`,
  groups: () => [1, 1, 1],
  cost: (rows) => (rows * perRow) / perGroup,
});
