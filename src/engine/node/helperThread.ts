import os from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Spawn } from '../backends/wasm/index.ts';

/** A thread for the kernels, which does not keep the process alive; none where there is but one processor. */
export const spawn: Spawn | undefined = os.availableParallelism() > 1 ? start : undefined;

function start(source: string, data: unknown): ReturnType<Spawn> {
  const worker = new Worker(`(${source})(require('node:worker_threads').workerData)`, { eval: true, workerData: data });
  worker.unref();
  return { terminate: () => void worker.terminate() };
}
