import Papa from 'papaparse';
import { DataError } from './dataset.ts';

/** A table as text, with the line each row begins on. */
export interface Table {
  readonly header: readonly string[] | undefined;
  readonly rows: readonly (readonly string[])[];
  /** Line in the file of each row, from 1. */
  readonly lines: readonly number[];
  readonly columns: number;
}

const isNumber = (field: string) => field.trim() !== '' && Number.isFinite(Number(field));
/** Empty, or NaN however it is spelt. */
export const isMissing = (field: string): boolean => /^\s*(nan|na|null|none|\?)?\s*$/i.test(field);

/**
 * Reads RFC 4180 text: quotes, LF or CRLF, blank lines at the end. The first row is a header when none of its fields is a number.
 * Another dialect is refused by name.
 */
export function readTable(text: string, path: string, delimiter: ',' | '\t'): Table {
  const at = (line: number, message: string, column = 1) => new DataError(message, 'data.path', { file: path, line, column });
  const content = text.replace(/(\r?\n[ \t]*)+$/, '');
  if (content.trim() === '') throw new DataError(`${path} is empty; give it a row of numbers a sample`, 'data.path', { file: path, line: 1, column: 1 });
  refuseDialects(content, delimiter, at);

  const rows: string[][] = [];
  const lines: number[] = [];
  let line = 1;
  let cursor = 0;
  Papa.parse<string[]>(content, {
    delimiter,
    newline: content.includes('\r\n') ? '\r\n' : '\n',
    step({ data, errors, meta }) {
      const [error] = errors;
      if (error) throw at(line, `a quote is not closed, or text follows one; write "" for a quote inside quotes`);
      rows.push(data);
      lines.push(line);
      // Quoted fields may hold line breaks: lines are counted in the text that was read.
      for (; cursor < meta.cursor; cursor++) if (content.charCodeAt(cursor) === 10) line++;
    },
  });

  const [first] = rows;
  const columns = first!.length;
  for (const [i, row] of rows.entries()) {
    if (row.length === columns) continue;
    if (row.length === 1 && row[0]!.trim() === '') throw at(lines[i]!, 'this line is blank; remove it');
    throw at(lines[i]!, `this row has ${row.length} fields, but the first has ${columns}; give every row the same number of fields`);
  }
  const headed = !first!.some(isNumber) && !first!.every(isMissing);
  if (headed && rows.length === 1) throw at(1, 'there is a header but no rows; add a row of numbers a sample');
  return {
    header: headed ? first!.map((name) => name.trim()) : undefined,
    rows: headed ? rows.slice(1) : rows,
    lines: headed ? lines.slice(1) : lines,
    columns,
  };
}

/** Dialects people meet, told apart on the first lines. */
function refuseDialects(content: string, delimiter: ',' | '\t', at: (line: number, message: string) => DataError): void {
  const head = content.split(/\r?\n/, 20);
  const first = head[0]!;
  if (/^sep=/i.test(first)) throw at(1, 'this is Excel’s "sep=" dialect; save the table as plain CSV with commas');
  if (/\r(?!\n)/.test(first)) throw at(1, 'lines end in CR alone (old Mac); save the table with LF or CRLF line ends');
  if (first.includes(delimiter)) return;
  const others = delimiter === ',' ? ([['semicolons', ';'], ['tabs', '\t'], ['bars', '|']] as const) : ([['commas', ','], ['semicolons', ';']] as const);
  for (const [name, mark] of others) {
    if (!first.includes(mark)) continue;
    const decimals = name === 'semicolons' && head.some((line) => /\d,\d/.test(line)) ? ' and decimal commas' : '';
    const remedy = name === 'tabs' ? 'set data.format to "tsv"' : name === 'commas' ? 'set data.format to "csv"' : 'save it with commas between fields and points in numbers';
    throw at(1, `fields are separated by ${name}${decimals}, which this format is not; ${remedy}`);
  }
  if (/^\s*-?[\d.]+(\s+-?[\d.eE+-]+)+\s*$/.test(first)) throw at(1, 'fields are separated by spaces; save the table with commas between fields');
}
