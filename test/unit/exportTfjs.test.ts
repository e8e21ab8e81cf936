import assert from 'node:assert/strict';
import { activations } from '../../src/engine/activations/index.ts';
import { ExportError } from '../../src/engine/export/target.ts';
import { exportTfjs, weightsEnding } from '../../src/engine/export/tfjs.ts';
import { layers } from '../../src/engine/layers/index.ts';
import { compile } from '../../src/engine/plan/compile.ts';
import { initialParameters, initialState } from '../../src/engine/training/initialize.ts';
import { tensorsOf } from '../../src/engine/weights/weights.ts';
import { around } from '../backends/around.ts';
import { graphOf, smallData, written } from './engine/networks.ts';

interface File {
  modelTopology: { config: { layers: { name: string; class_name: string; inbound_nodes: [string][][] }[] } };
  weightsManifest: [{ paths: string[]; weights: { name: string; shape: number[] }[] }];
}

function exported(shape: readonly number[], body: readonly unknown[]) {
  const data = smallData(shape, 'classification', 3, 4);
  const graph = graphOf({ layers: [...body, { id: 'last', type: 'dense', units: 3, activation: 'softmax' }] }, data);
  const plan = compile(graph, 1, 1);
  const tensors = tensorsOf(plan, { parameters: initialParameters(graph, plan), state: initialState(plan) });
  const scaling = { ...data.scaling, shift: data.scaling.shift.map((_, i) => i + 0.1) };
  const files = exportTfjs({ graph, tensors, known: { scaling }, metadata: {} }, 'mine');
  const file = JSON.parse(files[''] as string) as File;
  return { layers: file.modelTopology.config.layers, manifest: file.weightsManifest[0], files, tensors };
}

describe('Export to TensorFlow.js', () => {
  it('answers for every layer and activation, each layer after those it takes, the weights in the order they are named in', () => {
    const bodies = [
      ...layers.map(({ type }) => around[type]('relu')),
      ...activations
        .filter(({ name }) => !['custom', 'hard_sigmoid', 'hard_swish'].includes(name))
        .map(({ name }) => around.dense(name)),
    ];
    for (const { shape, layers: body } of bodies) {
      const { layers, manifest, files, tensors } = exported(shape, body);
      const names = new Set<string>();
      for (const { name, inbound_nodes } of layers) {
        for (const [input] of inbound_nodes.flat()) assert.ok(names.has(input), `${name} takes ${input}`);
        assert.ok(!names.has(name), `${name} twice`);
        names.add(name);
      }
      assert.deepEqual(manifest.paths, ['mine.bin']);
      const count = manifest.weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
      const bytes = Buffer.from(files[weightsEnding] as Uint8Array);
      assert.equal(bytes.length, count * 4);
      const last = tensors.get('last.bias')!.values;
      assert.equal(bytes.readFloatLE(bytes.length - 4), last.at(-1));
    }
  });

  for (const activation of [written('custom'), 'hard_sigmoid', 'hard_swish', { name: 'elu', alpha: 0.5 }]) {
    it(`refuses ${JSON.stringify(activation)} at its layer, and says what to do`, () => {
      const body = [{ id: 'mine', type: 'dense', units: 4, activation }];
      assert.throws(
        () => exported([4], body),
        (error: Error) =>
          error instanceof ExportError &&
          error.path === 'layers.0' &&
          /^"mine" can't be exported\. .* train again, or export to ONNX\.$/.test(error.message),
      );
    });
  }
});
