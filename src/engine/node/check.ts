import { most } from '../spec/validate.ts';
import { Exit } from './failure.ts';
import { examine, placeOf, readNetwork } from './networkFile.ts';
import { readArguments } from './options.ts';

/** Prints every problem of a network file; exit 1 when one is an error. */
export async function check(args: string[]): Promise<number> {
  const { file, values } = readArguments('check', args, {
    json: { type: 'boolean' },
    set: { type: 'string', multiple: true },
  });
  const { problems } = await examine(file, await readNetwork(file, values.set));
  for (const problem of problems) {
    const { severity, rule, message, line, column, path } = problem;
    const place = placeOf(file, problem);
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ file: place.slice(0, place.lastIndexOf(`:${line}:${column}`)), line, column, severity, rule, message, path })}\n`
        : `${place} ${severity} ${rule} ${message}\n`,
    );
  }
  // Of a file as broken as that the rest would tell nothing new.
  if (problems.length >= most) console.error(`These are the first ${most} problems; there may be more.`);
  return problems.some((problem) => problem.severity === 'error') ? Exit.badFile : Exit.done;
}
