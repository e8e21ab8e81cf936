/// <reference lib="webworker" />
import type { Spawn } from '../backends/wasm/index.ts';

/** A worker for the kernels, where pages may share memory: VS Code has to be started with --enable-coi. */
export const spawn: Spawn | undefined = self.crossOriginIsolated
  ? (source, data) => {
      const address = URL.createObjectURL(new Blob([`onmessage = ({ data }) => (${source})(data);`]));
      const worker = new Worker(address);
      URL.revokeObjectURL(address);
      worker.postMessage(data);
      return worker;
    }
  : undefined;
