import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import v8 from 'node:v8';
import type { Backend, Kernels, RunResult, StepRow } from '../../src/engine/backends/backend.ts';
import { createWasmBackend } from '../../src/engine/backends/wasm/index.ts';
import type { Op, Plan, Ref } from '../../src/engine/plan/plan.ts';
import { Random } from '../../src/engine/random.ts';

// Node 20 runs relaxed SIMD only when asked to; engines that do so unasked take no notice.
v8.setFlagsFromString('--experimental-wasm-relaxed-simd');

export const builds: readonly Kernels[] = ['simd', 'relaxed'];

/** The kernels as `npm run build` left them. */
export function wasm(kernels: Kernels): Promise<Backend> {
  return createWasmBackend(readFileSync(new URL(`../../dist/kernels-${kernels}.wasm`, import.meta.url)), kernels);
}

export const row = (given: Partial<StepRow>): StepRow => ({
  step: 1,
  rows: 1,
  batchOffset: 0,
  learningRate: 0.1,
  correction1: 1,
  correction2: 1,
  observe: true,
  ...given,
});

const random = new Random(11, 0, 5);
const drawn = Float64Array.from({ length: 10007 }, () => random.normal());
let next = 0;
/** Normal values, the same sequence in every run; after 10,007 they come again. */
export const normals = (length: number, sigma = 1): Float32Array =>
  Float32Array.from({ length }, () => sigma * drawn[next++ % drawn.length]!);

/** Tensors one after another, each from a multiple of 4 on. */
function pack(tensors: readonly Float32Array[]): { offsets: number[]; values: Float32Array } {
  const offsets: number[] = [];
  let length = 0;
  for (const tensor of tensors) {
    offsets.push(length);
    length += Math.ceil(tensor.length / 4) * 4;
  }
  const values = new Float32Array(length);
  for (const [index, tensor] of tensors.entries()) values.set(tensor, offsets[index]);
  return { offsets, values };
}

const noOptimizer: Plan['optimizer'] = {
  name: 'sgd',
  momentum: 0,
  nesterov: false,
  beta1: 0,
  beta2: 0,
  rho: 0,
  epsilon: 0,
  weightDecay: 0,
  clipNorm: 0,
  slotCount: 0,
};

/** A plan of a few operations made by hand. */
export const planOf = (given: Partial<Plan> & { ops: readonly Op[]; update?: readonly Op[] }): Plan => ({
  batchRows: 1,
  evaluateRows: 1,
  parameters: [],
  state: [],
  observed: [],
  train: { forward: given.ops, backward: [], update: given.update ?? [] },
  evaluate: { forward: given.ops },
  output: { ref: { arena: 'parameters', offset: 0 }, width: 0 },
  featureWidth: 1,
  targetWidth: 1,
  optimizer: noOptimizer,
  multiplyAdds: 0,
  ...given,
  sizes: { parameters: 0, gradients: 0, slots: 0, state: 0, activations: 0, features: 0, targets: 0, ...given.sizes },
});

/**
 * Runs operations once: `inputs` lie where the data does, `outputs`, given as they are before, where the parameters do. Returns the outputs after
 * and what was counted.
 */
export async function runOps(
  backend: Backend,
  inputs: readonly Float32Array[],
  outputs: readonly Float32Array[],
  step: Partial<StepRow>,
  ops: (inputs: readonly Ref[], outputs: readonly Ref[]) => readonly Op[],
  plan: Partial<Plan> = {},
): Promise<{ outputs: Float32Array[]; result: RunResult }> {
  const read = pack(inputs);
  const written = pack(outputs);
  const refs = (arena: 'features' | 'parameters', offsets: number[]) =>
    offsets.map((offset): Ref => ({ arena, offset }));
  const sizes = { parameters: written.values.length, features: read.values.length };
  const session = await backend.prepare(
    planOf({
      ...plan,
      sizes: sizes as Plan['sizes'],
      ops: ops(refs('features', read.offsets), refs('parameters', written.offsets)),
    }),
    42,
  );
  session.setData(read.values, new Float32Array(0));
  session.setParameters(written.values);
  session.setOrder(Uint32Array.from({ length: step.rows ?? 1 }, (_, i) => i));
  const result = await session.run([row(step)]);
  const values = await session.parameters();
  session.dispose();
  const results = outputs.map(({ length }, i) => values.slice(written.offsets[i], written.offsets[i]! + length));
  // Whatever lies between the outputs is as it was.
  assert.deepEqual(values, pack(results).values);
  return { outputs: results, result };
}

/** Holds values against expected ones, differences measured against the largest expected value, or `least` where that is more. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
  least = 1e-3,
): void {
  assert.equal(actual.length, expected.length, what);
  let scale = least;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]!));
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!) / scale;
    assert.ok(difference <= tolerance, `${what}: value ${i} is ${actual[i]}, expected ${expected[i]}`);
  }
}
