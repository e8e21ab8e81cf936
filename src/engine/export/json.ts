import type { Activation } from '../activations/index.ts';
import type { Graph } from '../graph.ts';
import { initializerRow, type Initializer } from '../initializers.ts';
import { layerRow } from '../layers/index.ts';
import { version, type Layer, type Network } from '../spec/network.ts';
import { optimizers } from '../spec/optimizers.ts';
import type { Training } from '../spec/trainingFields.ts';

type Written = Record<string, unknown>;

/**
 * The network file with every default written out; reading it gives an equal network. With a graph also what was left to
 * the data: loss, task and input shape.
 */
export function exportJson(network: Network, graph?: Graph): string {
  const { name, seed, data, layers, training, expect } = network;
  const loss = training.loss ?? graph?.loss;
  const file = {
    version,
    ...(name === '' ? {} : { name }),
    seed,
    data: graph && data.source === 'file' ? { ...data, ...taskOf(graph), inputShape: graph.data.inputShape } : data,
    layers: layers.map(layerText),
    training: {
      target: training.target,
      ...(loss === undefined ? {} : { loss }),
      optimizer: optimizerText(training),
      schedule: namedText(training.schedule),
      batchSize: training.batchSize,
      epochs: training.epochs,
      shuffle: training.shuffle,
    },
    ...(expect.length === 0 ? {} : { expect }),
  };
  return `${pretty(file)}\n`;
}

/** A network that is to lie in another folder, with its data files named as seen from there. Folders are absolute, with slashes. */
export function movedTo(network: Network, before: string, now: string): Network {
  const { path, labels } = network.data;
  if (path === undefined || before === now) return network;
  const folder = stepsOf(now);
  const moved = (path: string) => {
    const file = stepsOf(`${before}/${path}`);
    const parted = folder.findIndex((step, k) => step !== file[k]);
    const shared = parted < 0 ? folder.length : parted;
    return [...folder.slice(shared).map(() => '..'), ...file.slice(shared)].join('/');
  };
  const data = { ...network.data, path: moved(path), ...(labels === undefined ? {} : { labels: moved(labels) }) };
  return { ...network, data };
}

const stepsOf = (path: string): string[] =>
  path.split(/[/\\]/).reduce<string[]>((steps, step) => {
    if (step === '..') return steps.slice(0, -1);
    return step === '' || step === '.' ? steps : [...steps, step];
  }, []);

/** An autoencoder's graph says nothing of the labels. */
const taskOf = ({ network, data }: Graph): Written => (network.training.target === 'input' ? {} : { task: data.task });

function layerText({ id, type, inputs, fields }: Layer): Written {
  // A bias drawn with the weights is not the layer's to say.
  const own = Object.entries(layerRow(type).fields).filter(
    ([key]) => key !== 'bias' || !fields.bias || !initializerRow(fields.bias.name).fillBias,
  );
  const written = own.map(([key, field]) => {
    const value = fields[key];
    switch (field.control) {
      case 'activation':
      case 'initializer':
        return [key, namedText(value as Activation | Initializer)] as const;
      case 'bias':
        return [key, value === false ? false : biasText(value as Initializer)] as const;
      default:
        return [key, value] as const;
    }
  });
  return { id, type, inputs, ...Object.fromEntries(written) };
}

const namedText = ({ name, parameters, ...rest }: Activation | Initializer): unknown => {
  const all = { ...parameters, ...rest };
  return Object.keys(all).length === 0 ? name : { name, ...all };
};

const biasText = (bias: Initializer): unknown => (bias.name === 'constant' ? bias.parameters.value : namedText(bias));

/** The optimiser's own parameters, as its row names them. */
function optimizerText({ learningRate, optimizer }: Training): Written {
  const row = optimizers.find((row) => row.name === optimizer.name)!;
  const values: Written = { ...optimizer, learningRate, betas: [optimizer.beta1, optimizer.beta2] };
  return { name: row.name, ...Object.fromEntries(Object.keys(row.parameters).map((key) => [key, values[key]])) };
}

/** JSON as people write network files: what fits on a line of 100 stands on one. */
function pretty(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const line = oneLine(value);
  if (indent.length + line.length <= 100 && indent !== '') return line;
  const inner = `${indent}  `;
  const list = Array.isArray(value);
  const parts = list
    ? value.map((item) => inner + pretty(item, inner))
    : entriesOf(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${pretty(item, inner)}`);
  return list ? `[\n${parts.join(',\n')}\n${indent}]` : `{\n${parts.join(',\n')}\n${indent}}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${entriesOf(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`)
    .join(', ')} }`;
}

const entriesOf = (value: object): [string, unknown][] =>
  Object.entries(value).filter(([, item]) => item !== undefined);
