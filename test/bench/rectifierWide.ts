import relaxed from 'kernels:relaxed';
import { createWasmBackend } from '../../src/engine/backends/wasm/index.ts';
import type { Peer } from './peer.ts';
import { prepareProduct } from './product.ts';

/** In a browser told to make one vector of 256 bits of two neighbours, as the panel takes it where that is so. */
export const peer: Peer = {
  prepare: async (workload) => prepareProduct(workload, await createWasmBackend(relaxed, 'relaxed', undefined, true)),
};
