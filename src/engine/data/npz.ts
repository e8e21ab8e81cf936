import * as l10n from '@vscode/l10n';
import { unzipSync } from 'fflate';
import { DataError } from './dataset.ts';
import { readNpy } from './npy.ts';
import type { StoredArray } from './stored.ts';
import { byteLimit, tooLong } from './text.ts';

const ending = '.npy';

/** What the arrays of an npz file are called, in its order; none where it is damaged. */
export function arrayNames(bytes: Uint8Array): string[] {
  const names: string[] = [];
  try {
    unzipSync(bytes, {
      filter({ name }) {
        if (name.endsWith(ending)) names.push(name.slice(0, -ending.length));
        return false;
      },
    });
  } catch {
    return [];
  }
  return names;
}

/** Arrays of an npz file, a zip of npy files, by name, in the order asked for. `key` asks for each. Throws DataError. */
export function readNpz(
  bytes: Uint8Array,
  path: string,
  wanted: readonly { readonly name: string; readonly key: string }[],
): StoredArray[] {
  const names: string[] = [];
  const isWanted = (file: string) => wanted.some(({ name }) => file === name + ending);
  let unpacked = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (name.endsWith(ending)) names.push(name.slice(0, -ending.length));
        if (!isWanted(name)) return false;
        unpacked += originalSize;
        if (unpacked > byteLimit) throw tooLong(path);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(l10n.t('{0} is damaged, or no npz file; write it with numpy.savez', path), 'data.path');
  }
  return wanted.map(({ name, key }) => {
    const file = Object.hasOwn(files, name + ending) ? files[name + ending] : undefined;
    if (file) return readNpy(file, { name: `${path}: ${name}`, key });
    const known = `${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''}`;
    throw new DataError(
      l10n.t(
        '{0} holds no array "{1}", but {2}; name inputs and targets in data.target, such as ["x", "y"]',
        path,
        name,
        known || l10n.t('none at all'),
      ),
      key,
    );
  });
}
