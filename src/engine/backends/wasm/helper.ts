import type { KernelMemory } from './instance.ts';
import { Team } from './opcodes.ts';

/**
 * Starts a thread that calls the function in `source` with `data`, which holds a module and a shared memory. It must not keep the process
 * alive. Where the host has no threads that share memory there is none of these, and one thread does all.
 */
export type Spawn = (source: string, data: unknown) => { terminate(): void };

const source = `async ({ module, wide, memory, team, scratch }) => {
  const sleepWhile = (at, expected) => Atomics.wait(new Int32Array(memory.buffer), at >>> 2, expected);
  const { exports } = await WebAssembly.instantiate(module, { env: { memory, sleepWhile } });
  exports.widen(wide);
  exports.serve(team, scratch);
}`;

/** The second thread of a team, in the kernels until it is ended. */
export class Helper {
  private readonly thread: { terminate(): void };
  private readonly ready: Int32Array;

  constructor(
    { spawn, ...kernels }: { spawn: Spawn; module: WebAssembly.Module; wide: boolean },
    memory: KernelMemory,
    team: number,
    scratch: number,
  ) {
    this.thread = spawn(source, { ...kernels, memory: memory.shared, team, scratch });
    this.ready = memory.i32(team + Team.ready, 1);
  }

  /** It has come: before that, and where it never does, the leader works alone, with the same results. */
  get isThere(): boolean {
    return Atomics.load(this.ready, 0) === 1;
  }

  end(): void {
    this.thread.terminate();
  }
}
