import type { Backend } from '../backend.ts';
import { describe, findAdapter, hasQuads, isSoftware } from './adapter.ts';
import { Device } from './device.ts';
import { prepare } from './session.ts';

export { isSoftware, NoAdapter, waits } from './adapter.ts';

/** The backend on a graphics device. */
export interface WebGpuBackend extends Backend {
  readonly name: 'webgpu';
  /** The adapter computes on the processor: never to be chosen unasked. */
  readonly software: boolean;
  /** The device is gone: make another backend. */
  readonly isLost: boolean;
  /** Gives the device back; sessions reject what they are at. */
  destroy(): void;
}

export interface Options {
  /** Workgroups that keep the device busy; few where each one is dear, as in software. */
  readonly busy?: number;
  /** Treat the device as one that computes in software. */
  readonly software?: boolean;
  /** Products for subgroups of four threads. */
  readonly quads?: boolean;
}

/**
 * The backend on WebGPU, in float32: same draws as everywhere, sums within tolerance. `gpu` is `navigator.gpu`, or what the npm package
 * `webgpu` makes, its globals defined. Throws NoAdapter.
 */
export async function createWebGpuBackend(gpu: GPU, options: Options = {}): Promise<WebGpuBackend> {
  const adapter = await findAdapter(gpu);
  const { software = isSoftware(adapter.info) } = options;
  const { busy = software ? 4 : 64, quads = software && hasQuads(adapter) } = options;
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = new Device(
    await adapter.requestDevice({
      requiredFeatures: quads ? ['subgroups'] : [],
      requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
    }),
    gpu,
  );
  return {
    name: 'webgpu',
    stretch: software ? 1e7 : 1e10,
    kernels: undefined,
    device: describe(adapter.info),
    software,
    prepare: (plan, seed) => prepare(device, plan, seed, { busy, software, quads }),
    get isLost() {
      return device.lost !== undefined;
    },
    destroy: () => device.gpu.destroy(),
  };
}
