import relaxed from 'kernels:relaxed';
import { createWasmBackend } from '../../src/engine/backends/wasm/index.ts';
import { createWebGpuBackend } from '../../src/engine/backends/webgpu/index.ts';
import { infer } from '../../src/engine/graph.ts';
import { parse } from '../../src/engine/spec/parse.ts';
import { fastest } from '../../src/engine/training/fastest.ts';
import type { Peer } from './peer.ts';
import { datasetOf, networkText, prepareProduct } from './product.ts';

/** On the backend that `auto` measures to be the faster one, an adapter in software included, which the panel would not even measure. */
export const peer: Peer = {
  async prepare(workload) {
    const dataset = datasetOf(workload);
    const { graph } = infer(parse(networkText(workload)).network!, dataset);
    const backends = [await createWasmBackend(relaxed, 'relaxed'), await createWebGpuBackend(navigator.gpu)];
    const { backend, reason } = await fastest(backends, graph!, dataset);
    const run = await prepareProduct(workload, backend);
    return { ...run, note: `${run.note}, ${reason}` };
  },
};
