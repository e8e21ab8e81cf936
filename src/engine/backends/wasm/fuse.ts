import type { Op, Ref } from '../../plan/plan.ts';

type Matmul = Extract<Op, { op: 'matmul' }>;

/** An operation as the kernels have it: a product may do a ReLU, or its gradient, as it writes. */
export type WasmOp = Exclude<Op, Matmul> | (Matmul & { readonly clamp?: boolean; readonly mask?: Ref });

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

/** Joins products and the ReLUs that follow them: a plan's operations, one fewer for each. */
export function fuse(ops: readonly Op[]): WasmOp[] {
  const fused: WasmOp[] = [];
  for (let i = 0; i < ops.length; i++) {
    const op = ops[i]!;
    const done = op.op === 'matmul' ? finish(op, ops[i + 1]) : undefined;
    fused.push(op.op === 'matmul' && done ? { ...op, ...done } : op);
    if (done) i++;
  }
  return fused;
}
