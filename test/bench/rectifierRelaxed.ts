import relaxed from 'kernels:relaxed';
import { createWasmBackend } from '../../src/engine/backends/wasm/index.ts';
import type { Peer } from './peer.ts';
import { prepareProduct } from './product.ts';

/** On the build with fused multiply-adds, which the panel takes where it is faster. */
export const peer: Peer = {
  prepare: async (workload) => prepareProduct(workload, await createWasmBackend(relaxed, 'relaxed')),
};
