import assert from 'node:assert/strict';
import { activations, type ActivationName } from '../../src/engine/activations/index.ts';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { referenceBackend, type ReferenceSession } from '../../src/engine/backends/reference/index.ts';
import type { Dataset } from '../../src/engine/data/dataset.ts';
import type { MetricsEvent, UnitEvent } from '../../src/engine/training/events.ts';
import { Trainer } from '../../src/engine/training/trainer.ts';
import { graphOf, smallData } from '../unit/engine/networks.ts';
import { bruteForce } from './bruteForce.ts';
import { wasm } from './wasmSupport.ts';

/** When a unit takes no part, as the documentation says it; of those not named here no unit ever dies. */
const atZero: readonly string[] = ['relu', 'relu6', 'hard_sigmoid', 'hard_swish', 'custom'];
const belowZero: readonly string[] = ['leaky_relu', 'prelu', 'elu', 'selu', 'gelu', 'silu', 'mish'];

const steps = 42;
const training = { batchSize: 5, optimizer: { name: 'adam', learningRate: 0.15 } };
const output = { id: 'output', type: 'dense', units: 3, activation: 'softmax', weights: 'glorot_uniform' };

/** Where layers begin so that units die and revive; hard_sigmoid and hard_swish give 0 from −3 on alone. */
const from = (kind: string, below: number) =>
  kind.startsWith('hard_')
    ? { activation: kind, bias: -3 - below, weights: { name: 'normal', stddev: 0.8 } }
    : { activation: kind === 'custom' ? { name: kind, formula: 'min(-x, 0)' } : kind, bias: -below };

interface Kind {
  readonly name: string;
  readonly data: Dataset;
  layers(kind: ActivationName): object[];
}

const networks: readonly Kind[] = [
  {
    name: 'an MLP',
    data: smallData([4], 'classification', 3, 20),
    layers: (kind) => [
      { id: 'a', type: 'dense', units: 10, ...from(kind, 1.2) },
      { id: 'b', type: 'dense', units: 10, ...from(kind, 0.6) },
      output,
    ],
  },
  {
    name: 'a CNN',
    data: smallData([4, 4, 2], 'classification', 3, 20),
    layers: (kind) => [
      { id: 'a', type: 'conv2d', filters: 8, kernelSize: 2, ...from(kind, 2) },
      { id: 'flatten', type: 'flatten' },
      { id: 'b', type: 'dense', units: 10, ...from(kind, 0.6) },
      output,
    ],
  },
];

interface Found {
  readonly dead: readonly boolean[];
  /** Maxout: pieces that never win. */
  readonly deadPieces: number;
}

/** What a walk by loops finds of the hidden layers' units on every training sample. */
function count(trainer: Trainer, parameters: ArrayLike<number>, data: Dataset): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const [id, { name, units, columns, positions, wins }] of bruteForce(trainer, parameters, data)) {
    const isActive = (z: number, a: number) =>
      atZero.includes(name) ? a !== 0 : belowZero.includes(name) ? !(z < 0) : true;
    const dead = Array.from(
      { length: units },
      (_, unit) => name !== 'maxout' && !positions.some(({ z, a }) => isActive(z[unit]!, a[unit]!)),
    );
    found.set(id, { dead, deadPieces: columns - wins.size });
  }
  return found;
}

/** Trains, a step at a time; at each step what a brute-force count finds of the weights it has then. */
async function train(backend: Backend, network: Kind, kind: ActivationName, metricsEvery: number, counts: boolean) {
  const graph = graphOf({ layers: network.layers(kind), training, seed: 3 }, network.data);
  const records: MetricsEvent[] = [];
  const events: UnitEvent[] = [];
  const trainer = await Trainer.create(graph, network.data, backend, {
    ...{ run: 'test', reason: 'test', steps, metricsEvery },
    onEvent(event) {
      if (event.event === 'metrics') records.push(event);
      if (event.event === 'unit' && event.layer !== 'output') events.push(event);
    },
    yield: () => Promise.resolve(),
  });
  await trainer.begin();
  const counted: Map<string, Found>[] = [];
  for (let step = 0; counts; step++) {
    // The reference keeps float64, of which it gives float32 alone.
    const exact = backend.name === 'reference' && (trainer.session as ReferenceSession).memory.arenas.parameters;
    counted.push(count(trainer, exact || (await trainer.parameters()), network.data));
    if (step === steps) break;
    await trainer.run(1);
    assert.equal(trainer.step, step + 1);
  }
  await trainer.run();
  return { records, events, counted };
}

/** What the stream should say of evaluations at these steps. */
function expected(counted: readonly Map<string, Found>[], at: readonly number[]): UnitEvent[] {
  const events: UnitEvent[] = [];
  const lastActive = new Map<string, number>();
  const known = new Map<string, boolean>();
  for (const step of at) {
    for (const [layer, { dead }] of counted[step]!) {
      for (const [unit, isDead] of dead.entries()) {
        const key = `${layer} ${unit}`;
        const event = { event: 'unit', step, layer, unit } as const;
        if (isDead && known.get(key) !== true)
          events.push({ ...event, state: 'died', lastActive: lastActive.get(key) ?? null });
        if (!isDead && known.get(key) === true) events.push({ ...event, state: 'revived' });
        if (!isDead) lastActive.set(key, step);
        known.set(key, isDead);
      }
    }
  }
  return events;
}

const backends: readonly [string, () => Promise<Backend>][] = [
  ['the reference backend', () => Promise.resolve(referenceBackend)],
  ['wasm', () => wasm('simd')],
];

for (const [place, make] of backends) {
  describe(`deaths and revivals on ${place}`, () => {
    for (const network of networks) {
      for (const { name: kind } of activations) {
        it(`are those of a count by brute force, at every step and between: ${kind} in ${network.name}`, async () => {
          const backend = await make();
          const mortal = atZero.includes(kind) || belowZero.includes(kind);
          let counted: readonly Map<string, Found>[] = [];
          for (const every of [1, 7]) {
            const { records, events, ...run } = await train(backend, network, kind, every, every === 1);
            // Evaluations leave no trace: the weights are the same again.
            if (every === 1) counted = run.counted;
            const at = records.map(({ step }) => step);
            assert.deepEqual(at.slice(0, 3), [0, every, 2 * every]);
            assert.deepEqual(events, expected(counted, at));
            for (const record of records) {
              for (const [id, { dead, deadPieces }] of counted[record.step]!) {
                const layer = record.layers.find((entry) => entry.id === id)!;
                assert.equal(layer.dead, dead.filter(Boolean).length, `${id} at step ${record.step}`);
                if (kind === 'maxout') assert.equal(layer.deadPieces, deadPieces, `${id} at step ${record.step}`);
              }
            }
            const seen = (state: string) => events.filter((event) => event.state === state && event.step > 0).length;
            if (!mortal) assert.deepEqual(events, []);
            else if (every === 1)
              assert.ok(seen('died') > 0 && seen('revived') > 0, `${seen('died')} died, ${seen('revived')} revived`);
          }
        });
      }
    }
  });
}
