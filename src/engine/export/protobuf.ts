import { joined } from '../bytes.ts';

/**
 * Protocol buffers, as far as writing takes: a message is its fields one after another, each a tag (number and wire type) and a value.
 * Source: protobuf.dev, "Encoding". Parts are kept in pieces, so that weights are copied once, when the whole is put together.
 */
export interface Message {
  readonly parts: readonly Uint8Array[];
  readonly length: number;
}

const wire = { varint: 0, bytes: 2, float: 5 } as const;

/** A field with a whole number; negative ones as 64-bit two's complement. */
export const integer = (field: number, value: number): Message => join([tag(field, wire.varint), varint(value)]);

export function float(field: number, value: number): Message {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return join([tag(field, wire.float), bytes]);
}

export const text = (field: number, value: string): Message => bytes(field, new TextEncoder().encode(value));

export const bytes = (field: number, value: Uint8Array): Message =>
  join([tag(field, wire.bytes), varint(value.length), value]);

export const message = (field: number, ...fields: readonly Message[]): Message => {
  const { parts, length } = fieldsOf(...fields);
  return join([tag(field, wire.bytes), varint(length), ...parts]);
};

/** Fields one after another. */
export const fieldsOf = (...fields: readonly Message[]): Message => join(fields.flatMap(({ parts }) => parts));

/** The bytes as a whole. */
export const wholeOf = ({ parts }: Message): Uint8Array => joined(parts);

const join = (parts: readonly Uint8Array[]): Message => ({
  parts,
  length: parts.reduce((sum, { length }) => sum + length, 0),
});

const tag = (field: number, type: number): Uint8Array => varint(field * 8 + type);

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function varint(value: number): Uint8Array {
  const found: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) found.push(Number(rest & 127n) | 128);
  found.push(Number(rest));
  return Uint8Array.from(found);
}
