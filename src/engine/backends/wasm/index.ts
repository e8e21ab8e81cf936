import type { Backend, Kernels } from '../backend.ts';
import { instantiate } from './instance.ts';
import { WasmSession } from './session.ts';

/**
 * The backend on compiled kernels: `bytes` is the build that `kernels` names. One thread, float32; the same plan, seed and build give
 * the same bits everywhere.
 * Throws where the engine cannot run that build.
 */
export async function createWasmBackend(bytes: Uint8Array, kernels: Kernels): Promise<Backend> {
  if (!WebAssembly.validate(bytes)) {
    throw new Error(
      `This version of the engine does not run the ${kernels} kernels${kernels === 'relaxed' ? '; use simd' : ''}.`,
    );
  }
  const module = await WebAssembly.compile(bytes);
  return {
    name: 'wasm',
    stretch: 1e7,
    kernels,
    device: `processor, one thread, 128-bit vectors${kernels === 'relaxed' ? ', fused multiply-add' : ''}`,
    prepare: async (plan, seed) => new WasmSession(plan, seed, await instantiate(module)),
  };
}
