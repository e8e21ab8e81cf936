import assert from 'node:assert/strict';
import { formulaOf } from '../../src/engine/activations/formula/index.ts';
import type { operations } from '../../src/engine/activations/formula/operations.ts';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { builds, runOps, wasm } from './wasmSupport.ts';
import { webgpu } from './webgpuSupport.ts';

/** Each operation, in a formula that stays within its domain on the grid. */
const formulas: Record<keyof typeof operations, readonly string[]> = {
  add: ['x + 0.25'],
  subtract: ['2 - x', 'x - 1'],
  multiply: ['x*(x + 1)'],
  divide: ['1/(x^2 + 0.1)', 'x/3'],
  power: [
    'x^2',
    'x^3',
    '(abs(x) + 0.1)^-3',
    '(x^2 + 0.1)^0.3',
    '1.3^x',
    '(abs(x) + 0.2)^(x/8)',
    'x^20/1e9',
    '(-1.5)^floor(x/4)',
    '(x/10)^33',
  ],
  negate: ['-x'],
  min: ['min(x, 0)', 'min(x, 1, x^2)'],
  max: ['max(x, 0)', 'max(-x, x^2/4)'],
  less: ['x < 1 ? 2*x : 3'],
  lessEqual: ['x <= 1 ? 2*x : 3'],
  greater: ['x > 1 ? 2*x : 3', '(x > 0)*x', 'step(x)'],
  greaterEqual: ['x >= 1 ? 2*x : 3'],
  select: ['x > 0 ? (x > 2 ? x^2 : 2*x) : 0.1*x', 'floor(x) ? x : 7'],
  abs: ['abs(x - 0.5)'],
  sign: ['sign(x)'],
  floor: ['floor(x)', 'x*floor(x)'],
  sqrt: ['sqrt(abs(x) + 0.01)'],
  exp: ['exp(x)', 'exp(-x^2)', 'exp(-20*abs(x))'],
  expm1: ['expm1(x)', 'expm1(-abs(x))', 'expm1(3*x)/1e20'],
  log: ['log(abs(x) + 1e-3)', 'log(exp(x/4))', 'log(x^2*1e-30 + 1e-31)'],
  log1p: ['log1p(x^2)', 'log1p(0.5*tanh(x))', 'log1p(exp(x))'],
  sin: ['sin(x)', 'sin(9*x)'],
  cos: ['cos(x)', 'cos(x^2)'],
  tan: ['tan(tanh(x))', 'tan(x/25)'],
  tanh: ['tanh(x)', 'x - tanh(x)'],
  sigmoid: ['sigmoid(x)', 'x*sigmoid(1.702*x)'],
  softplus: ['softplus(x)', 'x*tanh(softplus(x))'],
  erf: ['erf(x)', '0.5*x*(1 + erf(x/sqrt(2)))', 'erf(x/40)'],
};
const others = ['x', '3', '0*x', 'relu(x) - 0.2*relu(-x)', 'max(max(max(max(x, x^2), 1 - x), sin(x)), x^3/9)'];

/** From −20 to 20, closer around 0, with small whole numbers. */
const grid = Float32Array.from(
  [-20, -3, -1, 0, 1, 2, 3, 20, 1e-6, -1e-6].concat(
    Array.from({ length: 1031 }, (_, i) => Math.sign(i - 515) * 20 * (Math.abs(i - 515) / 515) ** 3),
  ),
);

for (const { name, within, get } of [
  ...builds.map((build) => ({ name: `wasm (${build})`, within: 4e-6, get: () => wasm(build) })),
  { name: 'webgpu', within: 2e-4, get: webgpu },
]) {
  describe(`formulas on ${name}`, () => {
    let backend: Backend;
    before(async () => (backend = await get()));

    for (const formula of [...Object.values(formulas).flat(), ...others]) {
      it(`${formula}, and its derivative, are what float64 says`, async () => {
        const f = formulaOf(formula);
        const activation = { name: 'custom', parameters: {}, formula };
        const width = grid.length;
        const shape = { activation, width, columns: width };
        const gradients = grid.map((_, i) => 1 + (i % 5));
        const { outputs } = await runOps(
          backend,
          [grid, gradients],
          [grid.slice(), grid.slice()],
          {},
          ([z, da], [a, dz]) => [
            { op: 'activate', ...shape, z: z!, a: a! },
            { op: 'activate_back', ...shape, from: z!, a: a!, da: da!, dz: dz!, activityL1: 0, accumulate: false },
          ],
        );
        for (const [i, x] of grid.entries()) {
          for (const [what, actual, of] of [
            ['f', outputs[0]![i]!, f.value],
            ['f′', outputs[1]![i]! / gradients[i]!, f.derivative],
          ] as const) {
            const expected = of(x);
            // What a function of a rounded number may be off by, where it is steep.
            const shift = Math.abs(of(x * (1 + 1e-6)) - of(x * (1 - 1e-6)));
            const error = Math.abs(actual - expected) - (Math.abs(x) > 1 ? shift : 0);
            assert.ok(
              error <= within * Math.max(Math.abs(expected), 0.1),
              `${what}(${x}) is ${actual}, not ${expected}`,
            );
          }
        }
      });
    }

    it('outside a function’s domain give what is not a number, or infinity', async () => {
      const z = Float32Array.of(-1, 0, 1);
      const of = async (formula: string) => {
        const shape = { activation: { name: 'custom', parameters: {}, formula }, width: 3, columns: 3 };
        const { outputs } = await runOps(backend, [z], [z.slice()], {}, ([z], [a]) => [
          { op: 'activate', ...shape, z: z!, a: a! },
        ]);
        return [...outputs[0]!];
      };
      assert.deepEqual(await of('sqrt(x)'), [NaN, 0, 1]);
      assert.deepEqual(await of('log(x)'), [NaN, -Infinity, 0]);
      assert.deepEqual(await of('x^1.5'), [NaN, 0, 1]);
      assert.deepEqual(await of('exp(1000*x)'), [0, 1, Infinity]);
    });
  });
}
