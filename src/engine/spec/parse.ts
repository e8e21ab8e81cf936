import * as l10n from '@vscode/l10n';
import { inconsistencies } from './consistency.ts';
import { member, nodeAt, readJson, valueOf, type Fault, type Node } from './json.ts';
import { networkSchema, version, type Network, type NetworkText } from './network.ts';
import type { LocatedProblem, Problem } from './problems.ts';
import { resolve } from './resolve.ts';
import { validate } from './validate.ts';

/** What a text says, as far as it can be told without data. */
export interface Parsed {
  readonly text: string;
  /** The JSON as written; undefined if it is broken. */
  readonly value?: unknown;
  /** There exactly when no problem is an error. */
  readonly network?: Network;
  /** Written for a newer program: shown as far as it can be, never edited. */
  readonly newerVersion: boolean;
  readonly problems: readonly LocatedProblem[];
}

/** Reads a network file. Never throws, whatever the text. */
export function parse(text: string): Parsed {
  const read = readJson(text);
  const place = places(text);
  if (read.fault) return { text, newerVersion: false, problems: [place(asProblem(read.fault), read.fault)] };
  const { root } = read;
  const value = valueOf(root);
  const faults = validate(text, root, networkSchema);
  const written = root.type === 'object' ? (member(root, 'version')?.value as unknown) : undefined;
  if (typeof written === 'number' && written > version) return newer(text, root, value, faults.length === 0);
  if (faults.length > 0)
    return {
      text,
      value,
      newerVersion: false,
      problems: sorted(faults.map((fault) => place(asProblem(fault), fault))),
    };
  const file = value as NetworkText;
  const problems = sorted(inconsistencies(file).map((problem) => place(problem, nodeOf(root, problem.path))));
  const broken = problems.some(({ severity }) => severity === 'error');
  return { text, value, ...(broken ? {} : { network: resolve(file) }), newerVersion: false, problems };
}

/** Gives a problem its place: the value at its path, or the nearest thing around it that is there. */
export function locate(text: string, problem: Problem): LocatedProblem {
  return locator(text)(problem);
}

/** As `locate`, for many problems of one text. */
export function locator(text: string): (problem: Problem) => LocatedProblem {
  const { root } = readJson(text);
  const place = places(text);
  return (problem) => place(problem, root ? nodeOf(root, problem.path) : { offset: 0, length: 0 });
}

/** By place, errors of one place first; what lies in other files comes last. */
export const sorted = (problems: readonly LocatedProblem[]): LocatedProblem[] =>
  [...problems].sort(
    (a, b) =>
      Number(a.file !== undefined) - Number(b.file !== undefined) ||
      a.offset - b.offset ||
      Number(a.severity !== 'error') - Number(b.severity !== 'error'),
  );

/** One problem alone: nothing that a newer program may allow is called wrong. */
function newer(text: string, root: Node, value: unknown, understood: boolean): Parsed {
  const network =
    understood && inconsistencies(value as NetworkText).length === 0 ? resolve(value as NetworkText) : undefined;
  const written = member(root, 'version')!;
  const message = network
    ? l10n.t(
        'The file is of version {0}, newer than this program ({1}). It can be looked at and trained, not edited; update Rectifier.',
        String(written.value),
        version,
      )
    : l10n.t(
        "The file is of version {0}, newer than this program ({1}), which can't read all of it. Update Rectifier.",
        String(written.value),
        version,
      );
  const problem: Problem = { severity: network ? 'warning' : 'error', rule: 'newer_version', message, path: 'version' };
  return {
    text,
    value,
    ...(network ? { network } : {}),
    newerVersion: true,
    problems: [places(text)(problem, written)],
  };
}

const asProblem = ({ rule, message, path, meant }: Fault): Problem => ({
  severity: 'error',
  rule,
  message,
  path: path.join('.'),
  ...(meant === undefined ? {} : { meant }),
});

function nodeOf(root: Node, path: string): Node {
  const steps = path === '' ? [] : path.split('.');
  for (let length = steps.length; length > 0; length--) {
    const node = nodeAt(root, steps.slice(0, length));
    if (node) return node;
  }
  return root;
}

/** Line and column of offsets in a text; lines end as editors end them, and a byte order mark takes no column. */
function places(text: string): (problem: Problem, at: { offset: number; length: number }) => LocatedProblem {
  let line = 1;
  let start = 0;
  return (problem, { offset, length }) => {
    // Most problems come in the order of their places: the count goes on from the last one.
    if (offset < start) [line, start] = [1, 0];
    const breaks = /\r\n|\r|\n/g;
    breaks.lastIndex = start;
    for (let found = breaks.exec(text); found && breaks.lastIndex <= offset; found = breaks.exec(text)) {
      line++;
      start = breaks.lastIndex;
    }
    const mark = start === 0 && text.startsWith('\uFEFF') ? 1 : 0;
    return { ...problem, line, column: Math.max(offset - start - mark, 0) + 1, offset, length };
  };
}
