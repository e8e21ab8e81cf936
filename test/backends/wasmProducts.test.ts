import assert from 'node:assert/strict';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { referenceBackend } from '../../src/engine/backends/reference/index.ts';
import { programOf } from '../../src/engine/backends/wasm/program.ts';
import type { Geometry, Op, PoolKind, Ref } from '../../src/engine/plan/plan.ts';
import { assertClose, builds, normals, runOps, wasm } from './wasmSupport.ts';

const geometryOf = (
  [height, width, channels]: readonly [number, number, number],
  outChannels: number,
  [kernelHeight, kernelWidth]: readonly [number, number],
  [strideY, strideX]: readonly [number, number],
  same: boolean,
): Geometry => {
  const along = (n: number, kernel: number, stride: number) => {
    if (!same) return [Math.floor((n - kernel) / stride) + 1, 0] as const;
    const out = Math.ceil(n / stride);
    return [out, Math.floor(Math.max((out - 1) * stride + kernel - n, 0) / 2)] as const;
  };
  const [outHeight, padTop] = along(height, kernelHeight, strideY);
  const [outWidth, padLeft] = along(width, kernelWidth, strideX);
  return {
    height,
    width,
    channels,
    outHeight,
    outWidth,
    outChannels,
    kernelHeight,
    kernelWidth,
    strideY,
    strideX,
    padTop,
    padLeft,
  };
};

const geometries = [
  geometryOf([1, 1, 1], 1, [1, 1], [1, 1], false),
  geometryOf([5, 4, 3], 2, [3, 3], [1, 1], false),
  geometryOf([5, 4, 3], 9, [3, 2], [1, 1], true),
  geometryOf([7, 9, 4], 8, [2, 5], [2, 3], true),
  geometryOf([6, 7, 5], 4, [5, 4], [3, 1], false),
  geometryOf([2, 2, 2], 3, [5, 5], [1, 1], true),
  geometryOf([5, 5, 6], 3, [1, 1], [3, 2], true),
  // Windows that fill the picture, with four channels and with three; maxout of two pieces and of three.
  geometryOf([4, 6, 4], 4, [2, 3], [2, 3], false),
  geometryOf([4, 6, 3], 3, [2, 2], [2, 2], false),
  geometryOf([3, 22, 1], 1, [1, 2], [1, 2], false),
  geometryOf([1, 21, 1], 1, [1, 3], [1, 3], false),
  // Winograd's way: odd sizes, padding on all sides and none, more tiles than a block, filters that do not fill the last panel.
  geometryOf([7, 6, 16], 20, [3, 3], [1, 1], true),
  geometryOf([9, 8, 20], 16, [3, 3], [1, 1], false),
  geometryOf([15, 17, 16], 36, [3, 3], [1, 1], true),
  // More patches than the buffer holds, and a patch that is longer than it.
  geometryOf([28, 28, 8], 5, [3, 3], [1, 1], true),
  geometryOf([130, 120, 9], 2, [130, 120], [1, 1], false),
];
const sizes = [1, 3, 4, 5, 8, 9, 33];
const refOf = (_: unknown, i: number): Ref => ({ arena: 'features', offset: 1000 * i });

for (const build of builds) {
  describe(`products of the ${build} kernels are the reference backend's`, () => {
    let backend: Backend;
    before(async () => (backend = await wasm(build)));

    /** Runs the same operation on both; sums of `terms` products may differ by their rounding. */
    async function compare(
      inputs: readonly Float32Array[],
      out: Float32Array,
      rows: number,
      op: (inputs: readonly Ref[], out: Ref) => Op,
      what: string,
    ) {
      const run = (on: Backend) => runOps(on, inputs, [out], { rows }, (refs, [to]) => [op(refs, to!)]);
      const [actual, expected] = [await run(backend), await run(referenceBackend)];
      // A sum of numbers near 1 keeps their rounding where it comes out near 0.
      assertClose(actual.outputs[0]!, expected.outputs[0]!, 1e-5, what, 0.1);
    }

    /** c (+)= a · b with a and b as they are or transposed. */
    async function product(
      m: number,
      n: number,
      k: number,
      transposed: readonly [boolean, boolean],
      perRow: 'm' | 'k',
      plain: boolean,
    ) {
      const dim = (size: number, is: boolean) => (is ? { size: 1, perRow: true } : { size, perRow: false });
      await compare(
        [normals(m * k), normals(k * n), normals(n)],
        normals(m * n),
        perRow === 'm' ? m : k,
        ([a, b, bias], c) => ({
          op: 'matmul',
          a: a!,
          aStrides: transposed[0] ? [1, m] : [k, 1],
          b: b!,
          bStrides: transposed[1] ? [1, k] : [n, 1],
          c,
          m: dim(m, perRow === 'm'),
          n,
          k: dim(k, perRow === 'k'),
          accumulate: !plain,
          ...(plain ? {} : { epilogue: { bias: bias! } }),
        }),
        `${m} × ${k} × ${n}, transposed ${transposed.join()}`,
      );
    }

    for (const transposed of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      it(`of matrices of every small size, transposed: ${transposed.join()}`, async () => {
        for (const m of sizes)
          for (const n of sizes) for (const k of sizes) await product(m, n, k, transposed, 'm', (m + n + k) % 2 === 0);
      });

      it(`of matrices larger than a block, transposed: ${transposed.join()}`, async () => {
        await product(131, 11, 259, transposed, 'm', true);
        await product(9, 517, 513, transposed, 'k', false);
        await product(260, 514, 3, transposed, 'k', true);
        await product(133, 257, 321, transposed, 'm', false);
      });
    }

    for (const [m, n, k] of [
      [5, 3, 7],
      [10, 8, 2],
      [131, 11, 700],
    ] as const) {
      it(`of ${m} × ${k} × ${n} with a ReLU, or its gradient, behind it`, async () => {
        const inputs = [normals(m * k), normals(k * n), normals(n), normals(m * n)];
        const outputs = [normals(m * n), normals(m * n)];
        const ops = ([a, b, bias, from]: readonly Ref[], [c, dx]: readonly Ref[]): Op[] => {
          const relu = { activation: { name: 'relu', parameters: {} }, width: n, columns: n } as const;
          const sizes = { m: { size: 1, perRow: true }, n, k: { size: k, perRow: false } } as const;
          const product = { op: 'matmul', a: a!, aStrides: [k, 1], b: b!, bStrides: [n, 1], ...sizes } as const;
          return [
            { ...product, c: c!, accumulate: false, epilogue: { bias: bias! } },
            { ...relu, op: 'activate', z: c!, a: c! },
            { ...product, c: dx!, accumulate: true },
            { ...relu, op: 'activate_back', from: from!, a: from!, da: dx!, dz: dx!, activityL1: 0, accumulate: false },
          ];
        };
        const [actual, expected] = [
          await runOps(backend, inputs, outputs, { rows: m }, ops),
          await runOps(referenceBackend, inputs, outputs, { rows: m }, ops),
        ];
        for (const [i, output] of expected.outputs.entries()) {
          assert.ok(output.includes(0));
          assertClose(actual.outputs[i]!, output, 1e-5, `output ${i}`, 0.1);
        }
      });
    }

    it('of layers of few units, and their gradients, which are an operation each', async () => {
      for (const n of [1, 2, 3, 4, 7, 8]) {
        for (const k of [1, 2, 4, 5, 8, 11, 19]) {
          for (const rows of [1, 3, 4, 10, 13]) {
            const x = normals(rows * k).map((value) => Math.max(value, 0));
            const inputs = [x, normals(k * n), normals(n), normals(rows * n)];
            const outputs = [rows * n, k * n, n, rows * k].map((length) => normals(length));
            const ops = ([x, w, bias, dy]: readonly Ref[], [y, dw, db, dx]: readonly Ref[]): Op[] => {
              const relu = { activation: { name: 'relu', parameters: {} } } as const;
              const product = { op: 'matmul', n, accumulate: false } as const;
              const [each, fixed] = [{ size: 1, perRow: true }, (size: number) => ({ size, perRow: false })];
              const forward = { a: x!, aStrides: [k, 1], b: w!, bStrides: [n, 1], m: each, k: fixed(k) } as const;
              const weights = { a: x!, aStrides: [1, k], b: dy!, bStrides: [n, 1], m: fixed(k), k: each } as const;
              const input = { a: dy!, aStrides: [n, 1], b: w!, bStrides: [1, n], m: each, n: k, k: fixed(n) } as const;
              const back = { ...relu, from: x!, a: x!, da: dx!, dz: dx!, activityL1: 0, accumulate: false };
              return [
                { ...product, ...forward, c: y!, epilogue: { bias: bias! } },
                { ...relu, op: 'activate', z: y!, a: y!, width: n, columns: n },
                { ...product, ...weights, c: dw! },
                { op: 'reduce', input: dy!, out: db!, perRow: 1, columns: n },
                { ...product, ...input, c: dx! },
                { ...back, op: 'activate_back', width: k, columns: k },
              ];
            };
            assert.deepEqual(
              programOf(ops(inputs.map(refOf), outputs.map(refOf)), rows).map(({ op }) => op),
              ['layer', 'layer_back'],
            );
            const [actual, expected] = [
              await runOps(backend, inputs, outputs, { rows }, ops),
              await runOps(referenceBackend, inputs, outputs, { rows }, ops),
            ];
            for (const [i, output] of expected.outputs.entries())
              assertClose(actual.outputs[i]!, output, 1e-5, `${rows} × ${k} × ${n}, output ${i}`, 0.1);
          }
        }
      }
    });

    for (const [n, k, transposed] of [
      [32, 130, false],
      // A b that is read where it lies.
      [64, 64, false],
      [64, 63, true],
      [100, 400, true],
      [612, 130, true],
      [256, 784, false],
    ] as const) {
      it(`of lists where much of a is 0 are those of tiles, bit for bit: ${k} × ${n}, transposed: ${transposed}`, async () => {
        const [m, more] = [45, 150];
        const zeros = normals(m * k).map((value, i) => (i % 7 < 5 || i < k ? 0 : value));
        // The same rows among others without zeros are left to tiles.
        const both = normals((m + more) * k);
        both.set(zeros);
        const [b, bias, from, before] = [normals(k * n), normals(n), normals((m + more) * n), normals((m + more) * n)];
        const laid = (a: Float32Array, rows: number) =>
          transposed ? a.map((_, i) => a[(i % rows) * k + Math.floor(i / rows)]!) : a;
        const run = (a: Float32Array, rows: number) =>
          runOps(
            backend,
            [laid(a, rows), b, bias, from.slice(0, rows * n)],
            [before.slice(0, rows * n), before.slice(0, rows * n)],
            { rows },
            ([a, b, bias, from], [c, dx]) => {
              const relu = { activation: { name: 'relu', parameters: {} }, width: n, columns: n } as const;
              const aStrides = transposed ? ([1, rows] as const) : ([k, 1] as const);
              const sizes = { m: { size: 1, perRow: true }, n, k: { size: k, perRow: false } } as const;
              const product = { op: 'matmul', a: a!, aStrides, b: b!, bStrides: [n, 1], ...sizes } as const;
              return [
                { ...product, c: c!, accumulate: false, epilogue: { bias: bias! } },
                { ...relu, op: 'activate', z: c!, a: c! },
                { ...product, c: dx!, accumulate: true },
                {
                  ...relu,
                  op: 'activate_back',
                  from: from!,
                  a: from!,
                  da: dx!,
                  dz: dx!,
                  activityL1: 0,
                  accumulate: false,
                },
              ];
            },
          );
        const [lists, tiles] = [await run(zeros, m), await run(both, m + more)];
        for (const i of [0, 1]) assert.deepEqual(lists.outputs[i], tiles.outputs[i]!.slice(0, m * n));
        assert.deepEqual(
          lists.outputs[0]!.slice(0, n),
          bias.map((value) => Math.max(value, 0)),
        );
      });
    }

    it('of lists where much of b is 0, as in a weights’ gradient, are those of tiles, bit for bit', async () => {
      const [m, n, more, k] = [123, 45, 150, 350];
      const a = normals(m * k);
      const zeros = normals(k * n).map((value, i) => (i % 7 < 5 || i % n === 4 ? 0 : value));
      // The same columns among others without zeros are left to tiles.
      const both = normals(k * (n + more));
      for (let i = 0; i < k; i++) both.set(zeros.subarray(i * n, (i + 1) * n), i * (n + more));
      const before = normals(m * (n + more));
      const run = (b: Float32Array, columns: number) =>
        runOps(
          backend,
          [a, b],
          [before.slice(0, m * columns), new Float32Array(m * columns).fill(1)],
          { rows: k },
          ([a, b], outputs) =>
            outputs.map((c, i) => ({
              ...{ op: 'matmul', a: a!, aStrides: [1, m], b: b!, bStrides: [columns, 1], c, accumulate: i > 0 },
              ...{ m: { size: m, perRow: false }, n: columns, k: { size: 1, perRow: true } },
            })),
        );
      const [lists, tiles] = [await run(zeros, n), await run(both, n + more)];
      for (const i of [0, 1]) {
        const expected = tiles.outputs[i]!.filter((_, at) => at % (n + more) < n);
        assert.deepEqual(lists.outputs[i], expected);
        assert.equal(expected[4], i);
      }
    });

    for (const g of geometries) {
      const { height, width, channels, kernelHeight, kernelWidth, outHeight, outWidth, outChannels } = g;
      const name = `${height}×${width}×${channels} → ${outHeight}×${outWidth}×${outChannels}, window ${kernelHeight}×${kernelWidth}`;
      const rows = 3;
      const input = rows * height * width * channels;
      const kernel = kernelHeight * kernelWidth * channels * outChannels;
      const output = rows * outHeight * outWidth * outChannels;

      for (const accumulate of [false, true]) {
        it(`of a convolution ${name}${accumulate ? ', added to what is there' : ''}`, async () => {
          const [x, w, dy] = [normals(input), normals(kernel), normals(output)];
          await compare(
            [x, w, normals(outChannels)],
            normals(output),
            rows,
            ([x, w, bias], y) => ({
              op: 'conv',
              x: x!,
              w: w!,
              y,
              geometry: g,
              ...(accumulate ? { epilogue: { bias: bias! } } : {}),
            }),
            'conv',
          );
          await compare(
            [dy, w, normals(channels)],
            normals(input),
            rows,
            ([dy, w, bias], dx) => ({
              ...{ op: 'conv_input', dy: dy!, w: w!, dx, geometry: g, accumulate },
              ...(channels % 2 ? { epilogue: { bias: bias! } } : {}),
            }),
            'conv_input',
          );
          await compare(
            [x, dy],
            normals(kernel),
            rows,
            ([x, dy], dw) => ({ op: 'conv_weights', x: x!, dy: dy!, dw, geometry: g, accumulate }),
            'conv_weights',
          );
        });
      }

      for (const kind of ['max', 'mean', 'sum'] as const satisfies readonly PoolKind[]) {
        it(`of ${kind} pooling ${name}, ties among the values`, async () => {
          const geometry = { ...g, outChannels: channels };
          const pooled = rows * outHeight * outWidth * channels;
          const x = normals(input).map(Math.round);
          await compare([x], normals(pooled), rows, ([x], y) => ({ op: 'pool', kind, x: x!, y, geometry }), 'pool');
          for (const accumulate of [false, true]) {
            const back = ([x, dy]: readonly Ref[], dx: Ref): Op => ({
              op: 'pool_back',
              kind,
              x: x!,
              dy: dy!,
              dx,
              geometry,
              accumulate,
            });
            await compare([x, normals(pooled)], normals(input), rows, back, 'pool_back');
          }
        });
      }
    }
  });
}
