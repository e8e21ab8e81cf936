import * as l10n from '@vscode/l10n';
import { sizeOf, type Shape } from '../layers/layer.ts';
import type { DataSpec } from '../spec/dataFields.ts';
import { DataError } from './dataset.ts';
import type { StoredArray } from './stored.ts';
import { isMissing, isNumber, notANumber, numberOf } from './fields.ts';
import { inputsOf, placeIn } from './arrays.ts';
import { arrayOfInputs, formatOf } from './file.ts';
import { unpackFolder, type FolderFile } from './folder.ts';
import { byName as sorted, picturesIn } from './images.ts';
import { pngHead } from './png.ts';
import { Table } from './table.ts';
import { textOf, unpacked } from './text.ts';

/** What must be known of the data a network was trained on. */
interface Columns {
  /** As the network takes it. */
  readonly inputShape: Shape;
  readonly columns: readonly string[];
  readonly targets?: readonly string[];
}

/**
 * The inputs of a table of rows to predict, unscaled, `rows × columns`. A header's names are matched, whatever else is in the table;
 * without one, or with a name that stands for more columns than in training, the columns stand as they did then, the target among them or
 * left out. A number that does not pass `fits` is refused at its place. Of a folder they are its pictures, those of
 * folders in it too, sorted by name; one picture is a row. Throws DataError.
 */
export function readInputs(
  bytes: Uint8Array,
  path: string,
  { inputShape, columns, targets }: Columns,
  target: DataSpec['target'],
  fits: (value: number, column: number) => boolean = () => true,
): Float64Array {
  const folder = unpackFolder(bytes) ?? (pngHead(bytes) && [{ name: path, bytes }]);
  if (folder) return rowsOfPictures(folder, path, inputShape);
  const format = formatOf(path) ?? 'csv';
  const plain = unpacked(bytes, path);
  const array = arrayOfInputs(format, plain, path, target);
  if (array) return rowsOfArray(array, columns, targets, target);
  const table = new Table(textOf(plain, path), path, format === 'tsv' ? '\t' : ',');
  let layout: number[] | undefined;
  let values = new Float64Array(0);
  let at = 0;
  table.eachRow((fields, start) => {
    if (!layout) {
      const headed = !fields.some(isNumber) && !fields.every(isMissing);
      const refuse = (message: string) => table.errorIn(start, 0, message);
      const place = (why = refuse) => byPlace(fields.length, columns, targets, target, why);
      layout = headed ? byName(fields, columns, refuse, place) : place();
      values = new Float64Array(Math.min(table.lineCount * columns.length, table.fieldLimit));
      if (headed) return;
    }
    for (const [index, column] of layout.entries()) {
      const text = fields[column]!;
      const name = columns[index]!;
      if (isMissing(text)) throw table.errorIn(start, column, l10n.t('"{0}" is missing in this row; fill it in', name));
      const value = numberOf(text);
      if (!Number.isFinite(value)) throw table.errorIn(start, column, notANumber(text, name, l10n.t('mend it')));
      if (!fits(value, index))
        throw table.errorIn(start, column, l10n.t('{0} in "{1}" is too large for 32-bit numbers; mend it', text, name));
      values[at++] = value;
    }
  });
  return values.subarray(0, at);
}

/** Pictures of the size the network takes, or where it takes them as a row of values, of as many. */
function rowsOfPictures(folder: readonly FolderFile[], path: string, inputShape: Shape): Float64Array {
  const { shape, values } = picturesIn(sorted(folder), path);
  const [, ...sides] = shape;
  if (inputShape.length === 3 ? sides.join() !== inputShape.join() : sizeOf(sides) !== sizeOf(inputShape))
    throw new DataError(
      l10n.t(
        'the pictures are {0} (height × width × channels), but the network takes {1}',
        ...[sides, inputShape].map(said),
      ),
      'data.path',
    );
  return Float64Array.from(values as Float32Array);
}

const said = (shape: Shape): string => shape.join(' × ');

/** Rows of an array file: samples as large as those of training, or a table that has the targets in it. */
function rowsOfArray(
  array: StoredArray,
  columns: readonly string[],
  targets: readonly string[] | undefined,
  target: DataSpec['target'],
): Float64Array {
  const { values, width } = inputsOf(array);
  const refuse = (message: string) => new DataError(message, 'data.path');
  const gap = values.findIndex(Number.isNaN);
  if (gap >= 0) throw refuse(l10n.t('{0} is missing; fill it in', array.name + placeIn(array.shape, gap)));
  const layout = byPlace(width, columns, targets, target, () =>
    refuse(l10n.t('{0} has {1} values a sample, but the network has {2} inputs', array.name, width, columns.length)),
  );
  if (layout.length === width) return Float64Array.from(values);
  const picked = new Float64Array((values.length / width) * layout.length);
  for (let i = 0; i < picked.length; i++)
    picked[i] = values[Math.floor(i / layout.length) * width + layout[i % layout.length]!]!;
  return picked;
}

/**
 * Where each input is, by the header's names; of equal names the first stands for the first. A name that more columns have than in training
 * does not say which: then their places do.
 */
function byName(
  header: readonly string[],
  columns: readonly string[],
  refuse: (message: string) => DataError,
  byPlace: (why: (message: string) => DataError) => number[],
) {
  const names = header.map((field, column) => (field === '' ? `column ${column}` : field));
  const times = (all: readonly string[], name: string) => all.filter((other) => other === name).length;
  const several = columns.find((name) => times(names, name) > times(columns, name));
  if (several !== undefined)
    return byPlace(() => refuse(l10n.t('"{0}" names more than one column; leave one of them out', several)));
  const seen = new Map<string, number>();
  return columns.map((name) => {
    const column = names.indexOf(name, seen.get(name) ?? 0);
    if (column < 0) {
      const known = `${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''}`;
      throw refuse(l10n.t('there is no column "{0}", which the network was trained on; there are {1}', name, known));
    }
    seen.set(name, column + 1);
    return column;
  });
}

function byPlace(
  width: number,
  columns: readonly string[],
  names: readonly string[] | undefined,
  target: DataSpec['target'],
  refuse: (message: string) => DataError,
): number[] {
  const inputs = [...columns.keys()];
  if (width === inputs.length) return inputs;
  const wanted = target === undefined ? [width - 1] : typeof target === 'object' ? target : [target];
  if (width === inputs.length + (names?.length ?? 1) && wanted.every((column) => typeof column === 'number')) {
    return Array.from({ length: width }, (_, column) => column).filter((column) => !wanted.includes(column));
  }
  throw refuse(
    l10n.t(
      'there are {0} columns and no header, but the network has {1} inputs; give the table a header, or the inputs alone',
      width,
      inputs.length,
    ),
  );
}
