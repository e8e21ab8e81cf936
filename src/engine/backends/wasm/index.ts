import type { Backend, Kernels } from '../backend.ts';
import type { Spawn } from './helper.ts';
import { instantiate, unshared } from './instance.ts';
import { isWorthHelp, WasmSession } from './session.ts';

export type { Spawn } from './helper.ts';

/**
 * The backend on compiled kernels: `bytes` is the build that `kernels` names. float32; the same plan, seed and build give the same bits
 * everywhere. With `spawn` a second thread does half of what is large, and `wide` says that the engine makes one vector of 256 bits of two (kernels/wide.ts): neither changes a bit.
 * Throws where the engine cannot run that build.
 */
export async function createWasmBackend(
  bytes: Uint8Array,
  kernels: Kernels,
  spawn?: Spawn,
  wide = false,
): Promise<Backend> {
  if (!WebAssembly.validate(bytes)) {
    throw new Error(
      `This version of the engine does not run the ${kernels} kernels${kernels === 'relaxed' ? '; use simd' : ''}.`,
    );
  }
  const module = await WebAssembly.compile(unshared(bytes));
  const team = spawn && { spawn, module: await WebAssembly.compile(bytes), wide };
  return {
    name: 'wasm',
    stretch: 1e7,
    kernels,
    device: `processor, ${team ? 'up to two threads' : 'one thread'}, ${wide ? 256 : 128}-bit vectors${kernels === 'relaxed' ? ', fused multiply-add' : ''}`,
    prepare: async (plan, seed) =>
      team && isWorthHelp(plan)
        ? new WasmSession(plan, seed, await instantiate(team.module, true, wide), team)
        : new WasmSession(plan, seed, await instantiate(module, false, wide)),
  };
}
