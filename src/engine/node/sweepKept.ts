import { createHash } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { Exit, Failure } from './failure.ts';
import { reason } from './networkFile.ts';
import type { RunLine } from './sweep.ts';
import type { Planned } from './sweepPlan.ts';

/** A line of the file: the run's own, and what it was a run of. */
interface Kept extends RunLine {
  /** Digest of the network file with all that was set, and of the number of steps asked for. */
  readonly of: string;
}

/** Runs kept in a file, a line each, so that a sweep that was interrupted goes on where it stood. */
export class KeptRuns {
  private constructor(
    private readonly file: string,
    private readonly runs: ReadonlyMap<string, Kept>,
    private readonly digests: ReadonlyMap<string, string>,
  ) {}

  /** Reads what there is; a last line that was cut off is dropped. */
  static async open(file: string, planned: readonly Planned[], steps: number | undefined): Promise<KeptRuns> {
    let text = '';
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw refused(file, reason(error));
    }
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const runs = whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => lineOf(file, line));
    try {
      if (whole !== text || text === '') await writeFile(file, whole);
    } catch (error) {
      throw refused(file, reason(error));
    }
    const digests = planned.map((run) => [keyOf(run), digest(run, steps)] as const);
    return new KeptRuns(file, new Map(runs.map((run) => [run.of, run])), new Map(digests));
  }

  /** The line of a run that has been made, from the very same network file. */
  lineOf(run: Planned): RunLine | undefined {
    const kept = this.runs.get(this.digests.get(keyOf(run))!);
    if (!kept) return undefined;
    const { of: _, ...line } = kept;
    return line;
  }

  async add(line: RunLine): Promise<void> {
    await appendFile(this.file, `${JSON.stringify({ ...line, of: this.digests.get(keyOf(line)) })}\n`);
  }
}

const keyOf = ({ set, seed }: Pick<RunLine, 'set' | 'seed'>): string => JSON.stringify([set, seed]);

const digest = ({ text, set }: Planned, steps: number | undefined): string =>
  createHash('sha256')
    .update(JSON.stringify([text, set, steps]))
    .digest('hex')
    .slice(0, 16);

function lineOf(file: string, line: string): Kept {
  try {
    const run = JSON.parse(line) as Partial<Kept>;
    if (run.event === 'run' && typeof run.of === 'string') return run as Kept;
  } catch {
    // Said below.
  }
  throw refused(file, 'it holds no runs of a sweep; name another file');
}

const refused = (file: string, why: string) => new Failure(Exit.badFile, `${file}:1:1: ${why}`);
