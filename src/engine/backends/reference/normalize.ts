import type { Op } from '../../plan/plan.ts';
import { view, type Memory } from './memory.ts';

type Of<N extends Op['op']> = Extract<Op, { op: N }>;

/** The sets of values that share a mean: each column, or each group. `visit` gets the set and where a value of it lies. */
function eachValue(
  memory: Memory,
  { kind, perRow, columns }: Of<'normalize'> | Of<'normalize_back'>,
  visit: (set: number, at: number, column: number) => void,
): void {
  for (let group = 0; group < memory.row.rows * perRow; group++) {
    for (let column = 0; column < columns; column++) {
      visit(kind === 'batch' ? column : group, group * columns + column, column);
    }
  }
}

/** How many sets there are, and how many values each has. */
function sets(
  memory: Memory,
  { kind, perRow, columns }: Of<'normalize'> | Of<'normalize_back'>,
): [count: number, size: number] {
  const groups = memory.row.rows * perRow;
  return kind === 'batch' ? [columns, groups] : [groups, columns];
}

export function normalize(memory: Memory, op: Of<'normalize'>): void {
  const [x, y, gamma, beta, saved] = [op.x, op.y, op.gamma, op.beta, op.saved].map((ref) => view(memory, ref)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [count, size] = sets(memory, op);
  const mean = new Float64Array(count);
  const variance = new Float64Array(count);
  eachValue(memory, op, (set, at) => (mean[set]! += x[at]! / size));
  eachValue(memory, op, (set, at) => (variance[set]! += (x[at]! - mean[set]!) ** 2 / size));
  for (let set = 0; set < count; set++) {
    saved[2 * set] = mean[set]!;
    saved[2 * set + 1] = 1 / Math.sqrt(variance[set]! + op.epsilon);
  }
  eachValue(memory, op, (set, at, column) => {
    y[at] = gamma[column]! * (x[at]! - saved[2 * set]!) * saved[2 * set + 1]! + beta[column]!;
  });
  if (!op.running || size < 2) return;
  const { momentum: m } = op.running;
  const [runningMean, runningVariance] = [view(memory, op.running.mean), view(memory, op.running.variance)];
  for (let set = 0; set < count; set++) {
    runningMean[set] = m * runningMean[set]! + (1 - m) * mean[set]!;
    runningVariance[set] = m * runningVariance[set]! + ((1 - m) * variance[set]! * size) / (size - 1);
  }
}

export function normalizeRunning(memory: Memory, op: Of<'normalize_running'>): void {
  const [x, y] = [view(memory, op.x), view(memory, op.y)];
  const [gamma, beta] = [view(memory, op.gamma), view(memory, op.beta)];
  const [mean, variance] = [view(memory, op.mean), view(memory, op.variance)];
  for (let i = 0; i < memory.row.rows * op.perRow * op.columns; i++) {
    const column = i % op.columns;
    y[i] = (gamma[column]! * (x[i]! - mean[column]!)) / Math.sqrt(variance[column]! + op.epsilon) + beta[column]!;
  }
}

export function normalizeBack(memory: Memory, op: Of<'normalize_back'>): void {
  const [x, dy, dx] = [view(memory, op.x), view(memory, op.dy), view(memory, op.dx)];
  const [gamma, saved] = [view(memory, op.gamma), view(memory, op.saved)];
  const [dgamma, dbeta] = [view(memory, op.dgamma, op.columns), view(memory, op.dbeta, op.columns)];
  const [count, size] = sets(memory, op);
  const hat = (set: number, at: number) => (x[at]! - saved[2 * set]!) * saved[2 * set + 1]!;
  const sum = new Float64Array(count);
  const dot = new Float64Array(count);
  dgamma.fill(0);
  dbeta.fill(0);
  eachValue(memory, op, (set, at, column) => {
    dgamma[column]! += dy[at]! * hat(set, at);
    dbeta[column]! += dy[at]!;
    sum[set]! += dy[at]! * gamma[column]!;
    dot[set]! += dy[at]! * gamma[column]! * hat(set, at);
  });
  eachValue(memory, op, (set, at, column) => {
    const value =
      saved[2 * set + 1]! * (dy[at]! * gamma[column]! - sum[set]! / size - (hat(set, at) * dot[set]!) / size);
    dx[at] = (op.accumulate ? dx[at]! : 0) + value;
  });
}
