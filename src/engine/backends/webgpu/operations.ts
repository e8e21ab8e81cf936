import type { Op, OpName } from '../../plan/plan.ts';
import type { Context } from './context.ts';
import { activate, activateBack } from './kernels/activate.ts';
import { conv, convInput, convWeights } from './kernels/conv.ts';
import { combine, gather, noise } from './kernels/elementwise.ts';
import { loss } from './kernels/loss.ts';
import { matmul } from './kernels/matmul.ts';
import { normalize, normalizeBack, normalizeRunning } from './kernels/normalize.ts';
import { observe } from './kernels/observe.ts';
import { pool, poolBack } from './kernels/pool.ts';
import { reduce } from './kernels/reduce.ts';
import { norms, update } from './kernels/update.ts';
import type { Kernel } from './shader.ts';

/** Each operation's dispatches, in order. Typed as a record, so that the compiler names what a new operation still lacks here. */
const operations: { readonly [N in OpName]: (op: Extract<Op, { op: N }>, context: Context) => Kernel[] } = {
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

export const kernelsOf = <N extends OpName>(op: Extract<Op, { op: N }>, context: Context): Kernel[] =>
  operations[op.op as N](op, context);
