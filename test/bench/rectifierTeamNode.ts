import simd from 'kernels:simd';
import { createWasmBackend } from '../../src/engine/backends/wasm/index.ts';
import { spawn } from '../../src/engine/node/helperThread.ts';
import type { Peer } from './peer.ts';
import { prepareProduct } from './product.ts';

/** With a second thread, as the command line has it. */
export const peer: Peer = {
  prepare: async (workload) => prepareProduct(workload, await createWasmBackend(simd, 'simd', spawn)),
};
