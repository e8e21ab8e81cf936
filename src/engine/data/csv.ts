import { nearest } from '../spec/names.ts';
import type { DataSpec } from '../spec/network.ts';
import { DataError, type DataShape } from './dataset.ts';
import { isMissing, type Table } from './table.ts';

/** Most values a data set may hold: beyond it buffers could not be indexed. */
const valueLimit = 2 ** 28;
/** A column of whole numbers is taken for classes when it holds no more than this many different ones. */
const classLimit = 20;

/** A table turned into numbers, before splitting and scaling; NaN stands for a missing input. */
export interface Numbers {
  readonly shape: Pick<DataShape, 'task' | 'outputs'> & { readonly classes?: readonly string[] };
  readonly features: Float64Array;
  readonly targets: Float64Array;
  readonly columns: readonly string[];
  readonly samples: number;
  readonly messages: readonly string[];
}

/** Takes targets and inputs out of a table as the network file says. */
export function numbersOf(table: Table, spec: DataSpec, path: string): Numbers {
  const names = table.header ?? Array.from({ length: table.columns }, (_, i) => `column ${i}`);
  const targets = targetColumns(table, spec, path);
  const inputs = names.map((_, i) => i).filter((i) => !targets.includes(i));
  if (inputs.length === 0) {
    throw new DataError(`${path} has ${table.columns} column${table.columns === 1 ? '' : 's'}, and all are targets; inputs are missing`, 'data.target');
  }
  if (table.rows.length * table.columns > valueLimit) {
    throw new DataError(`${path} has ${table.rows.length} × ${table.columns} values; at most ${valueLimit} fit. Use a part of it.`, 'data.path');
  }
  const at = (row: number, column: number, message: string) =>
    new DataError(message, 'data.path', { file: path, line: table.lines[row]!, column: columnOf(table, row, column) });

  const incomplete = table.rows.map((row) => row.some((field, i) => isMissing(field) && (spec.missing !== 'mean' || targets.includes(i))));
  const faulty = incomplete.flatMap((missing, row) => (missing ? [row] : []));
  if (faulty.length > 0 && spec.missing !== 'drop') {
    const [row] = faulty as [number];
    const column = table.rows[row]!.findIndex((field, i) => isMissing(field) && (spec.missing !== 'mean' || targets.includes(i)));
    const more = faulty.length > 1 ? ` (also ${lineList(faulty.slice(1).map((row) => table.lines[row]!))})` : '';
    const remedy = spec.missing === 'mean' ? 'a target cannot be made up: remove the row, or set data.missing to "drop"' : 'fill it in, or set data.missing to "drop" or "mean"';
    throw at(row, column, `"${names[column]}" is missing${more}; ${remedy}`);
  }
  const kept = table.rows.map((_, row) => row).filter((row) => !incomplete[row]);
  const messages = faulty.length > 0 ? [`${faulty.length} of ${table.rows.length} rows were dropped: a field is missing.`] : [];
  if (kept.length < 2) throw new DataError(`${path} has ${kept.length} usable row${kept.length === 1 ? '' : 's'}; training needs at least 2`, 'data.path');

  const numberAt = (row: number, column: number): number => {
    const field = table.rows[row]![column]!;
    if (isMissing(field)) return Number.NaN;
    const value = Number(field);
    if (!Number.isFinite(value)) {
      const why = /^\s*[-+]?\d+,\d+\s*$/.test(field) ? 'write decimals with a point' : 'every input must be a number: mend the field, or leave the column out';
      throw at(row, column, `"${field.slice(0, 40)}" in "${names[column]}" is not a number; ${why}`);
    }
    return value;
  };
  const features = new Float64Array(kept.length * inputs.length);
  for (const [i, row] of kept.entries()) for (const [j, column] of inputs.entries()) features[i * inputs.length + j] = numberAt(row, column);

  const columns = inputs.map((i) => names[i]!);
  const [target] = targets as [number];
  const texts = kept.map((row) => table.rows[row]![target]!.trim());
  const task = spec.task ?? (targets.length > 1 ? 'regression' : guessTask(texts));
  if (task === 'classification') {
    if (targets.length > 1) throw new DataError(`classification takes one target column, but data.target names ${targets.length}`, 'data.target');
    const classes = [...new Set(texts)];
    const numeric = classes.every((text) => Number.isFinite(Number(text)));
    classes.sort(numeric ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : 1));
    if (classes.length < 2) {
      throw new DataError(`every row of ${path} is of class "${classes[0]}"; there must be at least 2 classes`, spec.target === undefined ? 'data.path' : 'data.target');
    }
    const index = new Map(classes.map((text, i) => [text, i]));
    const labels = Float64Array.from(texts, (text) => index.get(text)!);
    return { shape: { task, outputs: classes.length, classes }, features, targets: labels, columns, samples: kept.length, messages };
  }
  const values = Float64Array.from(kept.flatMap((row) => targets.map((column) => numberAt(row, column))));
  return { shape: { task, outputs: targets.length }, features, targets: values, columns, samples: kept.length, messages };
}

/** Text, or few different whole numbers, are classes. */
function guessTask(texts: readonly string[]): 'classification' | 'regression' {
  const different = new Set(texts);
  if ([...different].some((text) => !Number.isFinite(Number(text)))) return 'classification';
  const whole = [...different].every((text) => Number.isInteger(Number(text)));
  return whole && different.size <= Math.min(classLimit, texts.length / 2) ? 'classification' : 'regression';
}

function targetColumns(table: Table, { target }: DataSpec, path: string): number[] {
  if (target === undefined) return [table.columns - 1];
  const wanted = typeof target === 'object' ? target : [target];
  return wanted.map((name, i) => {
    const key = typeof target === 'object' ? `data.target.${i}` : 'data.target';
    if (typeof name === 'number') {
      if (name < table.columns) return name;
      throw new DataError(`${path} has ${table.columns} columns, counted from 0; there is no column ${name}`, key);
    }
    const found = table.header?.indexOf(name) ?? -1;
    if (found >= 0) return found;
    if (!table.header) throw new DataError(`${path} has no header, so "${name}" names no column; give its number, counted from 0`, key);
    const like = nearest(name, table.header);
    throw new DataError(`${path} has no column "${name}"${like === undefined ? `; it has ${table.header.join(', ')}` : `; did you mean "${like}"?`}`, key);
  });
}

/** Where a field begins in its line, as far as quotes and line breaks allow. */
const columnOf = (table: Table, row: number, column: number): number =>
  table.rows[row]!.slice(0, column).reduce((sum, field) => sum + field.length + 1, 1);

function lineList(lines: readonly number[]): string {
  const shown = lines.slice(0, 4).join(', ');
  return `line${lines.length === 1 ? '' : 's'} ${shown}${lines.length > 4 ? ` and ${lines.length - 4} more` : ''}`;
}
