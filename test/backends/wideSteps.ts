import { createWasmBackend } from '../../src/engine/backends/wasm/index.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import { compile } from '../../src/engine/plan/compile.ts';
import { initialParameters } from '../../src/engine/training/initialize.ts';

/** Makes steps of a network's first batches on the fused kernels; the bits of its weights and losses, in a page or in Node. */
export async function steps(kernels: Uint8Array, text: string, count: number, wide: boolean): Promise<number[]> {
  const { graph, dataset } = await checkNetwork(text, () => Promise.reject(new Error('There is no file.')));
  const { batchSize } = graph!.network.training;
  const plan = compile(graph!, batchSize as number, dataset!.samples);
  const session = await (await createWasmBackend(kernels, 'relaxed', undefined, wide)).prepare(plan, 1);
  session.setData(dataset!.features, dataset!.targets);
  session.setParameters(initialParameters(graph!, plan));
  session.setOrder(dataset!.parts.train);
  const rows = Array.from({ length: count }, (_, i) => ({
    ...{ step: i + 1, batchOffset: 0, learningRate: 0.01, correction1: 1 - 0.9 ** (i + 1) },
    // The last is short.
    ...{ correction2: 1 - 0.999 ** (i + 1), observe: false, rows: i === count - 1 ? 7 : plan.batchRows },
  }));
  const { loss, stepsDone } = await session.run(rows);
  const bits = new Uint32Array((await session.parameters()).buffer);
  session.dispose();
  return [stepsDone, ...new Uint32Array(new Float64Array([loss]).buffer), ...bits];
}
