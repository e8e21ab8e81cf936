import { parseArgs, type ParseArgsConfig } from 'node:util';
import { Exit, Failure } from './failure.ts';

type Values<T extends NonNullable<ParseArgsConfig['options']>> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
>['values'];

/** Reads a command's arguments: exactly one FILE, and the options it knows. */
export function readArguments<T extends NonNullable<ParseArgsConfig['options']>>(
  command: string,
  args: string[],
  options: T,
): { file: string; values: Values<T> } {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1)
      throw new Error(`give one network file, not ${positionals.length}`);
    return { file, values };
  } catch (error) {
    // Node's message goes on to explain its own syntax.
    const [line] = (error instanceof Error ? error.message : String(error)).split(/\n|\. To specify/) as [string];
    const message = line.replace(/argument is ambiguous\.$/, 'needs a value; one that begins with "-" is not taken');
    throw new Failure(Exit.usage, `rectifier ${command}: ${message}`);
  }
}

/** A whole number of at least `least`, or undefined when the option was not given. */
export function wholeNumber(
  option: string,
  text: string | undefined,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new Failure(Exit.usage, `rectifier: --${option} is "${text}"; it must be a whole number ${range}`);
  }
  return value;
}

export function oneOf<const T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined)
    throw new Failure(Exit.usage, `rectifier: --${option} is "${text}"; it must be one of ${choices.join(', ')}`);
  return found;
}
