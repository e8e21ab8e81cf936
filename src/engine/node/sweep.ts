import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Exit, Failure } from './failure.ts';
import { readArguments, wholeNumber } from './options.ts';
import { KeptRuns } from './sweepKept.ts';
import { planSweep } from './sweepPlan.ts';
import { sweepTable } from './sweepTable.ts';
import type { Job, Outcome } from './sweepWorker.ts';
import { refuseUnwritable } from './weightFiles.ts';

/** A run of a sweep, as its line says it. */
export interface RunLine extends Omit<Outcome, 'index'> {
  readonly event: 'run';
  /** What was varied, by path. */
  readonly set: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/** Trains every combination of the values given, under several seeds, on all cores; lines come in the order of the plan. */
export async function sweep(args: string[]): Promise<number> {
  const { file, values } = readArguments('sweep', args, {
    vary: { type: 'string', multiple: true },
    set: { type: 'string', multiple: true },
    seeds: { type: 'string' },
    steps: { type: 'string' },
    workers: { type: 'string' },
    out: { type: 'string' },
    jsonl: { type: 'boolean' },
  });
  const seeds = wholeNumber('seeds', values.seeds, 1, 100_000) ?? 1;
  const steps = wholeNumber('steps', values.steps, 0);
  const workers = wholeNumber('workers', values.workers, 1, 256) ?? availableParallelism();
  await refuseUnwritable([values.out], file);
  const planned = await planSweep(file, values.set ?? [], values.vary ?? [], seeds);
  const kept = values.out === undefined ? undefined : await KeptRuns.open(values.out, planned, steps);

  const lines: (RunLine | undefined)[] = planned.map((run) => kept?.lineOf(run));
  let printed = 0;
  const print = () => {
    for (; lines[printed]; printed++) if (values.jsonl) process.stdout.write(`${JSON.stringify(lines[printed])}\n`);
    const done = lines.filter((line) => line).length;
    if (process.stderr.isTTY)
      process.stderr.write(`\r\x1b[2K${done < lines.length ? `${done} of ${lines.length} runs` : ''}`);
  };
  print();
  const todo = planned.filter((_, index) => !lines[index]);
  const interrupted = await runAll(
    todo.map(({ index, text }) => ({ index, file, text, steps })),
    workers,
    async ({ index, ...outcome }) => {
      const { set, seed } = planned[index]!;
      const line: RunLine = { event: 'run', set, seed, ...outcome };
      await kept?.add(line);
      lines[index] = line;
      print();
    },
  );

  const done = lines.filter((line) => line !== undefined);
  if (!values.jsonl && done.length > 0) process.stdout.write(`${sweepTable(done)}\n`);
  if (interrupted) return Exit.interrupted;
  if (done.some(({ reason }) => reason !== 'completed')) return Exit.failed;
  return done.every(({ expect }) => expect.every(({ passed }) => passed)) ? Exit.done : Exit.unexpected;
}

/** Hands jobs to worker threads, one at a time each; gives whether it was interrupted. */
async function runAll(jobs: Job[], workers: number, take: (outcome: Outcome) => Promise<void>): Promise<boolean> {
  const waiting = [...jobs];
  const threads: Worker[] = [];
  let stopped = false;
  const stop = () => {
    stopped = true;
    for (const thread of threads) void thread.terminate();
  };
  const work = async () => {
    const thread = new Worker(__filename);
    threads.push(thread);
    const ended = once(thread, 'exit');
    for (let job = waiting.shift(); job && !stopped; job = waiting.shift()) {
      thread.postMessage(job);
      const [outcome] = (await Promise.race([once(thread, 'message'), ended])) as [Outcome | number];
      if (stopped) return;
      if (typeof outcome === 'number') throw new Failure(Exit.failed, `rectifier sweep: a worker ended (${outcome})`);
      await take(outcome);
    }
    await thread.terminate();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, work));
  } finally {
    for (const thread of threads) await thread.terminate();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
  return stopped;
}
