import assert from 'node:assert/strict';
import { referenceBackend } from '../../../src/engine/backends/reference/index.ts';
import { compile } from '../../../src/engine/plan/compile.ts';
import { initialParameters } from '../../../src/engine/training/initialize.ts';
import { graphOf, smallData } from './networks.ts';

describe('predictions', () => {
  for (const [activation, outputs] of [
    ['softmax', 3],
    ['sigmoid', 1],
  ] as const) {
    it(`of ${activation} are what is left when nothing else may use the output's place`, async () => {
      const data = smallData([4], 'classification', Math.max(outputs, 2), 20);
      const layers = [
        { type: 'dense', units: 5 },
        { id: 'output', type: 'dense', units: outputs, activation },
      ];
      const graph = graphOf({ layers, seed: 2 }, data);
      const plan = compile(graph, 1, data.samples);
      const session = await referenceBackend.prepare(plan, 2);
      session.setParameters(initialParameters(graph, plan));
      const predicted: Float32Array[] = [];
      for (const targets of [data.targets, new Float32Array(20).fill(1)]) {
        session.setData(data.features, targets);
        predicted.push(await session.predict(data.parts.train));
      }
      assert.deepEqual(predicted[0], predicted[1]);
      assert.ok(predicted[0]!.every((value) => value > 0 && value < 1));
      if (outputs === 1) return;
      for (let row = 0; row < 20; row++) {
        const sum = predicted[0]!.subarray(row * 3, row * 3 + 3).reduce((total, value) => total + value, 0);
        assert.ok(Math.abs(sum - 1) < 1e-6);
      }
    });
  }
});
