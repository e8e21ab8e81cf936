import simd from 'kernels:simd';
import type { Backend } from '../backends/backend.ts';
import { createWasmBackend } from '../backends/wasm/index.ts';

/** The backend a run asks for, and why it is this one. Throws when it cannot be had. */
export async function chooseBackend(choice: 'auto' | 'wasm' | 'webgpu'): Promise<{ backend: Backend; reason: string }> {
  if (choice === 'webgpu') throw new Error('WebGPU is not supported yet; choose wasm or auto.');
  const reason = choice === 'wasm' ? 'asked for' : 'auto: the only backend so far';
  return { backend: await createWasmBackend(simd, 'simd'), reason };
}
