import assert from 'node:assert/strict';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { referenceBackend } from '../../src/engine/backends/reference/index.ts';
import type { Dataset } from '../../src/engine/data/dataset.ts';
import type { Graph } from '../../src/engine/graph.ts';
import type { Look, LookRequest } from '../../src/engine/look/look.ts';
import { Looker } from '../../src/engine/look/looker.ts';
import { compile } from '../../src/engine/plan/compile.ts';
import { initialParameters, initialState } from '../../src/engine/training/initialize.ts';
import type { MetricsEvent } from '../../src/engine/training/events.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import type { FromWorker } from '../../src/engine/worker/protocol.ts';
import { WorkerSession } from '../../src/engine/worker/session.ts';
import { graphOf, smallData } from '../unit/engine/networks.ts';
import { wasm } from './wasmSupport.ts';

const everything: LookRequest = {
  output: true,
  sample: 2,
  maps: [],
  histogram: 'hidden',
  unit: { layer: 'hidden', unit: 1 },
};

/** The first look at a network with its initial weights. */
async function lookAt(graph: Graph, data: Dataset, backend: Backend, request: LookRequest): Promise<Look> {
  const plan = compile(graph, 1, data.samples);
  const weights = { parameters: initialParameters(graph, plan), state: initialState(plan) };
  return new Looker(graph, data, backend).look(request, 0, weights, 'resting');
}

const dense = (units: number, output: object) => ({
  layers: [
    { id: 'hidden', type: 'dense', units, weights: 'he_normal', bias: 0.1 },
    { id: 'output', type: 'dense', ...output },
  ],
});

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) => {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i]! - expected[i]!) <= tolerance, `${actual[i]} is not ${expected[i]} at ${i}`);
  }
};

describe('looking at a network', () => {
  const data = smallData([4], 'classification', 3, 60);
  const graph = graphOf(dense(5, { units: 3, activation: 'softmax' }), data);

  it('shows the same on wasm and on the reference', async () => {
    const [seen, expected] = [
      await lookAt(graph, data, await wasm('simd'), everything),
      await lookAt(graph, data, referenceBackend, everything),
    ];
    assert.deepEqual(seen.output?.classes?.confusion, expected.output?.classes?.confusion);
    assert.deepEqual(seen.histogram?.counts, expected.histogram?.counts);
    assert.deepEqual(
      seen.unit?.top.map(({ row }) => row),
      expected.unit?.top.map(({ row }) => row),
    );
    close(seen.unit!.map!.values, expected.unit!.map!.values, 1e-4);
  });

  it('counts every judged sample once, and as wrong what an evaluation counts as wrong', async () => {
    const look = await lookAt(graph, data, referenceBackend, everything);
    const { confusion, count, wrong } = look.output!.classes!;
    assert.equal(
      confusion.reduce((sum, n) => sum + n, 0),
      60,
    );
    const right = Array.from({ length: count }, (_, k) => confusion[k * count + k]!).reduce((sum, n) => sum + n, 0);
    assert.equal(wrong, 60 - right);
    const plan = compile(graph, 1, data.samples);
    const session = await referenceBackend.prepare(plan, 0);
    session.setData(data.features, data.targets);
    session.setParameters(initialParameters(graph, plan));
    assert.equal(right, Math.round((await session.evaluate(data.parts.train)).accuracy * 60));
  });

  it('gives the linear map in effect: a first layer’s is its weights, and a network’s is the product of those that pass', async () => {
    const first = await lookAt(graph, data, referenceBackend, everything);
    close(first.unit!.map!.values, first.unit!.weights!.values, 1e-4);
    assert.ok(Math.abs(first.unit!.map!.offset - first.unit!.weights!.bias) < 1e-4);

    const last = await lookAt(graph, data, referenceBackend, { ...everything, unit: { layer: 'output', unit: 2 } });
    const { parameters } = compile(graph, 1, 1);
    const values = initialParameters(graph, compile(graph, 1, 1));
    const tensor = (name: string) => {
      const found = parameters.find((entry) => entry.name === name)!;
      return values.subarray(found.offset, found.offset + found.size);
    };
    const [w1, b1, w2] = [tensor('hidden.weights'), tensor('hidden.bias'), tensor('output.weights')];
    const x = data.features.subarray(2 * 4, 3 * 4);
    const z = Array.from({ length: 5 }, (_, j) => x.reduce((sum, v, i) => sum + v * w1[i * 5 + j]!, b1[j]!));
    const product = Array.from({ length: 4 }, (_, i) =>
      z.reduce((sum, z, j) => sum + (z > 0 ? w1[i * 5 + j]! * w2[j * 3 + 2]! : 0), 0),
    );
    close(last.unit!.map!.values, product, 1e-4);
  });

  it('counts weighted sums before the activation, also where that runs in place or has pieces', async () => {
    for (const activation of ['relu', 'tanh', 'maxout', 'linear']) {
      const layers = [
        { id: 'hidden', type: 'dense', units: 5, activation },
        { id: 'output', type: 'dense', units: 3, activation: 'softmax' },
      ];
      const { histogram } = await lookAt(graphOf({ layers }, data), data, referenceBackend, everything);
      const total = histogram!.counts.reduce((sum, n) => sum + n, 0);
      assert.equal(total, 60 * 5 * (activation === 'maxout' ? 2 : 1), activation);
      assert.ok(histogram!.below > 0.2 && histogram!.below < 0.8, `${activation}: ${histogram!.below} below 0`);
    }
  });

  it('tells PReLU’s slopes as they now are', async () => {
    const layers = [
      { id: 'hidden', type: 'dense', units: 5, activation: { name: 'prelu', initial: 0.5 } },
      { id: 'output', type: 'dense', units: 3, activation: 'softmax' },
    ];
    const graph = graphOf({ layers }, data);
    assert.deepEqual((await lookAt(graph, data, referenceBackend, everything)).histogram?.slopes, [0.5, 0.5, 0.5]);
    const plan = compile(graph, 1, data.samples);
    const weights = { parameters: initialParameters(graph, plan), state: initialState(plan) };
    const { offset } = plan.parameters.find(({ name }) => name === 'hidden.slope')!;
    weights.parameters.set([0, 1, 1.5], offset);
    const { histogram } = await new Looker(graph, data, referenceBackend).look(everything, 0, weights, 'resting');
    assert.deepEqual(histogram?.slopes, [0, 0.7, 1.5]);
  });

  it('shows a plane for two inputs, a curve for one, and what an autoencoder restores', async () => {
    const plane = smallData([2], 'classification', 2, 30);
    const { region, classes } = (
      await lookAt(graphOf(dense(4, { units: 1, activation: 'sigmoid' }), plane), plane, referenceBackend, everything)
    ).output!;
    assert.equal(region!.values.length, region!.cells ** 2);
    assert.ok(region!.low[0] < Math.min(...plane.features) && region!.high[1] > Math.max(...plane.features));
    const wrong = Array.from({ length: 30 }, (_, i) => region!.points[4 * i + 2] !== region!.points[4 * i + 3]);
    assert.equal(wrong.filter(Boolean).length, classes!.wrong);

    // Each unit's own answers over the same plane, from above: those of the output are the picture's.
    const { fields } = await lookAt(
      graphOf(dense(4, { units: 1, activation: 'sigmoid' }), plane),
      plane,
      referenceBackend,
      { ...everything, fields: ['hidden', 'output'] },
    );
    const [hidden, output] = fields!.layers;
    assert.deepEqual([hidden!.units, hidden!.values.length], [4, 4 * fields!.cells ** 2]);
    assert.ok(hidden!.values.every((value) => value >= 0) && hidden!.values.some((value) => value > 0));
    const corner = (values: Float32Array, cells: number, fromAbove: boolean) =>
      values[fromAbove ? (cells - 1) * cells : 0]!;
    close([corner(output!.values, fields!.cells, true)], [corner(region!.values, region!.cells, false)], 0.05);

    const line = smallData([1], 'regression', 1, 30);
    const { curve } = (
      await lookAt(graphOf(dense(4, { units: 1, activation: 'linear' }), line), line, referenceBackend, everything)
    ).output!;
    assert.equal(curve!.x.length, curve!.y.length);
    assert.equal(curve!.points.length, 60);

    const pictures = smallData([3, 3, 1], 'classification', 2, 12);
    const coder = graphOf(
      {
        layers: [
          { id: 'flatten', type: 'flatten' },
          { id: 'hidden', type: 'dense', units: 4 },
          { id: 'output', type: 'dense', units: 9, activation: 'linear' },
        ],
        training: { target: 'input' },
      },
      pictures,
    );
    const { restored } = (await lookAt(coder, pictures, referenceBackend, everything)).output!;
    assert.equal(restored!.pairs[0]!.output.length, 9);
    assert.ok(restored!.error > 0);
  });

  it('shows one sample’s way through convolutions, and what a channel and a unit behind flatten look at', async () => {
    const pictures = smallData([6, 6, 2], 'classification', 3, 20);
    const layers = [
      { id: 'conv', type: 'conv2d', filters: 4, kernelSize: 3 },
      { id: 'pool', type: 'max_pool2d' },
      { id: 'flatten', type: 'flatten' },
      { id: 'output', type: 'dense', units: 3, activation: 'softmax' },
    ];
    const graph = graphOf({ layers }, pictures);
    const look = await lookAt(graph, pictures, referenceBackend, {
      output: false,
      sample: 5,
      maps: ['conv', 'pool', 'output', 'gone'],
      unit: { layer: 'output', unit: 0 },
    });
    const [conv, pool, output] = look.way!.layers;
    assert.deepEqual([conv!.shape, pool!.shape, output!.shape], [[4, 4, 4], [2, 2, 4], [3]]);
    // The pool's first value is the largest of the four of its window.
    const window = [0, 4, 16, 20].map((i) => conv!.values[i]!);
    assert.equal(pool!.values[0], Math.max(...window));
    close([output!.values.reduce((sum, p) => sum + p, 0)], [1], 1e-6);
    assert.deepEqual(look.way!.input, pictures.features.slice(5 * 72, 6 * 72));
    assert.deepEqual(look.unit!.weights!.shape, [2, 2, 4]);
    const channel = await lookAt(graph, pictures, referenceBackend, {
      ...everything,
      unit: { layer: 'conv', unit: 3 },
    });
    assert.deepEqual(channel.unit!.weights!.shape, [3, 3, 2]);
  });
});

describe('a run that is looked at', () => {
  const text = JSON.stringify({
    version: 1,
    seed: 3,
    data: { source: 'circles', samples: 120, split: { train: 0.5, validation: 0.5 } },
    layers: [
      { id: 'hidden', type: 'dense', units: 6 },
      { id: 'norm', type: 'batch_norm' },
      { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' },
    ],
    training: { optimizer: 'adam', batchSize: 10, epochs: 8 },
  });

  /** The whole run, asked to be looked at again after each look, or never. */
  async function run(looks: boolean) {
    const backend = await wasm('simd');
    const messages: FromWorker[] = [];
    const created: Trainer[] = [];
    const create = Trainer.create.bind(Trainer);
    Trainer.create = async (...args) => {
      const trainer = await create(...args);
      created.push(trainer);
      return trainer;
    };
    const ask = () => session.handle({ type: 'look', request: { ...everything, maps: ['hidden'] } });
    const session: WorkerSession = new WorkerSession({
      post(message) {
        messages.push(message);
        if (looks && message.type === 'looked') void ask();
      },
      yield: () => Promise.resolve(),
      lookBackend: () => Promise.resolve(backend),
      backend: () => Promise.resolve({ backend, reason: 'asked for' }),
    });
    if (looks) await ask();
    await session.handle({ type: 'start', run: 'a', text, backend: 'wasm', metricsPerSecond: 1e6, paused: false });
    Trainer.create = create;
    const weights = await created[0]!.parameters();
    const records = messages.flatMap((message) => (message.type === 'events' ? message.events : []));
    return {
      weights,
      records: records.filter((event): event is MetricsEvent => event.event === 'metrics'),
      looks: messages.filter((message) => message.type === 'looked'),
    };
  }

  it('ends in the same bits as one that is not, with the same records', async () => {
    const [plain, seen] = [await run(false), await run(true)];
    assert.deepEqual(seen.weights, plain.weights);
    assert.deepEqual(seen.records, plain.records);
    assert.equal(plain.looks.length, 0);
    assert.ok(seen.looks.length > 1, `${seen.looks.length} looks`);
    // The last one is of the weights as they are at the end, and no look is given twice.
    const steps = seen.looks.map(({ look }) => look.step);
    assert.equal(steps.at(-1), 48);
    assert.deepEqual(steps, [...new Set(steps)]);
  });
});
