import { isMainThread } from 'node:worker_threads';
import { exportTargets } from '../export/index.ts';
import { engineVersion } from '../version.ts';
import { check } from './check.ts';
import { exportNetwork } from './export.ts';
import { Exit, Failure } from './failure.ts';
import { predict } from './predict.ts';
import { preview } from './preview.ts';
import { show } from './show.ts';
import { summary } from './summary.ts';
import { sweep } from './sweep.ts';
import { serveSweep } from './sweepWorker.ts';
import { train } from './train.ts';
import { watchOutput } from './unheard.ts';

const commands: Record<string, (args: string[]) => Promise<number>> = {
  train,
  check,
  summary,
  preview,
  predict,
  export: exportNetwork,
  sweep,
  show,
};

const usage = `usage: rectifier <command> FILE [options]

  train FILE      trains the network; progress on a terminal
    --jsonl                the metric stream, one JSON object a line
    --backend NAME         auto, wasm, webgpu or reference
    --kernels NAME         simd (default) or relaxed
    --epochs N, --steps N  how long
    --seed N, --batch-size N
    --set path=value       any field, e.g. --set defaults.activation=tanh
    --metrics-every N      a record every N steps
    --initial FILE         start from these weights
    --save-initial FILE, --save FILE
                           weights before the first step, and at the end
    --checkpoint FILE      all it takes to go on, at the end or when interrupted,
      --every N            and every N steps
    --resume FILE          go on from a checkpoint
  check FILE      problems, a line each; --json for one object a line
  summary FILE    layers, shapes, parameters, multiply-adds, memory; --json
  preview FILE    before training: zeros, σ, gradient norms and dead units by layer,
                  and the chance of a network that is born dead; --json
  predict FILE --weights W --input DATA
                  predictions for the rows of a table or the pictures of a folder, as CSV
  sweep FILE --vary path=a,b,c [--vary …]
                  trains every combination; a table, or with --jsonl a line a run
    --seeds N              each with N seeds, counted up from the file's own
    --set path=value, --steps N
    --workers N            at once; as many as there are cores
    --out FILE             keeps every run there; those it holds are not made again
  export FILE --to ${exportTargets.map(({ id }) => id).join('|')} [--weights W] -o OUT
                  the network in another form, with these weights or those of step 0
  show RUN        a recorded run (.run.jsonl): how it ended, layer by layer, and what the rules found
  --version       the program's

exit codes: 0 done, 1 the files have errors, 2 wrong usage, 3 the run failed,
            4 an "expect" failed, 130 interrupted
`;

async function main(): Promise<number> {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || name === 'help' || process.argv.slice(2).some((arg) => arg === '--help' || arg === '-h')) {
    (name === undefined ? process.stderr : process.stdout).write(usage);
    return name === undefined ? Exit.usage : Exit.done;
  }
  if (name === '--version') {
    process.stdout.write(`${engineVersion}\n`);
    return Exit.done;
  }
  const command = commands[name];
  if (!command)
    throw new Failure(
      Exit.usage,
      `rectifier: there is no command "${name}"; there are ${Object.keys(commands).join(', ')}`,
    );
  return command(args);
}

if (isMainThread) start();
else serveSweep();

function start(): void {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const failure =
        error instanceof Failure
          ? error
          : new Failure(Exit.failed, `rectifier: ${error instanceof Error ? error.message : String(error)}`);
      process.stderr.write(`${failure.message}\n`);
      process.exitCode = failure.code;
    },
  );
  watchOutput();
}
