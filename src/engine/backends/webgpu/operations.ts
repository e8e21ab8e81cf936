import type { Op, OpName, Ref } from '../../plan/plan.ts';
import type { Context } from './context.ts';
import { activate, activateAfter, activateBack, activateBackAfter } from './kernels/activate.ts';
import { conv, convInput, convWeights } from './kernels/conv.ts';
import { combine, gather, noise } from './kernels/elementwise.ts';
import { loss } from './kernels/loss.ts';
import { matmul } from './kernels/matmul.ts';
import { normalize, normalizeBack, normalizeRunning } from './kernels/normalize.ts';
import { observe } from './kernels/observe.ts';
import { pool, poolBack } from './kernels/pool.ts';
import { reduce } from './kernels/reduce.ts';
import { norms, update } from './kernels/update.ts';
import type { Follow } from './kernels/product.ts';
import type { Kernel } from './shader.ts';

/** Each operation's dispatches, in order. Typed as a record, so that the compiler names what a new operation still lacks here. */
const operations: {
  readonly [N in OpName]: (op: Extract<Op, { op: N }>, context: Context, follow?: Follow) => Kernel[];
} = {
  gather,
  noise,
  matmul,
  conv,
  conv_input: convInput,
  conv_weights: convWeights,
  pool,
  pool_back: poolBack,
  activate,
  activate_back: activateBack,
  normalize,
  normalize_running: normalizeRunning,
  normalize_back: normalizeBack,
  reduce,
  combine,
  loss,
  observe,
  norms,
  update,
};

const kernelsOf = <N extends OpName>(op: Extract<Op, { op: N }>, context: Context, follow?: Follow): Kernel[] =>
  operations[op.op as N](op, context, follow);

/** Where a product that others may follow writes, and how many values a row of the batch has there. */
function writes(op: Op): { to: Ref; width: number } | undefined {
  if (op.op === 'matmul') return op.m.perRow ? { to: op.c, width: op.m.size * op.n } : undefined;
  if (op.op !== 'conv' && op.op !== 'conv_input') return undefined;
  const { outHeight, outWidth, outChannels, height, width, channels } = op.geometry;
  return op.op === 'conv'
    ? { to: op.y, width: outHeight * outWidth * outChannels }
    : { to: op.dx, width: height * width * channels };
}

/**
 * The operation after a product as part of it, where it may be. In software a dispatch costs little, but each product with another activation
 * would have to be compiled, which takes a fifth of a second.
 */
function followOf(op: Op, next: Op | undefined, { software }: Context): Follow | undefined {
  if (software) return undefined;
  const written = writes(op);
  if (!written || (next?.op !== 'activate' && next?.op !== 'activate_back')) return undefined;
  const read = next.op === 'activate' ? next.z : next.da;
  if (read !== written.to || next.width !== written.width) return undefined;
  return next.op === 'activate' ? activateAfter(next) : activateBackAfter(next);
}

/** The dispatches of each operation, in order; none of one that the product before it does. */
export function kernelsOfAll(ops: readonly Op[], context: Context): Kernel[][] {
  const follows = ops.map((op, i) => followOf(op, ops[i + 1], context));
  return ops.map((op, i) => (follows[i - 1] ? [] : kernelsOf(op, context, follows[i])));
}
