import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import relaxed from 'kernels:relaxed';
import simd from 'kernels:simd';
import type { Backend } from '../backends/backend.ts';
import { referenceBackend } from '../backends/reference/index.ts';
import { createWasmBackend, type Spawn } from '../backends/wasm/index.ts';
import { createWebGpuBackend, NoAdapter, waits } from '../backends/webgpu/index.ts';
import { Exit, Failure } from './failure.ts';

export const backendNames = ['auto', 'wasm', 'webgpu', 'reference'] as const;

/** Whether this Node was told to make one vector of 256 bits of two neighbours. */
const isWide = process.execArgv.some((flag) => flag.includes('wasm-revectorize'));

/** The backend a run asks for, and why it is this one; `spawn` for a second thread, where one run has the machine to itself. */
export async function chooseBackend(
  name: (typeof backendNames)[number],
  kernels: 'simd' | 'relaxed',
  spawn?: Spawn,
): Promise<{ backend: Backend; reason: string }> {
  if (name === 'reference') return { backend: referenceBackend, reason: 'asked for' };
  if (name === 'webgpu') return { backend: await webGpu(), reason: 'asked for' };
  const backend = await createWasmBackend(kernels === 'simd' ? simd : relaxed, kernels, spawn, isWide).catch(() => {
    throw new Failure(
      Exit.failed,
      `rectifier: this Node.js (${process.version}) cannot run the ${kernels} kernels; use --kernels simd, or a newer Node.js`,
    );
  });
  const reason =
    name === 'wasm' ? 'asked for' : 'auto: its runs repeat bit for bit; --backend webgpu uses the graphics device';
  return { backend, reason };
}

const remedy = 'Use --backend wasm; for WebGPU, Node needs a graphics driver (on Linux, Vulkan’s, and libvulkan).';

/** WebGPU as the npm package `webgpu` brings it, where that is installed: it is not part of this program. */
async function webGpu(): Promise<Backend> {
  const name = 'webgpu';
  const npm = (await import(name).catch((error: unknown) => {
    const reason =
      error instanceof Error && 'code' in error && error.code !== 'ERR_MODULE_NOT_FOUND' ? error.message : '';
    throw new Failure(
      Exit.failed,
      reason
        ? `rectifier: the npm package webgpu does not start here: ${reason}`
        : 'rectifier: --backend webgpu needs the npm package webgpu: npm install webgpu',
    );
  })) as { create(flags: string[]): GPU; globals: object };
  if (!(await hasAdapter())) throw noAdapter('WebGPU found no graphics adapter on this machine.');
  Object.assign(globalThis, npm.globals);
  return createWebGpuBackend(npm.create([])).catch((error: unknown) => {
    throw error instanceof NoAdapter ? noAdapter(error.message) : error;
  });
}

const noAdapter = (message: string) => new Failure(Exit.failed, `rectifier: ${message} ${remedy}`);

const look = `import('webgpu').then(async ({ create }) => {
  for (const wait of ${JSON.stringify(waits)}) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (await create([]).requestAdapter()) return process.stdout.write('there');
  }
}).finally(() => process.exit());`;

/** The package's C++ writes traces to standard error where there is no adapter: a process that nobody hears looks first. */
async function hasAdapter(): Promise<boolean> {
  const looked = promisify(execFile)(process.execPath, ['-e', look], { cwd: __dirname });
  const { stdout } = await looked.catch((error: unknown) => error as { stdout: string });
  return stdout === 'there';
}
