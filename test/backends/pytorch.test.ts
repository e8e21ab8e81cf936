import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Backend } from '../../src/engine/backends/backend.ts';
import { referenceBackend } from '../../src/engine/backends/reference/index.ts';
import { compile } from '../../src/engine/plan/compile.ts';
import type { Plan } from '../../src/engine/plan/plan.ts';
import { initialState } from '../../src/engine/training/initialize.ts';
import { builds, wasm } from './wasmSupport.ts';
import { webgpu } from './webgpuSupport.ts';
import { graphOf } from '../unit/engine/networks.ts';

interface Case {
  name: string;
  layers: unknown[];
  training: { loss: string; optimizer: unknown };
  data: {
    inputShape: number[];
    task: 'classification' | 'regression';
    outputs: number;
    samples: number;
    features: number[];
    targets: number[];
  };
  initial: Record<string, number[]>;
  losses: number[];
  gradients: Record<string, number[]>;
  final: Record<string, number[]>;
  /** Running statistics after the last step. */
  state?: Record<string, number[]>;
}

const fixtures = new URL('../fixtures/pytorch/cases.json.gz', import.meta.url);
const { cases } = JSON.parse(gunzipSync(readFileSync(fixtures)).toString()) as { cases: Case[] };

/** Largest difference, against the size of the whole tensor: single entries near 0 carry rounding of their neighbours. */
function difference(actual: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0) / expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(actual[i]! - value) / Math.max(scale, Math.abs(value), 1e-3)));
}

/**
 * Trains a case, its first step and then so many at once; returns the largest relative difference of losses, weights, running statistics, and first
 * gradients' norms.
 */
async function trained(
  { layers, training, data, initial, losses, gradients, final, state }: Case,
  backend: Backend,
  atOnce: number,
) {
  const all = Uint32Array.from({ length: data.samples }, (_, i) => i);
  const dataset = {
    ...data,
    features: Float32Array.from(data.features),
    targets: Float32Array.from(data.targets),
    parts: { train: all, validation: all.slice(0, 0), test: all.slice(0, 0) },
    scaling: { shift: new Float64Array(1), divisor: new Float64Array(1) },
    columns: [],
    messages: [],
  };
  const graph = graphOf({ layers, training }, dataset);
  const plan = compile(graph, data.samples, data.samples);
  const session = await backend.prepare(plan, 0);
  session.setData(dataset.features, dataset.targets);
  session.setParameters(arena(plan, initial));
  session.setState(initialState(plan));
  session.setOrder(all);
  const { beta1, beta2 } = plan.optimizer;
  const worst = { losses: 0, gradients: 0, weights: 0, state: 0 };
  for (let done = 0; done < losses.length;) {
    const step = done + 1;
    const some = losses.slice(done, done + (step === 1 ? 1 : atOnce));
    const expected = some.reduce((sum, loss) => sum + loss, 0);
    const result = await session.run(
      some.map((_, index) => ({
        step: step + index,
        rows: data.samples,
        batchOffset: 0,
        learningRate: graph.network.training.learningRate,
        correction1: 1 - beta1 ** (step + index),
        correction2: 1 - beta2 ** (step + index),
        observe: false,
      })),
    );
    done += some.length;
    assert.equal(result.stepsDone, some.length);
    worst.losses = Math.max(
      worst.losses,
      Math.abs(result.loss + result.penalty - expected) / Math.max(Math.abs(expected), 1e-3),
    );
    if (step === 1) {
      const norms = plan.parameters.map((_, segment) => Math.sqrt(result.gradientSquares[segment]!));
      const expectedNorms = plan.parameters.map(({ name }) => Math.hypot(...gradients[name]!));
      worst.gradients = difference(norms, expectedNorms);
    }
  }
  const weights = await session.parameters();
  for (const { name, offset, size } of plan.parameters) {
    worst.weights = Math.max(worst.weights, difference(weights.subarray(offset, offset + size), final[name]!));
  }
  const running = await session.state();
  for (const { name, offset, size } of plan.state) {
    worst.state = Math.max(worst.state, difference(running.subarray(offset, offset + size), state![name]!));
  }
  session.dispose();
  return worst;
}

function arena(plan: Plan, tensors: Record<string, number[]>): Float32Array {
  const values = new Float32Array(plan.sizes.parameters);
  for (const { name, offset } of plan.parameters) values.set(tensors[name]!, offset);
  return values;
}

/** Weights cross as float32, which alone is worth 6e-8. */
const backends = [
  { name: 'reference', tolerance: 1e-6, get: () => Promise.resolve(referenceBackend), atOnce: 1 },
  ...builds.map((build) => ({ name: `wasm ${build}`, tolerance: 1e-4, get: () => wasm(build), atOnce: 1 })),
  // What a step left behind is long in coming.
  { name: 'webgpu', tolerance: 1e-3, get: webgpu, atOnce: 19 },
];
/** In software WebGPU is slow: of two networks about the same thing, dense and then convolved, it takes the one or the other. The reference has all. */
const some = cases.filter((_, i) => i % 4 === 0 || i % 4 === 3);

for (const { name, tolerance, get, atOnce } of backends) {
  describe(`20 steps of ${name} agree with PyTorch within ${tolerance}`, () => {
    const chosen = name === 'webgpu' ? some : cases;
    it('on enough cases', () => assert.ok(cases.length >= 300 && chosen.length >= 150, `${chosen.length} cases`));
    for (const entry of chosen) {
      it(entry.name, async () => {
        const worst = await trained(entry, await get(), atOnce);
        for (const [what, error] of Object.entries(worst)) assert.ok(error <= tolerance, `${what}: ${error}`);
      });
    }
  });
}
