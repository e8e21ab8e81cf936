import type { Geometry, Op, Plan, Ref, Segment } from '../../plan/plan.ts';
import { finish, narrowLayer, type Layer, type LayerBack } from './fuse.ts';

type Matmul = Extract<Op, { op: 'matmul' }>;
type ConvWeights = Extract<Op, { op: 'conv_weights' }>;

/**
 * An operation as the kernels have it. A product may do a ReLU, or its gradient, as it writes. A large kernel's gradient is the sum of two, of each
 * half of the rows: the second is kept apart, and `add_up` brings it in. A team of two threads does what `isShared` says together, and `meet`s.
 */
export type WasmOp = { readonly isShared?: boolean } & (
  | Exclude<Op, Matmul | ConvWeights>
  | (Matmul & { readonly clamp?: boolean; readonly mask?: Ref })
  | (ConvWeights & { readonly inHalves?: boolean })
  | Layer
  | LayerBack
  | { readonly op: 'add_up'; readonly to: Ref; readonly size: number }
  | { readonly op: 'descend' }
  | { readonly op: 'meet' }
);

/** Multiply-adds from which on an operation is shared, and values for those that only move them: some 20 µs. */
const leastProducts = 2 ** 19;
const leastValues = 2 ** 16;
/**
 * Multiply-adds of a large operation: a team works where there is one. Many small ones are slower for two wherever others want the processor too: 20
 * layers of 64 took half as long again in a browser, with a hundred meetings a step.
 */
const largeProducts = 2 ** 21;

const kernelSize = (g: Geometry): number => g.kernelHeight * g.kernelWidth * g.channels * g.outChannels;

/** Multiply-adds of a product, also of the direct way of a convolution; 0 of all else. */
function products(op: Op | WasmOp, rows: number): number {
  switch (op.op) {
    case 'matmul': {
      const [m, k] = [op.m, op.k].map(({ size, perRow }) => (perRow ? size * rows : size)) as [number, number];
      return m * op.n * k;
    }
    case 'conv':
    case 'conv_input':
    case 'conv_weights':
      return rows * op.geometry.outHeight * op.geometry.outWidth * kernelSize(op.geometry);
    default:
      return 0;
  }
}

const isLarge = (op: Op | WasmOp, rows: number): boolean => products(op, rows) >= largeProducts;

/** Bytes for the second half of a kernel's gradient, for the largest of those that are worked out in halves. */
export const halvesBytes = ({ train, batchRows }: Plan): number =>
  4 *
  [...train.forward, ...train.backward].reduce(
    (most, op) => (op.op === 'conv_weights' && isLarge(op, batchRows) ? Math.max(most, kernelSize(op.geometry)) : most),
    0,
  );

/** A plan's operations for batches of up to `rows`, as one thread does them: products joined with the ReLUs that follow, large gradients in halves. */
export function programOf(ops: readonly Op[], rows: number): WasmOp[] {
  const program: WasmOp[] = [];
  for (let i = 0; i < ops.length; i++) {
    const op = ops[i]!;
    if (op.op === 'conv_weights' && isLarge(op, rows)) {
      program.push({ ...op, inHalves: true }, { op: 'add_up', to: op.dw, size: kernelSize(op.geometry) });
      continue;
    }
    const narrow = narrowLayer(ops, i, rows);
    if (narrow) {
      program.push(narrow[0]);
      i += narrow[1] - 1;
      continue;
    }
    const done = op.op === 'matmul' ? finish(op, ops[i + 1]) : undefined;
    program.push(op.op === 'matmul' && done ? { ...op, ...done } : op);
    if (done) i++;
  }
  return program;
}

/** Most values of parameters that a run keeps a copy of; fewer than two threads share, so that the update they leave out is the leader's. */
const mostKept = 2 ** 14;

/**
 * Whether the steps of a run but its last may be plain descents (kernels/descend.ts), which keep no sums and stop at nothing: where the update is no more
 * than that, and all it changes is so little that the run can be begun again.
 */
export const isPlainDescent = ({ optimizer, sizes, train }: Plan): boolean =>
  optimizer.name === 'sgd' &&
  optimizer.momentum === 0 &&
  optimizer.weightDecay === 0 &&
  optimizer.clipNorm === 0 &&
  sizes.state === 0 &&
  sizes.parameters <= mostKept &&
  train.update.every((op) => op.op !== 'norms' || op.segments.every(({ l1, l2 }) => l1 === 0 && l2 === 0));

const valuesOf = ({ segments }: { readonly segments: readonly Segment[] }): number =>
  segments.reduce((sum, { size }) => sum + size, 0);

/**
 * Whether two threads share an operation. Neither's part may differ by a bit from what one thread does: what is cut are rows and columns, never sums.
 */
function isWorthSharing(op: WasmOp, rows: number, { observed }: Plan): boolean {
  switch (op.op) {
    case 'matmul':
      return op.n > 1 && products(op, rows) >= leastProducts;
    case 'conv':
    case 'conv_input':
      return products(op, rows) >= leastProducts;
    case 'conv_weights':
      return op.inHalves === true;
    case 'pool':
    case 'pool_back':
      return rows * op.geometry.height * op.geometry.width * op.geometry.channels >= leastValues;
    case 'gather':
      return rows * op.width >= leastValues;
    case 'activate':
      return rows * op.width >= leastValues && !op.slope && op.activation.formula === undefined;
    case 'activate_back':
      return rows * op.width >= leastValues && !op.slope && !op.activation.formula && op.activityL1 === 0;
    case 'reduce':
      return rows * op.perRow * op.columns >= leastValues && op.columns > 4;
    case 'observe': {
      const { positions, units } = observed[op.layer]!;
      return rows * positions * units >= leastValues && units > 4;
    }
    case 'norms':
      // What penalties add is one sum, of all.
      return valuesOf(op) >= leastValues && op.segments.every(({ l1, l2 }) => l1 === 0 && l2 === 0);
    case 'update':
      return valuesOf(op) >= leastValues;
    default:
      return false;
  }
}

/** The same program for two threads, which meet before and after what they share; undefined where no operation is large. */
export function sharedProgram(plan: Plan, program: readonly WasmOp[], rows: number): WasmOp[] | undefined {
  if (!program.some((op) => isLarge(op, rows))) return undefined;
  const shared: WasmOp[] = [];
  let isMet = true;
  for (const op of program) {
    if (isWorthSharing(op, rows, plan)) {
      if (!isMet) shared.push({ op: 'meet' });
      shared.push({ ...op, isShared: true }, { op: 'meet' });
      isMet = true;
    } else {
      shared.push(op);
      isMet = false;
    }
  }
  return shared;
}
