import { parse } from '../spec/parse.ts';
import { combinationsOf } from '../sweep.ts';
import { Exit, Failure } from './failure.ts';
import { examine, readNetwork, refuseErrors, valueOf } from './networkFile.ts';

/** A run of a sweep before it is made. */
export interface Planned {
  readonly index: number;
  /** What was varied, by path as it was given. */
  readonly set: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** The network file with all that set. */
  readonly text: string;
}

/** Most runs of one sweep. */
const most = 1_000_000;

/** Every combination × seeds, the last `--vary` changing fastest. Each combination is checked before anything is trained. */
export async function planSweep(
  file: string,
  settings: readonly string[],
  vary: readonly string[],
  seeds: number,
): Promise<Planned[]> {
  const varied = vary.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw usage(`--vary is "${text}"; it must be path=a,b,c`);
    return { path: text.slice(0, at), values: listOf(text.slice(at + 1)) };
  });
  const count = varied.reduce((product, { values }) => product * values.length, seeds);
  if (count > most) throw usage(`that makes ${count} runs; at most ${most} are made`);
  const planned: Planned[] = [];
  for (const combination of combinationsOf(varied)) {
    const own = [...settings, ...combination.map(([path, value]) => `${path}=${value}`)];
    const base = await readNetwork(file, own);
    refuseErrors(file, (await examine(file, base)).problems);
    const first = parse(base).network!.seed;
    if (first + seeds > 2 ** 32)
      throw usage(`${seeds} seeds from ${first} on would pass ${2 ** 32 - 1}; begin with a smaller seed`);
    const set = Object.fromEntries(combination.map(([path, value]) => [path, valueOf(value)]));
    for (let seed = first; seed < first + seeds; seed++) {
      const text = seed === first ? base : await readNetwork(file, [...own, `seed=${seed}`]);
      planned.push({ index: planned.length, set, seed, text });
    }
  }
  return planned;
}

/** Parts between commas; those inside brackets, braces or quotes do not split. */
export function listOf(text: string): string[] {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]!;
    if (sign === '\\' && quoted) {
      parts[parts.length - 1] += sign + (text[++i] ?? '');
      continue;
    }
    if (sign === '"') quoted = !quoted;
    else if (!quoted && (sign === '[' || sign === '{')) depth++;
    else if (!quoted && (sign === ']' || sign === '}')) depth--;
    if (sign === ',' && depth === 0 && !quoted) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts;
}

const usage = (message: string) => new Failure(Exit.usage, `rectifier sweep: ${message}`);
