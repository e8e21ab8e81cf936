import * as l10n from '@vscode/l10n';
import { nearest } from '../spec/names.ts';
import type { DataSpec } from '../spec/dataFields.ts';
import { DataError, type Numbers, valueLimit } from './dataset.ts';
import { isMissing, isNumber, notANumber, numberOf } from './fields.ts';
import type { Table } from './table.ts';
import { targetsOf, type TargetTexts } from './targets.ts';

const inputRemedy = (): string =>
  l10n.t(
    'write a number, leave it empty if it is missing, or make the column the target: only data.target may be text (a category among the inputs: a column of 0 and 1 for each)',
  );

/** Reads a table: takes targets and inputs out of it as the network file says. Throws DataError at the first line it can't use. */
export function numbersOf(table: Table, spec: DataSpec): Numbers {
  const { path } = table;
  let layout: ReturnType<typeof layoutOf> | undefined;
  let features = new Float64Array(0);
  let rows = 0;
  const texts: string[] = [];
  const starts: number[] = [];
  /** Rows left out, by where they start, and the field that is missing. */
  const incomplete: { start: number; column: number }[] = [];

  table.eachRow((fields, start) => {
    if (!layout) {
      layout = layoutOf(fields, spec, path);
      const most = Math.min(table.lineCount * layout.inputs.length, table.fieldLimit);
      if (most > valueLimit) {
        throw new DataError(
          l10n.t('{0} holds about {1} values; at most {2} fit. Use a part of it.', path, most, valueLimit),
          'data.path',
        );
      }
      features = new Float64Array(most);
      if (layout.headed) return;
    }
    const { inputs, targets, names } = layout;
    let missing = targets.find((column) => isMissing(fields[column]!));
    let at = rows * inputs.length;
    for (const column of inputs) {
      const field = fields[column]!;
      const value = numberOf(field);
      if (field !== '' && Number.isFinite(value)) features[at++] = value;
      else if (!isMissing(field)) {
        const again = layout.headed && fields.every((field, i) => field === '' || field === names[i]);
        if (again) throw table.errorIn(start, 0, l10n.t('this row is the header again; remove it'));
        throw table.errorIn(start, column, notANumber(field, names[column]!, inputRemedy()));
      } else {
        features[at++] = Number.NaN;
        if (spec.missing !== 'mean') missing ??= column;
      }
    }
    if (missing !== undefined) {
      incomplete.push({ start, column: missing });
      return;
    }
    for (const column of targets) texts.push(fields[column]!);
    starts.push(start);
    rows++;
  });

  const { inputs, targets, names, headed } = layout!;
  const total = rows + incomplete.length;
  if (headed && total === 0) {
    throw table.errorIn(0, 0, l10n.t('there is a header but no rows; add a row of numbers a sample'));
  }
  if (incomplete.length > 0 && spec.missing !== 'drop') throw missingError(table, incomplete, layout!, spec);
  if (rows < 2) throw tooFew(path, rows);
  const messages =
    incomplete.length === 0
      ? []
      : [
          l10n.t(
            '{0} of {1} rows of {2} were dropped, because a field is missing: {3}.',
            incomplete.length,
            total,
            path,
            linesOf(table, incomplete),
          ),
        ];
  const target: TargetTexts = { columns: targets, names: targets.map((column) => names[column]!), texts, starts };
  return {
    ...targetsOf(target, spec, table),
    features: features.subarray(0, rows * inputs.length),
    columns: inputs.map((column) => names[column]!),
    targetColumns: target.names,
    fileColumns: layout!.fileColumns,
    samples: rows,
    messages,
    errorAt: (sample, kind, column, message) =>
      table.errorIn(starts[sample]!, (kind === 'input' ? inputs : targets)[column]!, message),
  };
}

export const tooFew = (path: string, rows: number): DataError =>
  new DataError(
    rows === 1
      ? l10n.t('{0} has 1 usable row; training needs at least 2, so add more', path)
      : l10n.t('{0} has {1} usable rows; training needs at least 2, so add more', path, rows),
    'data.path',
  );

/** What the first row tells: names, and which columns are inputs and targets. The row is a header when none of its fields is a number. */
function layoutOf(first: readonly string[], spec: DataSpec, path: string) {
  const headed = !first.some(isNumber) && !first.every(isMissing);
  const names = first.map((field, column) => (headed && field !== '' ? field : `column ${column}`));
  const targets = targetColumns(first, headed, spec, path);
  const isNamed = (field: string) => headed && field !== '' && first.indexOf(field) === first.lastIndexOf(field);
  const fileColumns = first.map((field, column) => (isNamed(field) ? field : column));
  const inputs = [...names.keys()].filter((column) => !targets.includes(column));
  if (inputs.length === 0) {
    throw new DataError(
      first.length === 1
        ? l10n.t('{0} has one column, and it is the target; inputs are missing, so leave a column for them', path)
        : l10n.t(
            '{0} has {1} columns, and all are targets; inputs are missing, so leave a column for them',
            path,
            first.length,
          ),
      spec.target === undefined ? 'data.path' : 'data.target',
    );
  }
  return { headed, names, inputs, targets, fileColumns };
}

function targetColumns(first: readonly string[], headed: boolean, { target }: DataSpec, path: string): number[] {
  if (target === undefined) return [first.length - 1];
  const columns: number[] = [];
  for (const [i, wanted] of (typeof target === 'object' ? target : [target]).entries()) {
    const refuse = (message: string) =>
      new DataError(message, typeof target === 'object' ? `data.target.${i}` : 'data.target');
    const column = typeof wanted === 'number' ? wanted : first.indexOf(wanted.trim());
    if (typeof wanted === 'number') {
      if (wanted >= first.length) {
        throw refuse(
          l10n.t(
            '{0} has {1} columns, so there is no column {2}; columns count from 0 to {3}',
            path,
            first.length,
            wanted,
            first.length - 1,
          ),
        );
      }
    } else if (!headed) {
      throw refuse(
        l10n.t('{0} has no header, so "{1}" names no column; give its number, counted from 0', path, wanted),
      );
    } else if (column < 0) {
      const like = nearest(wanted, first);
      const known = `${first.slice(0, 8).join(', ')}${first.length > 8 ? ' …' : ''}`;
      throw refuse(
        like === undefined
          ? l10n.t('{0} has no column "{1}"; it has {2}; choose one', path, wanted, known)
          : l10n.t('{0} has no column "{1}"; did you mean "{2}"?', path, wanted, like),
      );
    } else if (first.indexOf(first[column]!, column + 1) >= 0) {
      throw refuse(l10n.t('"{0}" names more than one column of {1}; give its number, counted from 0', wanted, path));
    }
    if (columns.includes(column))
      throw refuse(l10n.t('column {0} is a target twice; remove one', JSON.stringify(wanted)));
    columns.push(column);
  }
  return columns;
}

function missingError(
  table: Table,
  incomplete: readonly { start: number; column: number }[],
  { names, targets }: { names: readonly string[]; targets: readonly number[] },
  spec: DataSpec,
): DataError {
  const { start, column } = incomplete[0]!;
  const name = names[column]!;
  const remedy =
    spec.missing === 'mean'
      ? l10n.t('a target is never made up: fill it in, or set data.missing to "drop"')
      : targets.includes(column)
        ? l10n.t('fill it in, or set data.missing to "drop"')
        : l10n.t('fill it in, or set data.missing to "drop" or "mean"');
  const message =
    incomplete.length > 1
      ? l10n.t('"{0}" is missing (also {1}); {2}', name, linesOf(table, incomplete.slice(1)), remedy)
      : l10n.t('"{0}" is missing; {1}', name, remedy);
  return table.errorIn(start, column, message);
}

function linesOf(table: Table, rows: readonly { start: number }[]): string {
  const shown = rows.slice(0, 4).map(({ start }) => table.lineOf(start));
  if (rows.length === 1) return l10n.t('line {0}', shown[0]!);
  return rows.length > shown.length
    ? l10n.t('lines {0} and {1} more', shown.join(', '), rows.length - shown.length)
    : l10n.t('lines {0}', shown.join(', '));
}
