import * as l10n from '@vscode/l10n';
import { DeviceLost, OutOfMemory } from '../backend.ts';
import { source, storageBindings, uniformStride, type Kernel } from './shader.ts';

const inWords = (bytes: number): string =>
  bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** A device with one bind group layout for all kernels, its pipelines by their text, and what it says when it is lost. */
export class Device {
  readonly layout: GPUBindGroupLayout;
  private readonly pipelineLayout: GPUPipelineLayout;
  private readonly pipelines = new Map<string, Promise<GPUComputePipeline>>();
  /** Set once the device is gone. */
  lost: DeviceLost | undefined;
  private readonly loss: Promise<never>;

  constructor(
    readonly gpu: GPUDevice,
    /** Kept, because in Node a device does not outlive what it came from. */
    readonly origin: GPU,
  ) {
    this.layout = gpu.createBindGroupLayout({
      entries: [
        ...[0, 1].map((binding) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: 'uniform' as const, hasDynamicOffset: true, minBindingSize: uniformStride },
        })),
        ...storageBindings.map((_, i) => ({
          binding: i + 2,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: 'storage' as const },
        })),
      ],
    });
    this.pipelineLayout = gpu.createPipelineLayout({ bindGroupLayouts: [this.layout] });
    this.loss = gpu.lost.then(({ reason, message }) => {
      this.lost = new DeviceLost(
        reason === 'destroyed'
          ? l10n.t('The graphics device was closed.')
          : message
            ? l10n.t('The graphics device was lost: {0}', message)
            : l10n.t('The graphics device was lost, the driver does not say why.'),
      );
      throw this.lost;
    });
    // Whoever waits hears of it; nobody may be waiting.
    this.loss.catch(() => undefined);
  }

  /** What comes of some work, or DeviceLost as soon as the device is gone. */
  async orLost<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    if (this.lost) throw this.lost;
    try {
      return await Promise.race([work, this.loss]);
    } catch (error) {
      // What was under way may fail a moment before the device says that it is lost.
      await Promise.resolve();
      throw this.lost ?? error;
    }
  }

  /** Throws DeviceLost when there is no use in going on. */
  check(): void {
    if (this.lost) throw this.lost;
  }

  /**
   * Buffers by name, of so many 4-byte elements each. Throws OutOfMemory: before anything is allocated when one is beyond the
   * device's limits, or when the device says that it has no room.
   */
  async buffers<const N extends string>(wanted: Readonly<Record<N, readonly [elements: number, usage: number]>>) {
    const entries = Object.entries(wanted) as [N, readonly [number, number]][];
    const { maxBufferSize, maxStorageBufferBindingSize } = this.gpu.limits;
    const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    for (const [name, [elements]] of entries) {
      if (elements * 4 <= limit) continue;
      throw new OutOfMemory(
        l10n.t(
          'The {0} of this network need {1} in one piece; this graphics device gives at most {2}. Make layers, the batch or the data smaller, or use the wasm backend.',
          name,
          inWords(elements * 4),
          inWords(limit),
        ),
      );
    }
    this.check();
    this.gpu.pushErrorScope('out-of-memory');
    const made = entries.map(([name, [elements, usage]]) => {
      const size = Math.max(elements * 4, 16);
      return [name, this.gpu.createBuffer({ label: name, size, usage })] as const;
    });
    const refused = await this.orLost(this.gpu.popErrorScope());
    if (refused) {
      for (const [, buffer] of made) buffer.destroy();
      const bytes = entries.reduce((sum, [, [elements]]) => sum + elements * 4, 0);
      throw new OutOfMemory(
        l10n.t(
          'Training this network needs {0} on the graphics device, which it did not give. Make layers, the batch or the data smaller, or use the wasm backend.',
          inWords(bytes),
        ),
      );
    }
    return Object.fromEntries(made) as Record<N, GPUBuffer>;
  }

  /** The kernel's pipeline, compiled once. Rejects with message, line and source when the program is refused. */
  pipeline(kernel: Kernel): Promise<GPUComputePipeline> {
    const code = source(kernel);
    let pipeline = this.pipelines.get(code);
    if (!pipeline) {
      pipeline = this.compile(kernel.name, code);
      this.pipelines.set(code, pipeline);
    }
    return this.orLost(pipeline);
  }

  private async compile(label: string, code: string): Promise<GPUComputePipeline> {
    this.check();
    this.gpu.pushErrorScope('validation');
    const module = this.gpu.createShaderModule({ label, code });
    const refused = this.gpu.popErrorScope();
    const { messages } = await module.getCompilationInfo();
    const errors = messages.filter(({ type }) => type === 'error');
    const failure = await refused;
    if (errors.length > 0 || failure) {
      const lines = code.split('\n');
      const told = errors.map(
        ({ message, lineNum, linePos }) => `line ${lineNum}:${linePos}: ${message}\n  ${lines[lineNum - 1] ?? ''}`,
      );
      const numbered = lines.map((line, i) => `${String(i + 1).padStart(4)} ${line}`).join('\n');
      throw new Error(
        `The graphics program "${label}" was refused.\n${told.join('\n') || failure?.message}\n\n${numbered}`,
      );
    }
    return this.gpu.createComputePipelineAsync({
      label,
      layout: this.pipelineLayout,
      compute: { module, entryPoint: 'main' },
    });
  }
}
