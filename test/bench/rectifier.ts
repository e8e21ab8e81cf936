import simd from 'kernels:simd';
import { createWasmBackend } from '../../src/engine/backends/wasm/index.ts';
import type { Peer } from './peer.ts';
import { prepareProduct } from './product.ts';

/** As the panel and the command line have it: the plain build. */
export const peer: Peer = {
  prepare: async (workload) => prepareProduct(workload, await createWasmBackend(simd, 'simd')),
};
