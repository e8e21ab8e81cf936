import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { fastest, speedups, typical } from '../../src/engine/training/fastest.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import { compile } from '../../src/engine/plan/compile.ts';
import { initialParameters } from '../../src/engine/training/initialize.ts';
import { row, wasm } from './wasmSupport.ts';

const text = JSON.stringify({
  version: 1,
  data: { source: 'circles', samples: 40 },
  layers: [{ id: 'output', type: 'dense', units: 1, activation: 'sigmoid' }],
});

describe('the backend that auto chooses', () => {
  let quick: Backend;
  /** Takes ten milliseconds more for each step. */
  let slow: Backend;
  before(async () => {
    quick = await wasm('simd');
    slow = {
      ...quick,
      name: 'webgpu',
      async prepare(plan, seed) {
        const session = await quick.prepare(plan, seed);
        const run = session.run.bind(session);
        session.run = async (rows, before) => {
          await wait(10 * rows.length);
          return run(rows, before);
        };
        return session;
      },
    };
  });

  async function choose(...backends: Backend[]) {
    const { graph, dataset } = await checkNetwork(text, () => Promise.reject(new Error('no file')));
    return fastest(backends, graph!, dataset!);
  }

  it('is the one that made more steps a second, whatever its place, and the reason gives both figures', async () => {
    for (const order of [
      [quick, slow],
      [slow, quick],
    ]) {
      const { backend, reason } = await choose(...order);
      assert.equal(backend, quick);
      assert.match(reason, /^auto: wasm [\d,]+ steps\/s, webgpu [\d.]+ steps\/s$/);
    }
  });

  it('is another build of the kernels only where that is worth it', async () => {
    const [slower, same] = await speedups(quick, [slow, quick]);
    assert.ok(slower! < 0.5 && same! > 2 * slower!, `${slower}, ${same}`);
    const [factor] = await speedups(slow, [quick]);
    assert.ok(factor! > 2, `${factor}`);
  });

  it('is measured on a network whose units stay active, half of the time, as long as it is measured', async () => {
    const { graph, dataset } = await checkNetwork(typical, () => Promise.reject(new Error('There is no file.')));
    const plan = compile(graph!, 64, dataset!.samples);
    const session = await quick.prepare(plan, graph!.network.seed);
    session.setData(dataset!.features, dataset!.targets);
    session.setParameters(initialParameters(graph!, plan));
    session.setOrder(dataset!.parts.train);
    const { learningRate } = graph!.network.training;
    await session.run(Array.from({ length: 2000 }, () => row({ rows: 64, learningRate, observe: false })));
    const { units } = await session.evaluate(dataset!.parts.train);
    session.dispose();
    // Of a unit's six counts the second is how often its output was 0: the first and the third layer are ReLUs.
    for (const first of [0, 256]) {
      let zeros = 0;
      for (let unit = first; unit < first + 128; unit++) zeros += units[6 * unit + 1]!;
      const share = zeros / 128 / dataset!.parts.train.length;
      assert.ok(share > 0.4 && share < 0.6, `${share} of what comes out is 0`);
    }
  });

  it('is never one that cannot run the network', async () => {
    const broken: Backend = { ...quick, name: 'webgpu', prepare: () => Promise.reject(new Error('too large')) };
    const { backend, reason } = await choose(broken, slow);
    assert.equal(backend, slow);
    assert.match(reason, /cannot run it$/);
  });
});
