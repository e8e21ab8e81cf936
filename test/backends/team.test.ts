import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { EvaluateResult, RunResult, Session } from '../../src/engine/backends/backend.ts';
import { createWasmBackend, type Spawn } from '../../src/engine/backends/wasm/index.ts';
import { Team } from '../../src/engine/backends/wasm/opcodes.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import { spawn } from '../../src/engine/node/helperThread.ts';
import { compile } from '../../src/engine/plan/compile.ts';
import type { Plan } from '../../src/engine/plan/plan.ts';
import { initialParameters } from '../../src/engine/training/initialize.ts';
import { normals, row } from './wasmSupport.ts';

const rows = 128;
const samples = 256;
const conv = { type: 'conv2d', kernelSize: 3, padding: 'same', activation: 'relu' };

/** Layers of which two threads share all they can: both ways of a convolution, pools, products by large and by small matrices, sums, the update. */
const shared = {
  layers: [
    { id: 'direct', ...conv, filters: 20, strides: 2 },
    { id: 'winograd', ...conv, filters: 16 },
    { id: 'pool', type: 'max_pool2d', poolSize: 2 },
    { id: 'inner', ...conv, filters: 16 },
    { id: 'flatten', type: 'flatten' },
    { id: 'wide', type: 'dense', units: 130, activation: 'tanh' },
    // With so many zeros behind it and before it, both ways of lists.
    { id: 'thin', type: 'dropout', rate: 0.8 },
    { id: 'square', type: 'dense', units: 64 },
    { id: 'another', type: 'dense', units: 64 },
    { id: 'out', type: 'dense', units: 10, activation: 'softmax' },
  ],
  training: { optimizer: { name: 'adam', clipNorm: 1 }, batchSize: rows },
};
/** Plain descents, all of which but the last keep no sums, behind convolutions that two threads share. */
const plain = {
  layers: [
    { id: 'direct', ...conv, filters: 16 },
    { id: 'winograd', ...conv, filters: 16 },
    { id: 'pool', type: 'global_avg_pool2d' },
    { id: 'out', type: 'dense', units: 10, activation: 'softmax' },
  ],
  training: { optimizer: { name: 'sgd' }, batchSize: rows },
};
/** Signals that vanish both ways, so that what products are made of is scaled. */
const vanishing = {
  layers: [
    { id: 'flatten', type: 'flatten' },
    ...['first', 'second', 'third'].map((id) => ({ id, type: 'dense', units: 130, activation: 'tanh' })),
    { id: 'out', type: 'dense', units: 10, activation: 'softmax' },
  ],
  training: { optimizer: { name: 'sgd', momentum: 0.9 }, batchSize: rows },
};
const small = {
  layers: [
    { id: 'pool', type: 'max_pool2d', poolSize: 4 },
    shared.layers[4],
    { id: 'out', type: 'dense', units: 10, activation: 'softmax' },
  ],
};

async function planFor(given: object): Promise<{ plan: Plan; parameters: Float32Array }> {
  const data = { source: 'shapes', samples };
  const { graph, problems } = await checkNetwork(JSON.stringify({ version: 1, data, ...given }), () =>
    Promise.reject(new Error('There is no file.')),
  );
  assert.ok(graph, JSON.stringify(problems));
  const plan = compile(graph, rows, samples);
  return { plan, parameters: initialParameters(graph, plan) };
}

describe('two threads on one memory', () => {
  let came: Promise<void>;
  let running: number;

  /** Threads as the command line has them, counted; `came` is when the last one is in the kernels. */
  const counted: Spawn = (source, data) => {
    const { memory, team } = data as { memory: { buffer: SharedArrayBuffer }; team: number };
    const thread = spawn!(source, data);
    running++;
    came = (async () => {
      while (Atomics.load(new Int32Array(memory.buffer, team + Team.ready, 1), 0) === 0) await wait(2);
    })();
    return {
      terminate() {
        running--;
        thread.terminate();
      },
    };
  };
  const open = async (plan: Plan, start?: Spawn): Promise<Session> => {
    const bytes = readFileSync(new URL('../../dist/kernels-simd.wasm', import.meta.url));
    return (await createWasmBackend(bytes, 'simd', start)).prepare(plan, 5);
  };

  beforeEach(() => {
    running = 0;
  });

  for (const [name, network] of Object.entries({ adam: shared, 'plain descents': plain })) {
    it(`give the bits that one gives, in whole and in short batches, also where the second comes late: ${name}`, () =>
      giveTheSame(network, 1));
  }

  it('give the bits that one gives where signals vanish', () => giveTheSame(vanishing, 1e-13));

  async function giveTheSame(network: object, scale: number): Promise<void> {
    const { plan, parameters } = await planFor(network);
    const sessions = [await open(plan), await open(plan, counted)];
    const features = normals(plan.sizes.features);
    const targets = Float32Array.from({ length: plan.sizes.targets }, (_, i) => i % 10);
    for (const session of sessions) {
      session.setData(features, targets);
      session.setParameters(parameters.map((value) => value * scale));
      session.setOrder(Uint32Array.from({ length: samples }, (_, i) => i));
    }
    const both = async (what: (session: Session) => Promise<RunResult | EvaluateResult | Float32Array>) => {
      const [alone, together] = [await what(sessions[0]!), await what(sessions[1]!)];
      assert.deepEqual(together, alone);
    };
    const steps = (from: number, count: number, size: number) =>
      Array.from({ length: count }, (_, i) =>
        row({
          step: from + i,
          rows: size,
          batchOffset: ((from + i) % 2) * rows,
          learningRate: 0.01,
          correction1: 0.5,
          correction2: 0.5,
        }),
      );
    await both((session) => session.run(steps(1, 1, rows)));
    await came;
    await both((session) => session.run(steps(2, 3, rows)));
    await both((session) => session.run(steps(5, 1, 7)));
    await both((session) => session.run(steps(6, 1, 1)));
    await both((session) => session.evaluate(Uint32Array.from({ length: 150 }, (_, i) => i)));
    await both((session) => session.parameters());
    // What is not finite ends the run at the same step, with the same weights.
    await both((session) =>
      session.run(steps(7, 4, rows).map((step, i) => (i === 1 ? { ...step, learningRate: 1e39 } : step))),
    );
    await both((session) => session.parameters());
    assert.equal(running, 1);
    for (const session of sessions) session.dispose();
    assert.equal(running, 0);
  }

  it('are not started for a network that has nothing to share', async () => {
    const { plan } = await planFor(small);
    const session = await open(plan, counted);
    assert.equal(running, 0);
    session.dispose();
  });
});
