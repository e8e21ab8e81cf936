import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { fastest, speedups } from '../../src/engine/training/fastest.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import { wasm } from './wasmSupport.ts';

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
    assert.ok(slower! < 0.5, `${slower}`);
    assert.ok(same! > 0.5 && same! < 2, `${same}`);
    const [factor] = await speedups(slow, [quick]);
    assert.ok(factor! > 2, `${factor}`);
  });

  it('is never one that cannot run the network', async () => {
    const broken: Backend = { ...quick, name: 'webgpu', prepare: () => Promise.reject(new Error('too large')) };
    const { backend, reason } = await choose(broken, slow);
    assert.equal(backend, slow);
    assert.match(reason, /cannot run it$/);
  });
});
