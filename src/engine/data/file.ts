import * as l10n from '@vscode/l10n';
import { formats, type DataSpec, type Format } from '../spec/dataFields.ts';
import { numbersOfPair, numbersOfTable } from './arrays.ts';
import { numbersOf } from './csv.ts';
import { DataError, type Numbers, type ReadFile } from './dataset.ts';
import { isPackedFolder, unpackFolder } from './folder.ts';
import { readImages } from './images.ts';
import { readIdx } from './idx.ts';
import { isNpy, readNpy } from './npy.ts';
import { readNpz } from './npz.ts';
import type { StoredArray } from './stored.ts';
import { Table } from './table.ts';
import { textOf, unpacked } from './text.ts';

/** A file's bytes, unpacked, with the file of labels where the network names one. */
interface Given {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly labels?: StoredArray;
}

const readers: Record<Format, (given: Given, spec: DataSpec) => Numbers> = {
  csv: (given, spec) => numbersOf(new Table(textOf(given.bytes, given.path), given.path, ','), spec),
  tsv: (given, spec) => numbersOf(new Table(textOf(given.bytes, given.path), given.path, '\t'), spec),
  npy: (given, spec) => numbersOfFile(readNpy(given.bytes, { name: given.path, key: 'data.path' }), given, spec),
  idx: (given, spec) => numbersOfFile(readIdx(given.bytes, { name: given.path, key: 'data.path' }), given, spec),
  npz({ bytes, path }, spec) {
    const names = namesIn(spec.target);
    const [x, y] = readNpz(bytes, path, names) as [StoredArray, StoredArray];
    return numbersOfPair(x, y, names[1], spec, path);
  },
  images({ bytes, path }, spec) {
    if (spec.target !== undefined)
      throw new DataError(l10n.t('classes of pictures are the folders they are in; remove data.target'), 'data.target');
    const folder = unpackFolder(bytes);
    if (!folder)
      throw new DataError(l10n.t('{0} is a file; give a folder of pictures, or set data.format', path), 'data.path');
    const { x, y } = readImages(folder, path);
    const target = { name: 'class', key: 'data.path' };
    return numbersOfPair(x, y, target, { ...spec, task: spec.task ?? 'classification' }, path);
  },
};

/** A folder's name says nothing by its end: what has none there is a folder of pictures. */
const isFolder = (path: string): boolean => /(^|[/\\])[^./\\]+[/\\]*$/.test(path);

/** The formats that may have a file of labels beside them. */
const paired: readonly Format[] = ['npy', 'idx'];

/** Reads the data file that a network names. Throws DataError. */
export async function readData(spec: DataSpec, readFile: ReadFile): Promise<Numbers> {
  const path = spec.path!;
  const format = spec.format ?? formatOf(path);
  if (format === undefined && /\.(xlsx?|ods|numbers)$/i.test(path))
    throw new DataError(l10n.t('"{0}" is a spreadsheet; save the sheet as CSV and name that file', path), 'data.path');
  if (format === undefined)
    throw new DataError(
      l10n.t(
        '"{0}" does not say its format; set data.format to one of {1}',
        path,
        formats.map((format) => `"${format}"`).join(', '),
      ),
      'data.path',
    );
  if (spec.labels !== undefined && !paired.includes(format))
    throw new DataError(
      l10n.t(
        'data.labels goes with {0}; a file of format {1} holds its targets: name them in data.target',
        paired.join(', '),
        format,
      ),
      'data.labels',
    );
  if (spec.labels !== undefined && spec.target !== undefined)
    throw new DataError(
      l10n.t('data.labels holds the targets, so data.target has nothing to name; remove one of them'),
      'data.target',
    );
  const bytes = await fileAt(path, 'data.path', readFile);
  if (format !== 'images' && isPackedFolder(bytes))
    throw new DataError(
      l10n.t('{0} is a folder; name a file in it, or set data.format to "images"', path),
      'data.path',
    );
  const labels = spec.labels === undefined ? undefined : await labelsAt(spec.labels, readFile);
  return readers[format]({ path, bytes, ...(labels ? { labels } : {}) }, spec);
}

/** What a file's name says; MNIST's files end in words such as idx3-ubyte. */
export function formatOf(path: string): Format | undefined {
  const plain = path.replace(/\.gz$/i, '');
  if (/[.-]idx\d-\w+$/i.test(plain)) return 'idx';
  const ending = /\.([a-z]+)$/i.exec(plain)?.[1]?.toLowerCase();
  return isFolder(path) ? 'images' : formats.find((format) => format === ending);
}

/** The array of inputs in a file of a format that holds arrays; undefined for tables of text. Throws DataError. */
export function arrayOfInputs(
  format: Format,
  bytes: Uint8Array,
  path: string,
  target: DataSpec['target'],
): StoredArray | undefined {
  if (format === 'npy') return readNpy(bytes, { name: path, key: 'data.path' });
  if (format === 'idx') return readIdx(bytes, { name: path, key: 'data.path' });
  if (format !== 'npz') return undefined;
  const name = typeof target === 'object' && typeof target[0] === 'string' ? target[0] : 'x';
  return readNpz(bytes, path, [{ name, key: 'data.target' }])[0]!;
}

/** The names of an npz file's arrays, inputs first; one name alone is the targets'. */
function namesIn(target: DataSpec['target']) {
  const names = typeof target === 'object' ? target : target === undefined ? ['x', 'y'] : ['x', target];
  const [x, y] = names;
  if (names.length !== 2 || typeof x !== 'string' || typeof y !== 'string')
    throw new DataError(
      l10n.t(
        'an npz file has arrays with names: data.target must be two of them, inputs and targets, such as ["x", "y"]',
      ),
      'data.target',
    );
  const list = typeof target === 'object';
  return [
    { name: x, key: list ? 'data.target.0' : 'data.path' },
    { name: y, key: list ? 'data.target.1' : target === undefined ? 'data.path' : 'data.target' },
  ] as const;
}

const numbersOfFile = (array: StoredArray, { path, labels }: Given, spec: DataSpec): Numbers =>
  labels
    ? numbersOfPair(array, labels, { name: 'label', key: 'data.labels' }, spec, path)
    : numbersOfTable(array, spec, path);

async function labelsAt(path: string, readFile: ReadFile): Promise<StoredArray> {
  const key = 'data.labels';
  const bytes = await fileAt(path, key, readFile);
  if (!isNpy(bytes) && (bytes[0] !== 0 || bytes[1] !== 0))
    throw new DataError(l10n.t('{0} is neither npy nor idx; save the labels with numpy.save', path), key);
  return (isNpy(bytes) ? readNpy : readIdx)(bytes, { name: path, key });
}

/** The bytes of a file, unpacked, that a key of the network file names. */
async function fileAt(path: string, key: string, readFile: ReadFile): Promise<Uint8Array> {
  const refuse = (message: string) => new DataError(message, key);
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) {
    throw refuse(l10n.t('"{0}" is an address, but data is read from files alone; download it and name the file', path));
  }
  if (/^([a-z]:|\/|\\)/i.test(path))
    throw refuse(l10n.t('"{0}" is not relative; write the path as seen from the network file\'s folder', path));
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    const why =
      code === 'ENOENT' || code === 'FileNotFound' ? l10n.t('there is no such file') : (message ?? String(error));
    throw refuse(l10n.t('"{0}" can\'t be read: {1}. The path is relative to the network file.', path, why));
  }
  return unpacked(bytes, path, key);
}
