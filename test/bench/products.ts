import simd from 'kernels:simd';
import { createWasmBackend } from '../../src/engine/backends/wasm/index.ts';
import type { Op, Plan, Ref } from '../../src/engine/plan/plan.ts';
import type { Peer } from './peer.ts';
import { generator, normals } from './workloads.ts';

/** A product of matrices alone, packing included; a workload's input is [m, n, k]. */
export const peer: Peer = {
  async prepare({ input }) {
    const [m, n, k] = input as [number, number, number];
    const at = (offset: number): Ref => ({ arena: 'parameters', offset });
    const fixed = (size: number) => ({ size, perRow: false });
    const op: Op = {
      ...{ op: 'matmul', a: at(0), aStrides: [k, 1], b: at(m * k), bStrides: [n, 1], c: at(m * k + k * n) },
      ...{ m: fixed(m), n, k: fixed(k), accumulate: false },
    };
    const parameters = m * k + k * n + m * n;
    const plan = {
      ...{ batchRows: 1, evaluateRows: 1, parameters: [], state: [], observed: [], featureWidth: 1, targetWidth: 1 },
      ...{ train: { forward: [op], backward: [], update: [] }, evaluate: { forward: [] }, multiplyAdds: m * n * k },
      sizes: { parameters, gradients: 0, slots: 0, state: 0, activations: 0, features: 4, targets: 4 },
      output: { ref: at(0), width: 0 },
      optimizer: { slotCount: 0 },
    } as unknown as Plan;
    const session = await (await createWasmBackend(simd, 'simd')).prepare(plan, 0);
    session.setParameters(normals(parameters, 1, generator(3)));
    session.setOrder(Uint32Array.of(0));
    const row = { step: 1, rows: 1, batchOffset: 0, learningRate: 0, correction1: 1, correction2: 1, observe: false };
    return {
      async steps(count) {
        await session.run(new Array<typeof row>(count).fill(row));
        return 0;
      },
      dispose: () => session.dispose(),
    };
  },
};
