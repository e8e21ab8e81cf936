import type { Shape } from '../layers/layer.ts';
import { engineVersion } from '../version.ts';
import { bytes, fieldsOf, float, integer, message, text, wholeOf, type Message } from './protobuf.ts';

/** A whole number is written as one; `float` for those that are not meant so. */
export type Attributes = Readonly<Record<string, number | { readonly float: number } | readonly number[] | string>>;

/** LayerNormalization came with 17; what came later is made of older operations. ONNX 1.12, IR version 8. */
const [opset, irVersion] = [17, 8];
const elementType = { float: 1, int64: 7, bool: 9 } as const;
const attributeType = { float: 1, int: 2, string: 3, ints: 7 } as const;

/**
 * An ONNX graph while it is put together: values by name, each made once. Field numbers are those of onnx.proto3 (ModelProto, GraphProto,
 * NodeProto, AttributeProto, TensorProto, ValueInfoProto).
 */
export class OnnxGraph {
  private readonly nodes: Message[] = [];
  private readonly constants = new Map<string, Message>();
  private readonly names = new Map<string, number>();
  /** What names begin with: the layer at hand. */
  scope = '';

  /** Puts an operation down; returns its output's name. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, output = this.fresh(op)): string {
    const fields = [
      ...inputs.map((input) => text(1, input)),
      text(2, output),
      text(3, output),
      text(4, op),
      ...Object.entries(attributes).map(([name, value]) => message(5, text(1, name), ...attribute(value))),
    ];
    this.nodes.push(message(1, ...fields));
    return output;
  }

  /** A tensor inside of the file, under its name; a single value when it has no shape. */
  tensor(name: string, values: ArrayLike<number>, shape: Shape = []): string {
    const raw = new Uint8Array(values.length * 4);
    const view = new DataView(raw.buffer);
    for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i]!, true);
    return this.keep(name, elementType.float, shape, raw);
  }

  /** One number, for all layers together. */
  number(value: number): string {
    return this.tensor(`number/${Math.fround(value)}`, [value]);
  }

  /** Whole numbers that an operation goes by, as a shape. */
  integers(values: readonly number[]): string {
    const raw = new Uint8Array(values.length * 8);
    const view = new DataView(raw.buffer);
    values.forEach((value, i) => view.setBigInt64(i * 8, BigInt(value), true));
    return this.keep(`integers/${values.join('_')}`, elementType.int64, [values.length], raw);
  }

  isTrue = (value: string): string => this.node('Cast', [value], { to: elementType.bool });
  asNumber = (condition: string): string => this.node('Cast', [condition], { to: elementType.float });

  /** The file: one input and one output, both with rows of any number. */
  file(input: readonly [string, Shape], output: readonly [string, Shape], metadata: Readonly<Record<string, string>>) {
    const graph = fieldsOf(
      ...this.nodes,
      text(2, 'rectifier'),
      ...this.constants.values(),
      message(11, ...valueInfo(...input)),
      message(12, ...valueInfo(...output)),
    );
    const model = fieldsOf(
      integer(1, irVersion),
      text(2, 'rectifier'),
      text(3, engineVersion),
      message(7, graph),
      message(8, text(1, ''), integer(2, opset)),
      ...Object.entries(metadata).map(([key, value]) => message(14, text(1, key), text(2, value))),
    );
    return wholeOf(model);
  }

  private keep(name: string, type: number, shape: Shape, raw: Uint8Array): string {
    if (!this.constants.has(name)) {
      const tensor = [...shape.map((side) => integer(1, side)), integer(2, type), text(8, name), bytes(9, raw)];
      this.constants.set(name, message(5, ...tensor));
    }
    return name;
  }

  private fresh(op: string): string {
    const name = `${this.scope}/${op}`;
    const count = (this.names.get(name) ?? 0) + 1;
    this.names.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  }
}

function attribute(value: Attributes[string]): Message[] {
  if (typeof value === 'number') return [integer(3, value), integer(20, attributeType.int)];
  if (typeof value === 'string') return [text(4, value), integer(20, attributeType.string)];
  if ('float' in value) return [float(2, value.float), integer(20, attributeType.float)];
  return [...value.map((item) => integer(8, item)), integer(20, attributeType.ints)];
}

/** Numbers in rows: the first axis is called "batch". */
function valueInfo(name: string, shape: Shape): Message[] {
  const sides = shape.map((side) => message(1, integer(1, side)));
  const tensor = message(1, integer(1, elementType.float), message(2, message(1, text(2, 'batch')), ...sides));
  return [text(1, name), message(2, tensor)];
}
