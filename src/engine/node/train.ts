import { setImmediate } from 'node:timers/promises';
import { activationRow } from '../activations/index.ts';
import type { Graph } from '../graph.ts';
import type { Layer } from '../spec/network.ts';
import type { EndEvent, MetricsEvent, StreamEvent } from '../training/events.ts';
import { Trainer } from '../training/trainer.ts';
import { backendNames, chooseBackend } from './backends.ts';
import { Exit } from './failure.ts';
import { examine, readNetwork, refuseErrors } from './networkFile.ts';
import { oneOf, readArguments, wholeNumber } from './options.ts';

const options = {
  jsonl: { type: 'boolean' },
  backend: { type: 'string', default: 'auto' },
  kernels: { type: 'string', default: 'simd' },
  epochs: { type: 'string' },
  steps: { type: 'string' },
  seed: { type: 'string' },
  'batch-size': { type: 'string' },
  set: { type: 'string', multiple: true },
  'metrics-every': { type: 'string' },
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
  const kernels = oneOf('kernels', values.kernels, ['simd', 'relaxed']);

  const { graph, dataset, problems } = await examine(file, await readNetwork(file, overrides));
  refuseErrors(file, problems);
  if (!graph || !dataset) return Exit.badFile;
  for (const message of dataset.messages) process.stderr.write(`${file}: ${message}\n`);

  const { backend, reason } = await chooseBackend(choice, kernels);
  let end: EndEvent | undefined;
  const print = values.jsonl ? printLine : printProgress(graph);
  const trainer = await Trainer.create(graph, dataset, backend, {
    run: `${Date.now().toString(36)}-${process.pid}`,
    reason,
    ...(steps === undefined ? {} : { steps }),
    ...(metricsEvery === undefined ? {} : { metricsEvery }),
    onEvent(event) {
      if (event.event === 'end') end = event;
      print(event);
    },
    yield: () => setImmediate(),
  });

  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    void trainer.stop();
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  await trainer.begin();
  await trainer.run();
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  trainer.dispose();

  if (interrupted) return Exit.interrupted;
  if (end?.reason !== 'completed') return Exit.failed;
  return end.expect.every((expectation) => expectation.passed) ? Exit.done : Exit.unexpected;
}

/** Sigmoid, softmax and their like have no dead units to count. */
const canDie = ({ fields }: Layer): boolean =>
  fields.activation !== undefined && activationRow(fields.activation.name).inactive !== 'never';

const setting = (path: string, value: number | string | undefined): string[] =>
  value === undefined ? [] : [`${path}=${value}`];

const printLine = (event: StreamEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

/** A person's view: one line that is written over on a terminal, a line a record elsewhere. */
function printProgress(graph: Graph): (event: StreamEvent) => void {
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
        break;
      case 'metrics':
        write(`epoch ${event.epoch} of ${epochs}  step ${event.step}  ${figures(event, mortal)}`, true);
        break;
      case 'end':
        write(
          `${event.reason} after ${event.step} steps, ${event.seconds.toFixed(1)} s (${Math.round(event.stepsPerSecond)} steps/s)`,
        );
        if (event.tensor)
          write(`${event.tensor} was the first tensor with a value that was not finite; lower the learning rate`);
        if (event.final) write(figures(event.final, mortal));
        for (const { metric, op, value, actual, passed } of event.expect) {
          write(`${passed ? 'met' : 'not met'}: ${metric} ${op} ${value} (it is ${actual ?? 'not there'})`);
        }
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
    `${dead} of ${units} units dead`,
  ].join('  ');
}
