import * as l10n from '@vscode/l10n';
import relaxed from 'kernels:relaxed';
import simd from 'kernels:simd';
import type { Backend, Kernels } from '../backends/backend.ts';
import { createWasmBackend } from '../backends/wasm/index.ts';
import { createWebGpuBackend, NoAdapter, type WebGpuBackend } from '../backends/webgpu/index.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { fastest, speedups, worthwhile } from '../training/fastest.ts';
import { spawn } from './helperThread.ts';

/** Kept from run to run, so that what it has compiled serves the next. */
let device: Promise<WebGpuBackend> | undefined;

/** The graphics device: found once, and anew where it was lost or, if `again`, where there was none. */
async function webGpu(again: boolean): Promise<WebGpuBackend> {
  const kept = await device?.catch(() => undefined);
  if (!device || kept?.isLost || (again && !kept)) device = find();
  return device;
}

async function find(): Promise<WebGpuBackend> {
  // Not everywhere there, whatever the types say.
  const gpu = (navigator as { gpu?: GPU }).gpu;
  if (!gpu) throw new NoAdapter(l10n.t('There is no WebGPU in this version of the editor.'));
  return createWebGpuBackend(gpu);
}

/** Looks for the graphics device, which takes a browser some 50 ms whether there is one or not. */
export const findGraphics = (): void => void webGpu(false).catch(() => undefined);

const bytes = { simd, relaxed };
const builds: Partial<Record<Kernels, Promise<Backend>>> = {};
const build = (kernels: Kernels): Promise<Backend> =>
  (builds[kernels] ??= createWasmBackend(bytes[kernels], kernels, spawn));

let measured: Promise<{ backend: Backend; why: string }> | undefined;

/** The quicker build here, found once a worker; the plain one where they are about as fast, or the engine has no other. */
export const quickerBuild = (): Promise<{ backend: Backend; why: string }> => (measured ??= measure());

async function measure(): Promise<{ backend: Backend; why: string }> {
  const plain = await build('simd');
  const fused = await build('relaxed').catch(() => undefined);
  if (!fused) return { backend: plain, why: '' };
  const wide = await createWasmBackend(relaxed, 'relaxed', spawn, true);
  const [ofFused, ofWide] = (await speedups(plain, [fused, wide])) as [number, number];
  if (Math.max(ofFused, ofWide) < worthwhile) return { backend: plain, why: '' };
  // Where the engine makes no vectors of 256 bits, what is made for them takes a third longer.
  if (ofWide <= ofFused)
    return { backend: fused, why: l10n.t('with fused multiply-add, {0} times as fast here', ofFused.toFixed(1)) };
  builds.relaxed = Promise.resolve(wide);
  return {
    backend: wide,
    why: l10n.t('with fused multiply-add and 256-bit vectors, {0} times as fast here', ofWide.toFixed(1)),
  };
}

/** wasm with these kernels, or with the quicker ones. What names kernels an engine does not have is answered with those it has. */
async function wasmWith(kernels: Kernels | undefined): Promise<{ backend: Backend; why: string }> {
  if (!kernels) return quickerBuild();
  return { backend: await build(kernels).catch(() => build('simd')), why: '' };
}

const and = (reason: string, why: string): string => (why ? `${reason}, ${why}` : reason);

/** The backend a run asks for, and why it is this one; `kernels` where a run before says which. Throws when it cannot be had. */
export async function chooseBackend(
  choice: 'auto' | 'wasm' | 'webgpu',
  graph: Graph,
  dataset: Dataset,
  kernels?: Kernels,
): Promise<{ backend: Backend; reason: string }> {
  if (choice === 'webgpu') return { backend: await webGpu(true), reason: l10n.t('asked for') };
  const { backend: wasm, why } = await wasmWith(kernels);
  if (choice === 'wasm') return { backend: wasm, reason: and(l10n.t('asked for'), why) };
  const graphics = await webGpu(false).catch((error: unknown) =>
    String(error instanceof Error ? error.message : error),
  );
  if (typeof graphics === 'string') return { backend: wasm, reason: and(l10n.t('auto: {0}', graphics), why) };
  if (graphics.software) {
    const slow = l10n.t('auto: WebGPU would compute on the processor ({0})', graphics.device);
    return { backend: wasm, reason: and(slow, why) };
  }
  return fastest([wasm, graphics], graph, dataset);
}

/** The kernels that looks are worked out on, whatever trains. */
export const lookBackend = (): Promise<Backend> => build('simd');
