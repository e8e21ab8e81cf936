import simd from 'kernels:simd';
import { createWasmBackend } from '../../src/engine/backends/wasm/index.ts';
import { prepareMatmul } from './matmul.ts';
import type { Peer } from './peer.ts';

export const peer: Peer = {
  prepare: async ({ product }) => prepareMatmul(product!, await createWasmBackend(simd, 'simd')),
};
