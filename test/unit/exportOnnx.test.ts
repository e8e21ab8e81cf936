import assert from 'node:assert/strict';
import { activations } from '../../src/engine/activations/index.ts';
import { operations } from '../../src/engine/activations/formula/operations.ts';
import { exportOnnx } from '../../src/engine/export/onnx.ts';
import { fieldsOf, float, integer, message, text, wholeOf } from '../../src/engine/export/protobuf.ts';
import { layers } from '../../src/engine/layers/index.ts';
import { compile } from '../../src/engine/plan/compile.ts';
import { initialParameters, initialState } from '../../src/engine/training/initialize.ts';
import { tensorsOf } from '../../src/engine/weights/weights.ts';
import { around } from '../backends/around.ts';
import { custom, operationOf } from '../exportTrial/networks.ts';
import { graphOf, smallData, written } from './engine/networks.ts';

type Fields = Map<number, (bigint | Buffer)[]>;

/** A message's fields by number: whole numbers, and the bytes of all else. */
function decode(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const length = tag % 8 === 2 ? Number(varint()) : 4;
    const value = tag % 8 === 0 ? varint() : Buffer.from(bytes.subarray(at, (at += length)));
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}
const all = (fields: Fields, field: number) => (fields.get(field) ?? []) as Buffer[];
const words = (fields: Fields, field: number) => all(fields, field).map(String);

function exported(shape: readonly number[], body: readonly unknown[], shift = 0) {
  const data = smallData(shape, 'classification', 3, 4);
  const graph = graphOf({ layers: [...body, { id: 'last', type: 'dense', units: 3, activation: 'softmax' }] }, data);
  const plan = compile(graph, 1, 1);
  const tensors = tensorsOf(plan, { parameters: initialParameters(graph, plan), state: initialState(plan) });
  const { divisor } = data.scaling;
  const known = { scaling: { shift: new Float64Array(divisor.length).fill(shift), divisor } };
  const model = decode(exportOnnx({ graph, tensors, known, metadata: { seed: '7' } }));
  const parts = decode(all(model, 7)[0]!);
  const nodes = all(parts, 1).map((node) => {
    const fields = decode(node);
    return { op: words(fields, 4)[0], inputs: words(fields, 1), outputs: words(fields, 2) };
  });
  const constants = new Map(all(parts, 5).map((tensor) => [words(decode(tensor), 8)[0]!, decode(tensor)]));
  return { model, nodes, constants, tensors };
}

describe('Export to ONNX', () => {
  it('writes what decodes back: whole numbers of any size, floats, texts, messages', () => {
    const inner = fieldsOf(integer(1, 300), text(2, 'größer'));
    const back = decode(
      wholeOf(fieldsOf(integer(1, -1), integer(1, 2 ** 40), float(2, 0.5), message(20, inner), text(3, ''))),
    );
    assert.deepEqual(back.get(1), [2n ** 64n - 1n, 2n ** 40n]);
    assert.equal(all(back, 2)[0]!.readFloatLE(), 0.5);
    assert.equal(words(back, 3)[0], '');
    const nested = decode(all(back, 20)[0]!);
    assert.deepEqual([nested.get(1), words(nested, 2)], [[300n], ['größer']]);
  });

  it('answers for every layer, activation and operation of formulas, each value made once and before it is used', () => {
    const bodies = [
      ...layers.map(({ type }) => around[type]('relu')),
      ...activations.map(({ name }) => around.dense(written(name))),
      ...Object.keys(operations).map((name) => custom(operationOf(name))),
    ];
    for (const { shape, layers } of bodies) {
      const { nodes, constants } = exported(shape, layers);
      const made = new Set(['', 'input', ...constants.keys()]);
      for (const { op, inputs, outputs } of nodes) {
        for (const input of inputs) assert.ok(made.has(input), `${op} of ${input}, which nothing makes`);
        for (const output of outputs) {
          assert.ok(!made.has(output), `${output} twice`);
          made.add(output);
        }
      }
      assert.ok(made.has('output'));
    }
  });

  it('holds the weights, the scaling and how they were made', () => {
    const { model, nodes, constants, tensors } = exported([4], [{ id: 'hidden', type: 'dense', units: 5 }], 0.1);
    const raw = all(constants.get('hidden.weights')!, 9)[0]!;
    const weights = Float32Array.from({ length: 20 }, (_, i) => raw.readFloatLE(i * 4));
    assert.deepEqual(weights, tensors.get('hidden.weights')!.values);
    assert.deepEqual(constants.get('hidden.weights')!.get(1), [4n, 5n]);
    assert.deepEqual(
      nodes.map(({ op }) => op),
      ['Sub', 'Div', 'Gemm', 'Relu', 'Gemm', 'Softmax', 'Identity'],
    );
    const metadata = decode(all(model, 14)[0]!);
    assert.deepEqual([words(metadata, 1), words(metadata, 2)], [['seed'], ['7']]);
  });
});
