import relaxed from 'kernels:relaxed';
import simd from 'kernels:simd';
import type { Backend } from '../backends/backend.ts';
import { referenceBackend } from '../backends/reference/index.ts';
import { createWasmBackend } from '../backends/wasm/index.ts';
import { Exit, Failure } from './failure.ts';

export const backendNames = ['auto', 'wasm', 'webgpu', 'reference'] as const;

/** The backend a run asks for, and why it is this one. */
export async function chooseBackend(
  name: (typeof backendNames)[number],
  kernels: 'simd' | 'relaxed',
): Promise<{ backend: Backend; reason: string }> {
  if (name === 'reference') return { backend: referenceBackend, reason: 'asked for' };
  if (name === 'webgpu') {
    throw new Failure(Exit.failed, 'rectifier: the webgpu backend is not there yet; use --backend wasm or auto');
  }
  const backend = await createWasmBackend(kernels === 'simd' ? simd : relaxed, kernels).catch(() => {
    throw new Failure(
      Exit.failed,
      `rectifier: this Node.js (${process.version}) cannot run the ${kernels} kernels; use --kernels simd, or a newer Node.js`,
    );
  });
  const reason = name === 'wasm' ? 'asked for' : 'auto: the only backend so far';
  return { backend, reason };
}
