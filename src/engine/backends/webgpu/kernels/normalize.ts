import type { Op, OpName, Ref } from '../../../plan/plan.ts';
import type { Context } from '../context.ts';
import { each, forEach, threads, type Kernel } from '../shader.ts';
import { byRows, rowGroups } from './activate.ts';
import { lanesFor } from './lanes.ts';

type Of<N extends OpName> = Extract<Op, { op: N }>;

/** Groups that one workgroup looks at before another is worth it. */
const chunkGroups = 256;

/** How the groups of a batch are cut into chunks, each with a row of `columns` pairs in scratch. */
function cut(context: Context, perRow: number, columns: number): { chunks: number; partial: Ref; tile: number } {
  const chunks = Math.min(64, Math.ceil((perRow * context.maxRows) / chunkGroups));
  return { chunks, partial: context.floats(2 * chunks * columns), tile: Math.min(16, lanesFor(columns)) };
}

/** Threads side by side take columns side by side; `sumRows(value)` adds up what the threads of one column have. */
const byColumns = (body: string): string => `
var<workgroup> columnValues: array<f32, ${threads}>;
fn sumRows(value: f32, thread: u32) -> f32 {
  workgroupBarrier();
  columnValues[thread] = value;
  workgroupBarrier();
  var sum = 0.0;
  for (var i = thread % op.tile; i < ${threads}u; i += op.tile) { sum += columnValues[i]; }
  return sum;
}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let column = group.x * op.tile + thread % op.tile;
  let inside = column < op.columns;
  let lanes = ${threads}u / op.tile;
  let total = now.rows * op.perRow;
  let length = (total + op.chunks - 1u) / op.chunks;
  let start = min(group.y * length, total);
  let end = select(start, min(start + length, total), inside);
  let first = start + thread / op.tile;
  ${body}
  if (thread < op.tile && inside) {
    let at = (group.y * op.columns + column) * 2u;
    store_partial(at, left);
    store_partial(at + 1u, right);
  }
}`;

export function normalize(op: Of<'normalize'>, context: Context): Kernel[] {
  const { x, y, gamma, beta, saved, perRow, columns, epsilon } = op;
  const u32 = { perRow, columns };
  if (op.kind === 'layer') {
    const body = byRows(`let end = select(start, start + op.columns, row < now.rows * op.perRow);
  var sum = 0.0;
  for (var i = start + lane; i < end; i += op.lanes) { sum += load_x(i); }
  let mean = sumLanes(sum, thread) / f32(op.columns);
  var squares = 0.0;
  for (var i = start + lane; i < end; i += op.lanes) { squares += (load_x(i) - mean) * (load_x(i) - mean); }
  let scale = 1.0 / sqrt(sumLanes(squares, thread) / f32(op.columns) + op.epsilon);
  if (lane == 0u && start < end) {
    store_saved(row * 2u, mean);
    store_saved(row * 2u + 1u, scale);
  }
  for (var i = start + lane; i < end; i += op.lanes) {
    store_y(i, load_gamma(i - start) * (load_x(i) - mean) * scale + load_beta(i - start));
  }`);
    const name = 'normalize layer';
    const sizes = { ...u32, lanes: lanesFor(columns) };
    const refs = { x, y, gamma, beta, saved };
    return [{ name, refs, u32: sizes, f32: { epsilon }, body, ...rowGroups(columns, (rows) => rows * perRow, 6) }];
  }
  const { chunks, partial, tile } = cut(context, perRow, columns);
  const { running } = op;
  return [
    {
      name: 'normalize batch: chunks',
      refs: { x, partial },
      u32: { ...u32, chunks, tile },
      // Mean and Σ(x − mean)² of each chunk, so that nothing cancels.
      body: byColumns(`var sum = 0.0;
  for (var i = first; i < end; i += lanes) { sum += load_x(i * op.columns + column); }
  let left = sumRows(sum, thread) / max(f32(end - start), 1.0);
  var squares = 0.0;
  for (var i = first; i < end; i += lanes) {
    let d = load_x(i * op.columns + column) - left;
    squares += d * d;
  }
  let right = sumRows(squares, thread);`),
      groups: () => [Math.ceil(columns / tile), chunks, 1],
      cost: (rows) => rows * perRow * columns * 4,
    },
    {
      name: 'normalize batch: statistics',
      refs: { partial, saved, ...(running ? { mean: running.mean, variance: running.variance } : {}) },
      u32: { ...u32, chunks },
      f32: { epsilon, momentum: running?.momentum ?? 0, rest: 1 - (running?.momentum ?? 0) },
      // Chan, Golub & LeVeque 1979: two chunks' means and squares together.
      body: forEach(
        'op.columns',
        `let total = now.rows * op.perRow;
  let length = (total + op.chunks - 1u) / op.chunks;
  var count = 0.0;
  var mean = 0.0;
  var squares = 0.0;
  for (var chunk = 0u; chunk * length < total; chunk++) {
    let added = f32(min(length, total - chunk * length));
    let at = (chunk * op.columns + i) * 2u;
    let d = load_partial(at) - mean;
    squares += load_partial(at + 1u) + d * d * count * added / (count + added);
    mean += d * added / (count + added);
    count += added;
  }
  store_saved(2u * i, mean);
  store_saved(2u * i + 1u, 1.0 / sqrt(squares / count + op.epsilon));
  ${
    running
      ? `if (total < 2u) { return; }
  store_mean(i, op.momentum * load_mean(i) + op.rest * mean);
  store_variance(i, op.momentum * load_variance(i) + op.rest * squares / (count - 1.0));`
      : ''
  }`,
      ),
      ...each(() => columns, chunks * 4),
    },
    {
      name: 'normalize batch',
      refs: { x, y, gamma, beta, saved },
      u32,
      body: forEach(
        'now.rows * op.perRow * op.columns',
        `let column = i % op.columns;
  store_y(i, load_gamma(column) * (load_x(i) - load_saved(2u * column)) * load_saved(2u * column + 1u) + load_beta(column));`,
      ),
      ...each((rows) => rows * perRow * columns, 4),
    },
  ];
}

export const normalizeRunning = (op: Of<'normalize_running'>): Kernel[] => [
  {
    name: 'normalize_running',
    refs: { x: op.x, y: op.y, gamma: op.gamma, beta: op.beta, mean: op.mean, variance: op.variance },
    u32: { perRow: op.perRow, columns: op.columns },
    f32: { epsilon: op.epsilon },
    body: forEach(
      'now.rows * op.perRow * op.columns',
      `let column = i % op.columns;
  let scale = load_gamma(column) / sqrt(load_variance(column) + op.epsilon);
  store_y(i, scale * (load_x(i) - load_mean(column)) + load_beta(column));`,
    ),
    ...each((rows) => rows * op.perRow * op.columns, 6),
  },
];

export function normalizeBack(op: Of<'normalize_back'>, context: Context): Kernel[] {
  const { x, dy, dx, gamma, dgamma, dbeta, saved, perRow, columns } = op;
  const u32 = { perRow, columns };
  const { chunks, partial, tile } = cut(context, perRow, columns);
  const hat = (i: string, set: string) => `(load_x(${i}) - load_saved(2u * ${set})) * load_saved(2u * ${set} + 1u)`;
  const write = (value: string) => `store_dx(i, ${op.accumulate ? 'load_dx(i) + ' : ''}${value});`;
  const parameters: Kernel[] = [
    {
      name: `normalize_back ${op.kind}: chunks`,
      refs: { x, dy, saved, partial },
      u32: { ...u32, chunks, tile },
      body: byColumns(`var sum = 0.0;
  var dot = 0.0;
  for (var i = first; i < end; i += lanes) {
    let at = i * op.columns + column;
    sum += load_dy(at);
    dot += load_dy(at) * ${hat('at', op.kind === 'batch' ? 'column' : 'i')};
  }
  let left = sumRows(sum, thread);
  let right = sumRows(dot, thread);`),
      groups: () => [Math.ceil(columns / tile), chunks, 1],
      cost: (rows) => rows * perRow * columns * 4,
    },
    {
      name: 'normalize_back: parameters',
      refs: { partial, dgamma, dbeta },
      u32: { columns, chunks },
      body: forEach(
        'op.columns',
        `var sum = 0.0;
  var dot = 0.0;
  for (var chunk = 0u; chunk < op.chunks; chunk++) {
    let at = (chunk * op.columns + i) * 2u;
    sum += load_partial(at);
    dot += load_partial(at + 1u);
  }
  store_dbeta(i, sum);
  store_dgamma(i, dot);`,
      ),
      ...each(() => columns, chunks * 2),
    },
  ];
  const batch: Kernel = {
    name: 'normalize_back batch',
    refs: { x, dy, dx, gamma, dgamma, dbeta, saved },
    u32,
    // A column has one gamma, so its sums are those of gamma and beta.
    body: forEach(
      'now.rows * op.perRow * op.columns',
      `let column = i % op.columns;
  let count = f32(now.rows * op.perRow);
  let pull = (load_dbeta(column) + ${hat('i', 'column')} * load_dgamma(column)) / count;
  ${write('load_saved(2u * column + 1u) * load_gamma(column) * (load_dy(i) - pull)')}`,
    ),
    ...each((rows) => rows * perRow * columns, 6),
  };
  const layer: Kernel = {
    name: 'normalize_back layer',
    refs: { x, dy, dx, gamma, saved },
    u32: { ...u32, lanes: lanesFor(columns) },
    body: byRows(`let end = select(start, start + op.columns, row < now.rows * op.perRow);
  var sum = 0.0;
  var dot = 0.0;
  for (var i = start + lane; i < end; i += op.lanes) {
    let g = load_dy(i) * load_gamma(i - start);
    sum += g;
    dot += g * ${hat('i', 'row')};
  }
  sum = sumLanes(sum, thread) / f32(op.columns);
  dot = sumLanes(dot, thread) / f32(op.columns);
  for (var i = start + lane; i < end; i += op.lanes) {
    ${write(`load_saved(2u * row + 1u) * (load_dy(i) * load_gamma(i - start) - sum - ${hat('i', 'row')} * dot)`)}
  }`),
    ...rowGroups(columns, (rows) => rows * perRow, 8),
  };
  return [...parameters, op.kind === 'batch' ? batch : layer];
}
