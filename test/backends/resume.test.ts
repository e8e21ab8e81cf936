import assert from 'node:assert/strict';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { referenceBackend } from '../../src/engine/backends/reference/index.ts';
import type { Dataset } from '../../src/engine/data/dataset.ts';
import type { Graph } from '../../src/engine/graph.ts';
import type { EndEvent, StreamEvent } from '../../src/engine/training/events.ts';
import type { TrainerOptions } from '../../src/engine/training/options.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import {
  readSafetensors,
  WeightsError,
  writeSafetensors,
  type TensorFile,
} from '../../src/engine/weights/safetensors.ts';
import { graphOf, smallData } from '../unit/engine/networks.ts';
import { builds, wasm } from './wasmSupport.ts';

/** The data with its last quarter as validation part; 50 rows in batches of 8 leave a short one. */
function parted(data: Dataset): Dataset {
  const { train } = data.parts;
  return { ...data, parts: { train: train.slice(0, 50), validation: train.slice(50, 60), test: train.slice(60) } };
}

const flat = parted(smallData([4], 'classification', 3, 68));
const pictures = parted(smallData([6, 6, 2], 'classification', 3, 68));

const hidden = { id: 'hidden', type: 'dense', units: 9, bias: -0.1, regularization: { l2: 0.01, activityL1: 0.001 } };
const output = { id: 'output', type: 'dense', units: 3, activation: 'softmax', weights: 'glorot_uniform' };
const dense = [hidden, { id: 'drop', type: 'dropout', rate: 0.3 }, output];
const conv = [
  { id: 'conv', type: 'conv2d', filters: 4, kernelSize: 3 },
  { id: 'pool', type: 'max_pool2d' },
  { id: 'flatten', type: 'flatten' },
  output,
];

const normalised = [
  { id: 'noise', type: 'gaussian_noise', stddev: 0.1 },
  { id: 'hidden', type: 'dense', units: 9, activation: 'prelu' },
  { id: 'norm', type: 'batch_norm' },
  output,
];

const optimizers: Record<string, object> = {
  sgd: { name: 'sgd', learningRate: 0.3 },
  momentum: { name: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
  adam: { name: 'adam', learningRate: 0.02, weightDecay: 0.01 },
  adamw: { name: 'adamw', learningRate: 0.02 },
  rmsprop: { name: 'rmsprop', learningRate: 0.01, momentum: 0.5 },
  adagrad: { name: 'adagrad', learningRate: 0.1 },
};

const cases: { name: string; graph: Graph; data: Dataset; options?: Partial<TrainerOptions> }[] = [
  ...Object.entries(optimizers).map(([name, optimizer]) => ({
    name,
    graph: graphOf({ layers: dense, training: { batchSize: 8, epochs: 12, optimizer }, seed: 3 }, flat),
    data: flat,
  })),
  {
    name: 'a convolution, unshuffled, with a schedule',
    graph: graphOf(
      { layers: conv, training: { batchSize: 8, epochs: 12, shuffle: false, schedule: 'cosine' }, seed: 5 },
      pictures,
    ),
    data: pictures,
  },
  {
    name: 'normalisation with running statistics, learned slopes and noise',
    graph: graphOf({ layers: normalised, training: { batchSize: 8, epochs: 12 }, seed: 6 }, flat),
    data: flat,
  },
  {
    name: 'records every five steps',
    graph: graphOf({ layers: dense, training: { batchSize: 8, epochs: 12, optimizer: optimizers['adam'] } }, flat),
    data: flat,
    options: { metricsEvery: 5 },
  },
];

async function start(backend: Backend, graph: Graph, data: Dataset, options: Partial<TrainerOptions> = {}) {
  const events: StreamEvent[] = [];
  const trainer = await Trainer.create(graph, data, backend, {
    run: 'test',
    reason: 'test',
    text: 'the text',
    onEvent: (event) => events.push(event),
    yield: () => Promise.resolve(),
    ...options,
  });
  await trainer.begin();
  return { trainer, events };
}

/** What is left to say after a step, times aside. */
function after(events: readonly StreamEvent[], step: number): StreamEvent[] {
  return events
    .filter((event) => event.event !== 'start' && event.step > step)
    .map((event) => (event.event === 'end' ? { ...event, seconds: 0, stepsPerSecond: 0 } : event));
}

/** Through bytes, as a file would go. */
const stored = (file: TensorFile) => readSafetensors(writeSafetensors(file));

for (const build of builds) {
  describe(`a run resumed from a checkpoint on wasm (${build})`, () => {
    let backend: Backend;
    before(async () => (backend = await wasm(build)));

    for (const { name, graph, data, options } of cases) {
      it(`shows the lines and ends with the weights of an unbroken one, bit for bit: ${name}`, async () => {
        const whole = await start(backend, graph, data, options);
        await whole.trainer.run();
        const weights = writeSafetensors(await whole.trainer.weights());
        assert.ok(after(whole.events, 0).length > 10);
        // In the first epoch, at its end, within others, at a record, and at the end.
        for (const step of [0, 1, 7, 8, 25, 35, 36, 83, 84]) {
          const first = await start(backend, graph, data, options);
          await first.trainer.run(step);
          const checkpoint = stored(await first.trainer.checkpoint());
          const second = await start(backend, graph, data, { ...options, resume: checkpoint });
          assert.equal(second.trainer.step, step);
          await second.trainer.run();
          assert.deepEqual(after(second.events, step), after(whole.events, step), `after step ${step}`);
          assert.deepEqual(writeSafetensors(await second.trainer.weights()), weights, `after step ${step}`);
          // Taking a checkpoint leaves no trace.
          await first.trainer.run();
          assert.deepEqual(after(first.events, 0), after(whole.events, 0), `after step ${step}`);
        }
      });
    }

    it('goes on beyond the end of a shorter run as if that had not ended, its last evaluation forgotten', async () => {
      const graph = graphOf({ layers: dense, training: { batchSize: 8, epochs: 60 }, seed: 8 }, flat);
      const options = { rules: { overfitting: { rise: 0 } } };
      const whole = await start(backend, graph, flat, options);
      await whole.trainer.run();
      // What rules remember is cut apart, too: one looks back ten epochs, another counts them.
      const warned = whole.events.flatMap((event) => (event.event === 'warning' ? [event.rule] : []));
      assert.deepEqual(warned, ['learning_rate_too_high', 'not_learning', 'overfitting']);
      for (const steps of [10, 14, 63, 70, 100, 105]) {
        const short = await start(backend, graph, flat, { ...options, steps });
        await short.trainer.run();
        assert.equal(short.trainer.ended, 'completed');
        const resume = stored(await short.trainer.checkpoint());
        const long = await start(backend, graph, flat, { ...options, resume });
        await long.trainer.run();
        assert.deepEqual(after(long.events, steps), after(whole.events, steps), `after step ${steps}`);
      }
    });

    it('goes on after it was stopped in the middle', async () => {
      const graph = graphOf({ layers: dense, training: { batchSize: 8, epochs: 60 }, seed: 8 }, flat);
      const whole = await start(backend, graph, flat);
      await whole.trainer.run();
      const stopped = await start(backend, graph, flat);
      await stopped.trainer.run(101);
      await stopped.trainer.stop();
      const resume = stored(await stopped.trainer.checkpoint());
      const again = await start(backend, graph, flat, { resume });
      await again.trainer.run();
      assert.deepEqual(after(again.events, 101), after(whole.events, 101));
    });

    it('ends at once, with the same figures, when nothing is left to do', async () => {
      const graph = graphOf({ layers: dense, training: { batchSize: 8, epochs: 3 }, seed: 8 }, flat);
      const whole = await start(backend, graph, flat);
      await whole.trainer.run();
      const { events } = await start(backend, graph, flat, { resume: await whole.trainer.checkpoint() });
      const ends = [events, whole.events].map((all) => all.at(-1) as EndEvent);
      assert.deepEqual(ends[0]!.final, ends[1]!.final);
    });

    it('keeps a learning rate that was changed on the way', async () => {
      const graph = graphOf({ layers: dense, training: { batchSize: 8, epochs: 12 } }, flat);
      const whole = await start(backend, graph, flat);
      await whole.trainer.run(20);
      whole.trainer.setLearningRate(0.2);
      await whole.trainer.run(10);
      const resume = stored(await whole.trainer.checkpoint());
      await whole.trainer.run();
      const again = await start(backend, graph, flat, { resume });
      await again.trainer.run();
      assert.deepEqual(after(again.events, 30), after(whole.events, 30));
    });

    it('makes the same bytes twice', async () => {
      const { graph, data } = cases[2]!;
      const files: Uint8Array[][] = [];
      for (let i = 0; i < 2; i++) {
        const { trainer } = await start(backend, graph, data);
        await trainer.run(30);
        files.push([writeSafetensors(await trainer.checkpoint()), writeSafetensors(await trainer.weights())]);
      }
      assert.deepEqual(files[0], files[1]);
    });
  });
}

describe('a checkpoint is refused', () => {
  const { graph, data } = cases[2]!;
  let backend: Backend;
  let file: TensorFile;
  before(async () => {
    backend = await wasm('simd');
    const { trainer } = await start(backend, graph, data);
    await trainer.run(9);
    file = stored(await trainer.checkpoint());
  });

  const refuses = (says: RegExp, resume: TensorFile, on = backend, other = graph, otherData = data) =>
    assert.rejects(
      start(on, other, otherData, { resume }),
      (error) => error instanceof WeightsError && says.test(error.message),
    );
  const adam = (extra: object, training: object = {}, layers: object[] = dense) =>
    graphOf(
      { layers, training: { batchSize: 8, epochs: 12, optimizer: optimizers['adam'], ...training }, ...extra },
      data,
    );

  it('on other kernels or another backend', async () => {
    await refuses(/the kernels simd, but this run has relaxed/, file, await wasm('relaxed'));
    await refuses(/the backend wasm, but this run has reference/, file, referenceBackend);
  });

  it('by a run with another seed, batch size, optimiser or network', async () => {
    await refuses(/the seed 3, but this run has 4/, file, backend, adam({ seed: 4 }));
    await refuses(/a batch size of 8, but this run has 10/, file, backend, adam({ seed: 3 }, { batchSize: 10 }));
    const momentum = { optimizer: optimizers['momentum'] };
    await refuses(
      /"optimizer\.momentum_buffer\.hidden\.weights" is not in the file/,
      file,
      backend,
      adam({}, momentum),
    );
    await refuses(/"optimizer\.exp_avg\.\w+\.\w+" is not kept by sgd/, file, backend, adam({}, { optimizer: 'sgd' }));
    const wider = [{ ...hidden, units: 10 }, output];
    await refuses(
      /"hidden\.weights" has the shape \[4, 9\], but the network needs \[4, 10\]/,
      file,
      backend,
      adam({}, {}, wider),
    );
    const renamed = [{ ...hidden, id: 'first' }, output];
    await refuses(
      /"first\.weights" is not in the file; it has "hidden\.weights"/,
      file,
      backend,
      adam({}, {}, renamed),
    );
    const tensors = new Map(file.tensors).set('third.bias', { shape: [1], values: Float32Array.of(1) });
    await refuses(/"third\.bias" belongs to no layer/, { ...file, tensors });
  });

  it('for other data', async () => {
    const scaling = { ...data.scaling, shift: data.scaling.shift.map((value) => value + 1) };
    await refuses(/made with other data/, file, backend, graph, { ...data, scaling });
    const parts = { ...data.parts, train: data.parts.train.slice(2) };
    await refuses(/a training part of 50, but this run has 48/, file, backend, graph, { ...data, parts });
  });

  it('when it is none, or what it says makes no sense', async () => {
    const { trainer } = await start(backend, graph, data);
    await refuses(/weights alone, no checkpoint/, stored(await trainer.weights()));
    const { metadata } = file;
    for (const training of [
      '',
      'null',
      '{}',
      '[]',
      '{"sums":3}',
      metadata['training']!.replace('"watching":{', '"watching":null,"then":{'),
      metadata['training']!.replace('"foundDead":[', '$&1,'),
    ])
      await refuses(/its metadata "training"/, { ...file, metadata: { ...metadata, training } });
    await refuses(/its metadata "training"/, { ...file, metadata: { ...metadata, step: 'ten' } });
    const tensors = new Map(file.tensors);
    tensors.set('hidden.bias', { shape: [9], values: new Float32Array(9).fill(Number.NaN) });
    await refuses(/"hidden\.bias" holds NaN at value 0/, { metadata, tensors });
  });

  it('when it is further on than the run shall go', async () => {
    await assert.rejects(
      start(backend, graph, data, { resume: file, steps: 5 }),
      /is at step 9, but this run ends at 5/,
    );
  });
});
