import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { zlibSync } from 'fflate';
import { packFolder } from '../../../src/engine/data/folder.ts';
import { pngHead, readPng } from '../../../src/engine/data/png.ts';
import { readInputs } from '../../../src/engine/data/inputs.ts';
import { examine } from '../../../src/engine/node/networkFile.ts';
import type { DataSpec } from '../../../src/engine/spec/dataFields.ts';
import { bytes, file, refused } from './support.ts';

interface Picture {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 colour, 3 palette, 4 and 6 with transparency. */
  readonly kind?: number;
  readonly depth?: number;
  readonly interlace?: number;
  readonly palette?: readonly number[];
}

/** A PNG whose lines are given as they are packed: a filter, then bytes. Its sums are left out: nobody asks for them. */
function png({ width, height, kind = 0, depth = 8, interlace = 0, palette }: Picture, lines: readonly number[]) {
  const word = (value: number) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
  const chunk = (name: string, data: ArrayLike<number>) => [
    ...word(data.length),
    ...bytes(name),
    ...Array.from(data),
    0,
    0,
    0,
    0,
  ];
  const packed = zlibSync(Uint8Array.from(lines));
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
    ...chunk('IHDR', [...word(width), ...word(height), depth, kind, 0, 0, interlace]),
    ...(palette ? chunk('PLTE', palette) : []),
    ...chunk('IDAT', packed.subarray(0, 5)),
    ...chunk('IDAT', packed.subarray(5)),
    ...chunk('IEND', []),
  ]);
}

function pixels(file: Uint8Array): number[] | undefined {
  const head = pngHead(file)!;
  const out = new Float32Array(head.width * head.height * head.channels);
  return readPng(file, head, out, 0) ? [...out] : undefined;
}

const grey = (values: readonly number[], width = 2) =>
  png(
    { width, height: values.length / width },
    values.flatMap((value, i) => (i % width === 0 ? [0, value] : [value])),
  );

describe('PNG', () => {
  it('undoes every filter', () => {
    const lines = [0, 10, 20, 30, 1, 5, 7, 250, 2, 1, 1, 1, 3, 100, 3, 9, 4, 1, 2, 3];
    const values = [10, 20, 30, 5, 12, 6, 6, 13, 7, 103, 61, 43, 104, 63, 46];
    assert.deepEqual(pixels(png({ width: 3, height: 5 }, lines)), values);
  });

  it('reads every depth, palettes, and colours without their transparency', () => {
    assert.deepEqual(
      pixels(png({ width: 3, height: 2, depth: 1 }, [0, 0b1010_0000, 0, 0b0110_0000])),
      [255, 0, 255, 0, 255, 255],
    );
    assert.deepEqual(pixels(png({ width: 3, height: 1, depth: 4 }, [0, 0x1f, 0x80])), [17, 255, 136]);
    assert.deepEqual(pixels(png({ width: 2, height: 1, depth: 16 }, [0, 255, 255, 1, 1])), [255, 1]);
    assert.deepEqual(pixels(png({ width: 2, height: 1, kind: 4 }, [0, 7, 255, 8, 0])), [7, 8]);
    assert.deepEqual(pixels(png({ width: 2, height: 1, kind: 6 }, [0, 1, 2, 3, 4, 5, 6, 7, 8])), [1, 2, 3, 5, 6, 7]);
    const palette = [1, 2, 3, 40, 50, 60];
    assert.deepEqual(
      pixels(png({ width: 3, height: 1, kind: 3, depth: 2, palette }, [0, 0b0100_0100])),
      [40, 50, 60, 1, 2, 3, 40, 50, 60],
    );
  });

  it('puts the passes of an interlaced picture together', () => {
    // Of 3 × 3 the passes hold (0, 0); nothing; nothing; (0, 2); (2, 0) and (2, 2); column 1 of rows 0 and 2; row 1.
    const passes = [0, 1, 0, 3, 0, 7, 9, 0, 2, 0, 8, 0, 4, 5, 6];
    assert.deepEqual(pixels(png({ width: 3, height: 3, interlace: 1 }, passes)), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('is refused when it is none, damaged or cut short', () => {
    assert.equal(pngHead(bytes('GIF89a, and so on and so on and so on')), undefined);
    assert.equal(pngHead(png({ width: 1, height: 1, depth: 3 }, [0, 0])), undefined);
    const whole = grey([1, 2, 3, 4]);
    assert.equal(pixels(whole.subarray(0, 50)), undefined);
    assert.equal(pixels(grey([1, 2, 3, 4]).map((byte, i) => (i === 45 ? 255 - byte : byte))), undefined);
    assert.equal(pixels(png({ width: 2, height: 2 }, [0, 1, 2])), undefined);
    assert.equal(pixels(png({ width: 1, height: 1 }, [9, 1])), undefined);
    assert.equal(pixels(png({ width: 1, height: 1, kind: 3 }, [0, 0])), undefined);
  });
});

describe('a folder of pictures', () => {
  const good = {
    'dog/2.png': grey([5, 6, 7, 8]),
    'cat/1.png': grey([1, 2, 3, 4]),
    'dog/10.png': grey([9, 9, 9, 9]),
    'cat/z.png': grey([0, 0, 0, 0]),
  };
  const load = (files: Record<string, Uint8Array>, spec: Partial<DataSpec> = {}) =>
    file(packFolder(Object.entries(files).map(([name, bytes]) => ({ name, bytes }))), { path: 'pets', ...spec });

  it('has a class a folder, sorted by name', async () => {
    const data = await load(good);
    assert.deepEqual(
      [data.samples, data.inputShape, data.task, data.classes],
      [4, [2, 2, 1], 'classification', ['cat', 'dog']],
    );
    assert.deepEqual([...data.features], [1, 2, 3, 4, 0, 0, 0, 0, 9, 9, 9, 9, 5, 6, 7, 8]);
    assert.deepEqual([...data.targets], [0, 0, 1, 1]);
    assert.deepEqual((await load(good, { path: 'pets.d', format: 'images' })).classes, ['cat', 'dog']);
  });

  const faults: Record<
    string,
    [files: Record<string, Uint8Array>, spec: Partial<DataSpec>, key: string, says: RegExp]
  > = {
    'nothing in it': [{}, {}, 'data.path', /pets holds no pictures/],
    'a picture in no class': [
      { ...good, 'a.png': good['cat/1.png'] },
      {},
      'data.path',
      /pets\/a\.png is in no folder of a class/,
    ],
    'another kind of file': [{ ...good, 'cat/a.jpg': bytes('jpg') }, {}, 'data.path', /pets\/cat\/a\.jpg is no PNG/],
    'a picture of another size': [
      { ...good, 'dog/3.png': grey([1, 2, 3], 3) },
      {},
      'data.path',
      /pets\/dog\/3\.png is 1 × 3 × 1 .* cat\/1\.png is 2 × 2 × 1/,
    ],
    'a damaged picture': [
      { ...good, 'dog/3.png': grey([1, 2, 3, 4]).subarray(0, 50) },
      {},
      'data.path',
      /pets\/dog\/3\.png is damaged/,
    ],
    'one class': [
      { 'a/1.png': good['dog/2.png'], 'a/2.png': good['dog/10.png'] },
      {},
      'data.path',
      /at least 2 classes/,
    ],
    'more values than fit': [
      { 'a/1.png': png({ width: 60000, height: 60000 }, []) },
      {},
      'data.path',
      /at most 268435456 fit/,
    ],
    'a target': [good, { target: 'class' }, 'data.target', /remove data\.target/],
    labels: [good, { labels: 'y.npy' }, 'data.labels', /goes with npy, idx/],
    'another format': [good, { format: 'npy' }, 'data.path', /pets is a folder/],
  };
  for (const [name, [files, spec, key, says]] of Object.entries(faults))
    it(`is refused with ${name}`, () => refused(load(files, spec), key, says));

  it('is not a file', () => refused(file('1,2', { path: 'pets' }), 'data.path', /pets is a file; give a folder/));

  it('is predicted from, in folders or not, by name; a picture alone, too', () => {
    const columns = ['1', '2', '3', '4'];
    const read = (files: Record<string, Uint8Array>, inputShape = [2, 2, 1]) => {
      const folder = packFolder(Object.entries(files).map(([name, bytes]) => ({ name, bytes })));
      return [...readInputs(folder, 'pets', { inputShape, columns }, undefined)];
    };
    assert.deepEqual(read(good), [1, 2, 3, 4, 0, 0, 0, 0, 9, 9, 9, 9, 5, 6, 7, 8]);
    assert.deepEqual(read({ 'a.png': good['dog/2.png'] }, [4]), [5, 6, 7, 8]);
    const alone = readInputs(good['dog/2.png'], 'a.png', { inputShape: [2, 2, 1], columns }, undefined);
    assert.deepEqual([...alone], [5, 6, 7, 8]);
    assert.throws(() => read(good, [1, 4, 1]), /pictures are 2 × 2 × 1 .* the network takes 1 × 4 × 1/);
    assert.throws(() => read({}), /pets holds no pictures/);
  });

  it('is read by the command line, without what systems hide in it', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rectifier-'));
    try {
      for (const [name, content] of Object.entries({ ...good, '.DS_Store': bytes('x'), 'cat/Thumbs.db': bytes('x') })) {
        fs.mkdirSync(path.join(folder, 'pets', path.dirname(name)), { recursive: true });
        fs.writeFileSync(path.join(folder, 'pets', name), content);
      }
      const layers = [{ type: 'flatten' }, { type: 'dense', units: 2, activation: 'softmax' }];
      const text = JSON.stringify({ version: 1, data: { source: 'file', path: 'pets', split: { train: 1 } }, layers });
      const { dataset, problems } = await examine(path.join(folder, 'a.nn.json'), text);
      assert.deepEqual(dataset?.classes, ['cat', 'dog'], JSON.stringify(problems));
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
