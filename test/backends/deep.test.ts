import assert from 'node:assert/strict';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { referenceBackend } from '../../src/engine/backends/reference/index.ts';
import type { Dataset } from '../../src/engine/data/dataset.ts';
import type { Graph } from '../../src/engine/graph.ts';
import type { EndEvent, MetricsEvent, StreamEvent } from '../../src/engine/training/events.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import { graphOf, smallData } from '../unit/engine/networks.ts';
import { builds, wasm } from './wasmSupport.ts';
import { webgpu } from './webgpuSupport.ts';

/** Trains on one backend and keeps what a person would see of it. */
async function train(backend: Backend, graph: Graph, data: Dataset, steps: number) {
  const events: StreamEvent[] = [];
  const trainer = await Trainer.create(graph, data, backend, {
    run: 'deep',
    reason: 'test',
    steps,
    metricsEvery: 2,
    onEvent: (event) => events.push(event),
    yield: () => Promise.resolve(),
  });
  await trainer.begin();
  await trainer.run();
  const weights = await trainer.session.parameters();
  trainer.session.dispose();
  const records = events.filter((event): event is MetricsEvent => event.event === 'metrics');
  const end = events.find((event): event is EndEvent => event.event === 'end')!;
  return { records, end, weights };
}

/** A convolution, `blocks` pairs of convolutions each jumped over by a skip, and a classifier: 2 · blocks + 2 layers with weights. */
function residual(blocks: number): unknown[] {
  const conv = (id: string, activation: string) => ({
    ...{ id, type: 'conv2d', filters: 4, kernelSize: 3, padding: 'same', activation },
  });
  const pairs = Array.from({ length: blocks }, (_, i) => [
    conv(`a${i}`, 'relu'),
    conv(`b${i}`, 'linear'),
    { type: 'batch_norm' },
    { id: `sum${i}`, type: 'add', inputs: [i === 0 ? 'stem' : `sum${i - 1}`, `batch_norm${i === 0 ? '' : `_${i}`}`] },
  ]);
  const end = [{ type: 'global_avg_pool2d' }, { type: 'dense', units: 3, activation: 'softmax' }];
  return [conv('stem', 'relu'), ...pairs.flat(), ...end];
}

const perceptron = (depth: number): unknown[] => [
  ...Array.from({ length: depth }, (_, i) => ({ id: `h${i}`, type: 'dense', units: 8, activation: 'relu' })),
  { type: 'dense', units: 3, activation: 'softmax' },
];

const pictures = smallData([6, 6, 2], 'classification', 3, 12);
const points = smallData([5], 'classification', 3, 24);
const sgd = { batchSize: 6, optimizer: { name: 'sgd', learningRate: 0.01 } };
const deep = [
  { name: 'a 30-layer residual CNN', layers: residual(14), watched: 30, data: pictures },
  { name: 'a 100-layer MLP', layers: perceptron(99), watched: 100, data: points },
];

for (const { name, within, get } of [
  { name: 'reference', within: 0, get: () => Promise.resolve(referenceBackend) },
  ...builds.map((build) => ({ name: `wasm (${build})`, within: 1e-4, get: () => wasm(build) })),
  { name: 'webgpu', within: 1e-3, get: webgpu },
]) {
  describe(`deep and diverging networks on ${name}`, () => {
    for (const network of deep) {
      it(`compiles and trains ${network.name}, with figures of every layer`, async () => {
        const graph = graphOf({ layers: network.layers, training: sgd, seed: 2 }, network.data);
        const expected = await train(referenceBackend, graph, network.data, 4);
        const { records, end } = await train(await get(), graph, network.data, 4);
        assert.equal(end.reason, 'completed');
        assert.deepEqual(
          records.map(({ step }) => step),
          [0, 2, 4],
        );
        for (const [i, record] of records.entries()) {
          assert.equal(record.layers.length, network.watched);
          for (const layer of record.layers) {
            assert.ok(Number.isFinite(layer.stdActivation), `σ of ${layer.id}`);
            if (i > 0)
              assert.ok(Number.isFinite(layer.gradientNorm) && layer.updateRatio !== null, `gradient of ${layer.id}`);
          }
          const [loss, wanted] = [record.loss ?? 0, expected.records[i]!.loss ?? 0];
          assert.ok(Math.abs(loss - wanted) <= within * Math.max(wanted, 1), `loss ${loss}, not ${wanted}`);
        }
      });
    }

    it('ends a learning rate of 1e6 as diverged, with the weights of the last good step', async () => {
      const layers = [
        { id: 'hidden', type: 'dense', units: 16, activation: 'relu' },
        { id: 'output', type: 'dense', units: 1, activation: 'linear' },
      ];
      const data = smallData([4], 'regression', 1, 24);
      const training = { batchSize: 6, optimizer: { name: 'sgd', learningRate: 1e6 } };
      const graph = graphOf({ layers, training, seed: 2 }, data);
      const backend = await get();
      const { end, weights } = await train(backend, graph, data, 400);
      assert.equal(end.reason, 'diverged');
      assert.ok(end.step > 0 && end.step < 400, `ended at ${end.step}`);
      assert.match(end.tensor ?? '', /^(hidden|output)\.(weights|bias)$/);
      assert.ok(weights.every(Number.isFinite));
      // A run that ends there of its own accord has the same weights, and is not diverged yet, or only in a figure too large for 32 bits.
      const shorter = await train(backend, graph, data, end.step);
      if (shorter.end.reason !== 'completed') assert.match(shorter.end.tensor ?? '', /^layers\./);
      assert.deepEqual(shorter.weights, weights);
    });
  });
}
