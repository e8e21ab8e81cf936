import * as l10n from '@vscode/l10n';

/** There is no WebGPU here, or no adapter behind it. */
export class NoAdapter extends Error {}

/** Waits before the tries after the first: on some machines the first answers come before the graphics process is up. */
export const waits = [0, 50, 100, 200, 300, 350];

/** The fastest adapter, asked for again for about a second while there is none. Throws NoAdapter. */
export async function findAdapter(gpu: GPU): Promise<GPUAdapter> {
  for (const wait of waits) {
    if (wait > 0) await new Promise<void>((resolve) => void setTimeout(resolve, wait));
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter) return adapter;
  }
  throw new NoAdapter(l10n.t('WebGPU found no graphics adapter on this machine.'));
}

/** Names under which drivers that run on the processor are known. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/i;

/** Whether an adapter computes on the processor: such a one is slower than the wasm backend, and never chosen unasked. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  return (
    info.isFallbackAdapter ||
    softwareNames.test([info.vendor, info.architecture, info.device, info.description].join(' '))
  );
}

/** Whether four threads side by side, no more and no fewer, can hand each other values. */
export const hasQuads = ({ features, info }: GPUAdapter): boolean =>
  features.has('subgroups') && info.subgroupMinSize === 4 && info.subgroupMaxSize === 4;

/** An adapter in a person's words; English, as the names of adapters are. */
export function describe(info: GPUAdapterInfo): string {
  const name = info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(' ');
  return `${name || 'a graphics adapter that does not tell its name'}${isSoftware(info) ? ', in software' : ''}`;
}
