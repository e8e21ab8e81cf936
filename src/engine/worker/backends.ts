import simd from 'kernels:simd';
import type { Backend } from '../backends/backend.ts';
import { createWasmBackend } from '../backends/wasm/index.ts';
import { createWebGpuBackend, NoAdapter, type WebGpuBackend } from '../backends/webgpu/index.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { fastest } from '../training/fastest.ts';

/** Kept from run to run, so that what it has compiled serves the next. */
let device: WebGpuBackend | undefined;

async function webGpu(): Promise<WebGpuBackend> {
  // Not everywhere there, whatever the types say.
  const gpu = (navigator as { gpu?: GPU }).gpu;
  if (!gpu) throw new NoAdapter('There is no WebGPU in this version of the editor.');
  if (!device || device.isLost) device = await createWebGpuBackend(gpu);
  return device;
}

/** The backend a run asks for, and why it is this one. Throws when it cannot be had. */
export async function chooseBackend(
  choice: 'auto' | 'wasm' | 'webgpu',
  graph: Graph,
  dataset: Dataset,
): Promise<{ backend: Backend; reason: string }> {
  if (choice === 'webgpu') return { backend: await webGpu(), reason: 'asked for' };
  const wasm = await createWasmBackend(simd, 'simd');
  if (choice === 'wasm') return { backend: wasm, reason: 'asked for' };
  const graphics = await webGpu().catch((error: unknown) => String(error instanceof Error ? error.message : error));
  if (typeof graphics === 'string') return { backend: wasm, reason: `auto: ${graphics}` };
  if (graphics.software) {
    return { backend: wasm, reason: `auto: WebGPU would compute on the processor (${graphics.device})` };
  }
  return fastest([wasm, graphics], graph, dataset);
}

let looking: Promise<Backend> | undefined;

/** The kernels that looks are worked out on, whatever trains. */
export const lookBackend = (): Promise<Backend> => (looking ??= createWasmBackend(simd, 'simd'));
