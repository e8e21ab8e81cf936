import type { Device } from './device.ts';

/** A few buffers that take turns in bringing numbers back, so that none is made for each look at the device. */
export class Readback {
  private readonly free: GPUBuffer[] = [];

  constructor(private readonly device: Device) {}

  /** The `bytes` at `offset` of a buffer as they are after all that was submitted so far. */
  async read(from: GPUBuffer, offset: number, bytes: number): Promise<ArrayBuffer> {
    if (bytes === 0) return new ArrayBuffer(0);
    const { gpu } = this.device;
    const staging = this.take(bytes);
    const encoder = gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(from, offset, staging, 0, bytes);
    gpu.queue.submit([encoder.finish()]);
    await this.device.orLost(staging.mapAsync(GPUMapMode.READ, 0, bytes));
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    this.free.push(staging);
    return copy;
  }

  private take(bytes: number): GPUBuffer {
    const index = this.free.findIndex(({ size }) => size >= bytes);
    const found = index < 0 ? undefined : this.free.splice(index, 1)[0];
    if (found) return found;
    // One that is too small makes room for its successor.
    this.free.pop()?.destroy();
    return this.device.gpu.createBuffer({
      label: 'staging',
      size: Math.ceil(bytes / 256) * 256,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
  }

  dispose(): void {
    for (const buffer of this.free) buffer.destroy();
  }
}
