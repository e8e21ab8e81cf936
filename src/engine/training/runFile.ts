import type { EndEvent, EndReason, StreamEvent } from './events.ts';

/**
 * A recorded run is a file of JSON lines, `<name>.run.jsonl`: what it was of and how it ended, then its stream of events, thinned. The first
 * line has the keys of a line of `rectifier sweep` and more, so that what reads one reads the other.
 */
export interface RunHead {
  readonly event: 'run';
  /** The run's name, as in its `start` event. */
  readonly run: string;
  /** The network file, relative to the workspace. */
  readonly document: string;
  /** When it began, ISO 8601. */
  readonly date: string;
  /** The values it was given in place of the file's own, where a sweep made it. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly backend: string;
  readonly kernels?: string;
  /** Null while there is more to come: it trains, is paused, or its page went. */
  readonly reason: EndReason | null;
  readonly seconds: number | null;
  /** The newest figures. */
  readonly final: EndEvent['final'];
  readonly expect: EndEvent['expect'];
  /** Births and deaths of units beyond those written down. */
  readonly omitted?: number;
  /** The network file's text. */
  readonly text: string;
}

/** A run as its file holds it. */
export interface RecordedRun {
  readonly head: RunHead;
  readonly events: readonly StreamEvent[];
}

/** A run in a list of them: the name of its file, and what its first line says. */
export interface RecordedEntry {
  readonly file: string;
  readonly head: RunHead;
}

export const runFileEnding = '.run.jsonl';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The first line of a recorded run, if that is what the value is. */
export function asRunHead(value: unknown): RunHead | undefined {
  if (!isObject(value) || value['event'] !== 'run') return undefined;
  const { final, expect, seconds, reason } = value;
  const whole =
    ['run', 'document', 'date', 'backend', 'text'].every((key) => typeof value[key] === 'string') &&
    /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(value['date'])) &&
    typeof value['seed'] === 'number' &&
    (seconds === null || typeof seconds === 'number') &&
    (reason === null || typeof reason === 'string') &&
    (final === null || (isObject(final) && typeof final['step'] === 'number' && Array.isArray(final['layers']))) &&
    Array.isArray(expect);
  return whole ? (value as unknown as RunHead) : undefined;
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
};

/** What a file's first line says; undefined when it is no recorded run. */
export const readRunHead = (text: string): RunHead | undefined => asRunHead(parsed(text.slice(0, lineEnd(text))));

/** As far as readers go into one unseen. */
const isEvent = (value: unknown): value is StreamEvent =>
  isObject(value) &&
  typeof value['event'] === 'string' &&
  (value['event'] !== 'metrics' ||
    (typeof value['step'] === 'number' && Array.isArray(value['layers']) && isObject(value['evaluated'])));

const lineEnd = (text: string): number => {
  const end = text.indexOf('\n');
  return end < 0 ? text.length : end;
};

/** Reads a recorded run; lines that cannot be read are left out. Undefined when the first is not a run's. */
export function readRunFile(text: string): RecordedRun | undefined {
  const head = readRunHead(text);
  if (!head) return undefined;
  const events = text.slice(lineEnd(text)).split('\n').map(parsed).filter(isEvent);
  return { head, events };
}

/** The events as lines, each ended. */
export const eventLines = (events: readonly StreamEvent[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');

export const writeRunFile = (head: RunHead, lines: string): string => `${JSON.stringify(head)}\n${lines}`;
