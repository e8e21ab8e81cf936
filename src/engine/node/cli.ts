import { check } from './check.ts';
import { exportNetwork } from './export.ts';
import { Exit, Failure } from './failure.ts';
import { predict } from './predict.ts';
import { summary } from './summary.ts';
import { train } from './train.ts';

const commands: Record<string, (args: string[]) => Promise<number>> = {
  train,
  check,
  summary,
  predict,
  export: exportNetwork,
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
  predict FILE --weights W --input DATA
                  predictions for the rows of a table, as CSV
  export FILE --to json|safetensors [--weights W] -o OUT
                  the network with every default written out, or its weights

exit codes: 0 done, 1 the files have errors, 2 wrong usage, 3 the run failed,
            4 an "expect" failed, 130 interrupted
`;

async function main(): Promise<number> {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? process.stderr : process.stdout).write(usage);
    return name === undefined ? Exit.usage : Exit.done;
  }
  const command = commands[name];
  if (!command)
    throw new Failure(
      Exit.usage,
      `rectifier: there is no command "${name}"; there are ${Object.keys(commands).join(', ')}`,
    );
  return command(args);
}

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
// A reader that has seen enough (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(Exit.done);
});
