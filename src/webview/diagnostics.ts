/* eslint-disable rectifier/words -- bug reports are read in English */
import type { Settings } from './hostProtocol.ts';
import type { Run } from './run/runState.ts';

/** Of what a device can do, what bounds a network. */
const limits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** What computes, what could, and why: for Copy Diagnostics. `page` is the browser's. */
export async function describeBackends(
  settings: Settings,
  run: Run | undefined,
  page: { readonly gpu?: GPU; readonly hardwareConcurrency: number } = navigator,
): Promise<string> {
  const start = run?.started;
  return [
    `Backend setting: ${settings.backend}`,
    start
      ? `Backend in use: ${start.backend}${start.kernels ? ` (${start.kernels})` : ''}, ${start.device}`
      : 'No run yet.',
    ...(start ? [`Reason: ${start.reason}`] : []),
    ...(await describeAdapter(page.gpu)),
    `WebAssembly: ${typeof WebAssembly === 'object' ? 'available' : 'missing'}`,
    `Processors: ${page.hardwareConcurrency}`,
  ].join('\n');
}

/** The adapter that a run would be offered, and its limits; or why there is none, so that runs fall back on wasm. */
async function describeAdapter(gpu: GPU | undefined): Promise<string[]> {
  if (!gpu) return ['WebGPU: not offered by this page, so runs use wasm'];
  try {
    const adapter = await gpu.requestAdapter();
    if (!adapter) return ['WebGPU: this page offers it, but there is no adapter, so runs use wasm'];
    const { vendor, architecture, device, description } = adapter.info;
    const names = [vendor, architecture, device, description].filter((name) => name !== '');
    return [
      `WebGPU adapter: ${names.join(', ') || 'without a name'}`,
      `Limits: ${limits.map((name) => `${name} ${adapter.limits[name]}`).join(', ')}`,
    ];
  } catch (error) {
    return [`WebGPU: asking for an adapter failed, so runs use wasm: ${String(error)}`];
  }
}
