import assert from 'node:assert/strict';
import { DataError, type Dataset } from '../../../src/engine/data/dataset.ts';
import { loadData } from '../../../src/engine/data/load.ts';
import type { DataSpec } from '../../../src/engine/spec/dataFields.ts';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const fileSpec: DataSpec = {
  source: 'file',
  samples: 1000,
  noise: 0.1,
  missing: 'error',
  split: { train: 0.5, validation: 0.5, test: 0 },
  scale: { method: 'none' },
};

/** Loads data of a drawn source. */
export const drawn = (spec: Partial<DataSpec>, seed = 1): Promise<Dataset> =>
  loadData({ ...fileSpec, ...spec }, seed, () => Promise.reject(new Error('nothing is read')));

/** Loads a data file with this content; `data.csv` unless the spec says otherwise. */
export const file = (content: string | Uint8Array, spec: Partial<DataSpec> = {}, seed = 1): Promise<Dataset> =>
  loadData({ ...fileSpec, path: 'data.csv', ...spec }, seed, () =>
    Promise.resolve(typeof content === 'string' ? bytes(content) : content),
  );

/** The error of data that can't be used. `at` is "line:column" in the data file, or the network file's key. */
export async function refused(loading: Promise<Dataset>, at: string, ...says: RegExp[]): Promise<void> {
  const error: unknown = await loading.then(
    () => assert.fail('it was accepted'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof DataError, String(error));
  assert.equal(error.place ? `${error.place.line}:${error.place.column}` : error.key, at, error.message);
  for (const pattern of says) assert.match(error.message, pattern);
}

/** Column of the inputs, all rows. */
export const column = ({ features, samples, inputShape }: Dataset, index: number): number[] =>
  Array.from({ length: samples }, (_, row) => features[row * inputShape.reduce((a, b) => a * b) + index]!);
