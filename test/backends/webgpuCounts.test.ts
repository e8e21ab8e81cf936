import assert from 'node:assert/strict';
import type { StepRow } from '../../src/engine/backends/backend.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import { compile } from '../../src/engine/plan/compile.ts';
import { initialParameters, initialState } from '../../src/engine/training/initialize.ts';
import { createWebGpuBackend, type WebGpuBackend } from '../../src/engine/backends/webgpu/index.ts';
import { softwareGpu } from './webgpuSupport.ts';

/** What crosses between the processor and the graphics device. */
const counted = { dispatches: 0, submissions: 0, passes: 0, written: 0, readBack: 0 };

/** Counts from here on what the device is told. */
function count(): () => void {
  const undo: (() => void)[] = [];
  const watch = <T extends object, K extends keyof T>(prototype: T, method: K, note: (args: never[]) => void) => {
    const original = prototype[method] as (...args: never[]) => unknown;
    prototype[method] = function (this: T, ...args: never[]) {
      note(args);
      return original.apply(this, args);
    } as T[K];
    undo.push(() => (prototype[method] = original as T[K]));
  };
  watch(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', () => counted.dispatches++);
  watch(GPUCommandEncoder.prototype, 'beginComputePass', () => counted.passes++);
  watch(GPUCommandEncoder.prototype, 'copyBufferToBuffer', (args) => (counted.readBack += Number(args[4])));
  watch(GPUQueue.prototype, 'submit', () => counted.submissions++);
  watch(GPUQueue.prototype, 'writeBuffer', (args) => (counted.written += Number(args[4])));
  return () => undo.forEach((restore) => restore());
}

/** As a graphics device is treated, where a dispatch costs more than what it does. */
let backend: Promise<WebGpuBackend> | undefined;

/** Steps of a network, without evaluations, and what they made the device do. */
async function train(parts: Record<string, unknown>, steps: number): Promise<typeof counted> {
  const text = JSON.stringify({ version: 1, data: { source: 'glyphs', samples: 64 }, ...parts });
  const { graph, dataset } = await checkNetwork(text, () => Promise.reject(new Error('no file')));
  assert.ok(graph && dataset);
  const rows = 16;
  const plan = compile(graph, rows, dataset.samples);
  backend ??= softwareGpu().then((gpu) => createWebGpuBackend(gpu, { busy: 1, software: false }));
  const session = await (await backend).prepare(plan, 0);
  session.setData(dataset.features, dataset.targets);
  session.setParameters(initialParameters(graph, plan));
  session.setState(initialState(plan));
  session.setOrder(dataset.parts.train);
  const row = (step: number): StepRow => ({
    ...{ step, rows, batchOffset: 0, learningRate: 0.001, correction1: 0.1, correction2: 0.001, observe: false },
  });
  for (const key of Object.keys(counted) as (keyof typeof counted)[]) counted[key] = 0;
  const stop = count();
  const { stepsDone } = await session.run(Array.from({ length: steps }, (_, i) => row(i + 1)));
  stop();
  assert.equal(stepsDone, steps);
  session.dispose();
  return { ...counted };
}

const flat = { id: 'flat', type: 'flatten' };
const hidden = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `h${i}`, type: 'dense', units: 8 }));
const output = { id: 'output', type: 'dense', units: 10, activation: 'softmax' };
const training = { optimizer: 'adam' };

describe('what a step costs on WebGPU, counted', function () {
  this.timeout(120_000);
  const steps = 20;

  it('is ten dispatches and four for each hidden layer, many steps in one submission', async () => {
    const [one, three] = [
      await train({ layers: [flat, ...hidden(1), output], training }, steps),
      await train({ layers: [flat, ...hidden(3), output], training }, steps),
    ];
    // Gathered twice; product and gradients of the output; loss; norms in two, and the update. A hidden layer: its product with
    // the activation, and the gradients by weights, bias and input, the last with that of the activation before.
    assert.equal(one.dispatches, (10 + 4) * steps);
    assert.equal(three.dispatches, (10 + 3 * 4) * steps);
    assert.deepEqual([one.passes, one.submissions], [1, 2], 'one for the steps, one to read the counters back');
    assert.deepEqual([three.passes, three.submissions], [1, 2]);
  });

  it('is one row of a table on the way there; what comes back does not grow with the steps', async () => {
    const network = { layers: [flat, ...hidden(1), output], training };
    const [few, many] = [await train(network, steps), await train(network, 2 * steps)];
    assert.ok((many.written - few.written) / steps <= 300, `${(many.written - few.written) / steps} bytes a step`);
    assert.equal(many.readBack, few.readBack);
    assert.ok(few.readBack < 6000, `${few.readBack} bytes`);
    assert.ok(many.submissions <= 4, `${many.submissions} submissions for ${2 * steps} steps`);
  });

  it('is bounded a submission: a step that costs more than one may hold is cut', async () => {
    const layers = [
      { id: 'conv', type: 'conv2d', filters: 4, kernelSize: 3 },
      { id: 'pool', type: 'max_pool2d' },
      flat,
    ];
    const { dispatches, submissions } = await train({ layers: [...layers, output], training }, steps);
    assert.equal(dispatches, 18 * steps);
    assert.ok(submissions > 2 && submissions <= steps, `${submissions} submissions`);
  });
});
