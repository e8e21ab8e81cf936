import assert from 'node:assert/strict';
import { DeviceLost, OutOfMemory, type Backend } from '../../src/engine/backends/backend.ts';
import { referenceBackend } from '../../src/engine/backends/reference/index.ts';
import { findAdapter, isSoftware } from '../../src/engine/backends/webgpu/adapter.ts';
import { Device } from '../../src/engine/backends/webgpu/device.ts';
import { createWebGpuBackend, NoAdapter } from '../../src/engine/backends/webgpu/index.ts';
import type { Geometry, Op, Plan, Ref, Segment } from '../../src/engine/plan/plan.ts';
import { assertClose, normals, planOf, row, runOps } from './wasmSupport.ts';
import { softwareGpu } from './webgpuSupport.ts';

const sizes = { parameters: 4, gradients: 4, slots: 4, state: 4, activations: 8, features: 12, targets: 8 };
/** Copies the rows' two features to the output. */
const copying: Plan = planOf({
  sizes,
  evaluateRows: 2,
  featureWidth: 2,
  ops: [{ op: 'gather', source: { arena: 'features', offset: 0 }, out: { arena: 'activations', offset: 0 }, width: 2 }],
  output: { ref: { arena: 'activations', offset: 0 }, width: 2 },
});
const rowsOf = (steps: number) => Array.from({ length: steps }, (_, i) => row({ step: i + 1 }));

let gpu: GPU;
/** As hardware is treated: work is cut finely, so that every tile and every split of a sum is taken by some size. */
let backend: Backend;
/** As software is treated. */
let software: Backend;
async function start(): Promise<void> {
  gpu ??= await softwareGpu();
  backend ??= await createWebGpuBackend(gpu, { busy: 64, software: false });
  software ??= await createWebGpuBackend(gpu, { busy: 2 });
}

describe('operations on WebGPU are the reference backend’s, cut as for hardware and as for software', () => {
  before(start);

  async function compare(
    inputs: readonly Float32Array[],
    outputs: readonly Float32Array[],
    rows: number,
    ops: (inputs: readonly Ref[], outputs: readonly Ref[]) => readonly Op[],
  ): Promise<void> {
    const [expected, ...actual] = await Promise.all(
      [referenceBackend, backend, software].map((each) =>
        runOps(each, inputs, outputs, { rows }, ops, { batchRows: rows }),
      ),
    );
    for (const [i, output] of expected!.outputs.entries()) {
      for (const [j, { outputs }] of actual.entries())
        assertClose(outputs[i]!, output, 1e-5, `output ${i} ${['for hardware', 'for software'][j]}`);
    }
  }

  // From one tile that is mostly empty to many large ones, and a long sum over few values.
  for (const [m, n, k] of [
    [1, 1, 1],
    [5, 7, 3],
    [33, 17, 40],
    [300, 140, 20],
    [9, 10, 1500],
  ] as const) {
    for (const turned of [false, true]) {
      it(`${m} × ${k} times ${k} × ${n}${turned ? ', both transposed, onto what is there' : ', with a bias'}`, async () => {
        await compare([normals(m * k), normals(k * n), normals(n)], [normals(m * n)], m, ([a, b, bias], [c]) => [
          {
            ...{ op: 'matmul', a: a!, b: b!, c: c!, n, m: { size: 1, perRow: true }, k: { size: k, perRow: false } },
            ...{ aStrides: turned ? [1, m] : [k, 1], bStrides: turned ? [1, k] : [n, 1], accumulate: turned },
            ...(turned ? {} : { epilogue: { bias: bias! } }),
          } as Op,
        ]);
      });
    }
  }

  // One sum for each thread, many, and sums in parts.
  for (const [m, n, k] of [
    [33, 17, 40],
    [150, 140, 8],
    [9, 10, 1500],
  ] as const) {
    it(`${m} × ${k} times ${k} × ${n}, with the activation after it, and with the gradient of one`, async () => {
      const product = (a: Ref, b: Ref, c: Ref, accumulate: boolean): Op => ({
        ...{ op: 'matmul', a, b, c, n, m: { size: 1, perRow: true }, k: { size: k, perRow: false } },
        ...{ aStrides: [k, 1], bStrides: [n, 1], accumulate },
      });
      const inputs = [normals(m * k), normals(k * n), normals(n), normals(m * n)];
      const outputs = Array.from({ length: 5 }, () => normals(m * n));
      await compare(inputs, outputs, m, ([a, b, slope, from], [z, bent, inPlace, da, dz]) => [
        product(a!, b!, z!, false),
        {
          ...{ op: 'activate', activation: { name: 'prelu', parameters: {} }, z: z!, a: bent! },
          ...{ width: n, columns: n, slope: slope! },
        },
        product(a!, b!, inPlace!, false),
        {
          ...{ op: 'activate', activation: { name: 'elu', parameters: { alpha: 0.7 } }, z: inPlace!, a: inPlace! },
          ...{ width: n, columns: n },
        },
        product(a!, b!, da!, true),
        {
          ...{
            op: 'activate_back',
            activation: { name: 'tanh', parameters: {} },
            from: from!,
            a: from!,
            da: da!,
            dz: dz!,
          },
          ...{ width: n, columns: n, activityL1: 0, accumulate: true },
        },
      ]);
    });
  }

  it('convolutions with strides, padding and many channels, and their gradients', async () => {
    const g: Geometry = {
      ...{ height: 9, width: 8, channels: 5, outHeight: 5, outWidth: 4, outChannels: 18 },
      ...{ kernelHeight: 3, kernelWidth: 2, strideY: 2, strideX: 2, padTop: 1, padLeft: 0 },
    };
    const rows = 16;
    const [x, w] = [normals(rows * 9 * 8 * 5), normals(3 * 2 * 5 * 18)];
    const dy = normals(rows * 5 * 4 * 18);
    const outputs = [normals(dy.length), normals(x.length), normals(w.length), normals(dy.length)];
    await compare([x, w, dy, normals(18)], outputs, rows, ([x, w, dy, bias], [y, dx, dw, bent]) => [
      { op: 'conv', x: x!, w: w!, y: y!, geometry: g, epilogue: { bias: bias! } },
      {
        ...{ op: 'activate', activation: { name: 'softsign', parameters: {} }, z: y!, a: bent! },
        ...{ width: 5 * 4 * 18, columns: 18 },
      },
      { op: 'conv_input', dy: dy!, w: w!, dx: dx!, geometry: g, accumulate: true },
      { op: 'conv_weights', x: x!, dy: dy!, dw: dw!, geometry: g, accumulate: false },
    ]);
  });

  it('gradients of pools whose windows lie side by side and leave a row and a column over', async () => {
    const geometry: Geometry = {
      ...{ height: 5, width: 7, channels: 3, outHeight: 2, outWidth: 3, outChannels: 3 },
      ...{ kernelHeight: 2, kernelWidth: 2, strideY: 2, strideX: 2, padTop: 0, padLeft: 0 },
    };
    // Ties, too: of equal maxima the first takes it.
    const x = normals(4 * 5 * 7 * 3).map((value) => Math.round(value));
    const outputs = [normals(x.length), normals(x.length)];
    await compare([x, normals(4 * 2 * 3 * 3)], outputs, 4, ([x, dy], [most, mean]) => [
      { op: 'pool_back', kind: 'max', x: x!, dy: dy!, dx: most!, geometry, accumulate: true },
      { op: 'pool_back', kind: 'mean', x: x!, dy: dy!, dx: mean!, geometry, accumulate: false },
    ]);
  });

  it('more values than there are threads at once', async () => {
    const columns = 140_000;
    await compare([normals(2 * columns)], [normals(2 * columns)], 2, ([input], [out]) => [
      {
        ...{ op: 'combine', input: input!, out: out!, perRow: 1, columns, scale: 0.5, accumulate: true },
        ...{ inputStride: columns, outStride: columns },
      },
    ]);
  });

  it('columns of many rows are summed in chunks', async () => {
    const [rows, columns] = [40, 19];
    await compare([normals(rows * 20 * columns)], [normals(columns)], rows, ([input], [out]) => [
      { op: 'reduce', input: input!, out: out!, perRow: 20, columns },
    ]);
  });
});

describe('a session on WebGPU', () => {
  before(start);

  it('predicts samples in the order asked, a chunk at a time, the last one short', async () => {
    const session = await backend.prepare(copying, 0);
    session.setData(
      Float32Array.from({ length: 12 }, (_, i) => i),
      new Float32Array(0),
    );
    const predicted = await session.predict(Uint32Array.of(5, 0, 0, 3, 1));
    assert.deepEqual(predicted, Float32Array.of(10, 11, 0, 1, 0, 1, 6, 7, 2, 3));
    assert.deepEqual(await session.predict(new Uint32Array(0)), new Float32Array(0));
  });

  it('gives back parameters, slots and state as they were set', async () => {
    const session = await backend.prepare(copying, 0);
    const [parameters, slots, state] = [Float32Array.of(1, 2, 3, 4), normals(4), normals(4)];
    session.setParameters(parameters);
    session.setSlots(slots);
    session.setState(state);
    assert.deepEqual(
      [await session.parameters(), await session.slots(), await session.state()],
      [parameters, slots, state],
    );
  });

  it('takes no more than there is room for', async () => {
    const session = await backend.prepare(copying, 0);
    assert.throws(() => session.setParameters(new Float32Array(5)), RangeError);
    assert.throws(() => session.setData(new Float32Array(13), new Float32Array(0)), RangeError);
    assert.throws(() => session.setOrder(new Uint32Array(7)), RangeError);
  });

  it('runs no steps, and more steps than its table holds', async () => {
    const session = await backend.prepare(copying, 0);
    assert.equal((await session.run([])).stepsDone, 0);
    assert.equal((await session.run(rowsOf(600))).stepsDone, 600);
  });

  for (const bad of [NaN, Infinity, -Infinity]) {
    it(`stops at a gradient of ${bad} with the weights before it, in the middle of a run`, async () => {
      const segments: Segment[] = [
        { offset: 0, size: 3, l1: 0, l2: 0, decay: true },
        { offset: 4, size: 2000, l1: 0, l2: 0, decay: true },
      ];
      const length = 2004;
      const optimizer = { ...copying.optimizer, name: 'sgd' } as const;
      const plan = planOf({
        sizes: { ...sizes, parameters: length, gradients: length, features: 2 * length },
        featureWidth: length,
        optimizer,
        ops: [
          {
            ...{ op: 'gather', source: { arena: 'features', offset: 0 }, out: { arena: 'gradients', offset: 0 } },
            width: length,
          } as Op,
        ],
        update: [
          { op: 'norms', segments },
          { op: 'update', optimizer, segments },
        ],
      });
      const session = await backend.prepare(plan, 0);
      const data = normals(2 * length);
      data[length + 1500] = bad;
      session.setData(data, new Float32Array(0));
      session.setParameters(normals(length));
      session.setOrder(Uint32Array.of(0, 1));
      const first = await session.run(rowsOf(1));
      const weights = await session.parameters();
      const rest = [1, 0, 0].map((batchOffset, i) => row({ step: i + 2, batchOffset }));
      const result = await session.run(rest);
      assert.deepEqual([result.stepsDone, result.badSegment], [0, 1]);
      assert.deepEqual(await session.parameters(), weights);
      assert.deepEqual(result.updateSquares, first.updateSquares, 'still those of the last update');
    });
  }
});

describe('what WebGPU cannot do is said', () => {
  before(start);

  it('a plan beyond the device is refused before anything is allocated, with its size', async () => {
    const plan = { ...copying, sizes: { ...sizes, activations: 2 ** 33 } };
    await assert.rejects(
      backend.prepare(plan, 0),
      (error) => error instanceof OutOfMemory && /activations.*34\.4 GB.*at most/.test(error.message),
    );
  });

  it('an allocation that the device refuses is out of memory', async () => {
    const device = await ownDevice();
    device.gpu.popErrorScope = () => Promise.resolve({ message: 'no room' } as GPUError);
    await assert.rejects(device.buffers({ data: [1024, GPUBufferUsage.STORAGE] }), OutOfMemory);
  });

  it('a program that does not compile is rejected with message, line and source', async () => {
    const device = await ownDevice();
    const broken = { name: 'broken', refs: {}, body: 'fn main() { let wrong = absent; }' };
    await assert.rejects(
      device.pipeline({ ...broken, groups: () => [1, 1, 1], cost: () => 0 }),
      /"broken" was refused[^]*line \d+:\d+: .*absent[^]*let wrong = absent/,
    );
  });

  it('a device that goes away in the middle of a run rejects all that is under way, and what comes after', async () => {
    const lost = await createWebGpuBackend(gpu);
    const session = await lost.prepare(copying, 0);
    const pending = [session.run(rowsOf(200)), session.predict(Uint32Array.of(1)), session.parameters()];
    lost.destroy();
    for (const work of pending) await assert.rejects(work, DeviceLost);
    assert.equal(lost.isLost, true);
    await assert.rejects(session.run(rowsOf(1)), DeviceLost);
    await assert.rejects(lost.prepare(copying, 0), DeviceLost);
    session.dispose();
  });

  it('an adapter that is not there at first is asked for again, but not for ever', async () => {
    const adapter = {} as GPUAdapter;
    const answers: (GPUAdapter | null)[] = [null, null, adapter];
    const late = { requestAdapter: () => Promise.resolve(answers.shift() ?? null) } as GPU;
    assert.equal(await findAdapter(late), adapter);
    await assert.rejects(findAdapter(late), NoAdapter);
  });

  it('adapters that compute on the processor are known', async () => {
    const adapter = await gpu.requestAdapter();
    assert.equal(isSoftware(adapter!.info), true);
    const info = { vendor: 'nvidia', architecture: 'ada', device: '', description: '', isFallbackAdapter: false };
    assert.equal(isSoftware(info as GPUAdapterInfo), false);
    assert.equal(isSoftware({ ...info, description: 'llvmpipe (LLVM 17)' } as GPUAdapterInfo), true);
    assert.equal(isSoftware({ ...info, isFallbackAdapter: true } as GPUAdapterInfo), true);
  });

  async function ownDevice(): Promise<Device> {
    const adapter = await findAdapter(gpu);
    return new Device(await adapter.requestDevice(), gpu);
  }
});
