import assert from 'node:assert/strict';
import { OutOfMemory, type Backend } from '../../src/engine/backends/backend.ts';
import { createWasmBackend } from '../../src/engine/backends/wasm/index.ts';
import type { Plan } from '../../src/engine/plan/plan.ts';
import { planOf, row, wasm } from './wasmSupport.ts';

const sizes = { parameters: 4, gradients: 4, slots: 4, state: 4, activations: 8, features: 12, targets: 8 };
/** Copies the rows' two features to the output. */
const copying: Plan = planOf({
  sizes,
  evaluateRows: 2,
  featureWidth: 2,
  ops: [{ op: 'gather', source: { arena: 'features', offset: 0 }, out: { arena: 'activations', offset: 0 }, width: 2 }],
  output: { ref: { arena: 'activations', offset: 0 }, width: 2 },
});

describe('a session on the wasm backend', () => {
  let backend: Backend;
  before(async () => (backend = await wasm('simd')));

  it('refuses a plan beyond 4 GiB before it allocates, and names the size', async () => {
    const before = process.memoryUsage().rss;
    for (const [arena, size] of [
      ['activations', '8.6 GB'],
      ['slots', '8.6 GB'],
      ['features', '12.9 GB'],
    ] as const) {
      const plan = { ...copying, sizes: { ...sizes, [arena]: 2 ** 31 } };
      await assert.rejects(
        backend.prepare(plan, 0),
        (error) => error instanceof OutOfMemory && error.message.includes(size),
      );
    }
    assert.ok(process.memoryUsage().rss - before < 2 ** 30);
  });

  it('predicts samples in the order asked, a chunk at a time, the last one short', async () => {
    const session = await backend.prepare(copying, 0);
    const features = Float32Array.from({ length: 12 }, (_, i) => i);
    session.setData(features, new Float32Array(0));
    assert.deepEqual(
      await session.predict(Uint32Array.of(5, 0, 0, 3, 1)),
      Float32Array.of(10, 11, 0, 1, 0, 1, 6, 7, 2, 3),
    );
    assert.deepEqual(await session.predict(new Uint32Array(0)), new Float32Array(0));
  });

  it('gives back parameters, slots and state as they were set, and no view of its memory', async () => {
    const session = await backend.prepare(copying, 0);
    const [parameters, slots, state] = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10, 11, 12],
    ].map((values) => Float32Array.from(values)) as [Float32Array, Float32Array, Float32Array];
    session.setParameters(parameters);
    session.setSlots(slots);
    session.setState(state);
    (await session.parameters()).fill(0);
    (await session.state()).fill(0);
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

  it('has a memory of its own', async () => {
    const [first, second] = [await backend.prepare(copying, 0), await backend.prepare(copying, 0)];
    first.setParameters(Float32Array.of(1, 1, 1, 1));
    assert.deepEqual(await second.parameters(), new Float32Array(4));
  });

  it('does nothing when asked for no steps', async () => {
    const session = await backend.prepare(copying, 0);
    const { stepsDone, loss, badSegment, units } = await session.run([]);
    assert.deepEqual([stepsDone, loss, badSegment, units.length], [0, 0, undefined, 0]);
    assert.equal((await session.run([row({}), row({ step: 2 })])).stepsDone, 2);
  });

  it('stops a plain descent where steps one by one do, with the sums of the last good step', async () => {
    const segments = [
      { offset: 0, size: 3, l1: 0, l2: 0, decay: true },
      { offset: 4, size: 5, l1: 0, l2: 0, decay: true },
    ];
    const [parameters, gradients] = [
      { arena: 'parameters', offset: 0 },
      { arena: 'gradients', offset: 0 },
    ] as const;
    const each = { perRow: 1, columns: 12, inputStride: 12, outStride: 12, accumulate: false } as const;
    const plan = planOf({
      sizes: { ...sizes, parameters: 12, gradients: 12, slots: 0, state: 0 },
      // The gradient is −1000 times the weights: each step makes those a hundred times as large.
      ops: [{ op: 'combine', input: parameters, out: gradients, scale: -1000, ...each }],
      update: [
        { op: 'norms', segments },
        { op: 'update', optimizer: copying.optimizer, segments },
      ],
    });
    const start = Float32Array.of(1, -2, 3, 0, 1e6, 1, -1, 0, 2, 0, 0, 0);
    const rows = Array.from({ length: 30 }, (_, i) => row({ step: i + 1, observe: false }));
    const [whole, single] = [await backend.prepare(plan, 0), await backend.prepare(plan, 0)];
    whole.setParameters(start);
    single.setParameters(start);
    const { stepsDone, badSegment, ...last } = await whole.run(rows);
    assert.equal(badSegment, 1);
    assert.ok(stepsDone > 5 && stepsDone < 30);
    for (const [i, step] of rows.slice(0, stepsDone).entries()) {
      const { gradientSquares, weightSquares, updateSquares } = await single.run([step]);
      if (i < stepsDone - 1) continue;
      assert.deepEqual(
        [last.gradientSquares, last.weightSquares, last.updateSquares],
        [gradientSquares, weightSquares, updateSquares],
      );
    }
    assert.equal((await single.run([rows[stepsDone]!])).badSegment, 1);
    assert.deepEqual(await whole.parameters(), await single.parameters());
  });

  it('says so when the engine cannot run the kernels', async () => {
    await assert.rejects(
      createWasmBackend(Uint8Array.of(0, 97, 115, 109), 'relaxed'),
      /does not run the relaxed kernels; use simd/,
    );
  });
});
