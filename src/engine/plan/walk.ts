import type { Graph } from '../graph.ts';
import { layerRow, type Emitter } from '../layers/index.ts';
import { activate } from './operations/activate.ts';
import { conv, convTranspose } from './operations/conv.ts';
import { input } from './operations/input.ts';
import { add, concat } from './operations/join.ts';
import { matmul } from './operations/matmul.ts';
import { noise } from './operations/noise.ts';
import { normalize } from './operations/normalize.ts';
import { pool, spread } from './operations/pool.ts';
import type { Tape, Value } from './tape.ts';

/** What layers are made of, on a tape: every tensor that they hold is a value of that tape. */
const emitterOf = (tape: Tape): Emitter => ({
  matmul: matmul.bind(null, tape),
  conv: conv.bind(null, tape),
  pool: pool.bind(null, tape),
  activate: activate.bind(null, tape),
  noise: noise.bind(null, tape),
  convTranspose: convTranspose.bind(null, tape),
  spread: spread.bind(null, tape),
  normalize: normalize.bind(null, tape),
  add: add.bind(null, tape),
  concat: concat.bind(null, tape),
  reshape: tape.reshape.bind(tape),
});

/** Puts the forward pass on a tape, from the network's input on, layer by layer until `enough`. Returns the last output. */
export function walk(tape: Tape, { data, layers, network }: Graph, enough = () => false): Value {
  const emitter = emitterOf(tape);
  let output = input(tape, { arena: 'features', offset: 0 }, data.inputShape, network.data.corrupt);
  const outputs = new Map([['input', output]]);
  for (const { layer, shape } of layers) {
    tape.begin(layer);
    const inputs = layer.inputs.map((id) => outputs.get(id)!);
    output = layerRow(layer.type).emit(emitter, layer.fields, inputs, shape) as Value;
    tape.finish(output);
    outputs.set(layer.id, output);
    if (enough()) break;
  }
  return output;
}
