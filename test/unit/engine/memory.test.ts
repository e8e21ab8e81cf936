import assert from 'node:assert/strict';
import { layOut } from '../../../src/engine/backends/wasm/layout.ts';
import type { Graph } from '../../../src/engine/graph.ts';
import { initialParameters } from '../../../src/engine/training/initialize.ts';
import { compile, planOf } from '../../../src/engine/plan/compile.ts';
import type { Op, Plan, Ref } from '../../../src/engine/plan/plan.ts';
import { graphOf, smallData } from './networks.ts';

/** Bytes of the activations that must live at once: of each range, from the operation it is first named by to the last. */
function livingBytes({ train, batchRows, sizes }: Plan): number {
  const ops: readonly Op[] = [...train.forward, ...train.backward];
  const lives = new Map<Ref, { first: number; last: number; size: number }>();
  for (const [index, op] of ops.entries()) {
    for (const value of Object.values(op) as unknown[]) {
      const buffer = value as Ref & { readonly size: number };
      if (typeof value !== 'object' || value === null || buffer.arena !== 'activations') continue;
      const life = lives.get(buffer);
      if (life) life.last = index;
      else lives.set(buffer, { first: index, last: index, size: buffer.size * batchRows * 4 });
    }
  }
  const living = [...lives.values()];
  const at = (index: number) =>
    living.reduce((sum, { first, last, size }) => sum + (first <= index && index <= last ? size : 0), 0);
  const most = Math.max(...ops.map((_, index) => at(index)));
  assert.ok(most > 0 && most <= 4 * sizes.activations, `${most} of ${4 * sizes.activations}`);
  return most;
}

const conv = (filters: number) => ({ type: 'conv2d', filters, kernelSize: 3, padding: 'same', activation: 'relu' });
const pool = { type: 'max_pool2d', poolSize: 2 };
const dense = (units: number) => ({ type: 'dense', units, activation: 'relu' });
const network = (layers: object[], training: object = {}) => ({
  layers: [...layers, { type: 'dense', units: 10, activation: 'softmax' }].map((layer, i) => ({
    id: `l${i}`,
    ...layer,
  })),
  training: { optimizer: 'adam', batchSize: 64, ...training },
});

describe('memory of a run on wasm', () => {
  // Workloads c and e of the benchmark.
  const workloads: [string, number[], object[]][] = [
    ['a CNN of two convolutions', [28, 28, 1], [conv(32), pool, conv(64), pool, { type: 'flatten' }, dense(128)]],
    [
      'a CNN of six convolutions',
      [32, 32, 3],
      [...[32, 64, 128].flatMap((filters) => [conv(filters), conv(filters), pool]), { type: 'flatten' }, dense(256)],
    ],
  ];
  for (const [name, shape, layers] of workloads) {
    it(`is within half as much again of what must live, for ${name}`, () => {
      const samples = 640;
      const plan = compile(graphOf(network(layers), smallData(shape, 'classification', 10, samples)), 64, samples);
      const { parameters, gradients, slots, features, targets } = plan.sizes;
      const needed = 4 * (parameters + gradients + slots) + livingBytes(plan);
      // The data set is the person's own; all else counts.
      const used = layOut(plan, 0).program - 4 * (features + targets);
      assert.ok(used <= 1.5 * needed, `${(used / 1e6).toFixed(1)} MB, where ${(needed / 1e6).toFixed(1)} MB must live`);
    });
  }
});

describe('a compiled plan', () => {
  const data = smallData([4], 'classification', 10, 40);
  const graph = (training: object, extra: object = {}): Graph =>
    graphOf({ ...network([{ type: 'dense', units: 6 }], training), ...extra }, data);
  const first = () => planOf(graph({}), 8, 40);

  it('serves again while only rates, seed and length of training change', () => {
    const plan = first();
    assert.equal(planOf(graph({ epochs: 3 }), 8, 40), plan);
    assert.equal(planOf(graph({ learningRate: 0.5, schedule: 'cosine' }), 8, 40), plan);
    assert.equal(planOf(graph({}, { seed: 9 }), 8, 40), plan);
  });

  it('is made anew for another network, optimiser, loss, batch or number of samples', () => {
    const others: [string, () => Plan][] = [
      ['layers', () => planOf(graphOf(network([dense(7)]), data), 8, 40)],
      ['an activation', () => planOf(graph({}, { defaults: { activation: 'tanh' } }), 8, 40)],
      ['a penalty', () => planOf(graph({}, { defaults: { regularization: { l2: 0.1 } } }), 8, 40)],
      ['an optimiser', () => planOf(graph({ optimizer: 'rmsprop' }), 8, 40)],
      ['a loss', () => planOf(graph({ loss: 'mse' }), 8, 40)],
      ['a batch', () => planOf(graph({}), 10, 40)],
      ['samples', () => planOf(graph({}), 8, 41)],
    ];
    for (const [name, other] of others) {
      const plan = first();
      assert.notEqual(other(), plan, name);
    }
  });

  it('comes with the weights drawn last, which nobody who has them can change for the next', () => {
    const again = graph({ learningRate: 0.5 });
    const drawn = initialParameters(again, planOf(again, 8, 40));
    const kept = drawn.slice();
    drawn.fill(0);
    assert.deepEqual(initialParameters(graph({}), first()), kept);
    const other = graph({}, { seed: 9 });
    assert.notDeepEqual(initialParameters(other, planOf(other, 8, 40)), kept);
    const wider = graph({}, { defaults: { weights: { name: 'normal', stddev: 3 } } });
    assert.notDeepEqual(initialParameters(wider, planOf(wider, 8, 40)), kept);
    assert.deepEqual(initialParameters(graph({}), compile(graph({}), 8, 40)), kept);
  });
});
