import * as l10n from '@vscode/l10n';
import { DataError, valueLimit } from './dataset.ts';
import type { FolderFile } from './folder.ts';
import { pngHead, readPng } from './png.ts';
import type { StoredArray } from './stored.ts';

export const byName = (folder: readonly FolderFile[]): FolderFile[] =>
  [...folder].sort((a, b) => (a.name < b.name ? -1 : 1));

/** The pictures of a folder, all of one size, and each one's class: the folder in it that it is in. Sorted by name. Throws DataError. */
export function readImages(folder: readonly FolderFile[], path: string): { x: StoredArray; y: StoredArray } {
  const files = byName(folder);
  const stray = files.find(({ name }) => !name.includes('/'));
  if (stray)
    throw new DataError(
      l10n.t('{0}/{1} is in no folder of a class; pictures are in one folder a class', path, stray.name),
      'data.path',
    );
  return {
    x: picturesIn(files, path),
    y: { name: path, shape: [files.length], values: files.map(({ name }) => name.slice(0, name.indexOf('/'))) },
  };
}

/** Pictures of one size as one array, `samples × height × width × channels`, in the order given. Throws DataError. */
export function picturesIn(files: readonly FolderFile[], path: string): StoredArray {
  const refuse = (message: string) => new DataError(message, 'data.path');
  if (files.length === 0)
    throw refuse(l10n.t('{0} holds no pictures; put PNG files into it, in one folder a class', path));
  const heads = files.map(({ name, bytes }) => {
    const head = pngHead(bytes);
    if (head) return head;
    throw refuse(l10n.t('{0}/{1} is no PNG; save it as one, or take it out', path, name));
  });
  const { width, height, channels } = heads[0]!;
  const odd = heads.findIndex((head) => head.width !== width || head.height !== height || head.channels !== channels);
  if (odd >= 0) {
    const said = ({ height, width, channels }: (typeof heads)[number]) => `${height} × ${width} × ${channels}`;
    throw refuse(
      l10n.t(
        '{0}/{1} is {2} (height × width × channels), but {3} is {4}; give all pictures one size, and all grey or all colour',
        ...[path, files[odd]!.name, said(heads[odd]!), files[0]!.name, said(heads[0]!)],
      ),
    );
  }
  const size = width * height * channels;
  const count = files.length * size;
  if (count > valueLimit)
    throw refuse(l10n.t('{0} holds {1} values; at most {2} fit. Use a part of it.', path, count, valueLimit));
  const values = new Float32Array(count);
  for (const [i, { name, bytes }] of files.entries())
    if (!readPng(bytes, heads[i]!, values, i * size))
      throw refuse(l10n.t('{0}/{1} is damaged or cut short; save it again, or take it out', path, name));
  return { name: path, shape: [files.length, height, width, channels], values };
}
