import type { Activation } from '../../../activations/index.ts';
import type { Op, OpName, Ref } from '../../../plan/plan.ts';
import { result, type Context } from '../context.ts';
import { each, forEach, spread, threads, type Kernel } from '../shader.ts';
import type { Follow } from './product.ts';
import { formulaUniforms } from './formula.ts';
import { functionsOf } from './functions.ts';
import { lanesFor, laneReductions, sumAll } from './lanes.ts';
import { total } from './total.ts';

type Of<N extends OpName> = Extract<Op, { op: N }>;

const ownUniforms = ({ formula }: Activation) => (formula === undefined ? {} : formulaUniforms);
const isRows = (name: string): boolean => name === 'softmax';

/** A row of `columns` values is shared by `lanes` threads; the whole workgroup comes along, so that all reach the barriers. */
export const byRows = (body: string): string => `${laneReductions}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let lane = thread % op.lanes;
  let row = groupIndex(group, groups) * (${threads}u / op.lanes) + thread / op.lanes;
  let start = row * op.columns;
  ${body}
}`;

/** `groups` and `cost` of a kernel made with `byRows`. */
export const rowGroups = (
  columns: number,
  count: (rows: number) => number,
  costOfOne: number,
): Pick<Kernel, 'groups' | 'cost'> => ({
  groups: (rows) => spread(Math.ceil(count(rows) / (threads / lanesFor(columns)))),
  cost: (rows) => count(rows) * columns * costOfOne,
});

export function activate({ activation, z, a, width, columns, slope }: Of<'activate'>): Kernel[] {
  const refs = { z, a, ...(slope ? { slope } : {}) };
  const common = { name: `activate ${activation.name}`, refs, f32: activation.parameters };
  if (!isRows(activation.name)) {
    const body = `${functionsOf(activation)}
${forEach('now.rows * op.width', 'store_a(i, activation(load_z(i), i));')}`;
    return [
      { ...common, u32: { width, columns, ...ownUniforms(activation) }, body, ...each((rows) => rows * width, 4) },
    ];
  }
  const body = byRows(`let end = select(start, start + op.columns, row < now.rows * op.rowsOfOne);
  var largest = -3.4e38;
  for (var i = start + lane; i < end; i += op.lanes) { largest = max(largest, load_z(i)); }
  largest = maxLanes(largest, thread);
  var sum = 0.0;
  for (var i = start + lane; i < end; i += op.lanes) {
    let e = exp(load_z(i) - largest);
    store_a(i, e);
    sum += e;
  }
  sum = sumLanes(sum, thread);
  for (var i = start + lane; i < end; i += op.lanes) { store_a(i, load_a(i) / sum); }`);
  const u32 = { columns, lanes: lanesFor(columns), rowsOfOne: width / columns };
  return [{ ...common, u32, body, ...rowGroups(columns, (rows) => (rows * width) / columns, 8) }];
}

/** An elementwise activation of what a product writes; undefined where rows depend on each other. */
export function activateAfter({ activation, z, a, columns, slope }: Of<'activate'>): Follow | undefined {
  if (isRows(activation.name)) return undefined;
  const store = z === a ? '' : 'store_out(i, z); ';
  return {
    refs: { a, ...(slope ? { slope } : {}) },
    u32: { columns, ...ownUniforms(activation) },
    f32: activation.parameters,
    declarations: functionsOf(activation),
    write: (value) => `let z = ${value}; ${store}store_a(i, activation(z, i));`,
  };
}

/** The gradient of an elementwise activation, of the gradient that a product writes; undefined where there is more to it than a factor. */
export function activateBackAfter(op: Of<'activate_back'>): Follow | undefined {
  const { activation, from, da, dz, columns, slope, slopeTerms } = op;
  if (isRows(activation.name) || op.activityL1 > 0 || slopeTerms) return undefined;
  const store = da === dz ? '' : 'store_out(i, g); ';
  return {
    refs: { from, dz, ...(slope ? { slope } : {}) },
    u32: { columns, ...ownUniforms(activation) },
    f32: activation.parameters,
    declarations: functionsOf(activation),
    write: (value) =>
      `let g = ${value}; ${store}store_dz(i, ${op.accumulate ? 'load_dz(i) + ' : ''}g * derivative(load_from(i), i));`,
  };
}

export function activateBack(op: Of<'activate_back'>, context: Context): Kernel[] {
  const { activation, from, a, da, dz, width, columns, slope, slopeTerms } = op;
  const pulls = op.activityL1 > 0;
  const rowsKind = isRows(activation.name);
  const count = (rows: number) => rows * width;
  const perGroup = rowsKind ? (threads / lanesFor(columns)) * columns : threads;
  const most = Math.ceil(count(context.maxRows) / perGroup);
  const partial: Ref = context.floats(pulls ? most : 0);
  const write = (value: string) => `store_dz(i, ${op.accumulate ? 'load_dz(i) + ' : ''}${value});`;
  const gradient = `fn gradient(i: u32) -> f32 {
  return load_da(i)${pulls ? ' + op.activityL1 / f32(now.rows) * sign(load_a(i))' : ''};
}`;
  const penalty = `let all = sumAll(magnitude, thread);
  if (thread == 0u) { store_partial(groupIndex(group, groups), all * op.activityL1 / f32(now.rows)); }`;
  const one = `let g = gradient(i);
    let at = load_from(i);
    ${slopeTerms ? 'store_terms(i, g * min(at, 0.0));' : ''}
    ${write('g * derivative(at, i)')}`;
  const elementwise = pulls
    ? `@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let i = groupIndex(group, groups) * ${threads}u + thread;
  var magnitude = 0.0;
  if (i < now.rows * op.width) {
    magnitude = abs(load_a(i));
    ${one}
  }
  ${penalty}
}`
    : forEach('now.rows * op.width', one);
  const rows = byRows(`let end = select(start, start + op.columns, row < now.rows * op.rowsOfOne);
  var dot = 0.0;
  var magnitude = 0.0;
  for (var i = start + lane; i < end; i += op.lanes) {
    dot += gradient(i) * load_a(i);
    magnitude += abs(load_a(i));
  }
  dot = sumLanes(dot, thread);
  for (var i = start + lane; i < end; i += op.lanes) {
    ${write('load_a(i) * (gradient(i) - dot)')}
  }
  ${pulls ? penalty : ''}`);
  const kernel: Kernel = {
    name: `activate_back ${activation.name}`,
    refs: { from, a, da, dz, partial, ...(slope ? { slope } : {}), ...(slopeTerms ? { terms: slopeTerms } : {}) },
    u32: { width, columns, lanes: lanesFor(columns), rowsOfOne: width / columns, ...ownUniforms(activation) },
    f32: { ...activation.parameters, activityL1: op.activityL1 },
    body: `${pulls ? sumAll(1) : ''}
${gradient}
${rowsKind ? rows : `${functionsOf(activation)}\n${elementwise}`}`,
    ...(rowsKind ? rowGroups(columns, (rows) => (rows * width) / columns, 8) : each(count, 4)),
    // A sum for each workgroup, so that none takes more than its threads.
    ...(pulls && !rowsKind ? { groups: (rows: number) => spread(Math.ceil(count(rows) / threads)) } : {}),
  };
  return pulls ? [kernel, total(context, partial, { perRow: width, perGroup }, [result.penalty])] : [kernel];
}
