import assert from 'node:assert/strict';
import type { Backend, RunResult, StepRow } from '../../src/engine/backends/backend.ts';
import { referenceBackend } from '../../src/engine/backends/reference/index.ts';
import type { LossName, ObservedLayer, Op, Optimizer, Plan, Ref, Segment } from '../../src/engine/plan/plan.ts';
import { purpose, Random } from '../../src/engine/random.ts';
import { assertClose, builds, normals, planOf, row, runOps, wasm } from './wasmSupport.ts';

const optimizers: readonly Pick<Optimizer, 'name' | 'momentum' | 'nesterov' | 'slotCount'>[] = [
  { name: 'sgd', momentum: 0, nesterov: false, slotCount: 0 },
  { name: 'sgd', momentum: 0.9, nesterov: false, slotCount: 1 },
  { name: 'sgd', momentum: 0.9, nesterov: true, slotCount: 1 },
  { name: 'adam', momentum: 0, nesterov: false, slotCount: 2 },
  { name: 'adamw', momentum: 0, nesterov: false, slotCount: 2 },
  { name: 'rmsprop', momentum: 0, nesterov: false, slotCount: 1 },
  { name: 'rmsprop', momentum: 0.5, nesterov: false, slotCount: 2 },
  { name: 'adagrad', momentum: 0, nesterov: false, slotCount: 1 },
];

/** Segments that end within a vector, at its end and beyond a chunk, with and without penalties and decay. */
const segments: readonly Segment[] = [
  { offset: 0, size: 1, l1: 0, l2: 0, decay: true },
  { offset: 4, size: 6, l1: 0.01, l2: 0.02, decay: true },
  { offset: 12, size: 8, l1: 0, l2: 0.1, decay: false },
  { offset: 20, size: 1027, l1: 0.001, l2: 0, decay: true },
];
const length = 1048;

/** A plan whose gradients are the data of its one sample; after it come the segments' norms and update. */
function updatePlan(kind: (typeof optimizers)[number], given: Partial<Optimizer>): Plan {
  const optimizer: Optimizer = {
    beta1: 0.9,
    beta2: 0.99,
    rho: 0.9,
    epsilon: 1e-3,
    weightDecay: 0.1,
    clipNorm: 0,
    ...kind,
    ...given,
  };
  return planOf({
    sizes: {
      parameters: length,
      gradients: length,
      slots: length * optimizer.slotCount,
      state: 0,
      features: length,
      targets: 0,
      activations: 0,
    },
    featureWidth: length,
    parameters: segments.map((segment, i) => ({
      ...segment,
      name: `t${i}`,
      layer: 't',
      role: 'weights',
      shape: [segment.size],
    })),
    ops: [
      { op: 'gather', source: { arena: 'features', offset: 0 }, out: { arena: 'gradients', offset: 0 }, width: length },
    ],
    update: [
      { op: 'norms', segments },
      { op: 'update', optimizer, segments },
    ],
    optimizer,
  });
}

const stepRow = (step: number): StepRow =>
  row({ step, learningRate: 0.05, correction1: 1 - 0.9 ** step, correction2: 1 - 0.99 ** step, observe: false });

for (const build of builds) {
  describe(`operations of the ${build} kernels are the reference backend's`, () => {
    let backend: Backend;
    before(async () => (backend = await wasm(build)));

    async function compare(
      inputs: readonly Float32Array[],
      outputs: readonly Float32Array[],
      step: Partial<StepRow>,
      ops: (inputs: readonly Ref[], outputs: readonly Ref[]) => readonly Op[],
      plan: Partial<Plan> = {},
      tolerance = 1e-6,
    ): Promise<{ actual: RunResult; expected: RunResult }> {
      const actual = await runOps(backend, inputs, outputs, step, ops, plan);
      const expected = await runOps(referenceBackend, inputs, outputs, step, ops, plan);
      for (const [i, output] of expected.outputs.entries())
        assertClose(actual.outputs[i]!, output, tolerance, `output ${i}`);
      return { actual: actual.result, expected: expected.result };
    }

    for (const width of [1, 3, 4, 6, 9, 23, 513]) {
      it(`gather, combine and reduce at width ${width}`, async () => {
        const rows = 5;
        const tensors = [normals(rows * width), normals(rows * width), normals(rows * width), normals(width)];
        const strides = { inputStride: width, outStride: width };
        const whole = { op: 'combine', perRow: 1, columns: width, ...strides } as const;
        await compare([normals(rows * width)], tensors, { rows }, ([source], [copy, scaled, sum, total]) => [
          { op: 'gather', source: source!, out: copy!, width },
          { ...whole, input: source!, out: scaled!, scale: -0.25, accumulate: false },
          { ...whole, input: source!, out: sum!, scale: 3, accumulate: true },
          { op: 'reduce', input: source!, out: total!, perRow: 1, columns: width },
        ]);
      });

      it(`reduce of many rows at width ${width}`, async () => {
        const [rows, perRow] = [5, 41];
        await compare([normals(rows * perRow * width)], [normals(width)], { rows }, ([input], [out]) => [
          { op: 'reduce', input: input!, out: out!, perRow, columns: width },
        ]);
      });

      it(`dropout at width ${width} keeps what the generator says`, async () => {
        const [rows, rate, step, stream] = [3, 0.3, 7, 0xdeadbeef];
        const threshold = Math.floor(rate * 2 ** 32);
        const input = normals(rows * width);
        const noise = (from: Ref, out: Ref): Op => ({
          op: 'noise',
          kind: 'dropout',
          input: from,
          out,
          width,
          amount: rate,
          stream,
        });
        const run = await runOps(backend, [input], [input, input], { rows, step }, ([x], [y, z]) => [
          noise(x!, y!),
          noise(z!, z!),
        ]);
        const random = new Random(42, stream, purpose.noise, step);
        const expected = input.map((value) => (random.uint32() >= threshold ? value / 0.7 : 0));
        assertClose(run.outputs[0]!, expected, 1e-6, 'dropped out');
        assert.deepEqual(run.outputs[1], run.outputs[0]);
      });
    }

    for (const columns of [1, 2, 3, 4, 5, 8, 11, 130]) {
      it(`combine takes ${columns} columns from and to anywhere in a row`, async () => {
        const [rows, perRow, inputStride, outStride] = [3, 2, columns + 3, columns + 6];
        for (const accumulate of [false, true]) {
          const tensors = [normals(rows * perRow * inputStride), normals(rows * perRow * outStride)] as const;
          await compare([tensors[0]], [tensors[1]], { rows }, ([from], [to]) => [
            {
              ...{ op: 'combine', perRow, columns, inputStride, outStride, scale: 0.5, accumulate },
              input: { ...from!, offset: from!.offset + 3 },
              out: { ...to!, offset: to!.offset + 5 },
            },
          ]);
        }
      });

      for (const kind of ['batch', 'layer'] as const) {
        it(`normalize (${kind}) over ${columns} columns and back`, async () => {
          for (const [rows, perRow] of [
            [1, 1],
            [4, 1],
            [5, 7],
          ] as const) {
            const count = rows * perRow * columns;
            const vector = () => normals(columns);
            for (const accumulate of [false, true]) {
              const inputs = [normals(count).map((x) => 3 + 2 * x), vector(), vector(), normals(count)];
              const saved = new Float32Array(2 * Math.max(columns, rows * perRow));
              const running = [vector(), vector().map((x) => x * x)];
              const outputs = [normals(count), saved, vector(), vector(), normals(count), ...running];
              const common = { kind, perRow, columns } as const;
              await compare(
                inputs,
                outputs,
                { rows },
                ([x, gamma, beta, dy], [y, saved, dgamma, dbeta, dx, mean, variance]) => [
                  {
                    ...{ op: 'normalize', ...common, x: x!, y: y!, gamma: gamma!, beta: beta!, saved: saved! },
                    epsilon: 0.01,
                    ...(kind === 'batch' ? { running: { mean: mean!, variance: variance!, momentum: 0.9 } } : {}),
                  },
                  {
                    ...{ op: 'normalize_back', ...common, x: x!, dy: dy!, dx: dx!, gamma: gamma! },
                    ...{ dgamma: dgamma!, dbeta: dbeta!, saved: saved!, accumulate },
                  },
                ],
                {},
                // Over two columns the gradient is what cancellation leaves.
                1e-4,
              );
            }
          }
        });
      }

      it(`normalize_running over ${columns} columns`, async () => {
        const [rows, perRow] = [3, 5];
        const vectors = Array.from({ length: 4 }, (_, i) => normals(columns).map((x) => (i === 3 ? x * x : x)));
        const x = normals(rows * perRow * columns);
        await compare([x, ...vectors], [x.slice()], { rows }, ([x, gamma, beta, mean, variance], [y]) => [
          {
            ...{ op: 'normalize_running', x: x!, y: y!, gamma: gamma!, beta: beta!, mean: mean! },
            ...{ variance: variance!, perRow, columns, epsilon: 0.01 },
          },
        ]);
      });
    }

    it('batch statistics of a column with a large mean keep their digits', async () => {
      const rows = 1000;
      const inputs = [normals(rows * 3, 0.5).map((x) => 1000 + x), normals(3), normals(3)];
      await compare(
        inputs,
        [normals(rows * 3), new Float32Array(6)],
        { rows },
        ([x, gamma, beta], [y, saved]) => [
          {
            ...{ op: 'normalize', kind: 'batch', x: x!, y: y!, gamma: gamma!, beta: beta!, saved: saved! },
            ...{ perRow: 1, columns: 3, epsilon: 1e-5 },
          },
        ],
        {},
        // What is lost is the mean's own rounding to float32.
        1e-4,
      );
    });

    for (const kind of ['mask', 'gaussian'] as const) {
      for (const width of [1, 3, 4, 6, 513]) {
        it(`${kind} noise at width ${width}, in place too`, async () => {
          const input = normals(5 * width);
          const op = (input: Ref, out: Ref): Op => ({ op: 'noise', kind, input, out, width, amount: 0.4, stream: 99 });
          await compare([input], [input, input], { rows: 5, step: 3 }, ([x], [y, z]) => [op(x!, y!), op(z!, z!)]);
        });
      }
    }

    it('masking everything leaves nothing', async () => {
      const op = { op: 'noise', kind: 'mask', width: 9, amount: 1, stream: 1 } as const;
      const { outputs } = await runOps(backend, [normals(9)], [normals(9)], {}, ([x], [y]) => [
        { ...op, input: x!, out: y! },
      ]);
      assert.ok(outputs[0]!.every((value) => value === 0));
    });

    const losses: readonly [LossName, 'sigmoid' | 'softmax' | 'none'][] = [
      ['binary_crossentropy', 'sigmoid'],
      ['binary_crossentropy', 'none'],
      ['categorical_crossentropy', 'softmax'],
      ['categorical_crossentropy', 'none'],
      ['mean_squared_error', 'none'],
      ['mean_absolute_error', 'none'],
      ['huber', 'none'],
    ];
    for (const [loss, fused] of losses) {
      for (const classes of [true, false]) {
        if (fused === 'softmax' && !classes) continue;
        it(`${loss}, fused with ${fused}, targets ${classes ? 'classes' : 'numbers'}`, async () => {
          for (const width of [1, 2, 3, 10]) {
            if (fused === 'softmax' && width === 1) continue;
            const rows = 37;
            const probabilities = fused === 'none' && loss.endsWith('crossentropy');
            // Some predictions lie beyond what clipping lets through.
            const prediction = normals(rows * width, 3).map((x) =>
              probabilities ? Math.min(Math.max(0.5 + x / 6, 0), 1) : x,
            );
            const target = classes
              ? Float32Array.from({ length: rows }, (_, i) => (i * 7) % Math.max(width, 2))
              : normals(rows * width).map((x) => (probabilities || fused === 'sigmoid' ? Math.min(Math.abs(x), 1) : x));
            const ops = ([prediction, target]: readonly Ref[], [gradient]: readonly Ref[]): Op[] => [
              { op: 'loss', loss, fused, prediction: prediction!, target: target!, gradient, width, classes },
            ];
            const { actual, expected } = await compare(
              [prediction, target],
              [new Float32Array(rows * width)],
              { rows },
              ops,
            );
            assertClose([actual.loss], [expected.loss], 1e-6, 'loss');
            assert.equal(actual.accuracy, expected.accuracy);
            const without = await runOps(backend, [prediction, target], [], { rows }, (inputs) => ops(inputs, []));
            assert.equal(without.result.loss, actual.loss);
          }
        });
      }
    }

    it('a loss too large for probabilities is still a number', async () => {
      const common = { op: 'loss', gradient: undefined, classes: true } as const;
      const softmax = { ...common, loss: 'categorical_crossentropy', fused: 'softmax', width: 2 } as const;
      const sigmoid = { ...common, loss: 'binary_crossentropy', fused: 'sigmoid', width: 1 } as const;
      const inputs = [Float32Array.of(-2000, 3000), Float32Array.of(0), Float32Array.of(-4000)];
      const { result } = await runOps(backend, inputs, [], {}, ([z, zero, far]) => [
        { ...softmax, prediction: z!, target: zero! },
        { ...sigmoid, prediction: far!, target: zero! },
      ]);
      assert.equal(result.loss, 5000);
      assert.equal(result.accuracy, 1);
    });

    for (const inactive of ['zero', 'negative', 'never'] as const) {
      it(`counts of units that are inactive when "${inactive}"`, async () => {
        for (const units of [1, 2, 3, 4, 5, 6, 7, 9]) {
          for (const positions of [1, 6]) {
            const rows = 11;
            const layer: ObservedLayer = {
              layer: 'l',
              units,
              positions,
              inactive,
              saturation: units % 2 ? 1.5 : 0,
              kernel: undefined,
            };
            const z = normals(rows * positions * units);
            const a = z.map((value, i) => (i % units === 1 ? 0 : Math.max(value, 0)));
            // The second layer's counts lie after the first's.
            const observe =
              (index: number) =>
              ([z, a]: readonly Ref[]): Op[] => [{ op: 'observe', layer: index, z: z!, a: a! }];
            for (const index of [0, 1]) {
              const { actual, expected } = await compare([z, a], [], { rows }, observe(index), {
                observed: [layer, layer],
              });
              assert.equal(actual.units.length, 12 * units);
              for (const [i, count] of expected.units.entries()) {
                if (i % 6 < 3) assert.equal(actual.units[i], count, `count ${i % 6} of unit ${Math.floor(i / 6)}`);
              }
              assertClose(actual.units, expected.units, 1e-6, 'sums');
            }
          }
        }
      });
    }

    it('nothing is counted in steps that do not ask for it', async () => {
      const layer: ObservedLayer = {
        layer: 'l',
        units: 1,
        positions: 1,
        inactive: 'zero',
        saturation: 0,
        kernel: undefined,
      };
      const observe = ([z]: readonly Ref[]): Op[] => [{ op: 'observe', layer: 0, z: z!, a: z! }];
      const { result } = await runOps(backend, [normals(1)], [], { observe: false }, observe, { observed: [layer] });
      assert.equal(result.units.length, 0);
    });

    for (const kind of optimizers) {
      for (const given of [{}, { clipNorm: 0.5 }, { clipNorm: 1e6, weightDecay: 0 }]) {
        it(`${kind.name} with momentum ${kind.momentum}${kind.nesterov ? ' (nesterov)' : ''} and ${JSON.stringify(given)}`, async () => {
          const plan = updatePlan(kind, given);
          const sessions = [await backend.prepare(plan, 0), await referenceBackend.prepare(plan, 0)];
          const [data, weights, slots] = [
            normals(length, 0.1),
            normals(length),
            normals(plan.sizes.slots).map(Math.abs),
          ];
          for (const session of sessions) {
            session.setData(data, new Float32Array(0));
            session.setParameters(weights);
            session.setSlots(slots);
            session.setOrder(Uint32Array.of(0));
          }
          for (let step = 1; step <= 5; step++) {
            const [actual, expected] = [
              await sessions[0]!.run([stepRow(step)]),
              await sessions[1]!.run([stepRow(step)]),
            ];
            for (const key of ['gradientSquares', 'weightSquares', 'updateSquares'] as const) {
              for (const i of segments.keys())
                assertClose([actual[key][i]!], [expected[key][i]!], 1e-5, `${key} of ${i} at ${step}`);
            }
            assertClose([actual.penalty], [expected.penalty], 1e-6, 'penalty');
            assertClose(await sessions[0]!.parameters(), await sessions[1]!.parameters(), 1e-6, `weights at ${step}`);
            assertClose(await sessions[0]!.slots(), await sessions[1]!.slots(), 1e-6, `slots at ${step}`);
          }
        });
      }

      it(`${kind.name} with momentum ${kind.momentum} writes no value that is not finite, and names its segment`, async () => {
        // In a whole vector, and in what is left after the last one.
        for (const at of [5, 8]) {
          const session = await backend.prepare(updatePlan(kind, {}), 0);
          const data = normals(length);
          // So large that squares and steps overflow.
          data[at] = 3e38;
          session.setData(data, new Float32Array(0));
          session.setParameters(normals(length));
          session.setOrder(Uint32Array.of(0));
          const result = await session.run([{ ...stepRow(1), learningRate: 10 }, stepRow(2)]);
          assert.deepEqual([result.stepsDone, result.badSegment], [0, 1]);
          const values = [...(await session.parameters()), ...(await session.slots())];
          assert.ok(values.every(Number.isFinite));
        }
      });
    }

    for (const bad of [NaN, Infinity, -Infinity]) {
      it(`a gradient of ${bad} stops the run before any weight changes`, async () => {
        const plan = updatePlan(optimizers[1]!, {});
        const session = await backend.prepare({ ...plan, sizes: { ...plan.sizes, features: length * 2 } }, 0);
        const data = normals(length * 2);
        data[length + 1040] = bad;
        session.setData(data, new Float32Array(0));
        session.setParameters(normals(length));
        session.setOrder(Uint32Array.of(0, 1));
        const rows = [0, 1, 0].map((batchOffset, i) => ({ ...stepRow(i + 1), batchOffset }));
        const first = await session.run(rows.slice(0, 1));
        const [weights, slots] = [await session.parameters(), await session.slots()];
        const result = await session.run(rows.slice(1));
        assert.deepEqual([result.stepsDone, result.badSegment], [0, 3]);
        assert.deepEqual(await session.parameters(), weights);
        assert.deepEqual(await session.slots(), slots);
        assert.deepEqual(result.updateSquares, first.updateSquares, 'still those of the last update');
        assert.equal((await session.run(rows.slice(2))).stepsDone, 1, 'a new run starts afresh');
      });
    }
  });
}
