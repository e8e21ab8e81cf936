import assert from 'node:assert/strict';
import { activations, functionOf, type Activation, type ActivationRow } from '../../src/engine/activations/index.ts';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { referenceBackend } from '../../src/engine/backends/reference/index.ts';
import type { Op, Ref } from '../../src/engine/plan/plan.ts';
import { written } from '../unit/engine/networks.ts';
import { assertClose, builds, normals, runOps, wasm } from './wasmSupport.ts';

/** With 0.3 for every parameter, or with a formula. */
function activationOf({ name, parameters }: ActivationRow): Activation {
  if (name === 'custom') return { name, parameters: {}, formula: (written(name) as { formula: string }).formula };
  return { name, parameters: Object.fromEntries(Object.keys(parameters).map((key) => [key, 0.3])) };
}

/** From −30 to 30 in uneven steps, with all kinks and their neighbours. */
const grid = Float32Array.from(
  [-30, -20, -6, -3, -1, -0.5, 0, 0.5, 1, 3, 6, 20, 30]
    .flatMap((kink) => [kink - 1e-3, kink - 1e-6, kink, kink + 1e-6, kink + 1e-3])
    .concat(Array.from({ length: 990 }, (_, i) => Math.sign(i - 495) * 30 * (Math.abs(i - 495) / 495) ** 3)),
);

for (const build of builds) {
  describe(`activations of the ${build} kernels`, () => {
    let backend: Backend;
    before(async () => (backend = await wasm(build)));

    // Maxout is not an operation: a plan makes it of others.
    for (const row of (activations as readonly ActivationRow[]).filter(({ kind }) => kind !== 'pieces')) {
      const activation = activationOf(row);
      const f = functionOf(activation);
      const prelu = row.name === 'prelu';

      if (row.kind === 'elementwise') {
        it(`${row.name} is exact to a few roundings, its derivative too`, async () => {
          const ones = new Float32Array(grid.length).fill(1);
          const values = grid.map((z) => f.value(z));
          const from = row.backwardFrom === 'output' ? values : grid;
          const { outputs } = await runOps(
            backend,
            [grid, from, ones, ones.map(() => 0.3)],
            [grid.slice(), grid.slice(), grid.slice()],
            {},
            ([z, from, da, slope], [a, dz, slopeTerms]) => [
              {
                ...{ op: 'activate', activation, z: z!, a: a!, width: grid.length, columns: grid.length },
                ...(prelu ? { slope: slope! } : {}),
              },
              {
                op: 'activate_back',
                activation,
                from: from!,
                a: a!,
                da: da!,
                dz: dz!,
                width: grid.length,
                columns: grid.length,
                activityL1: 0,
                accumulate: false,
                ...(prelu ? { slope: slope!, slopeTerms: slopeTerms! } : {}),
              },
            ],
          );
          for (const [i, z] of grid.entries()) {
            const value = f.value(z);
            const slope = f.derivative(from[i]!);
            assert.ok(
              Math.abs(outputs[0]![i]! - value) <= 1e-6 * Math.abs(value) + 1e-9,
              `f(${z}) is ${outputs[0]![i]}, not ${value}`,
            );
            assert.ok(
              Math.abs(outputs[1]![i]! - slope) <= 1e-6 * Math.max(Math.abs(slope), 0.1),
              `f′(${z}) is ${outputs[1]![i]}, not ${slope}`,
            );
          }
        });

        it(`${row.name} says of a value that is not a number what its row says`, async () => {
          const inputs = [Float32Array.of(NaN), Float32Array.of(0.3)];
          const { outputs } = await runOps(backend, inputs, [new Float32Array(1)], {}, ([z, slope], [a]) => [
            {
              ...{ op: 'activate', activation, z: z!, a: a!, width: 1, columns: 1 },
              ...(prelu ? { slope: slope! } : {}),
            },
          ]);
          assert.equal(outputs[0]![0], f.value(NaN));
        });
      }

      it(`${row.name} agrees with the reference backend at every width, in place, added up and with a penalty`, async () => {
        for (const width of [1, 2, 3, 4, 5, 7, 8, 30, 1030]) {
          const columns = width === 30 ? 5 : width;
          const rows = 3;
          const count = rows * width;
          for (const activityL1 of [0, 0.01]) {
            const ops = (
              [from, a, da, learned]: readonly Ref[],
              [own, given, added, terms]: readonly Ref[],
            ): readonly Op[] => {
              const slope = prelu ? { slope: learned! } : {};
              const back = {
                ...({ op: 'activate_back', activation, from: from!, a: a!, width, columns, activityL1 } as const),
                ...slope,
                ...(prelu ? { slopeTerms: terms! } : {}),
              };
              return [
                { op: 'activate', activation, z: own!, a: own!, width, columns, ...slope },
                { ...back, da: given!, dz: given!, accumulate: false },
                { ...back, da: da!, dz: added!, accumulate: true },
              ];
            };
            const tensors = () => normals(count);
            const [inputs, outputs] = [
              [tensors(), tensors(), tensors(), normals(columns)],
              [tensors(), tensors(), tensors(), tensors()],
            ];
            const actual = await runOps(backend, inputs, outputs, { rows }, ops);
            const expected = await runOps(referenceBackend, inputs, outputs, { rows }, ops);
            for (const i of [0, 1, 2, 3])
              assertClose(actual.outputs[i]!, expected.outputs[i]!, 1e-6, `width ${width}, output ${i}`);
            assertClose([actual.result.penalty], [expected.result.penalty], 1e-6, 'penalty');
          }
        }
      });
    }

    it('softmax of large values is finite and adds up to 1', async () => {
      const z = Float32Array.of(1000, 999, -1000, 88, 88, 88, -500, -500.5, -1e30);
      const activation = { name: 'softmax', parameters: {} };
      const { outputs } = await runOps(backend, [z], [new Float32Array(9)], { rows: 3 }, ([z], [a]) => [
        { op: 'activate', activation, z: z!, a: a!, width: 3, columns: 3 },
      ]);
      const third = 1 / 3;
      const [high, low] = [1 / (1 + Math.exp(-1)), 1 / (1 + Math.exp(-0.5))];
      assertClose(outputs[0]!, [high, 1 - high, 0, third, third, third, low, 1 - low, 0], 1e-6, 'softmax');
    });
  });
}
