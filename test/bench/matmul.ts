import type { Backend } from '../../src/engine/backends/backend.ts';
import type { Op, Plan, Ref } from '../../src/engine/plan/plan.ts';
import type { Run } from './peer.ts';
import { generator, normals } from './workloads.ts';

/** A product of matrices, m × k by k × n: a forward pass's, of inputs by weights, or a weights' gradient, of inputs turned around by gradients. */
export interface Product {
  readonly sizes: readonly [m: number, n: number, k: number];
  /** Percents of a and of b that are 0, here and there. */
  readonly zeros: readonly [a: number, b: number];
  /** a's columns lie one after another, as in a weights' gradient; b's rows always do. */
  readonly turned: boolean;
}

/** That product alone, packing included, on one thread. */
export async function prepareMatmul({ sizes: [m, n, k], zeros, turned }: Product, backend: Backend): Promise<Run> {
  const at = (offset: number): Ref => ({ arena: 'parameters', offset });
  const fixed = (size: number) => ({ size, perRow: false });
  const op: Op = {
    ...{ op: 'matmul', a: at(0), aStrides: turned ? [1, m] : [k, 1], b: at(m * k), bStrides: [n, 1] },
    ...{ c: at(m * k + k * n), m: fixed(m), n, k: fixed(k), accumulate: false },
  };
  const parameters = m * k + k * n + m * n;
  const plan = {
    ...{ batchRows: 1, evaluateRows: 1, parameters: [], state: [], observed: [], featureWidth: 1, targetWidth: 1 },
    ...{ train: { forward: [op], backward: [], update: [] }, evaluate: { forward: [] }, multiplyAdds: m * n * k },
    sizes: { parameters, gradients: 0, slots: 0, state: 0, activations: 0, features: 4, targets: 4 },
    output: { ref: at(0), width: 0 },
    optimizer: { slotCount: 0 },
  } as unknown as Plan;
  const session = await backend.prepare(plan, 0);
  const random = generator(5);
  const values = normals(parameters, 1, generator(3)).map((value, i) =>
    100 * random() < (i < m * k ? zeros[0] : zeros[1]) ? 0 : value,
  );
  session.setParameters(values);
  session.setOrder(Uint32Array.of(0));
  const row = { step: 1, rows: 1, batchOffset: 0, learningRate: 0, correction1: 1, correction2: 1, observe: false };
  return {
    async steps(count) {
      await session.run(new Array<typeof row>(count).fill(row));
      return 0;
    },
    dispose: () => session.dispose(),
  };
}
