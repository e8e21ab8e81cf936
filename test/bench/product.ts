import type { Backend } from '../../src/engine/backends/backend.ts';
import type { Dataset } from '../../src/engine/data/dataset.ts';
import { infer, type Graph } from '../../src/engine/graph.ts';
import { parse } from '../../src/engine/spec/parse.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import type { NamedTensor } from '../../src/engine/weights/safetensors.ts';
import type { Run } from './peer.ts';
import { dataOf, kernelsOf, sizeOf, type Workload } from './workloads.ts';

/** The network file of a workload. */
export function networkText(workload: Workload): string {
  const layers: Record<string, unknown>[] = [];
  let last = 'input';
  const add = (type: string, fields: Record<string, unknown> = {}) => {
    last = `l${layers.length}`;
    layers.push({ id: last, type, ...fields });
    return last;
  };
  const kernel = { kernelSize: 3, padding: 'same', weights: 'he_normal' };
  const normal = (filters: number, strides: number, inputs?: string[]) => {
    add('conv2d', { ...kernel, filters, strides, activation: 'linear', bias: false, ...(inputs ? { inputs } : {}) });
    return add('batch_norm');
  };
  let channels = workload.input.at(-1)!;
  for (const layer of workload.layers) {
    if (layer.type === 'dense') add('dense', { units: layer.units, activation: layer.activation });
    else if (layer.type === 'pool') add('max_pool2d', { poolSize: 2 });
    else if (layer.type === 'mean') add('global_avg_pool2d');
    else if (layer.type === 'flatten') add('flatten');
    else if (layer.type === 'conv' && !layer.norm)
      add('conv2d', { ...kernel, filters: layer.filters, activation: 'relu' });
    else {
      const { filters } = layer;
      if (layer.type === 'conv') {
        normal(filters, 1);
        add('activation', { activation: 'relu' });
      } else {
        const from = last;
        normal(filters, layer.stride);
        add('activation', { activation: 'relu' });
        const inner = normal(filters, 1);
        let shortcut = from;
        if (layer.stride > 1 || channels !== filters) {
          const fields = { kernelSize: 1, padding: 'same', strides: layer.stride, activation: 'linear', bias: false };
          shortcut = add('conv2d', { filters, ...fields, inputs: [from] });
          shortcut = add('batch_norm');
        }
        add('add', { inputs: [inner, shortcut] });
        add('activation', { activation: 'relu' });
      }
      channels = filters;
    }
  }
  return JSON.stringify({
    version: 1,
    data: { source: 'file', path: 'bench.csv', inputShape: workload.input, task: 'classification' },
    defaults: { weights: 'he_normal', bias: 0 },
    layers,
    training: {
      optimizer: { name: workload.optimizer, learningRate: workload.rate },
      batchSize: workload.batch,
      shuffle: false,
    },
  });
}

/** A fifth of the samples, the last ones, are held out, as by default. */
export function datasetOf(workload: Workload): Dataset {
  const { features, labels } = dataOf(workload);
  const { input, classes, samples } = workload;
  const all = Uint32Array.from({ length: samples }, (_, i) => i);
  const train = Math.floor((samples * 0.8) / workload.batch) * workload.batch;
  return {
    inputShape: input,
    task: 'classification',
    outputs: classes,
    samples,
    features,
    targets: labels,
    parts: { train: all.slice(0, train), validation: all.slice(train), test: new Uint32Array(0) },
    scaling: { shift: new Float64Array(0), divisor: new Float64Array(0) },
    columns: [],
    messages: [],
  };
}

/** The workload's own first weights, under the network's names. */
function initialOf(workload: Workload, graph: Graph): Map<string, NamedTensor> {
  const kernels = kernelsOf(workload);
  const tensors = new Map<string, NamedTensor>();
  for (const { layer, parameters } of graph.layers) {
    for (const { role, shape } of parameters) {
      const values = role === 'weights' ? kernels.shift()!.values : new Float32Array(sizeOf(shape));
      if (role === 'gamma') values.fill(1);
      tensors.set(`${layer.id}.${role}`, { shape, values });
    }
    if (layer.type === 'batch_norm') {
      const size = parameters[0]!.shape[0]!;
      tensors.set(`${layer.id}.mean`, { shape: [size], values: new Float32Array(size) });
      tensors.set(`${layer.id}.variance`, { shape: [size], values: new Float32Array(size).fill(1) });
    }
  }
  return tensors;
}

/** Milliseconds from a network's text and its data to progress that tells of the first update, as after Train is pressed. */
async function firstStep(text: string, dataset: Dataset, backend: Backend): Promise<number> {
  const start = performance.now();
  const { graph } = infer(parse(text).network!, dataset);
  let told = 0;
  const trainer = await Trainer.create(graph!, dataset, backend, {
    run: 'first',
    reason: 'bench',
    text,
    onEvent: () => undefined,
    onProgress: () => (told ||= performance.now() - start),
    yield: () => Promise.resolve(),
  });
  await trainer.begin(true);
  await trainer.run(1);
  trainer.dispose();
  return told;
}

/** A run in the trainer, with its records and its looks at the world, as the panel's worker has them. */
export async function prepareProduct(workload: Workload, backend: Backend): Promise<Run> {
  const { network, problems } = parse(networkText(workload));
  if (!network) throw new Error(problems.map(({ message }) => message).join('\n'));
  const dataset = datasetOf(workload);
  const inferred = infer(network, dataset);
  const { graph } = inferred;
  if (!graph) throw new Error(inferred.problems.map(({ message }) => message).join('\n'));
  const first = [];
  for (let i = 0; i < 3; i++) first.push(await firstStep(networkText(workload), dataset, backend));
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => waiting.shift()?.();
  // As the worker's outbox: all events, but only the newest units. They are posted as to the page, which reads them in a thread of its own.
  const panel = new MessageChannel();
  panel.port1.onmessage = () => undefined;
  let events: unknown[] = [];
  let newest: unknown;
  let posted = performance.now();
  let loss = Number.NaN;
  const trainer = await Trainer.create(graph, dataset, backend, {
    run: 'bench',
    reason: 'bench',
    steps: 1e12,
    initial: { metadata: {}, tensors: initialOf(workload, graph) },
    onEvent: (event, units) => {
      events.push(event);
      if (units) newest = units;
    },
    onProgress: (progress) => {
      loss = progress.loss ?? Number.NaN;
      if (performance.now() - posted < 100) return;
      posted = performance.now();
      panel.port2.postMessage({ events, newest });
      events = [];
    },
    yield: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        channel.port2.postMessage(0);
      }),
  });
  await trainer.begin();
  return {
    note: `${backend.kernels ?? backend.name}, pressed again ${Math.round(first[2]!)} ms`,
    first: first[0]!,
    async steps(count) {
      const before = trainer.step;
      const sum = before * loss || 0;
      await trainer.run(count);
      // What progress says is the mean since the last record, in the first epoch since the beginning.
      return (trainer.step * loss - sum) / (trainer.step - before);
    },
    dispose() {
      trainer.dispose();
      channel.port1.close();
      panel.port1.close();
    },
  };
}
