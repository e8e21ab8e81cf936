import assert from 'node:assert/strict';
import type { Backend } from '../../src/engine/backends/backend.ts';
import type { Op, Optimizer, Plan, Ref, Segment } from '../../src/engine/plan/plan.ts';
import { activations, type ActivationRow } from '../../src/engine/activations/index.ts';
import { builds, normals, planOf, row, runOps, wasm } from './wasmSupport.ts';

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

    it('no activation, and no gradient of one, is subnormal', async () => {
      // All sizes there are, both ways, and what saturates.
      const z = Float32Array.from({ length: 2048 }, (_, i) =>
        i < 1024 ? (-1) ** i * 10 ** (-44 + (i >> 1) / 11) : (i - 1536) / 4,
      );
      const da = z.map((_, i) => 10 ** (-44 + ((i * 37) % 2048) / 47));
      for (const { name, kind, parameters, backwardFrom } of activations as readonly ActivationRow[]) {
        if (kind === 'pieces' || name === 'custom') continue;
        const activation = {
          name,
          parameters: Object.fromEntries(Object.keys(parameters).map((key) => [key, 0.3])),
        };
        const columns = 16;
        const sizes = { width: z.length, columns, activityL1: 0, accumulate: false };
        const prelu = name === 'prelu';
        const first = await runOps(backend, [z, z.map(() => 0.3)], [z.slice()], {}, ([from, slope], [a]) => [
          {
            ...({ op: 'activate', activation, z: from!, a: a!, width: z.length, columns } as const),
            ...(prelu ? { slope: slope! } : {}),
          },
        ]);
        const a = first.outputs[0]!;
        if (name !== 'linear') assertNone(a, name);
        const { outputs } = await runOps(
          ...[backend, [backwardFrom === 'output' ? a : z, a, da, z.map(() => 0.3)], [z.slice(), z.slice()], {}],
          ([from, a, da, slope], [dz, slopeTerms]) => [
            {
              ...({ op: 'activate_back', activation, from: from!, a: a!, da: da!, dz: dz!, ...sizes } as const),
              ...(prelu ? { slope: slope!, slopeTerms: slopeTerms! } : {}),
            },
          ],
        );
        if (name !== 'linear') assertNone(outputs[0]!, `gradient of ${name}`);
      }
    });

    // Dense layers of 8 units, which are one operation, of 20, and of so many that products are packed.
    for (const n of [8, 20, 96]) {
      const rows = 24;
      const k = n;
      const dense = (x: Ref, w: Ref, y: Ref): Op => ({
        ...{ op: 'matmul', a: x, b: w, c: y, n, aStrides: [k, 1], bStrides: [n, 1], accumulate: false },
        ...{ m: { size: 1, perRow: true }, k: { size: k, perRow: false } },
      });
      const relu = { name: 'relu', parameters: {} };

      it(`a signal that vanishes behind ${n} units is 0, normal values are the sums they were`, async () => {
        for (const size of [1e-37, 1e-20, 1]) {
          const [x, w] = [normals(rows * k, size), normals(k * n, 0.1)];
          const { outputs } = await runOps(backend, [x, w], [new Float32Array(rows * n)], { rows }, ([x, w], [y]) => [
            dense(x!, w!, y!),
            { op: 'activate', activation: relu, z: y!, a: y!, width: n, columns: n },
          ]);
          assertNone(outputs[0]!, `${size}`);
          for (let i = 0; i < outputs[0]!.length; i++) {
            let sum = 0;
            for (let l = 0; l < k; l++) sum += x[Math.floor(i / n) * k + l]! * w[l * n + (i % n)]!;
            const wanted = sum < smallest ? 0 : sum;
            assert.ok(
              Math.abs(outputs[0]![i]! - wanted) <= 1e-6 * size * 10 + 1e-44,
              `${outputs[0]![i]}, not ${wanted}`,
            );
          }
        }
      });

      it(`a weights’ gradient of ${n} units, of signals of whose products hardly one is normal, is right to the last digits`, async () => {
        if (n <= 8) return;
        const [x, dy] = [normals(rows * k, 3e-20), normals(rows * n, 1e-18)];
        const { outputs, result } = await runOps(
          backend,
          [x, dy],
          [new Float32Array(k * n)],
          { rows },
          ([x, dy], [dw]) => [
            {
              ...{ op: 'matmul', a: x!, b: dy!, c: dw!, n, aStrides: [1, k], bStrides: [n, 1], accumulate: false },
              ...{ m: { size: k, perRow: false }, k: { size: 1, perRow: true } },
            },
          ],
        );
        assert.equal(result.stepsDone, 1);
        const dw = outputs[0]!;
        assertNone(dw, 'gradient');
        let zeros = 0;
        for (let i = 0; i < k * n; i++) {
          let sum = 0;
          let size = 0;
          for (let r = 0; r < rows; r++) {
            const term = x[r * k + Math.floor(i / n)]! * dy[r * n + (i % n)]!;
            sum += term;
            size += Math.abs(term);
          }
          if (Math.abs(sum) < smallest) zeros++;
          const wanted = Math.abs(sum) < smallest ? 0 : sum;
          assert.ok(Math.abs(dw[i]! - wanted) <= 1e-6 * size || Math.abs(Math.abs(sum) - smallest) < 1e-6 * size);
        }
        assert.ok(zeros > 0 && zeros < k * n);
      });
    }
  });
}
