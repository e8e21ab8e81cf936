import type { Op, Ref } from '../../plan/plan.ts';
import { narrowest, smallB } from './opcodes.ts';

type Matmul = Extract<Op, { op: 'matmul' }>;

/** A dense layer of up to `narrowest` units in one operation each way (kernels/narrow.ts): y = x · w (+ bias), then a ReLU where `clamp` says so. */
export interface Layer {
  readonly op: 'layer';
  readonly x: Ref;
  readonly w: Ref;
  readonly bias: Ref | undefined;
  readonly y: Ref;
  readonly n: number;
  readonly k: number;
  readonly clamp: boolean;
}

/** Its gradients: dw = xᵀ · dy, db the sums of dy's columns, and dx = dy · wᵀ, 0 where x, which is a ReLU's, is. */
export interface LayerBack {
  readonly op: 'layer_back';
  readonly x: Ref;
  readonly dy: Ref;
  readonly w: Ref | undefined;
  readonly dw: Ref;
  readonly db: Ref | undefined;
  readonly dx: Ref | undefined;
  readonly n: number;
  readonly k: number;
}

const isSame = (a: Ref, b: Ref): boolean => a.arena === b.arena && a.offset === b.offset;

/** What a product is given of the operation after it, if that is a ReLU, or a ReLU's gradient, on just what it wrote. */
export function finish(product: Matmul, next: Op | undefined): { clamp: true } | { mask: Ref } | undefined {
  if (next?.op === 'activate' && next.activation.name === 'relu') {
    return isSame(next.z, product.c) && isSame(next.a, product.c) ? { clamp: true } : undefined;
  }
  if (next?.op === 'activate_back' && next.activation.name === 'relu' && next.activityL1 === 0 && !next.accumulate) {
    return isSame(next.da, product.c) && isSame(next.dz, product.c) ? { mask: next.from } : undefined;
  }
  return undefined;
}

/** The narrow layer that begins at operation i, and how many of them it is; undefined for what else begins there. */
export function narrowLayer(ops: readonly Op[], i: number, rows: number): [Layer | LayerBack, number] | undefined {
  const first = ops[i]!;
  if (first.op !== 'matmul' || first.n > narrowest || first.accumulate) return undefined;
  const { a: x, b, c, m, n, k, aStrides, bStrides } = first;
  if (bStrides[1] !== 1 || bStrides[0] !== n) return undefined;
  const inputs = k.perRow ? m.size : k.size;
  if (inputs * n > smallB || inputs * n * rows >= 2 ** 19) return undefined;
  if (m.perRow && !k.perRow && aStrides[0] === inputs && aStrides[1] === 1) {
    const done = finish(first, ops[i + 1]);
    if (done && !('clamp' in done)) return undefined;
    const bias = first.epilogue?.bias;
    return [{ op: 'layer', x, w: b, bias, y: c, n, k: inputs, clamp: done !== undefined }, done ? 2 : 1];
  }
  if (!k.perRow || m.perRow || aStrides[0] !== 1 || aStrides[1] !== inputs) return undefined;
  let next = i + 1;
  const sums = ops[next];
  const db = sums?.op === 'reduce' && sums.perRow === 1 && isSame(sums.input, b) ? sums.out : undefined;
  if (db) next++;
  const back = ops[next];
  const found =
    back?.op === 'matmul' && !back.accumulate && isSame(back.a, b) && back.bStrides[1] === n ? back : undefined;
  const done = found && finish(found, ops[next + 1]);
  // Masked by what the layer was given, which therefore is still there when dx is written.
  const input = done && 'mask' in done && isSame(done.mask, x) ? found : undefined;
  if (input) next += 2;
  return [{ op: 'layer_back', x, dy: b, w: input?.b, dw: c, db, dx: input?.c, n, k: inputs }, next - i];
}
