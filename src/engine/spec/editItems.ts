import type { Node } from './json.ts';
import {
  afterBreak,
  hasBreak,
  indentAt,
  isBlank,
  lineBreakOf,
  lineEnd,
  lineStart,
  type Style,
  type TextEdit,
} from './editText.ts';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** An element of a list or a property of an object, with the comments that belong to it. */
export interface Item {
  /** The value or property itself. */
  readonly core: Span;
  /** From the comments above it to the comma and the comment after it on its line. */
  readonly whole: Span;
  /** Where its comma stands. */
  readonly comma: number | undefined;
  /** The comments after it on its line. */
  readonly after: readonly Span[];
}

/** The comments in a gap, where nothing else stands but blanks and a comma. */
function commentsIn(text: string, start: number, end: number): Span[] {
  const comments: Span[] = [];
  const pattern = /\/\/[^\r\n]*|\/\*[^]*?\*\//y;
  for (let at = start; at < end;) {
    pattern.lastIndex = at;
    const comment = pattern.exec(text);
    if (comment) comments.push({ start: at, end: (at += comment[0].length) });
    else at++;
  }
  return comments;
}

/**
 * The items of a list or object. A comment belongs to the item before it when it begins on the line where that ends and
 * nothing follows on the line; else to the item right below it, unless a blank line parts them.
 */
export function itemsOf(text: string, container: Node): Item[] {
  const nodes = container.children ?? [];
  const close = container.offset + container.length - 1;
  const items: Item[] = [];
  let taken = container.offset + 1;
  nodes.forEach((node, index) => {
    const core = { start: node.offset, end: node.offset + node.length };
    const next = nodes[index + 1];
    const gapEnd = next?.offset ?? close;
    const comments = commentsIn(text, core.end, gapEnd);
    const comma = commaIn(text, core.end, gapEnd, comments);
    const after: Span[] = [];
    let end = core.end;
    for (const comment of comments) {
      const beforeComma = comma !== undefined && comment.start < comma;
      const sameLine = !hasBreak(text, end, comment.start);
      const nextFollows = next !== undefined && !hasBreak(text, comment.end, next.offset) && !beforeComma;
      if (!beforeComma && (!sameLine || nextFollows)) break;
      after.push(comment);
      end = comment.end;
    }
    if (comma !== undefined) end = Math.max(end, comma + 1);
    items.push({ core, comma, after, whole: { start: startOf(text, taken, core.start, index === 0), end } });
    taken = end;
  });
  return items;
}

function commaIn(text: string, start: number, end: number, comments: readonly Span[]): number | undefined {
  for (let at = text.indexOf(',', start); at >= 0 && at < end; at = text.indexOf(',', at + 1)) {
    if (!comments.some((comment) => comment.start <= at && at < comment.end)) return at;
  }
  return undefined;
}

function startOf(text: string, from: number, core: number, first: boolean): number {
  let start = core;
  for (const comment of commentsIn(text, from, core).reverse()) {
    const breaks = text.slice(comment.end, start).match(/\r\n|\n|\r/g)?.length ?? 0;
    // What stands behind the opening bracket speaks of the whole list.
    const opening = first && breaks > 0 && !hasBreak(text, from, comment.start);
    if (breaks > 1 || opening) break;
    start = comment.start;
  }
  return start;
}

const startsLine = (text: string, offset: number): boolean => isBlank(text, lineStart(text, offset), offset);

/** Removes an item. `comments`: those that belong to it go too; else all stay. */
export function removeItem(text: string, items: readonly Item[], index: number, comments: boolean): TextEdit[] {
  const { core, whole, comma } = items[index]!;
  const edits: TextEdit[] = [];
  const cut = (start: number, end: number) => edits.push({ offset: start, length: end - start, text: '' });
  const previous = items[index - 1];
  // The item before becomes the last: its comma goes, unless the file ends lists with one.
  if (index === items.length - 1 && comma === undefined && previous?.comma !== undefined)
    cut(previous.comma, previous.comma + 1);
  let { start, end } = comments ? whole : core;
  if (!comments && comma !== undefined) {
    if (isBlank(text, end, comma)) end = comma + 1;
    else cut(comma, comma + 1);
  }
  const stop = lineEnd(text, end);
  const before = startsLine(text, start);
  const after = isBlank(text, end, stop);
  if (before && after && stop < text.length) {
    start = lineStart(text, start);
    end = afterBreak(text, stop);
  } else if (!before && (after || index === items.length - 1)) {
    while (/[ \t]/.test(text[start - 1]!)) start--;
  } else {
    while (/[ \t]/.test(text[end]!)) end++;
  }
  cut(start, end);
  return edits;
}

/** An item to insert: `lead` and `trail` are the comments it brings along. */
export interface Block {
  readonly lead: string;
  readonly core: string;
  readonly trail: string;
}

export function blockOf(text: string, { core, whole, after }: Item): Block {
  return {
    lead: text.slice(whole.start, core.start),
    core: text.slice(core.start, core.end),
    trail: after.map(({ start, end }) => text.slice(start, end)).join(' '),
  };
}

/** Inserts an item before the one at `index`, or after the last. `ownLines`: an empty list is opened into lines. */
export function insertItem(
  text: string,
  container: Node,
  index: number,
  block: Block,
  style: Style,
  ownLines: boolean,
): TextEdit[] {
  const items = itemsOf(text, container);
  const newLine = lineBreakOf(text);
  const base = indentAt(text, container.offset);
  // A line comment swallows what follows on its line.
  const openEnd = /\/\/[^\r\n]*$/.test(block.trail);
  const leadsLines = hasBreak(block.lead, 0, block.lead.length);
  const body = (comma: boolean) => `${block.lead}${block.core}${comma ? ',' : ''}${block.trail && ` ${block.trail}`}`;
  const next = items[index];
  if (next) {
    const at = next.whole.start;
    if (startsLine(text, at))
      return [{ offset: lineStart(text, at), length: 0, text: `${indentAt(text, at)}${body(true)}${newLine}` }];
    const line = newLine + base + style.indent;
    // Behind the comma, a comment on the same line would go over to the next item.
    if (!leadsLines)
      return [{ offset: at, length: 0, text: openEnd ? `${body(true)}${line}` : `${body(false)},${style.comma}` }];
    const blanks = /[ \t]*$/.exec(text.slice(lineStart(text, at), at))![0].length;
    return [{ offset: at - blanks, length: blanks, text: `${line}${body(true)}${line}` }];
  }
  const last = items.at(-1);
  if (!last)
    return intoEmpty(text, container, body(false), openEnd || block.lead !== '', { style, ownLines, base, newLine });

  const { core, whole, comma, after } = last;
  const close = openEnd && !isBlank(text, whole.end, lineEnd(text, whole.end)) ? newLine + base : '';
  const afterLine = after.some(({ start }) => text.startsWith('//', start));
  if (startsLine(text, whole.start) || afterLine || leadsLines) {
    const indent = startsLine(text, whole.start) ? indentAt(text, core.start) : base + style.indent;
    const added = { offset: whole.end, length: 0, text: `${newLine}${indent}${body(comma !== undefined)}${close}` };
    return comma === undefined ? [{ offset: core.end, length: 0, text: ',' }, added] : [added];
  }
  return [
    {
      offset: whole.end,
      length: 0,
      text: `${comma === undefined ? ',' : ''}${style.comma}${body(comma !== undefined)}${close}`,
    },
  ];
}

function intoEmpty(
  text: string,
  container: Node,
  body: string,
  needsLine: boolean,
  { style, ownLines, base, newLine }: { style: Style; ownLines: boolean; base: string; newLine: string },
): TextEdit[] {
  const open = container.offset + 1;
  const close = container.offset + container.length - 1;
  const broken = hasBreak(text, open, close);
  const pad = container.type === 'object' ? style.pad : '';
  if (!broken && !needsLine && !(ownLines && hasBreak(text, 0, text.length))) {
    return [{ offset: open, length: 0, text: open === close ? `${pad}${body}${pad}` : `${pad}${body}` }];
  }
  // Behind what is said of the whole list.
  const at =
    commentsIn(text, open, close)
      .filter(({ start }) => !hasBreak(text, open, start))
      .at(-1)?.end ?? open;
  const closing = hasBreak(text, at, close) ? '' : newLine + base;
  return [{ offset: at, length: 0, text: `${newLine}${base}${style.indent}${body}${closing}` }];
}
