import * as l10n from '@vscode/l10n';
import Papa from 'papaparse';
import { DataError } from './dataset.ts';

export type Delimiter = ',' | '\t';

/**
 * RFC 4180 text, read row by row: quotes, LF or CRLF, blank lines at the end ignored. Another dialect is refused by name. Rows
 * are known by the offset they start at, from which an error finds its line and column.
 */
export class Table {
  private readonly text: string;
  /** At most so many rows are in the text: line breaks inside quotes count here, too. */
  readonly lineCount: number;
  /** At most so many fields are in the text. */
  readonly fieldLimit: number;

  constructor(
    text: string,
    readonly path: string,
    private readonly delimiter: Delimiter,
  ) {
    this.text = withoutBlankEnd(text.includes('\r') ? text.replaceAll('\r\n', '\n') : text);
    this.fieldLimit = this.text.length + 1;
    this.lineCount = count(this.text, '\n', this.text.length) + 1;
    if (this.text === '') throw this.errorAt(0, l10n.t('{0} is empty; give it a row of numbers a sample', path));
    refuseDialects(this.text, delimiter, (message) => this.errorAt(0, message));
    const alone = this.text.indexOf('\r');
    if (alone >= 0) throw this.errorAt(alone, l10n.t('lines end in CR alone; save the file with LF or CRLF line ends'));
  }

  /** Gives each row's fields, spaces around them removed, and its offset; all rows have as many fields as the first. */
  eachRow(visit: (fields: readonly string[], start: number) => void): void {
    let start = 0;
    let width = 0;
    Papa.parse<string[]>(this.text, {
      delimiter: this.delimiter,
      newline: '\n',
      step: ({ data, errors, meta }) => {
        const [error] = errors;
        if (error?.code === 'MissingQuotes')
          throw this.errorAt(error.index! - 1, l10n.t('a quote is not closed; add the closing quote'));
        if (error)
          throw this.errorAt(
            error.index! - 1,
            l10n.t('text follows the closing quote; write "" for a quote inside quotes'),
          );
        const fields = data.map((field) => field.trim());
        width ||= fields.length;
        if (fields.length !== width) throw this.ragged(fields, start, width);
        visit(fields, start);
        start = meta.cursor;
      },
    });
  }

  /** An error at a field of the row that starts at `start`. */
  errorIn(start: number, field: number, message: string): DataError {
    let at = start;
    for (let quoted = false, left = field; left > 0 && at < this.text.length; at++) {
      const character = this.text[at];
      if (character === '"') quoted = !quoted;
      else if (character === this.delimiter && !quoted) left--;
    }
    return this.errorAt(at, message);
  }

  /** Number of the line, from 1, that holds an offset. */
  lineOf(offset: number): number {
    return count(this.text, '\n', offset) + 1;
  }

  private errorAt(offset: number, message: string): DataError {
    const column = offset - (offset === 0 ? -1 : this.text.lastIndexOf('\n', offset - 1));
    return new DataError(message, 'data.path', { file: this.path, line: this.lineOf(offset), column });
  }

  private ragged(fields: readonly string[], start: number, width: number): DataError {
    if (fields.length === 1 && fields[0] === '') return this.errorAt(start, l10n.t('this line is blank; remove it'));
    return this.errorAt(
      start,
      fields.length === 1
        ? l10n.t('this row has 1 field, but the first has {0}; give every row the same number of fields', width)
        : l10n.t(
            'this row has {0} fields, but the first has {1}; give every row the same number of fields',
            fields.length,
            width,
          ),
    );
  }
}

function withoutBlankEnd(text: string): string {
  let end = text.length;
  while (end > 0) {
    const before = text.lastIndexOf('\n', end - 1);
    if (text.slice(before + 1, end).trim() !== '') break;
    end = Math.max(before, 0);
  }
  return text.slice(0, end);
}

function count(text: string, character: string, end: number): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0 && at < end; at = text.indexOf(character, at + 1)) found++;
  return found;
}

/** What else people put between fields, and what to do about it. */
const otherDelimiters = () => [
  {
    mark: ';',
    name: l10n.t('semicolons'),
    remedy: l10n.t('save the table with commas between fields and points in numbers'),
  },
  { mark: '|', name: l10n.t('bars'), remedy: l10n.t('save the table with commas between fields') },
  { mark: '\t', name: l10n.t('tabs'), remedy: l10n.t('set data.format to "tsv"') },
  { mark: ',', name: l10n.t('commas'), remedy: l10n.t('set data.format to "csv"') },
];

/**
 * Dialects people meet, told by the first lines, quoted parts left out: a foreign mark that is as often in every line separates
 * fields, whatever the commas in between mean; without the format's own mark any other in the first line does.
 */
function refuseDialects(text: string, delimiter: Delimiter, error: (message: string) => DataError): void {
  const head = text
    .slice(0, 65536)
    .replace(/"(?:[^"]|"")*"/g, '""')
    .split('\n', 20);
  // The last line may be cut.
  if (head.length > 1 && text.length > 65536) head.pop();
  const first = head[0]!;
  if (/^sep=/i.test(first))
    throw error(l10n.t('this is Excel’s "sep=" dialect; save the table as plain CSV with commas'));
  const own = first.includes(delimiter);
  for (const { mark, name, remedy } of otherDelimiters()) {
    const inFirst = count(first, mark, first.length);
    // Tab-separated text may well hold commas; the fields then show whether they are decimals.
    const separates = own && mark !== ',' ? head.every((line) => count(line, mark, line.length) === inFirst) : !own;
    if (mark === delimiter || inFirst === 0 || !separates) continue;
    throw error(
      mark !== ',' && head.some((line) => /\d,\d/.test(line))
        ? l10n.t('fields are separated by {0} and decimal commas stand in numbers; {1}', name, remedy)
        : l10n.t('fields are separated by {0}; {1}', name, remedy),
    );
  }
  if (!own && head.every((line) => /\S\s+\S/.test(line))) {
    throw error(
      delimiter === ','
        ? l10n.t('fields are separated by spaces; save the table with commas between fields')
        : l10n.t('fields are separated by spaces; save the table with tabs between fields'),
    );
  }
}
