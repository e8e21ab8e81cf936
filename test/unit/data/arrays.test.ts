import assert from 'node:assert/strict';
import { gzipSync, zipSync } from 'fflate';
import type { DataSpec } from '../../../src/engine/spec/dataFields.ts';
import { readInputs } from '../../../src/engine/data/inputs.ts';
import { loadData } from '../../../src/engine/data/load.ts';
import { readNpy } from '../../../src/engine/data/npy.ts';
import { bytes, column, file, fileSpec, refused } from './support.ts';

type Write = (view: DataView, at: number, value: number) => void;
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** Numbers as a file holds them. */
function body(values: readonly number[], size: number, write: Write): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) => write(view, i * size, value));
  return new Uint8Array(view.buffer);
}

/** What numpy.save writes around an array's elements. */
function npy(descr: string, shape: string, elements: Uint8Array, version = 1, fortran = false): Uint8Array {
  const header = bytes(
    `{'descr': ${descr}, 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape}), }`.padEnd(117) + '\n',
  );
  const length = version === 1 ? [header.length, 0] : [header.length, 0, 0, 0];
  return joined(Uint8Array.of(0x93), bytes('NUMPY'), Uint8Array.from([version, 0, ...length]), header, elements);
}

const uint8 = (shape: string, values: readonly number[]) => npy("'|u1'", shape, Uint8Array.from(values));
const floats = (shape: string, values: readonly number[]) =>
  npy(
    "'<f8'",
    shape,
    body(values, 8, (view, at, value) => view.setFloat64(at, value, true)),
  );
const wide = (texts: readonly string[]) =>
  npy(
    "'<U3'",
    `${texts.length},`,
    body(
      texts.flatMap((text) => [0, 1, 2].map((i) => [...text][i]?.codePointAt(0) ?? 0)),
      4,
      (view, at, value) => view.setUint32(at, value, true),
    ),
  );

const idx = (kind: number, shape: readonly number[], elements: Uint8Array) =>
  joined(
    Uint8Array.of(0, 0, kind, shape.length),
    body(shape, 4, (view, at, value) => view.setUint32(at, value)),
    elements,
  );

/** Loads data from files by name. */
const from = (files: Record<string, Uint8Array>, spec: Partial<DataSpec>) =>
  loadData({ ...fileSpec, ...spec }, 1, (path) =>
    files[path] ? Promise.resolve(files[path]) : Promise.reject(Object.assign(new Error(), { code: 'ENOENT' })),
  );

const values = [1, -2, 3, 4, -5, 6];
const written: Record<string, [size: number, write: Write]> = {
  '|i1': [1, (view, at, value) => view.setInt8(at, value)],
  '<i2': [2, (view, at, value) => view.setInt16(at, value, true)],
  '>i2': [2, (view, at, value) => view.setInt16(at, value)],
  '>i4': [4, (view, at, value) => view.setInt32(at, value)],
  '<i8': [8, (view, at, value) => view.setBigInt64(at, BigInt(value), true)],
  '>i8': [8, (view, at, value) => view.setBigInt64(at, BigInt(value))],
  '<f4': [4, (view, at, value) => view.setFloat32(at, value, true)],
  '>f8': [8, (view, at, value) => view.setFloat64(at, value)],
};

/** Four pictures of 2 × 3, and what is in each. */
const pixels = Array.from({ length: 24 }, (_, i) => (i * 7) % 11);
const labels = [3, 9, 3, 9];
const pictures = { 'x.npy': uint8('4, 2, 3', pixels), 'y.npy': uint8('4,', labels) };
const pair = { path: 'x.npy', labels: 'y.npy' };

describe('npy', () => {
  for (const [type, [size, write]] of Object.entries(written)) {
    it(`reads ${type} in both orders and all versions`, () => {
      for (const version of [1, 2, 3]) {
        const rows = npy(`'${type}'`, '3, 2', body(values, size, write), version);
        const columns = npy(`'${type}'`, '3, 2', body([1, 3, -5, -2, 4, 6], size, write), version, true);
        for (const bytes of [rows, columns])
          assert.deepEqual([...readNpy(bytes, { name: 'a', key: 'data.path' }).values], values);
      }
    });
  }

  it('reads float16 and bool', () => {
    const read = (bytes: Uint8Array) => [...readNpy(bytes, { name: 'a', key: 'data.path' }).values];
    const halves = [0x3c00, 0xc100, 0x0001, 0x7bff, 0xfc00, 0x8000];
    const bits = body(halves, 2, (view, at, value) => view.setUint16(at, value, true));
    assert.deepEqual(read(npy("'<f2'", '6,', bits)), [1, -2.5, 2 ** -24, 65504, -Infinity, -0]);
    assert.deepEqual(read(npy("'|b1'", '3,', Uint8Array.of(1, 0, 1))), [1, 0, 1]);
  });

  it('holds inputs and targets as the columns of a table', async () => {
    const table = { 'a.npy': floats('4, 3', [1, 2, 0, 3, 4, 1, 5, 6, 0, 7, 8, 1]) };
    const last = await from(table, { path: 'a.npy' });
    assert.deepEqual([last.inputShape, last.classes, last.columns], [[2], ['0', '1'], ['column 0', 'column 1']]);
    assert.deepEqual(
      [column(last, 1), [...last.targets]],
      [
        [2, 4, 6, 8],
        [0, 1, 0, 1],
      ],
    );
    const first = await from(table, { path: 'a.npy', target: [0, 1], task: 'regression' });
    assert.deepEqual(
      [first.features, first.targets],
      [Float32Array.of(0, 1, 0, 1), Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8])],
    );
    await refused(from(table, { path: 'a.npy', target: 3 }), 'data.target', /columns count from 0 to 2/);
    await refused(from(table, { path: 'a.npy', target: ['x'] }), 'data.target.0', /give its number/);
  });

  it('has labels in a file of their own, gives pictures of one channel or more', async () => {
    const data = await from(pictures, pair);
    assert.deepEqual([data.samples, data.inputShape, data.classes], [4, [2, 3, 1], ['3', '9']]);
    assert.deepEqual([[...data.features], [...data.targets]], [pixels, [0, 1, 0, 1]]);
    assert.deepEqual((await from(pictures, { ...pair, inputShape: [6] })).inputShape, [6]);
    const packed = {
      'x.npy.gz': gzipSync(uint8('4, 2, 1, 3', pixels)),
      'y.gz': gzipSync(idx(8, [4], Uint8Array.from(labels))),
    };
    const colours = await from(packed, { path: 'x.npy.gz', labels: 'y.gz' });
    assert.deepEqual([colours.inputShape, colours.features], [[2, 1, 3], data.features]);
    assert.deepEqual((await from({ ...pictures, 'y.npy': wide(['dog', 'ä', 'dog', 'ä']) }, pair)).classes, [
      'dog',
      'ä',
    ]);
    const two = await from({ ...pictures, 'y.npy': floats('4, 2', [1, 2, 3, 4, 5, 6, 7, 8]) }, pair);
    assert.deepEqual([two.task, two.outputs, two.targetColumns], ['regression', 2, ['label 0', 'label 1']]);
  });

  it('drops or fills in samples that lack a value, or names the first', async () => {
    const lacking = { ...pictures, 'x.npy': floats('4, 2', [1, 2, 3, NaN, 5, 6, 7, 8]) };
    const split = { train: 1, validation: 0, test: 0 };
    await refused(from(lacking, pair), 'data.path', /x\.npy\[1, 1\] is missing; fill it in, or set data.missing/);
    assert.deepEqual(column(await from(lacking, { ...pair, missing: 'drop' }), 0), [1, 5, 7]);
    assert.deepEqual(column(await from(lacking, { ...pair, missing: 'mean', split }), 1), [
      2,
      Math.fround(16 / 3),
      6,
      8,
    ]);
    const unknown = { ...pictures, 'y.npy': floats('4,', [NaN, 1, 2, NaN]) };
    await refused(
      from(unknown, { ...pair, missing: 'mean' }),
      'data.labels',
      /y\.npy\[0\] is missing, and 1 more .* never made up/,
    );
  });

  const header = (descr: string, shape = '2, 2') => ({ 'x.npy': npy(descr, shape, new Uint8Array(4)) });
  const faults: Record<string, [files: Record<string, Uint8Array>, key: string, says: RegExp]> = {
    'another kind of file': [{ 'x.npy': bytes('1,2\n3,4') }, 'data.path', /x\.npy is no npy file/],
    'a later version': [{ 'x.npy': npy("'|u1'", '2, 2', new Uint8Array(4), 9) }, 'data.path', /version 9 \(byte 6\)/],
    'a header that is cut short': [
      { 'x.npy': uint8('2, 2', [1]).subarray(0, 40) },
      'data.path',
      /in its header, at byte 40/,
    ],
    'a header without a shape': [
      header("'|u1'", 'two'),
      'data.path',
      /bytes 10 to 128, names no type, order and shape/,
    ],
    'complex numbers': [header("'<c8'"), 'data.path', /type c8, which are no numbers/],
    'pickled objects': [header("'|O'"), 'data.path', /type O,/],
    records: [header("[('a', '<f4')]"), 'data.path', /type a list of fields/],
    'a shape larger than the file': [
      header("'|u1'", '200, 200'),
      'data.path',
      /takes 40000 bytes from byte 128 on, but there are 4/,
    ],
    'a shape larger than memory': [header("'|u1'", '99999999999, 99999999999'), 'data.path', /at most 268435456 fit/],
    'inputs that are texts': [{ ...pictures, 'x.npy': wide(['a', 'b', 'c', 'd']) }, 'data.path', /holds texts/],
    'infinite inputs': [
      { ...pictures, 'x.npy': floats('2, 2', [1, 2, Infinity, 3]) },
      'data.path',
      /x\.npy\[1, 0\] is infinite/,
    ],
    'too many dimensions': [
      { ...pictures, 'x.npy': uint8('4, 1, 1, 1, 1', labels) },
      'data.path',
      /shape \(4, 1, 1, 1, 1\)/,
    ],
    'fewer labels': [
      { ...pictures, 'y.npy': uint8('3,', [1, 2, 1]) },
      'data.labels',
      /x\.npy holds 4 samples, but y\.npy holds 3/,
    ],
  };
  for (const [name, [files, key, says]] of Object.entries(faults))
    it(`is refused with ${name}`, () => refused(from({ 'y.npy': pictures['y.npy'], ...files }, pair), key, says));

  it('is refused where labels and target do not go with it', async () => {
    await refused(
      from(pictures, { ...pair, labels: 'z.npy' }),
      'data.labels',
      /"z\.npy" can't be read: there is no such/,
    );
    await refused(from({ ...pictures, 'y.npy': bytes('1') }, pair), 'data.labels', /neither npy nor idx/);
    await refused(from(pictures, { path: 'x.npy' }), 'data.path', /name a file of targets in data\.labels/);
    await refused(from(pictures, { ...pair, target: 0 }), 'data.target', /remove one of them/);
    await refused(file('1,2\n3,4', { labels: 'y.npy' }), 'data.labels', /goes with npy, idx/);
    await refused(
      from({ ...pictures, 'y.npy': uint8('4, 2', [...labels, ...labels]) }, { ...pair, task: 'classification' }),
      'data.labels',
      /argmax/,
    );
    await refused(file('1,2', { path: 'data.bin' }), 'data.path', /"csv", "tsv", "idx", "npy", "npz"/);
  });
});

describe('npz', () => {
  const zip = (names: Record<string, Uint8Array>) => ({ 'a.npz': zipSync(names) });
  const both = zip(pictures);

  it('holds x and y, or what the target names', async () => {
    const data = await from(both, { path: 'a.npz' });
    const wanted = await from(pictures, pair);
    assert.deepEqual({ ...data, targetColumns: [] }, { ...wanted, targetColumns: [] });
    assert.deepEqual(data.targetColumns, ['y']);
    const named = zip({ 'train.npy': pictures['x.npy'], 'is.npy': pictures['y.npy'] });
    assert.deepEqual((await from(named, { path: 'a.npz', target: ['train', 'is'] })).features, data.features);
    await refused(from(named, { path: 'a.npz' }), 'data.path', /no array "x", but train, is/);
    await refused(from(named, { path: 'a.npz', target: ['train', 'y'] }), 'data.target.1', /no array "y"/);
    await refused(from(both, { path: 'a.npz', target: 1 }), 'data.target', /two of them/);
    await refused(from({ 'a.npz': bytes('nothing') }, { path: 'a.npz' }), 'data.path', /no npz file/);
  });

  it('is refused by what it says it unpacks to', async () => {
    const bytes = zipSync({ 'x.npy': new Uint8Array(9) });
    // The directory's entry ends with the name, 46 bytes after its start, and has the size at 24; 22 bytes follow it.
    bytes.set([0, 0, 0, 0x7f], bytes.length - 22 - 'x.npy'.length - 46 + 24);
    await refused(from({ 'a.npz': bytes }, { path: 'a.npz' }), 'data.path', /more than 512 MB/);
  });
});

describe('idx', () => {
  const images = idx(8, [4, 2, 3], Uint8Array.from(pixels));
  const digits = idx(8, [4], Uint8Array.from(labels));

  it('is MNIST’s pair of pictures and labels', async () => {
    const files = { 'train-images-idx3-ubyte.gz': gzipSync(images), 'labels.idx': digits };
    const data = await from(files, { path: 'train-images-idx3-ubyte.gz', labels: 'labels.idx' });
    assert.deepEqual({ ...data }, { ...(await from(pictures, pair)) });
    const large = idx(
      13,
      [2, 2],
      body([1.5, 0, 2.5, 1], 4, (view, at, value) => view.setFloat32(at, value)),
    );
    assert.deepEqual(column(await from({ 'a.idx': large }, { path: 'a.idx' }), 0), [1.5, 2.5]);
  });

  it('is refused with a wrong start or length', async () => {
    const refuse = (bytes: Uint8Array, says: RegExp) =>
      refused(from({ 'a.idx': bytes }, { path: 'a.idx' }), 'data.path', says);
    await refuse(bytes('P5 2 3'), /a\.idx is no idx file/);
    await refuse(images.subarray(0, 9), /in its header, at byte 9/);
    await refuse(images.subarray(0, 30), /takes 24 bytes from byte 16 on, but there are 14/);
    await refuse(idx(8, [70000, 70000], digits), /at most 268435456 fit/);
  });
});

describe('arrays to predict', () => {
  const known = { inputShape: [2], columns: ['a', 'b'] };
  it('are the inputs, or a table with the targets in it', () => {
    const read = (bytes: Uint8Array, name: string) => [...readInputs(bytes, name, known, undefined)];
    assert.deepEqual(read(uint8('2, 2', [1, 2, 3, 4]), 'a.npy'), [1, 2, 3, 4]);
    assert.deepEqual(read(uint8('2, 3', [1, 2, 9, 3, 4, 9]), 'a.npy'), [1, 2, 3, 4]);
    assert.deepEqual(read(zipSync({ 'x.npy': uint8('2, 2, 1', [1, 2, 3, 4]) }), 'a.npz'), [1, 2, 3, 4]);
    assert.deepEqual(read(idx(8, [1, 2], Uint8Array.of(5, 6)), 'a.idx'), [5, 6]);
    assert.throws(
      () => read(uint8('1, 5', [1, 2, 3, 4, 5]), 'a.npy'),
      /5 values a sample, but the network has 2 inputs/,
    );
    assert.throws(() => read(floats('1, 2', [1, NaN]), 'a.npy'), /a\.npy\[0, 1\] is missing/);
  });
});
