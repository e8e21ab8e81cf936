import { setImmediate } from 'node:timers/promises';
import { activationRow } from '../activations/index.ts';
import { OutOfMemory } from '../backends/backend.ts';
import type { Graph } from '../graph.ts';
import type { Layer } from '../spec/network.ts';
import { locate } from '../spec/parse.ts';
import type { LocatedProblem } from '../spec/problems.ts';
import type { EndEvent, MetricsEvent, StreamEvent } from '../training/events.ts';
import { Trainer } from '../training/trainer.ts';
import { writeSafetensors, type TensorFile } from '../weights/safetensors.ts';
import { backendNames, chooseBackend } from './backends.ts';
import { Exit, Failure } from './failure.ts';
import { spawn } from './helperThread.ts';
import { examine, placeOf, readNetwork, refuseErrors } from './networkFile.ts';
import { oneOf, readArguments, wholeNumber } from './options.ts';
import { runToEnd } from './runToEnd.ts';
import { writesFiles } from './unheard.ts';
import { blaming, readWeights, refuseUnwritable, writeWhole } from './weightFiles.ts';

const options = {
  jsonl: { type: 'boolean' },
  backend: { type: 'string', default: 'auto' },
  kernels: { type: 'string' },
  epochs: { type: 'string' },
  steps: { type: 'string' },
  seed: { type: 'string' },
  'batch-size': { type: 'string' },
  set: { type: 'string', multiple: true },
  'metrics-every': { type: 'string' },
  initial: { type: 'string' },
  'save-initial': { type: 'string' },
  save: { type: 'string' },
  checkpoint: { type: 'string' },
  every: { type: 'string' },
  resume: { type: 'string' },
} as const;

/** Trains a network file; the stream of events goes to standard output, or progress to a terminal. */
export async function train(args: string[]): Promise<number> {
  const { file, values } = readArguments('train', args, options);
  const steps = wholeNumber('steps', values.steps, 0);
  const metricsEvery = wholeNumber('metrics-every', values['metrics-every'], 1);
  const overrides = [
    ...(values.set ?? []),
    ...setting('training.epochs', wholeNumber('epochs', values.epochs, 0)),
    ...setting('seed', wholeNumber('seed', values.seed, 0, 2 ** 32 - 1)),
    ...setting(
      'training.batchSize',
      values['batch-size'] === 'all' ? 'all' : wholeNumber('batch-size', values['batch-size'], 1),
    ),
  ];
  const choice = oneOf('backend', values.backend, backendNames);
  const kernels = values.kernels === undefined ? undefined : oneOf('kernels', values.kernels, ['simd', 'relaxed']);
  const every = wholeNumber('every', values.every, 1);
  const { save, checkpoint, 'save-initial': saveInitial } = values;
  if (every !== undefined && checkpoint === undefined) throw usage('--every needs --checkpoint FILE');
  if (values.initial !== undefined && values.resume !== undefined) throw usage('give --initial or --resume, not both');
  await refuseUnwritable([saveInitial, save, checkpoint], file);
  if ((save ?? checkpoint) !== undefined) writesFiles();

  // From here on: what comes while data are read ends the run once it has begun.
  let stop = () => Promise.resolve();
  let stopped: Promise<void> | undefined;
  const interrupt = () => {
    stopped = stop();
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const text = await readNetwork(file, overrides);
  const { graph, dataset, problems } = await examine(file, text);
  refuseErrors(file, problems);
  if (!graph || !dataset) return Exit.badFile;

  const source = values.resume ?? values.initial;
  const start = source === undefined ? undefined : await readWeights(source);
  const before = values.resume === undefined ? undefined : start!.metadata;
  const [name, build] = asBefore(choice, kernels, before ?? {});
  const chosen = await chooseBackend(name, build, spawn);
  const { backend } = chosen;
  const reason = before && choice === 'auto' ? 'auto: as the checkpoint' : chosen.reason;
  let end: EndEvent | undefined;
  const print = values.jsonl ? printLine : printProgress(graph, problems);
  const create = () =>
    Trainer.create(graph, dataset, backend, {
      run: `${Date.now().toString(36)}-${process.pid}`,
      reason,
      text,
      ...(start === undefined ? {} : values.resume === undefined ? { initial: start } : { resume: start }),
      ...(steps === undefined ? {} : { steps }),
      ...(metricsEvery === undefined ? {} : { metricsEvery }),
      onEvent(event) {
        if (event.event === 'end') end = event;
        print(event);
      },
      yield: () => setImmediate(),
    }).catch((error: unknown) => {
      if (!(error instanceof OutOfMemory)) throw error;
      const at = locate(text, { severity: 'error', rule: 'too_large', message: error.message, path: 'layers' });
      throw new Failure(Exit.failed, `${placeOf(file, at)}: ${error.message}`);
    });
  const trainer = source === undefined ? await create() : await blaming(source, create);
  stop = () => trainer.stop();
  if (stopped) interrupt();
  const write = async (target: string | undefined, contents: () => Promise<TensorFile>) => {
    if (target !== undefined) await writeWhole(target, writeSafetensors(await contents()));
  };
  await write(saveInitial, () => trainer.weights());

  const lost = await runToEnd(
    trainer,
    async () => {
      // Where the run was stopped, its last evaluation comes first.
      await stopped;
      // The checkpoint before a run went astray is the one to keep.
      if (end?.reason !== 'diverged') await write(checkpoint, () => trainer.checkpoint());
    },
    every,
  );
  if (lost) {
    const goOn = checkpoint !== undefined && every !== undefined ? `Go on with --resume ${checkpoint}` : 'Train again';
    process.stderr.write(`${file}: ${lost.message} ${goOn}, or use --backend wasm.\n`);
  } else await write(save, () => trainer.weights());
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  trainer.dispose();

  if (stopped) return Exit.interrupted;
  if (end?.reason !== 'completed') return Exit.failed;
  return end.expect.every((expectation) => expectation.passed) ? Exit.done : Exit.unexpected;
}

const usage = (message: string) => new Failure(Exit.usage, `rectifier train: ${message}`);

/** What is not asked for is as it was when the checkpoint was made: only so the run goes on bit for bit. */
function asBefore(
  choice: (typeof backendNames)[number],
  kernels: 'simd' | 'relaxed' | undefined,
  { backend, kernels: before }: TensorFile['metadata'],
): Parameters<typeof chooseBackend> {
  return [
    choice === 'auto' ? (backendNames.find((name) => name === backend) ?? choice) : choice,
    kernels ?? (before === 'relaxed' ? before : 'simd'),
  ];
}

/** Sigmoid, softmax and their like have no dead units to count. */
const canDie = ({ fields }: Layer): boolean =>
  fields.activation !== undefined && activationRow(fields.activation.name).inactive !== 'never';

const setting = (path: string, value: number | string | undefined): string[] =>
  value === undefined ? [] : [`${path}=${value}`];

const printLine = (event: StreamEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

/** A person's view: one line that is written over on a terminal, a line a record elsewhere. */
function printProgress(graph: Graph, problems: readonly LocatedProblem[]): (event: StreamEvent) => void {
  const { epochs } = graph.network.training;
  const mortal = graph.layers.flatMap(({ layer }) => (canDie(layer) ? [layer.id] : []));
  const { isTTY } = process.stdout;
  const write = (text: string, passing = false) => {
    if (isTTY) process.stdout.write(`\r\x1b[2K${text}${passing ? '' : '\n'}`);
    else process.stdout.write(`${text}\n`);
  };
  return (event) => {
    switch (event.event) {
      case 'start':
        write(
          `${event.parameters} parameters, ${event.steps} steps, ${event.backend} (${event.reason}), seed ${event.seed}`,
        );
        for (const { severity, rule, message, fixes } of problems)
          if (fixes) write(`before training: ${severity} ${rule}: ${message}`);
        break;
      case 'metrics':
        write(`epoch ${event.epoch} of ${epochs}  step ${event.step}  ${figures(event, mortal)}`, true);
        break;
      case 'end':
        write(
          `${event.reason} after ${event.step} steps, ${event.seconds.toFixed(1)} s (${Math.round(event.stepsPerSecond)} steps/s)`,
        );
        if (event.tensor)
          write(
            `${event.tensor} was the first with a value that was not finite; lower the learning rate, or scale what goes in`,
          );
        if (event.final) write(figures(event.final, mortal));
        for (const { metric, op, value, actual, passed } of event.expect) {
          write(`${passed ? 'met' : 'not met'}: ${metric} ${op} ${value} (it is ${actual ?? 'not there'})`);
        }
        break;
      case 'warning':
        // Of the data it has been said above.
        if (event.rule !== 'unscaled_input')
          write(
            `step ${event.step}: ${event.severity} ${event.rule}: ${event.message}${event.fix ? ` Fix: ${event.fix.title}.` : ''}`,
          );
        break;
      default:
    }
  };
}

function figures(
  { loss, accuracy, validation, layers: all }: Omit<MetricsEvent, 'event'>,
  mortal: readonly string[],
): string {
  const layers = all.filter((layer) => mortal.includes(layer.id));
  const show = (name: string, value: number | null | undefined) =>
    value === undefined || value === null ? [] : [`${name} ${value.toPrecision(4)}`];
  const units = layers.reduce((sum, layer) => sum + layer.units, 0);
  const dead = layers.reduce((sum, layer) => sum + layer.dead, 0);
  return [
    ...show('loss', loss),
    ...show('accuracy', accuracy),
    ...show('validation loss', validation?.loss),
    ...show('validation accuracy', validation?.accuracy),
    ...(units > 0 ? [`${dead} of ${units} units dead`] : []),
  ].join('  ');
}
