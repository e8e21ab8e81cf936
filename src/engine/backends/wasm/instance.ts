import { OutOfMemory } from '../backend.ts';

/** What kernels/index.ts exports. Addresses count bytes. */
export interface KernelExports {
  heapBase(): number;
  train(
    program: number,
    table: number,
    count: number,
    order: number,
    state: number,
    units: number,
    unitBytes: number,
    pending: number,
    done: number,
    squareBytes: number,
  ): number;
  evaluate(program: number, row: number, indices: number, state: number): void;
}

const pageBytes = 65536;
/** Linear memory ends where 32-bit addresses do. */
const limitBytes = 2 ** 32;

/** Kernels with a memory of their own. No view of it is kept: growing, and nothing else, would leave one empty. */
export class KernelMemory {
  constructor(
    readonly kernels: KernelExports,
    private readonly memory: WebAssembly.Memory,
  ) {}

  /** Makes the memory `bytes` long, once; throws OutOfMemory without allocating what cannot be addressed. */
  allocate(bytes: number): void {
    const size = bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
    if (bytes > limitBytes) {
      throw new OutOfMemory(
        `Training this network needs ${size} of memory; the wasm backend has at most 4.3 GB. Make layers or the batch smaller.`,
      );
    }
    const missing = Math.ceil(bytes / pageBytes) - this.memory.buffer.byteLength / pageBytes;
    try {
      if (missing > 0) this.memory.grow(missing);
    } catch {
      throw new OutOfMemory(
        `Training this network needs ${size} of memory, which this machine did not give. Make layers or the batch smaller.`,
      );
    }
  }

  /** The first byte after it. */
  get end(): number {
    return this.memory.buffer.byteLength;
  }

  f32(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  f64(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }

  u32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address, length);
  }

  u8(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }

  view(address: number, length: number): DataView {
    return new DataView(this.memory.buffer, address, length);
  }
}

export async function instantiate(module: WebAssembly.Module): Promise<KernelMemory> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return new KernelMemory(exports as unknown as KernelExports, memory);
}
