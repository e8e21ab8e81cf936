import * as l10n from '@vscode/l10n';
import type { DataSpec } from '../spec/dataFields.ts';
import { tooFew } from './csv.ts';
import { DataError, type Numbers } from './dataset.ts';
import { isMissing } from './fields.ts';
import { elementsIn, type StoredArray } from './stored.ts';
import { targetsOf } from './targets.ts';

/** Columns of an array whose first axis counts samples; the values of a sample are its row. */
interface Part {
  readonly array: StoredArray;
  readonly width: number;
  readonly columns: readonly number[];
  readonly names: readonly string[];
}

/** Inputs: `n × features`, or pictures of `n × h × w` and `n × h × w × channels`; n alone is one feature. Throws DataError. */
export function inputsOf(array: StoredArray): Part & { readonly values: Float32Array | Float64Array } {
  const { name, shape, values } = array;
  const refuse = (message: string) => new DataError(message, 'data.path');
  if (!(values instanceof Float32Array || values instanceof Float64Array))
    throw refuse(l10n.t('{0} holds texts; inputs must be numbers', name));
  if (shape.length === 0 || shape.length > 4 || shape.slice(1).includes(0))
    throw refuse(
      l10n.t(
        '{0} has the shape ({1}); inputs are samples × features, × height × width, or × height × width × channels',
        name,
        shape.join(', '),
      ),
    );
  const bad = values.findIndex((value) => Math.abs(value) === Infinity);
  if (bad >= 0)
    throw refuse(l10n.t('{0} is infinite; mend it, or make it NaN if it is missing', name + placeIn(shape, bad)));
  const width = elementsIn(shape.slice(1));
  const columns = Array.from({ length: width }, (_, i) => i);
  const names = columns.map((i) => (shape.length > 2 ? `pixel ${i + 1}` : `column ${i}`));
  return { array, width, columns, names, values };
}

/** Inputs and targets in arrays of their own; `key` is the network file's that asks for the targets. Throws DataError. */
export function numbersOfPair(
  x: StoredArray,
  y: StoredArray,
  target: { readonly name: string; readonly key: string },
  spec: DataSpec,
  path: string,
): Numbers {
  const inputs = inputsOf(x);
  const refuse = (message: string) => new DataError(message, target.key);
  const { name, shape } = y;
  if (shape.length === 0 || shape.length > 2 || shape[1] === 0)
    throw refuse(l10n.t('{0} has the shape ({1}); targets are samples, or samples × targets', name, shape.join(', ')));
  const [labels, width = 1] = shape as [number, number?];
  if (labels !== x.shape[0])
    throw refuse(
      l10n.t('{0} holds {1} samples, but {2} holds {3}; give each its target', x.name, x.shape[0]!, name, labels),
    );
  if (width > 1 && spec.task === 'classification')
    throw refuse(
      l10n.t('{0} has {1} columns; classes are one a sample: save y.argmax(1), say, in its place', name, width),
    );
  const columns = Array.from({ length: width }, (_, i) => i);
  const names = columns.map((i) => (width === 1 ? target.name : `${target.name} ${i}`));
  const [, ...sides] = x.shape;
  const numbers = joined(inputs, { array: y, width, columns, names }, spec, path, target.key);
  if (sides.length < 2) return numbers;
  return { ...numbers, shape: { ...numbers.shape, inputShape: sides.length === 2 ? [...sides, 1] : sides } };
}

/** An array that holds inputs and targets as columns, as a table does. Throws DataError. */
export function numbersOfTable(array: StoredArray, spec: DataSpec, path: string): Numbers {
  const inputs = inputsOf(array);
  const { width } = inputs;
  if (array.shape.length !== 2 || width < 2)
    throw new DataError(
      l10n.t(
        '{0} has the shape ({1}), so no column of it can be the target; name a file of targets in data.labels',
        array.name,
        array.shape.join(', '),
      ),
      'data.path',
    );
  const targets = targetColumns(spec, width, path);
  const columns = inputs.columns.filter((column) => !targets.includes(column));
  if (columns.length === 0)
    throw new DataError(
      l10n.t('{0} has {1} columns, and all are targets; inputs are missing, so leave a column for them', path, width),
      'data.target',
    );
  const part = (columns: readonly number[]): Part => ({
    ...{ array, width, columns },
    names: columns.map((column) => inputs.names[column]!),
  });
  return { ...joined(part(columns), part(targets), spec, path, 'data.path'), fileColumns: inputs.columns };
}

function targetColumns({ target }: DataSpec, width: number, path: string): number[] {
  if (target === undefined) return [width - 1];
  const wanted = typeof target === 'object' ? target : [target];
  return wanted.map((column, i) => {
    const key = typeof target === 'object' ? `data.target.${i}` : 'data.target';
    if (typeof column === 'string')
      throw new DataError(
        l10n.t('{0} has no header, so "{1}" names no column; give its number, counted from 0', path, column),
        key,
      );
    if (column >= width)
      throw new DataError(
        l10n.t(
          '{0} has {1} columns, so there is no column {2}; columns count from 0 to {3}',
          ...[path, width, column, width - 1],
        ),
        key,
      );
    if (wanted.indexOf(column) < i)
      throw new DataError(l10n.t('column {0} is a target twice; remove one', column), key);
    return column;
  });
}

/** Leaves out incomplete samples, or refuses them, as the network file says. */
function joined(inputs: Part, targets: Part, spec: DataSpec, path: string, targetKey: string): Numbers {
  const samples = inputs.array.shape[0]!;
  const kept: number[] = [];
  const incomplete: string[] = [];
  let targetMissing = false;
  for (let row = 0; row < samples; row++) {
    const gap = gapIn(targets, row) ?? (spec.missing === 'mean' ? undefined : gapIn(inputs, row));
    if (gap === undefined) kept.push(row);
    else {
      targetMissing ||= incomplete.length === 0 && gapIn(targets, row) !== undefined;
      incomplete.push(gap);
    }
  }
  if (incomplete.length > 0 && spec.missing !== 'drop') {
    const remedy =
      spec.missing === 'mean'
        ? l10n.t('a target is never made up: fill it in, or set data.missing to "drop"')
        : targetMissing
          ? l10n.t('fill it in, or set data.missing to "drop"')
          : l10n.t('fill it in, or set data.missing to "drop" or "mean"');
    throw new DataError(
      incomplete.length === 1
        ? l10n.t('{0} is missing; {1}', incomplete[0]!, remedy)
        : l10n.t(
            '{0} is missing, and {1} more samples lack a value; {2}',
            ...[incomplete[0]!, incomplete.length - 1, remedy],
          ),
      targetMissing ? targetKey : 'data.path',
    );
  }
  if (kept.length < 2) throw tooFew(path, kept.length);
  const { width, columns, array } = targets;
  const texts = kept.flatMap((row) => columns.map((column) => String(array.values[row * width + column]!).trim()));
  const source = {
    path,
    errorIn: (row: number, column: number, message: string) =>
      new DataError(`${array.name}${placeIn(array.shape, row * width + column)}: ${message}`, targetKey),
  };
  return {
    ...targetsOf({ columns, names: targets.names, texts, starts: kept }, spec, source),
    features: rowsOf(inputs, kept),
    columns: inputs.names,
    targetColumns: targets.names,
    samples: kept.length,
    messages:
      incomplete.length === 0
        ? []
        : [
            l10n.t(
              '{0} of {1} samples of {2} were dropped, because a value is missing: {3} is the first.',
              ...[incomplete.length, samples, path, incomplete[0]!],
            ),
          ],
  };
}

/** Names the first value of a row that is missing. */
function gapIn({ array, width, columns }: Part, row: number): string | undefined {
  const { values, shape, name } = array;
  const gap = columns.find((column) => {
    const value = values[row * width + column]!;
    return typeof value === 'string' ? isMissing(value.trim()) : Number.isNaN(value);
  });
  return gap === undefined ? undefined : name + placeIn(shape, row * width + gap);
}

/** These rows of the inputs; the array's own values where they are all of it, as a second copy of pictures might not fit. */
function rowsOf({ array, width, columns }: Part, rows: readonly number[]): Float32Array | Float64Array {
  const values = array.values as Float32Array | Float64Array;
  const count = rows.length * columns.length;
  if (count === values.length) return values;
  const picked = values instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
  let at = 0;
  for (const row of rows) for (const column of columns) picked[at++] = values[row * width + column]!;
  return picked;
}

/** An element as numpy writes it, [row, column], counted from 0. */
export function placeIn(shape: readonly number[], at: number): string {
  const index: number[] = [];
  for (const side of [...shape].reverse()) {
    index.unshift(at % side);
    at = Math.floor(at / side);
  }
  return `[${index.join(', ')}]`;
}
