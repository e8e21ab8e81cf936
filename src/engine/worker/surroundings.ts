import * as l10n from '@vscode/l10n';
import type { Backend, Kernels } from '../backends/backend.ts';
import { checkNetwork, type Checked } from '../check.ts';
import type { Dataset } from '../data/dataset.ts';
import { loadData } from '../data/load.ts';
import type { Graph } from '../graph.ts';
import type { DataFile, FromWorker, PreviewRequest } from './protocol.ts';

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
  /** Begins to look for a graphics device, if that has not been done. */
  findGraphics?(): void;
  /** What the panel's looks are worked out on; the run's own backend when left out. */
  lookBackend?(): Promise<Backend>;
}

/** The data of the network checked last: as it is edited, they mostly stay. */
let loaded:
  { readonly key: string; readonly file: DataFile | undefined; readonly dataset: Promise<Dataset> } | undefined;

let newest: { readonly of: PreviewRequest; readonly checked: Promise<Checked> } | undefined;

/**
 * Checks a network that comes with the bytes of its data file: a worker reads none. What was checked last is not checked again, and the data of another network that are the same
 * are neither read nor drawn again.
 */
export function checkGiven(request: PreviewRequest): Promise<Checked> {
  const { text, dataFile } = request;
  if (!newest || newest.of.text !== text || !isSameFile(newest.of.dataFile, dataFile)) {
    const given = (path: string) => {
      const file = dataFile?.labels?.path === path ? dataFile.labels : dataFile;
      return file ? Promise.resolve(file.bytes) : Promise.reject(new Error(l10n.t('{0} was not given', path)));
    };
    const load: typeof loadData = (spec, seed, readFile) => {
      const key = JSON.stringify([spec, seed]);
      if (loaded?.key !== key || !isSameFile(loaded.file, dataFile)) {
        loaded = undefined;
        const dataset = loadData(spec, seed, readFile);
        loaded = { key, file: dataFile, dataset };
        dataset.catch(() => (loaded = undefined));
      }
      return loaded.dataset;
    };
    const checked = checkNetwork(text, given, undefined, load);
    newest = { of: request, checked };
    checked.catch(() => (newest = undefined));
  }
  return newest.checked;
}

const isSameFile = (a: DataFile | undefined, b: DataFile | undefined): boolean =>
  isSame(a?.bytes, b?.bytes) && isSame(a?.labels?.bytes, b?.labels?.bytes);

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (!a || !b || a.length !== b.length) return a === b;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
