import type { TextEdit } from '../engine/spec/edit.ts';
import { asRunHead, runFileEnding } from '../engine/training/runFile.ts';
import type { FromWebview } from '../webview/hostProtocol.ts';
import type { FromRuns } from '../webview/runs/hostProtocol.ts';

type Check = (value: unknown) => boolean;
type Checks<T extends string> = { readonly [_ in T]: Readonly<Record<string, Check>> };

const text: Check = (value) => typeof value === 'string';
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (...names: string[]): Check =>
  (value) =>
    names.includes(value as string);
/** It becomes the name of a folder. */
const runName: Check = (value) => typeof value === 'string' && /^[\w-]{1,64}$/.test(value);
/** All but the document, which only the host knows. */
const runHead: Check = (value) =>
  isRecord(value) && runName(value['run']) && asRunHead({ ...value, document: '' }) !== undefined;
const bytes: Check = (value) => value instanceof Uint8Array;
const textEdits: Check = (value) => Array.isArray(value) && value.every(isTextEdit);

const isTextEdit = (value: unknown): value is TextEdit =>
  isRecord(value) && count(value['offset']) && count(value['length']) && text(value['text']);

const isFinding = (value: unknown): boolean =>
  isRecord(value) &&
  oneOf('info', 'warning', 'error')(value['severity']) &&
  [value['rule'], value['message']].every(text) &&
  (value['layer'] === null || text(value['layer'])) &&
  Array.isArray(value['fixes']) &&
  value['fixes'].every(isFix) &&
  Array.isArray(value['layers']) &&
  value['layers'].every(text);

const isFix = (value: unknown): boolean =>
  isRecord(value) &&
  text(value['title']) &&
  (value['set'] === undefined || isRecord(value['set'])) &&
  (value['insert'] === undefined ||
    (isRecord(value['insert']) && text(value['insert']['after']) && isRecord(value['insert']['layer'])));

/** No path: it is put beside the network. */
const fileName: Check = (value) => typeof value === 'string' && /^[\w .-]{1,80}$/.test(value) && !value.startsWith('.');

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const checks: Checks<FromWebview['type']> = {
  ready: { run: optional(runName) },
  keepPart: { run: runName, at: count, bytes },
  keepRun: {
    at: optional(count),
    run: runName,
    state: oneOf('running', 'paused', 'ended'),
    text,
    record: text,
    step: count,
    checkpoint: bytes,
  },
  recordRun: { head: runHead, lines: text },
  forgetRun: { run: runName },
  edit: { version: count, edits: textEdits, label: text },
  save: {},
  readData: { request: count, path: text },
  chooseFile: { request: count, kind: oneOf('file', 'folder') },
  saveBackend: { backend: oneOf('auto', 'wasm', 'webgpu') },
  status: { state: oneOf('idle', 'preparing', 'running', 'paused', 'ended'), text },
  findings: { findings: (value) => Array.isArray(value) && value.every(isFinding) },
  openText: { offset: optional(count) },
  openExperiment: {},
  compareRuns: {},
  saveFile: { name: fileName, bytes },
  log: { level: oneOf('info', 'warning', 'error'), message: text },
  diagnostics: { request: count, text },
};

/** A file among the recorded runs: a name, no path. */
const runFile: Check = (value) => typeof value === 'string' && /^[^/\\]+$/.test(value) && value.endsWith(runFileEnding);

const runsChecks: Checks<FromRuns['type']> = {
  ready: {},
  read: { file: runFile },
  remove: { files: (value) => Array.isArray(value) && value.every(runFile) },
  openNetwork: { file: runFile },
  showFile: { file: runFile },
  chooseFolder: {},
  openExperiment: {},
  readData: { request: count, document: text, path: text },
  recordRun: { document: text, head: runHead, lines: text },
};

const fits = (value: unknown, checks: Checks<string>): boolean =>
  isRecord(value) &&
  typeof value['type'] === 'string' &&
  Object.hasOwn(checks, value['type']) &&
  Object.entries(checks[value['type']]!).every(([name, check]) => check(value[name]));

/** The message, if it is one the panel may send, field by field; else undefined. */
export const asFromWebview = (value: unknown): FromWebview | undefined =>
  fits(value, checks) ? (value as FromWebview) : undefined;

/** As `asFromWebview`, of the page that compares runs. */
export const asFromRuns = (value: unknown): FromRuns | undefined =>
  fits(value, runsChecks) ? (value as FromRuns) : undefined;
