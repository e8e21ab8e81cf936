import type { Backend, Kernels } from '../backends/backend.ts';
import { checkNetwork, type Checked } from '../check.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import type { FromWorker, PreviewRequest } from './protocol.ts';

/** What a worker needs of its surroundings; a test gives its own. */
export interface Surroundings {
  post(message: FromWorker, transfer: ArrayBuffer[]): void;
  /** Lets messages in. */
  yield(): Promise<void>;
  /** As the trainer's: a test that does something in the middle of a run counts stretches, not time. */
  readonly untilLook?: number;
  backend(
    choice: 'auto' | 'wasm' | 'webgpu',
    graph: Graph,
    dataset: Dataset,
    kernels?: Kernels,
  ): Promise<{ backend: Backend; reason: string }>;
  /** Gets ready what the first run would wait for. */
  warm?(): void;
  /** What the panel's looks are worked out on; the run's own backend when left out. */
  lookBackend?(): Promise<Backend>;
}

/** Checks a network that comes with the bytes of its data file: a worker reads none. */
export const checkGiven = ({ text, dataFile }: PreviewRequest): Promise<Checked> =>
  checkNetwork(text, (path) =>
    dataFile ? Promise.resolve(dataFile.bytes) : Promise.reject(new Error(`${path} was not given`)),
  );
