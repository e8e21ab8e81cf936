import assert from 'node:assert/strict';
import { gzipSync } from 'fflate';
import { numbersOf } from '../../../src/engine/data/csv.ts';
import { readInputs } from '../../../src/engine/data/inputs.ts';
import { Table } from '../../../src/engine/data/table.ts';
import { bytes, column, file, fileSpec, refused } from './support.ts';

const rows = ['1,10,a', '2,20,b', '3,30,a', '4,40,b'];
const plain = ['x,y,class', ...rows].join('\n');
const utf16 = (text: string) => Uint8Array.from([...text].flatMap((letter) => [letter.charCodeAt(0), 0]));

describe('CSV', () => {
  it('is read with a header when no field of the first row is a number', async () => {
    const data = await file(plain);
    assert.deepEqual([data.samples, data.inputShape, data.columns], [4, [2], ['x', 'y']]);
    assert.deepEqual([data.task, data.outputs, data.classes], ['classification', 2, ['a', 'b']]);
    assert.deepEqual(column(data, 1), [10, 20, 30, 40]);
    assert.deepEqual([...data.targets], [0, 1, 0, 1]);
  });

  it('is read without a header when a field of the first row is a number', async () => {
    const data = await file(rows.join('\n'));
    assert.deepEqual([data.samples, data.columns], [4, ['column 0', 'column 1']]);
  });

  const same: Record<string, [content: string | Uint8Array, path: string]> = {
    'CRLF line ends': [plain.replaceAll('\n', '\r\n'), 'data.csv'],
    'both line ends mixed': [plain.replace('\n', '\r\n'), 'data.csv'],
    'a line end at the end': [`${plain}\n`, 'data.csv'],
    'blank lines at the end': [`${plain}\n\n  \n\r\n`, 'data.csv'],
    'a byte order mark': [`\uFEFF${plain}`, 'data.csv'],
    'quotes around everything': [plain.replace(/[^,\n]+/g, '"$&"'), 'data.csv'],
    'spaces around fields': [plain.replaceAll(',', ' , '), 'data.csv'],
    'tabs, by its name': [plain.replaceAll(',', '\t'), 'data.tsv'],
    'an upper-case name': [plain, 'DATA.CSV'],
    'gzip around it': [gzipSync(bytes(plain)), 'data.csv.gz'],
    'gzip around it, not said by the name': [gzipSync(bytes(plain)), 'data.csv'],
    'gzip in two members': [
      new Uint8Array([...gzipSync(bytes(plain.slice(0, 15))), ...gzipSync(bytes(plain.slice(15)))]),
      'data.csv.gz',
    ],
  };
  for (const [name, [content, path]] of Object.entries(same)) {
    it(`reads the same with ${name}`, async () => {
      assert.deepEqual(await file(content, { path }), await file(plain));
    });
  }

  it('takes its format from the network file before its name', async () => {
    assert.deepEqual(await file(plain.replaceAll(',', '\t'), { path: 'data.txt', format: 'tsv' }), await file(plain));
  });

  it('keeps delimiters, doubled quotes and line breaks inside quotes', async () => {
    const data = await file('x,class\n1,"a, ""b""\nc"\n2,d\n3,d');
    assert.deepEqual(data.classes, ['a, "b"\nc', 'd']);
  });

  it('reads decimals with a point, signs and exponents', async () => {
    const data = await file('-1.5,a\n+.25,b\n1e3,a\n2.5E-1,b');
    assert.deepEqual(column(data, 0), [-1.5, 0.25, 1000, 0.25]);
  });

  it('to predict from goes by its columns’ places where a name stands for a target, too', () => {
    const known = { inputShape: [2], columns: ['a', 'b'], targets: ['a'] };
    assert.deepEqual([...readInputs(bytes('a,a,b\n9,1,2'), 'rows.csv', known, 0)], [1, 2]);
    assert.deepEqual([...readInputs(bytes('b,a\n2,1'), 'rows.csv', known, 0)], [1, 2]);
  });

  it('reads a column of text that is not ASCII', async () => {
    assert.deepEqual((await file('größe,art\n1,gelbe Rübe\n2,мак')).classes, ['gelbe Rübe', 'мак']);
  });
});

describe('another dialect is refused by name', () => {
  const cases: [name: string, content: string | Uint8Array, at: string, says: RegExp, path?: string][] = [
    ['semicolons', plain.replaceAll(',', ';'), '1:1', /separated by semicolons; save the table with commas/],
    ['semicolons and decimal commas', 'x;y;class\n1,5;2,5;a\n3,5;4,5;b', '1:1', /semicolons and decimal commas/],
    ['semicolons and decimal commas, headless', '1,5;a\n2,5;b\n3,5;a', '1:1', /semicolons and decimal commas/],
    ['tabs in a CSV', plain.replaceAll(',', '\t'), '1:1', /separated by tabs; set data.format to "tsv"/],
    ['tabs and decimal commas in a CSV', '1,5\ta\n2,5\tb', '1:1', /separated by tabs/],
    ['bars', plain.replaceAll(',', '|'), '1:1', /separated by bars/],
    ['spaces', plain.replaceAll(',', ' '), '1:1', /separated by spaces/],
    ['commas in a TSV', plain, '1:1', /separated by commas; set data.format to "csv"/, 'data.tsv'],
    [
      'decimal commas in a TSV',
      'x\tclass\n1\ta\n2,5\tb',
      '3:1',
      /"2,5" in "x" has a decimal comma; write decimals with a point/,
      'data.tsv',
    ],
    ['decimal commas in a TSV’s target', 'x\ty\n1\t1,5\n2\t2,5', '2:3', /"1,5" in "y" has a decimal comma/, 'data.tsv'],
    ['quoted decimal commas', 'x,class\n"1,5",a', '2:1', /decimal comma/],
    ['Excel’s sep= line', `sep=;\n${plain}`, '1:1', /Excel/],
    ['old Mac line ends', plain.replaceAll('\n', '\r'), '1:10', /CR alone; save the file with LF or CRLF/],
    ['hexadecimal numbers', '1,a\n0x10,b', '2:1', /"0x10" in "column 0" is not a number/],
    ['UTF-16 with a mark', Uint8Array.of(0xff, 0xfe, ...utf16(plain)), 'data.path', /UTF-16; save the table as UTF-8/],
    ['UTF-16 without a mark', utf16(plain), 'data.path', /UTF-16; save the table as UTF-8/],
    ['Latin-1', Uint8Array.from([...'größe,a\n1,2'], (letter) => letter.charCodeAt(0)), 'data.path', /not UTF-8/],
    ['an Excel file', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'data.path', /zip or Excel file; save the table as UTF-8/],
    [
      'a picture',
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72),
      'data.path',
      /binary, not a table/,
    ],
  ];
  for (const [name, content, at, says, path] of cases) {
    it(name, () => refused(file(content, path === undefined ? {} : { path }), at, says));
  }

  it('but other marks in a text column are no dialect', async () => {
    assert.deepEqual((await file('x,class\n1,a;b\n2,c|d\n3,a;b')).classes, ['a;b', 'c|d']);
  });
});

describe('a broken table is refused at its own line', () => {
  const cases: [name: string, content: string, at: string, ...says: RegExp[]][] = [
    ['empty', '', '1:1', /data\.csv is empty; give it a row/],
    ['blank lines alone', '\n \r\n\n', '1:1', /is empty/],
    ['a header alone', 'x,y,class\n', '1:1', /a header but no rows; add a row/],
    ['a row too short', `${plain}\n5,50`, '6:1', /this row has 2 fields, but the first has 3; give every row/],
    ['a row too long', 'x,class\n1,a\n2,b,c', '3:1', /this row has 3 fields, but the first has 2/],
    ['a blank line in between', 'x,class\n1,a\n\n2,b', '3:1', /this line is blank; remove it/],
    [
      'text among numbers',
      'x,y,class\n1,2,a\n3,four,b',
      '3:3',
      /"four" in "y" is not a number; .*only data\.target may be text/,
    ],
    ['text among numbers after a line break in quotes', 'x,y,class\n1,2,"a\nb"\n3,four,c', '4:3', /"four" in "y"/],
    ['text behind quoted fields', 'x,y,class\n"1","2,5e1",a', '2:5', /"2,5e1" in "y" is not a number/],
    ['infinity', 'x,class\n1,a\nInfinity,b', '3:1', /"Infinity" in "x" is not a number/],
    ['a number beyond all', 'x,class\n1,a\n1e999,b', '3:1', /"1e999" in "x" is not a number/],
    ['a quote not closed', 'x,class\n1,a\n2,"b\n3,c\n', '3:3', /quote is not closed; add the closing quote/],
    ['text after a quote', 'x,class\n1,"a"b\n2,c', '2:3', /text follows the closing quote; write ""/],
  ];
  for (const [name, content, at, ...says] of cases) it(name, () => refused(file(content), at, ...says));
});

describe('a data file that can’t be had', () => {
  it('is refused by what its name says', async () => {
    await refused(file(plain, { path: 'https://example.org/a.csv' }), 'data.path', /is an address.*download it/);
    await refused(file(plain, { path: '/data/a.csv' }), 'data.path', /not relative; write the path as seen from/);
    await refused(file(plain, { path: 'C:\\data\\a.csv' }), 'data.path', /not relative|address/);
    await refused(file(plain, { path: 'a.data' }), 'data.path', /does not say its format; set data\.format/);
    assert.equal((await file(plain, { path: '../data/a.csv' })).samples, 4);
  });

  it('is refused when its gzip is none, damaged, or cut short', async () => {
    const packed = gzipSync(bytes(plain.repeat(50)));
    await refused(file(plain, { path: 'a.csv.gz' }), 'data.path', /not gzip, though its name says so/);
    for (const length of [5, 12, 40, -30, -8, -4, -1]) {
      await refused(file(packed.slice(0, length), { path: 'a.csv.gz' }), 'data.path', /damaged or cut short/);
    }
    const damaged = packed.slice();
    damaged.fill(255, 12, 40);
    await refused(file(damaged, { path: 'a.csv.gz' }), 'data.path', /damaged or cut short/);
  });

  it('is stopped on the way when it unpacks to more than 512 MB', async () => {
    // A megabyte of zeros, as one gzip member, 600 times.
    const member = gzipSync(new Uint8Array(1e6), { level: 9 });
    const bomb = new Uint8Array(600 * member.length);
    for (let i = 0; i < 600; i++) bomb.set(member, i * member.length);
    await refused(file(bomb, { path: 'bomb.csv.gz' }), 'data.path', /more than 512 MB; use a part of it/);
  });

  it('is refused when it holds more values than can be indexed, before room is made for them', () => {
    class Huge extends Table {
      override readonly lineCount = 1e9;
      override readonly fieldLimit = 1e12;
    }
    const before = process.memoryUsage().arrayBuffers;
    assert.throws(
      () => numbersOf(new Huge(plain, 'huge.csv', ','), fileSpec),
      /about 2000000000 values; at most 268435456 fit\. Use a part/,
    );
    assert.ok(process.memoryUsage().arrayBuffers - before < 1e8);
  });
});
