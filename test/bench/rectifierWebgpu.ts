import { createWebGpuBackend } from '../../src/engine/backends/webgpu/index.ts';
import type { Peer } from './peer.ts';
import { prepareProduct } from './product.ts';

/** On the adapter there is, a software one too. */
export const peer: Peer = {
  prepare: async (workload) => prepareProduct(workload, await createWebGpuBackend(navigator.gpu)),
};
