import { open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { joined } from '../bytes.ts';
import { checkNetwork } from '../check.ts';
import { isShown, packFolder, type FolderFile } from '../data/folder.ts';
import { applyEdits, setValue } from '../spec/edit.ts';
import { parse } from '../spec/parse.ts';
import type { LocatedProblem } from '../spec/problems.ts';
import { layerIds } from '../spec/resolve.ts';
import { Exit, Failure } from './failure.ts';

/** Largest network file that is used; `parse` refuses what is longer. */
const fileLimit = 16 * 1024 * 1024;
/** Largest data file. */
const dataLimit = 512 * 1024 * 1024;

/** The text of a network file with `--set path=value` applied; the file itself is never written. */
export async function readNetwork(file: string, settings: readonly string[] = []): Promise<string> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readUpTo(file, fileLimit + 1), {
      stream: true,
    });
  } catch (error) {
    throw new Failure(Exit.badFile, `${file}:1:1: ${reason(error)}`);
  }
  // A broken file is reported as it is.
  if (settings.length > 0 && parse(text).value === undefined) return text;
  return settings.reduce((text, setting) => set(file, text, setting), text);
}

/** The file's first bytes: what lies beyond a limit costs nothing. */
async function readUpTo(file: string, limit: number): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const pieces: Uint8Array[] = [];
    // A pipe does not say how long it is.
    for (let left = limit; left > 0;) {
      const piece = new Uint8Array(Math.min(left, 65536));
      const { bytesRead } = await handle.read(piece);
      if (bytesRead === 0) break;
      pieces.push(piece.subarray(0, bytesRead));
      left -= bytesRead;
    }
    return joined(pieces);
  } finally {
    await handle.close();
  }
}

function set(file: string, text: string, setting: string): string {
  const at = setting.indexOf('=');
  if (at < 1) throw new Failure(Exit.usage, `rectifier: --set is "${setting}"; it must be path=value`);
  const steps = setting.slice(0, at).split('.');
  try {
    const path = stepsInto(text, steps);
    const named = nameLeftOut(text, steps);
    return applyEdits(named, setValue(named, path, valueOf(setting.slice(at + 1))));
  } catch (error) {
    throw new Failure(Exit.badFile, `${file}:1:1: ${setting}: ${reason(error)}`);
  }
}

/** What an optimiser and a schedule are where the file leaves them out: a setting of theirs is one of these. */
const leftOut: Record<string, string> = { optimizer: 'sgd', schedule: 'constant' };

function nameLeftOut(text: string, [first, key = '', setting]: readonly string[]): string {
  const name = Object.hasOwn(leftOut, key) ? leftOut[key] : undefined;
  if (first !== 'training' || setting === undefined || name === undefined) return text;
  const { training } = (parse(text).value ?? {}) as { training?: Record<string, unknown> };
  return training?.[key] === undefined ? applyEdits(text, setValue(text, ['training', key], { name })) : text;
}

/** JSON if it parses as JSON, else the text itself; so is a number too large to be one, which is then refused as written. */
export function valueOf(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'number' && !Number.isFinite(value) ? text : value;
  } catch {
    return text;
  }
}

/** `layers.hidden.units` and `layers.0.units` name the same field; numbers index. */
function stepsInto(text: string, steps: readonly string[]): (string | number)[] {
  const [first, second, ...rest] = steps;
  if (first !== 'layers' || second === undefined) return steps.map(asIndex);
  // By what is written, so that a faulty layer can be set right too.
  const { layers } = (parse(text).value ?? {}) as { layers?: unknown };
  const ids = Array.isArray(layers) ? layerIds(layers.map(Object)) : [];
  const index = ids.indexOf(second);
  if (index >= 0) return [first, index, ...rest.map(asIndex)];
  const position = asIndex(second);
  if (typeof position === 'string' || position >= ids.length) {
    throw new Error(`there is no layer "${second}"; there are ${ids.join(', ')}`);
  }
  return [first, position, ...rest.map(asIndex)];
}

const asIndex = (step: string): string | number => (/^\d+$/.test(step) ? Number(step) : step);

/** Everything there is to say about a network: its graph and data, or problems. */
export function examine(file: string, text: string): ReturnType<typeof checkNetwork> {
  return checkNetwork(text, (relative) => readData(path.resolve(path.dirname(file), relative)));
}

/** A data file, or all there is in a folder of them in one piece. */
export async function readData(file: string): Promise<Uint8Array> {
  const there = await stat(file);
  if (there.isDirectory()) return readFolder(file);
  if (there.size > dataLimit) throw new Error(`it has ${there.size} bytes; at most ${dataLimit} are read`);
  return readFile(file);
}

/** All files of a folder and the folders in it, in one piece. */
async function readFolder(folder: string): Promise<Uint8Array> {
  const names = (await readdir(folder, { recursive: true })).map((name) => name.split(path.sep).join('/'));
  const files: FolderFile[] = [];
  let size = 0;
  for (const name of names.filter(isShown).sort()) {
    const file = path.join(folder, name);
    const there = await stat(file);
    if (!there.isFile()) continue;
    size += there.size;
    if (size > dataLimit) throw new Error(`its files have more than ${dataLimit} bytes together`);
    files.push({ name, bytes: await readFile(file) });
  }
  return packFolder(files);
}

/** As compilers write it; a problem in a data file names that file, relative to the network's. */
export function placeOf(file: string, problem: LocatedProblem): string {
  const at = problem.file === undefined ? file : path.join(path.dirname(file), problem.file);
  return `${at}:${problem.line}:${problem.column}`;
}

/** Ends the command when there are errors; warnings go to standard error, but for those of rules, which `check` and progress show. */
export function refuseErrors(file: string, problems: readonly LocatedProblem[]): void {
  const said = problems.filter(({ severity, fixes }) => severity === 'error' || !fixes);
  const lines = said.map(
    (problem) =>
      `${placeOf(file, problem)}: ${problem.severity === 'error' ? '' : `${problem.severity}: `}${problem.message}`,
  );
  if (problems.some((problem) => problem.severity === 'error')) throw new Failure(Exit.badFile, lines.join('\n'));
  if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
}

const messages: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'the file may not be read',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'the file is not UTF-8 text; a network is JSON, saved as UTF-8',
};

/** Why a file could not be read or written, in a person’s words. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return messages[code ?? ''] ?? message;
}
