import * as l10n from '@vscode/l10n';
import { OutOfMemory } from '../backend.ts';

/** What kernels/index.ts exports. Addresses count bytes. */
export interface KernelExports {
  heapBase(): number;
  /** Products are to be made for an engine that makes one vector of 256 bits of two, or no longer. */
  widen(on: boolean): void;
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
  /** The same two by a team, whose other thread is in `serve`. */
  trainShared(team: number, ...train: Parameters<KernelExports['train']>): number;
  evaluateShared(team: number, ...evaluate: Parameters<KernelExports['evaluate']>): void;
}

const pageBytes = 65536;
const mostPages = 65536;
/** Linear memory ends where 32-bit addresses do. */
const limitBytes = 2 ** 32;

/** Kernels with a memory of their own. No view of it is kept: growing, and nothing else, would leave one empty. */
export class KernelMemory {
  constructor(
    readonly kernels: KernelExports,
    private readonly memory: WebAssembly.Memory,
  ) {}

  /** For another thread. */
  get shared(): WebAssembly.Memory {
    return this.memory;
  }

  /** Makes the memory `bytes` long, once; throws OutOfMemory without allocating what cannot be addressed. */
  allocate(bytes: number): void {
    const size = bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
    if (bytes > limitBytes) {
      throw new OutOfMemory(
        l10n.t(
          'Training this network needs {0} of memory; the wasm backend has at most 4.3 GB. Make layers or the batch smaller.',
          size,
        ),
      );
    }
    const missing = Math.ceil(bytes / pageBytes) - this.memory.buffer.byteLength / pageBytes;
    try {
      if (missing > 0) this.memory.grow(missing);
    } catch {
      throw new OutOfMemory(
        l10n.t(
          'Training this network needs {0} of memory, which this machine did not give. Make layers or the batch smaller.',
          size,
        ),
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

  i32(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  u8(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }
}

/** Kernels on a new memory, one that other threads may share where the module says so; `wide` as in `createWasmBackend`. */
export async function instantiate(module: WebAssembly.Module, shared: boolean, wide = false): Promise<KernelMemory> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared });
  const sleepWhile = (at: number, expected: number) => Atomics.wait(new Int32Array(memory.buffer), at >>> 2, expected);
  const { exports } = await WebAssembly.instantiate(module, { env: { memory, sleepWhile } });
  const kernels = exports as unknown as KernelExports;
  kernels.widen(wide);
  return new KernelMemory(kernels, memory);
}

/**
 * The same kernels on a memory of their own. They are compiled to import a shared one, which not every page may have; all it takes is one
 * bit of the import's limits.
 */
export function unshared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = copy[at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const name = () => {
    const length = number();
    at += length;
  };
  const importSection = 2;
  while (copy[at++] !== importSection) name();
  number();
  const memoryKind = 2;
  for (let left = number(); left > 0; left--) {
    name();
    name();
    if (copy[at] === memoryKind) break;
    // A function: its type.
    at++;
    number();
  }
  // After the kind the limits: shared, with a maximum.
  if (copy[at] !== memoryKind || copy[at + 1] !== 3) throw new Error('The kernels do not import a shared memory.');
  copy[at + 1] = 1;
  return copy;
}
