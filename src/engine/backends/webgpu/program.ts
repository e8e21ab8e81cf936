import type { Device } from './device.ts';
import { uniforms, uniformStride, type Kernel } from './shader.ts';

/** A dispatch ready to be recorded. */
export interface Dispatch {
  readonly kernel: Kernel;
  readonly pipeline: GPUComputePipeline;
  /** Where its uniforms lie, in bytes. */
  readonly offset: number;
}

/** Compiles kernels, whose uniforms follow one another from `first` blocks on. */
export function link(device: Device, kernels: readonly Kernel[], first: number): Promise<Dispatch[]> {
  return Promise.all(
    kernels.map(async (kernel, i) => ({
      kernel,
      pipeline: await device.pipeline(kernel),
      offset: (first + i) * uniformStride,
    })),
  );
}

/** The uniforms of kernels, one block after another. */
export function uniformBytes(kernels: readonly Kernel[], stateStart: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(kernels.length * uniformStride);
  for (const [index, kernel] of kernels.entries())
    bytes.set(new Uint8Array(uniforms(kernel, stateStart)), index * uniformStride);
  return bytes;
}

/** What a dispatch costs beside its multiply-adds, in multiply-adds. */
const dispatchCost = 10_000;

/**
 * Writes dispatches into command buffers and submits one whenever it holds `budget` multiply-adds, so that the graphics device is never
 * kept from others for long.
 */
export class Recorder {
  /** Multiply-adds submitted. */
  cost = 0;
  private held = 0;
  private encoder: GPUCommandEncoder | undefined;
  private pass: GPUComputePassEncoder | undefined;

  constructor(
    private readonly device: Device,
    private readonly bindings: GPUBindGroup,
    private readonly budget: number,
  ) {}

  /** `row`: where the step's row lies in the table, in bytes; `rows`: how many samples it has. */
  dispatch({ kernel, pipeline, offset }: Dispatch, row: number, rows: number): void {
    const cost = kernel.cost(rows) + dispatchCost;
    if (this.held > 0 && this.held + cost > this.budget) this.submit();
    this.held += cost;
    this.encoder ??= this.device.gpu.createCommandEncoder();
    this.pass ??= this.encoder.beginComputePass();
    this.pass.setPipeline(pipeline);
    this.pass.setBindGroup(0, this.bindings, [row, offset]);
    this.pass.dispatchWorkgroups(...kernel.groups(rows));
  }

  submit(): void {
    this.pass?.end();
    if (this.encoder) this.device.gpu.queue.submit([this.encoder.finish()]);
    this.cost += this.held;
    this.held = 0;
    this.encoder = this.pass = undefined;
  }
}
