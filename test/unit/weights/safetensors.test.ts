import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { engineVersion } from '../../../src/engine/version.ts';
import { readSafetensors, WeightsError, writeSafetensors } from '../../../src/engine/weights/safetensors.ts';

/** A file put together by hand: the length of a header, the header, the data. */
function file(header: unknown, data: readonly number[] = [], length?: number): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(length ?? text.length));
  return Buffer.concat([size, text, Buffer.from(Float32Array.from(data).buffer)]);
}

const entry = (shape: number[], begin: number, end: number, dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('safetensors', () => {
  it('reads a file as the format lays it out, wherever its bytes begin', () => {
    const bytes = file(
      { __metadata__: { made: 'by hand' }, b: entry([2, 2], 4, 20), a: entry([], 0, 4) },
      [9, 1, -2, 0.5, 1e-40],
    );
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const { metadata, tensors } = readSafetensors(shifted.subarray(3));
    assert.deepEqual(metadata, { made: 'by hand' });
    assert.deepEqual(
      [...tensors],
      [
        ['a', { shape: [], values: Float32Array.of(9) }],
        ['b', { shape: [2, 2], values: Float32Array.of(1, -2, 0.5, 1e-40) }],
      ],
    );
  });

  it('writes header length, header and values at a multiple of 8, byte for byte', () => {
    const bytes = writeSafetensors({
      metadata: { k: 'ü' },
      tensors: new Map([['w', { shape: [1, 2], values: Float32Array.of(1, -1) }]]),
    });
    const header = '{"__metadata__":{"k":"ü"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
    const size = Buffer.byteLength(header);
    const padded = Math.ceil(size / 8) * 8;
    assert.equal(Buffer.from(bytes).readBigUInt64LE(), BigInt(padded));
    assert.equal(Buffer.from(bytes.subarray(8, 8 + padded)).toString(), header + ' '.repeat(padded - size));
    assert.deepEqual([...bytes.subarray(8 + padded)], [0, 0, 0x80, 0x3f, 0, 0, 0x80, 0xbf]);
  });

  it('reads back what it writes, empty tensors and odd names included', () => {
    const tensors = new Map([
      ['layer.weights', { shape: [3], values: Float32Array.of(Math.fround(Math.PI), 3.4e38, -0) }],
      ['none', { shape: [0, 4], values: new Float32Array(0) }],
      ['a "b" \u2028', { shape: [1], values: Float32Array.of(7) }],
    ]);
    const metadata = { network: '{\n  "version": 1 }', step: '12' };
    const bytes = writeSafetensors({ metadata, tensors });
    const read = readSafetensors(bytes);
    assert.deepEqual(read, { metadata, tensors });
    assert.ok(Object.is(read.tensors.get('layer.weights')!.values[2], -0));
    assert.deepEqual(writeSafetensors(read), bytes);
  });

  const bad: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /not a safetensors file: it has 0 bytes/],
    ['a few bytes', Uint8Array.of(1, 2, 3), /not a safetensors file/],
    ['text', Buffer.from('{"version": 1, "layers": []}'), /not a safetensors file: its header would be over 100 MB/],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /not a safetensors file/],
    ['a header beyond the end', file({}, [], 500), /header would have 500 bytes, but 2 follow; or it was cut short/],
    ['a header over the limit', file({}, [], 100_000_001), /over 100 MB/],
    ['a length beyond 2⁵³', Buffer.from('ffffffffffffffff7b7d', 'hex'), /over 100 MB/],
    ['a header that is no JSON', file('{"a": '), /header is not JSON/],
    ['a header that is no UTF-8', Buffer.from('0200000000000000ffff', 'hex'), /header is not JSON/],
    ['a header that is a list', file('[]'), /not a JSON object/],
    ['an entry that is a number', file({ w: 3 }), /entry for "w" is not one of/],
    ['an entry without a shape', file({ w: { dtype: 'F32', data_offsets: [0, 4] } }, [1]), /entry for "w"/],
    ['a negative side', file({ w: entry([-1], 0, 4) }, [1]), /entry for "w"/],
    ['a side that is a fraction', file({ w: entry([0.5], 0, 2) }, [1]), /entry for "w"/],
    ['three offsets', file({ w: { ...entry([1], 0, 4), data_offsets: [0, 4, 8] } }, [1]), /entry for "w"/],
    ['half precision', file({ w: entry([2], 0, 4, 'F16') }, [1]), /"w" is F16, but F32 is needed/],
    ['an unknown type', file({ w: entry([1], 0, 4, 'float') }, [1]), /"w" is float, but F32 is needed/],
    ['a shape larger than its bytes', file({ w: entry([1e9, 1e9], 0, 4) }, [1]), /"w" is \[1000000000, 1000000000\]/],
    [
      'a shape smaller than its bytes',
      file({ w: entry([1], 0, 8) }, [1, 2]),
      /"w" is \[1\], 4 bytes, but 8 are its own/,
    ],
    ['an end before the beginning', file({ w: entry([1], 8, 4) }, [1, 2]), /"w" is \[1\]/],
    ['an overlap', file({ a: entry([2], 0, 8), b: entry([2], 4, 12) }, [1, 2, 3]), /"b" begins at byte 4/],
    ['a hole', file({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, [1, 2, 3]), /"b" begins at byte 8/],
    ['data cut short', file({ w: entry([3], 0, 12) }, [1, 2]), /promises 12 bytes of tensors, but there are 8/],
    ['data after the end', file({ w: entry([1], 0, 4) }, [1, 2]), /promises 4 bytes of tensors, but there are 8/],
    ['a tensor far beyond the file', file({ w: entry([2 ** 40], 0, 2 ** 42) }, [1]), /promises 4398046511104 bytes/],
    ['metadata that is no text', file({ __metadata__: { step: 3 } }), /__metadata__ holds something other than text/],
    ['metadata that is a list', file({ __metadata__: [] }), /__metadata__/],
  ];
  for (const [name, bytes, says] of bad) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => readSafetensors(bytes),
        (error) => error instanceof WeightsError && says.test(error.message),
      );
    });
  }

  it('says the version that package.json has', () => {
    assert.equal(engineVersion, JSON.parse(readFileSync('package.json', 'utf8')).version);
  });
});
