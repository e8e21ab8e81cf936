import type { Geometry, Op, Plan, Ref } from '../../plan/plan.ts';
import { smallB } from './opcodes.ts';

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
  | { readonly op: 'add_up'; readonly to: Ref; readonly size: number }
  | { readonly op: 'meet' }
);

const isSame = (a: Ref, b: Ref): boolean => a.arena === b.arena && a.offset === b.offset;

/** What a product is given of the operation after it, if that is a ReLU, or a ReLU's gradient, on just what it wrote. */
function finish(product: Matmul, next: Op | undefined): { clamp: true } | { mask: Ref } | undefined {
  if (next?.op === 'activate' && next.activation.name === 'relu') {
    return isSame(next.z, product.c) && isSame(next.a, product.c) ? { clamp: true } : undefined;
  }
  if (next?.op === 'activate_back' && next.activation.name === 'relu' && next.activityL1 === 0 && !next.accumulate) {
    return isSame(next.da, product.c) && isSame(next.dz, product.c) ? { mask: next.from } : undefined;
  }
  return undefined;
}

/** Multiply-adds from which on an operation is shared, and values for those that only move them: a tenth of a millisecond or so. */
const leastProducts = 2 ** 21;
const leastValues = 2 ** 16;

const kernelSize = (g: Geometry): number => g.kernelHeight * g.kernelWidth * g.channels * g.outChannels;
const products = (g: Geometry, rows: number): number => rows * g.outHeight * g.outWidth * kernelSize(g);
const isLarge = (op: ConvWeights, rows: number): boolean => products(op.geometry, rows) >= leastProducts;

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
    const done = op.op === 'matmul' ? finish(op, ops[i + 1]) : undefined;
    program.push(op.op === 'matmul' && done ? { ...op, ...done } : op);
    if (done) i++;
  }
  return program;
}

/**
 * Whether two threads share an operation. Neither half may differ by a bit from what one thread does: what is cut are rows and columns, never sums, and
 * a half of a product's columns must be packed as the whole is.
 */
function isWorthSharing(op: WasmOp, rows: number): boolean {
  switch (op.op) {
    case 'matmul': {
      const [m, k] = [op.m, op.k].map(({ size, perRow }) => (perRow ? size * rows : size)) as [number, number];
      return op.n >= 64 && m * op.n * k >= leastProducts && (k * op.n) / 4 > smallB;
    }
    case 'conv':
    case 'conv_input':
    case 'conv_weights':
      return products(op.geometry, rows) >= leastProducts;
    case 'pool':
    case 'pool_back':
      return rows * op.geometry.height * op.geometry.width * op.geometry.channels >= leastValues;
    case 'gather':
      return rows * op.width >= leastValues;
    case 'activate':
      return rows * op.width >= leastValues && !op.slope && op.activation.formula === undefined;
    case 'activate_back':
      return rows * op.width >= leastValues && !op.slope && !op.activation.formula && op.activityL1 === 0;
    case 'update':
      return op.segments.reduce((sum, { size }) => sum + size, 0) >= leastValues;
    default:
      return false;
  }
}

/** The same program for two threads, which meet before and after what they share; undefined where there is no product to share. */
export function sharedProgram(program: readonly WasmOp[], rows: number): WasmOp[] | undefined {
  const shared: WasmOp[] = [];
  let isMet = true;
  let any = false;
  for (const op of program) {
    if (isWorthSharing(op, rows)) {
      if (!isMet) shared.push({ op: 'meet' });
      shared.push({ ...op, isShared: true }, { op: 'meet' });
      isMet = true;
      any ||= /^(matmul|conv)/.test(op.op);
    } else {
      shared.push(op);
      isMet = false;
    }
  }
  return any ? shared : undefined;
}
