import type { DataSpec } from '../engine/spec/dataFields.ts';
import type { DataFile } from '../engine/worker/protocol.ts';

/** What a worker is given of a network's data: the bytes of the files it names, nothing for drawn sources. Rejects with why there are none. */
export async function dataFileOf(
  { path, labels }: Pick<DataSpec, 'path' | 'labels'>,
  from: { readFile(path: string): Promise<Uint8Array> },
): Promise<{ dataFile?: DataFile }> {
  if (path === undefined) return {};
  const bytes = await from.readFile(path);
  if (labels === undefined) return { dataFile: { path, bytes } };
  return { dataFile: { path, bytes, labels: { path: labels, bytes: await from.readFile(labels) } } };
}
