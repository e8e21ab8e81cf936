import simd from 'kernels:simd';
import { createWasmBackend } from '../../src/engine/backends/wasm/index.ts';
import { spawn } from '../../src/engine/worker/helperThread.ts';
import type { Peer } from './peer.ts';
import { prepareProduct } from './product.ts';

/** With a second thread, as the panel has it in an editor started with --enable-coi. */
export const peer: Peer = {
  prepare: async (workload) => {
    if (!spawn) throw new Error('This page may not share memory.');
    return prepareProduct(workload, await createWasmBackend(simd, 'simd', spawn));
  },
};
