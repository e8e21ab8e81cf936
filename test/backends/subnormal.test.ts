import assert from 'node:assert/strict';
import type { Backend } from '../../src/engine/backends/backend.ts';
import type { Optimizer, Plan, Segment } from '../../src/engine/plan/plan.ts';
import { builds, normals, planOf, row, wasm } from './wasmSupport.ts';

/** Subnormal float32 take a hundred times as long to multiply on many processors: no kernel keeps or makes them. */

const smallest = 2 ** -126;
const isSubnormal = (x: number): boolean => x !== 0 && Math.abs(x) < smallest;

function assertNone(values: ArrayLike<number>, what: string): void {
  for (let i = 0; i < values.length; i++) assert.ok(!isSubnormal(values[i]!), `${what}: value ${i} is ${values[i]}`);
}

const optimizer = (given: Partial<Optimizer>): Optimizer => ({
  ...{ name: 'sgd', momentum: 0, nesterov: false, slotCount: 0 },
  ...{ beta1: 0.9, beta2: 0.999, rho: 0.9, epsilon: 1e-8, weightDecay: 0, clipNorm: 0 },
  ...given,
});

const optimizers: readonly Optimizer[] = [
  optimizer({}),
  optimizer({ weightDecay: 0.1 }),
  optimizer({ momentum: 0.9, slotCount: 1 }),
  optimizer({ momentum: 0.9, nesterov: true, weightDecay: 0.1, slotCount: 1 }),
  optimizer({ name: 'adam', slotCount: 2 }),
  optimizer({ name: 'adam', weightDecay: 0.1, slotCount: 2 }),
  optimizer({ name: 'adamw', weightDecay: 0.1, slotCount: 2 }),
  optimizer({ name: 'rmsprop', slotCount: 1 }),
  optimizer({ name: 'rmsprop', momentum: 0.9, slotCount: 2 }),
  optimizer({ name: 'adagrad', slotCount: 1 }),
];

/** A segment that ends within a vector. */
const length = 1027;
const padded = 1028;

/** A plan whose gradients are the one sample of its data. */
function updates(optimizer: Optimizer): Plan {
  const segments: readonly Segment[] = [{ offset: 0, size: length, l1: 0, l2: 0, decay: true }];
  const { slotCount } = optimizer;
  return planOf({
    sizes: {
      ...{ parameters: padded, gradients: padded, slots: padded * slotCount, state: 0 },
      ...{ features: padded, targets: 0, activations: 0 },
    },
    featureWidth: padded,
    parameters: segments.map((segment) => ({ ...segment, name: 't', layer: 't', role: 'weights', shape: [length] })),
    ops: [
      { op: 'gather', source: { arena: 'features', offset: 0 }, out: { arena: 'gradients', offset: 0 }, width: padded },
    ],
    update: [
      { op: 'norms', segments },
      { op: 'update', optimizer, segments },
    ],
    optimizer,
  });
}

/** Weights and slots after steps with these gradients; what lies past the segment's end is 0. */
async function updated(
  backend: Backend,
  optimizer: Optimizer,
  gradient: Float32Array,
  weights: Float32Array,
  slots: Float32Array,
  steps: number,
): Promise<{ weights: Float32Array; slots: Float32Array }> {
  const session = await backend.prepare(updates(optimizer), 1);
  session.setData(gradient, new Float32Array(0));
  session.setParameters(weights);
  session.setSlots(slots);
  session.setOrder(Uint32Array.of(0));
  for (let step = 1; step <= steps; step++) {
    const corrections = { correction1: 1 - 0.9 ** step, correction2: 1 - 0.999 ** step };
    const { stepsDone } = await session.run([row({ step, learningRate: 0.05, ...corrections, observe: false })]);
    assert.equal(stepsDone, 1);
  }
  const result = { weights: await session.parameters(), slots: await session.slots() };
  session.dispose();
  return result;
}

const filled = (size: number, value: (i: number) => number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => (i % padded < length ? value(i) : 0));

for (const build of builds) {
  describe(`subnormal numbers and the ${build} kernels`, () => {
    let backend: Backend;
    before(async () => (backend = await wasm(build)));

    for (const kind of optimizers) {
      const { name, momentum, nesterov, weightDecay, slotCount } = kind;
      const title = `${name}, momentum ${momentum}${nesterov ? ' nesterov' : ''}, decay ${weightDecay}`;
      const zeros = new Float32Array(padded * slotCount);

      it(`${title}: slots and weights that decay become 0`, async () => {
        // In the first three decades above the subnormal ones; after 400 steps momentum is 5e-19 of what it was.
        const near = (i: number) => smallest * 10 ** ((3 * (i % 101)) / 101);
        // All of a layer dead, or every other weight.
        for (const alive of [0, 0.01]) {
          const gradient = filled(padded, (i) => (i % 2) * alive);
          const before = [filled(padded, near), filled(zeros.length, near)] as const;
          const { weights, slots } = await updated(backend, kind, gradient, ...before, 400);
          assertNone(slots, 'slots');
          assertNone(weights, 'weights');
        }
      });

      it(`${title}: gradients whose squares are subnormal, or they themselves, leave no subnormal slot`, async () => {
        for (const sizes of [
          [-40, -44],
          [-18, -24],
        ] as const) {
          const gradient = filled(padded, (i) => 10 ** (sizes[0] - ((sizes[0] - sizes[1]) * (i % 97)) / 97));
          const start = filled(padded, () => 0.5);
          const { weights, slots } = await updated(backend, kind, gradient, start, zeros, 5);
          assertNone(slots, 'slots');
          assertNone(weights, 'weights');
        }
      });
    }

    it('what is not subnormal is what it was, bit for bit', async () => {
      const f = Math.fround;
      const gradient = filled(padded, () => 0);
      gradient.set(normals(length, 0.01));
      const start = filled(padded, () => 0);
      start.set(normals(length));
      const sgd = await updated(backend, optimizer({}), gradient, start, new Float32Array(0), 1);
      assert.deepEqual(
        sgd.weights,
        start.map((w, i) => w - f(f(0.05) * gradient[i]!)),
      );
      const adam = await updated(
        ...[backend, optimizer({ name: 'adam', slotCount: 2 }), gradient, start, new Float32Array(2 * padded), 1],
      );
      const [means, squares] = [gradient.map((g) => f(1 - 0.9) * g), gradient.map((g) => f(1 - 0.999) * f(g * g))];
      assert.deepEqual(adam.slots.slice(0, padded), means);
      assert.deepEqual(adam.slots.slice(padded), squares);
      const [unbias1, unbias2] = [f(1 / (1 - 0.9)), f(1 / (1 - 0.999))];
      assert.deepEqual(
        adam.weights,
        start.map((w, i) => {
          const root = f(f(Math.sqrt(f(squares[i]! * unbias2))) + f(1e-8));
          return w - f(f(f(0.05) * unbias1) * f(means[i]! / root));
        }),
      );
    });
  });
}
