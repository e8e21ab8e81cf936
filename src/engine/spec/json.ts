import * as l10n from '@vscode/l10n';
import {
  createScanner,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
  type SyntaxKind,
} from 'jsonc-parser';

export type { Node };
export type Path = readonly (string | number)[];

/** Deeper files could overflow the stack of what reads them. */
export const deepest = 1000;
/** In bytes of UTF-8. */
export const longest = 16 * 2 ** 20;
/** Keys, values, brackets, commas and colons: a tree of more would take gigabytes. */
const mostTokens = 2_000_000;

/** A place in a text and what is wrong there. */
export interface Fault {
  readonly rule: string;
  readonly message: string;
  readonly path: Path;
  readonly offset: number;
  readonly length: number;
  /** The name that was probably meant in its place. */
  readonly meant?: string;
}

/** The tree of a JSON text, or the first thing that keeps it from being one. */
export type Read = { readonly root: Node; readonly fault?: never } | { readonly fault: Fault; readonly root?: never };

let last: { readonly text: string; readonly read: Read } | undefined;

/**
 * Reads JSON with comments, trailing commas and a byte order mark tolerated. Nothing is built or recursed into before size
 * and nesting are known to be in bounds. Offsets are those of the text as given, the mark included. The very same text is read once: an edit of
 * many layers asks for each.
 */
export function readJson(text: string): Read {
  if (last?.text !== text) last = { text, read: readAnew(text) };
  return last.read;
}

function readAnew(text: string): Read {
  const marked = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const large = tooLarge(marked);
  if (large) return { fault: large };
  // The scanner builds runs of blanks letter by letter: megabytes at a file's end would take it a minute.
  const json = marked.slice(0, endBefore(marked, marked.length));
  const fault = tooMuch(json);
  if (fault) return { fault };
  const errors: ParseError[] = [];
  const root = parseTree(json, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (!root && /^\s*$/.test(json)) {
    const message = l10n.t('The file is empty. Start with { "version": 1 }.');
    return { fault: { rule: 'broken_json', path: [], message, offset: 0, length: 0 } };
  }
  if (first || !root) return { fault: { rule: 'broken_json', path: [], ...explain(json, first!) } };
  return { root };
}

/** The plain value of a node. Unlike `getNodeValue` it gives ordinary objects; a key `__proto__` is only a key. */
export function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value;
  return Object.fromEntries(members(node).map(({ key, value }) => [key.value as string, valueOf(value)]));
}

/** Key and value nodes of an object, in file order. */
export const members = (node: Node): { key: Node; value: Node }[] =>
  (node.children ?? []).map(({ children }) => ({ key: children![0]!, value: children![1]! }));

/** The value of a key; of doubled keys the last, as JSON readers do. */
export const member = (node: Node, name: string): Node | undefined =>
  members(node)
    .filter(({ key }) => key.value === name)
    .at(-1)?.value;

/** The node at a path, if there is one. */
export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) {
    if (node?.type === 'array') node = node.children?.[Number(step)];
    else if (node?.type === 'object') node = member(node, String(step));
    else return undefined;
  }
  return node;
}

function tooLarge(text: string): Fault | undefined {
  if (text.length * 3 <= longest) return undefined;
  if (text.length <= longest && new TextEncoder().encode(text).length <= longest) return undefined;
  const message = l10n.t('The file is larger than 16 MB. Keep data in a file of its own and name it in "data.path".');
  return { rule: 'file_too_large', message, path: [], offset: 0, length: 0 };
}

// The library's enum has no values at run time; its types check these.
const openBrace: SyntaxKind.OpenBraceToken = 1;
const closeBrace: SyntaxKind.CloseBraceToken = 2;
const openBracket: SyntaxKind.OpenBracketToken = 3;
const closeBracket: SyntaxKind.CloseBracketToken = 4;
const end: SyntaxKind.EOF = 17;

function tooMuch(text: string): Fault | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  let tokens = 0;
  for (let token = scanner.scan(); token !== end; token = scanner.scan()) {
    const fault = (rule: string, message: string): Fault => ({
      rule,
      message,
      path: [],
      offset: scanner.getTokenOffset(),
      length: 1,
    });
    if (++tokens > mostTokens) {
      return fault(
        'file_too_large',
        l10n.t(
          'The file holds more than two million words, numbers and signs. Keep data in a file of its own and name it in "data.path".',
        ),
      );
    }
    if (token === openBrace || token === openBracket) {
      if (++depth > deepest) {
        return fault(
          'nesting_too_deep',
          l10n.t('Brackets are nested more than {0} deep. A network file needs fewer than 10.', deepest),
        );
      }
    } else if (token === closeBrace || token === closeBracket) depth--;
  }
  return undefined;
}

const unclosedObject = (instead: string): string =>
  l10n.t('A "}" is missing here: {0}. Close the object that was opened with "{".', instead);
const unclosedList = (instead: string): string =>
  l10n.t('A "]" is missing here: {0}. Close the list that was opened with "[".', instead);

/** A JSON error in words that say what to do. A thing that is missing is reported where the text before it ends. */
function explain(text: string, { error, offset, length }: ParseError): Pick<Fault, 'message' | 'offset' | 'length'> {
  const here = { offset, length };
  const found = snippet(text, offset, length);
  const before = endBefore(text, offset);
  const missing = { offset: Math.max(before - 1, 0), length: Math.min(before, 1) };
  const instead = offset >= text.length ? l10n.t('the file ends') : l10n.t('{0} stands', found);
  switch (printParseErrorCode(error)) {
    case 'InvalidSymbol':
      if (found.startsWith("'"))
        return { ...here, message: l10n.t('{0} is in single quotes. Use double quotes: "…".', found) };
      if (/^(NaN|[-+]?Infinity|undefined|None)$/.test(found))
        return { ...here, message: l10n.t('{0} is not JSON. Write a number, or leave the key out.', found) };
      if (/^(True|False|Null)$/.test(found))
        return { ...here, message: l10n.t('{0} is not JSON. Write {1}.', found, found.toLowerCase()) };
      return {
        ...here,
        message: l10n.t(
          '{0} is not JSON. Put text in double quotes; only numbers, true, false and null go without.',
          found,
        ),
      };
    case 'InvalidNumberFormat':
    case 'UnexpectedEndOfNumber':
      return {
        ...here,
        message: l10n.t('{0} is not a number as JSON writes it. Write it like 10, 0.1 or 1e-3.', found),
      };
    case 'PropertyNameExpected':
      return {
        ...here,
        message: l10n.t(
          'A key in double quotes is expected, but {0}. Write "key": value, or remove the comma before.',
          instead,
        ),
      };
    case 'ValueExpected':
      return {
        ...here,
        message: l10n.t('A value is expected, but {0}. Write a number, "text", true, false, [ … ] or { … }.', instead),
      };
    case 'ColonExpected':
      return { ...missing, message: l10n.t('A ":" is missing here, between key and value: {0}. Add it.', instead) };
    case 'CommaExpected':
      if (found === ':')
        return { ...here, message: l10n.t('A key stands inside a list. Close the list with "]" before it.') };
      if (/^\d/.test(found) && text[offset - 1] === '0') {
        return {
          offset: offset - 1,
          length: length + 1,
          message: l10n.t('A number may not begin with 0. Write {0}.', Number(found)),
        };
      }
      // The other bracket than the one that is open.
      if (found === '}') return { ...missing, message: unclosedList(instead) };
      if (found === ']') return { ...missing, message: unclosedObject(instead) };
      return { ...missing, message: l10n.t('A "," is missing here, before {0}. Add it.', found) };
    case 'CloseBraceExpected':
      return { ...missing, message: unclosedObject(instead) };
    case 'CloseBracketExpected':
      return { ...missing, message: unclosedList(instead) };
    case 'EndOfFileExpected':
      return {
        ...here,
        message: l10n.t(
          'The network ends before this, but {0} follows. Remove it, or a bracket too many before it.',
          found,
        ),
      };
    case 'UnexpectedEndOfComment':
      return { ...here, message: l10n.t('This comment is never closed. End it with */.') };
    case 'UnexpectedEndOfString':
      return { ...here, message: l10n.t('This text is never closed. End it with " on the same line.') };
    case 'InvalidUnicode':
      return {
        ...here,
        message: l10n.t(
          'A \\u in this text is not followed by four hexadecimal digits. Write it like \\u00e9, or double the backslash.',
        ),
      };
    case 'InvalidEscapeCharacter':
      return {
        ...here,
        message: l10n.t(
          'A backslash in this text starts nothing JSON knows. Write \\\\ for a backslash, or / in a path.',
        ),
      };
    case 'InvalidCharacter':
      return {
        ...here,
        message: l10n.t('This text holds a control character, such as a tab. Write \\t or \\n, or remove it.'),
      };
    default:
      return { ...here, message: l10n.t('This is not JSON. Remove {0}.', found) };
  }
}

/** Where the last thing before `offset` ends, blanks skipped. */
function endBefore(text: string, offset: number): number {
  let end = Math.min(offset, text.length);
  while (end > 0 && ' \t\r\n'.includes(text[end - 1]!)) end--;
  return end;
}

/** What stands at a place, short enough for a message. */
export function snippet(text: string, offset: number, length: number): string {
  const found = text.slice(offset, offset + Math.min(length, 200)).replace(/\s+/g, ' ');
  return found.length > 40 ? `${found.slice(0, 39)}…` : found;
}
