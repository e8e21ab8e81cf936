import { members, type Node } from './json.ts';

/** One replacement in a text: `length` UTF-16 units at `offset` become `text`. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** Applies edits that were all computed on `text`; they must not overlap. Those at one place apply in the order given. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let done = 0;
  for (const edit of [...edits].sort((a, b) => a.offset - b.offset)) {
    result += text.slice(done, edit.offset) + edit.text;
    done = edit.offset + edit.length;
  }
  return result + text.slice(done);
}

/** The one replacement between the first and the last place where two texts differ; none when they are equal. */
export function difference(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  if (isInside(before, start) || isInside(after, start)) start--;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  if (tail > 0 && (isInside(before, before.length - tail) || isInside(after, after.length - tail))) tail--;
  return [{ offset: start, length: before.length - tail - start, text: after.slice(start, after.length - tail) }];
}

/** Editors have no position inside a CRLF or a surrogate pair. */
const isInside = (text: string, offset: number): boolean =>
  /^(\r\n|[\uD800-\uDBFF][\uDC00-\uDFFF])/.test(text.slice(Math.max(offset - 1, 0), offset + 1)) && offset > 0;

export const lineBreakOf = (text: string): string => /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';

export function lineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !/[\r\n\uFEFF]/.test(text[start - 1]!)) start--;
  return start;
}

/** Where the line break after `offset` begins. */
export function lineEnd(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && !/[\r\n]/.test(text[end]!)) end++;
  return end;
}

/** The place after the line break that begins at `offset`. */
export const afterBreak = (text: string, offset: number): number =>
  text.startsWith('\r\n', offset) ? offset + 2 : Math.min(offset + 1, text.length);

export const isBlank = (text: string, start: number, end: number): boolean => text.slice(start, end).trim() === '';
export const hasBreak = (text: string, start: number, end: number): boolean => /[\r\n]/.test(text.slice(start, end));
export const indentAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(lineStart(text, offset)))![0];

/** How a file writes small things on one line: what stands inside braces, after ":" and after ",". */
export interface Style {
  readonly pad: string;
  readonly colon: string;
  readonly comma: string;
  /** One level of indentation. */
  readonly indent: string;
}

/** Read off the first objects of the file that show it; as in `{ "a": 1, "b": 2 }` where none does. */
export function styleOf(text: string, root: Node): Style {
  const known = styles.get(root);
  if (known) return known;
  const style = readStyle(text, root);
  styles.set(root, style);
  return style;
}

const styles = new WeakMap<Node, Style>();

function readStyle(text: string, root: Node): Style {
  let pad: string | undefined;
  let colon: string | undefined;
  let comma: string | undefined;
  const gap = (start: number, end: number) =>
    /^ *$/.test(text.slice(start, end)) ? text.slice(start, end) : undefined;
  const look = (node: Node): void => {
    const children = node.children ?? [];
    const [first, second] = children;
    if (node.type === 'object' && first) {
      colon ??= gap(first.colonOffset! + 1, first.children![1]!.offset);
      if (!hasBreak(text, node.offset, node.offset + node.length)) pad ??= gap(node.offset + 1, first.offset);
    }
    if (first && second) {
      const end = first.offset + first.length;
      if (text[end] === ',') comma ??= gap(end + 1, second.offset);
    }
    for (const child of node.type === 'object' ? members(node).map(({ value }) => value) : children) {
      if (pad === undefined || comma === undefined) look(child);
    }
  };
  look(root);
  const first = root.children?.[0];
  const own = first && hasBreak(text, root.offset, first.offset) ? indentAt(text, first.offset) : '';
  return { pad: pad ?? ' ', colon: colon ?? ' ', comma: comma ?? colon ?? ' ', indent: own || '  ' };
}

/** JSON on one line, in a file's own style. */
export function written(value: unknown, style: Style): string {
  if (Array.isArray(value)) return `[${value.map((item) => written(item, style)).join(`,${style.comma}`)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return '{}';
  const inner = entries.map(([key, item]) => property(key, item, style)).join(`,${style.comma}`);
  return `{${style.pad}${inner}${style.pad}}`;
}

export const property = (key: string, value: unknown, style: Style): string =>
  `${JSON.stringify(key)}:${style.colon}${written(value, style)}`;
