import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { writeSafetensors } from '../../../src/engine/weights/safetensors.ts';
import { workplace } from './support.ts';

/** Three sorts of flowers that differ in size, and a size to be told from two sides. */
const rows = Array.from({ length: 60 }, (_, i) => {
  const sort = i % 3;
  return {
    long: 1 + sort * 4 + (i % 5) * 0.1,
    wide: 10 - sort * 3 + (i % 4) * 0.1,
    sort: ['a, small', 'b', 'c'][sort]!,
  };
});
const quoted = (text: string) => (text.includes(',') ? `"${text}"` : text);
const flowers = ['long,sort,wide', ...rows.map(({ long, wide, sort }) => `${long},${quoted(sort)},${wide}`)].join('\n');
const sizes = ['long,wide,area,edge', ...rows.map(({ long, wide }) => `${long},${wide},${long * wide},${long + wide}`)];

const file = (data: object, units: number, activation: string) => ({
  version: 1,
  seed: 1,
  data: { source: 'file', ...data },
  layers: [
    { id: 'hidden', type: 'dense', units: 8 },
    { id: 'norm', type: 'batch_norm' },
    { id: 'output', type: 'dense', units, activation },
  ],
  training: { optimizer: { name: 'adam', learningRate: 0.02 }, batchSize: 8, epochs: 60 },
});

const table = (out: string) => out.trimEnd().split('\n');

describe('rectifier predict', () => {
  const { at, read, run } = workplace();
  before(async () => {
    writeFileSync(at('flowers.csv'), flowers);
    writeFileSync(at('sizes.csv'), sizes.join('\n'));
    const networks = {
      flowers: file({ path: 'flowers.csv', target: 'sort' }, 3, 'softmax'),
      sizes: file({ path: 'sizes.csv', target: ['area', 'edge'] }, 2, 'linear'),
      moons: { ...file({}, 1, 'sigmoid'), data: { source: 'moons', samples: 100 } },
    };
    for (const [name, text] of Object.entries(networks)) {
      writeFileSync(at(`${name}.nn.json`), JSON.stringify(text));
      const { code, err } = await run('train', `${name}.nn.json`, '--save', `${name}.st`);
      assert.equal(code, 0, err);
    }
  });
  const predict = (name: string, input: string, contents?: string) => {
    if (contents !== undefined) writeFileSync(at(input), contents);
    return run('predict', `${name}.nn.json`, '--weights', `${name}.st`, '--input', input);
  };

  it('gives a probability a class, named by its label, and the class', async () => {
    const { code, out, err } = await predict('flowers', 'flowers.csv');
    assert.equal(code, 0, err);
    const [head, ...lines] = table(out);
    assert.equal(head, '"a, small",b,c,class');
    assert.equal(lines.length, 60);
    for (const [i, line] of lines.entries()) {
      const [, a, b, c, label] = /^([^,]+),([^,]+),([^,]+),(.*)$/.exec(line)!;
      assert.ok(Math.abs(Number(a) + Number(b) + Number(c) - 1) < 1e-5, line);
      assert.equal(label, quoted(rows[i]!.sort));
    }
  });

  it('takes columns by name in any order, without the target and beside others', async () => {
    const whole = await predict('flowers', 'flowers.csv');
    const reordered = ['wide,note,long', ...rows.map(({ long, wide }) => `${wide},x,${long}`)].join('\r\n');
    assert.deepEqual(await predict('flowers', 'reordered.csv', reordered), whole);
    const tabs = ['wide\tlong', ...rows.map(({ long, wide }) => `${wide}\t${long}`)].join('\n');
    assert.deepEqual(await predict('flowers', 'tabs.tsv', tabs), whole);
  });

  it('takes a table without a header as it stood in training, the target left out', async () => {
    const whole = await predict('flowers', 'flowers.csv');
    const bare = rows.map(({ long, wide }) => `${long},${wide}`).join('\n');
    assert.deepEqual(await predict('flowers', 'bare.csv', bare), whole);
  });

  it('needs no training data, since the weight file knows columns, classes and scaling', async () => {
    const whole = await predict('flowers', 'flowers.csv');
    writeFileSync(at('kept.csv'), flowers);
    writeFileSync(at('flowers.csv'), 'nothing,here');
    assert.deepEqual(await predict('flowers', 'kept.csv'), whole);
    writeFileSync(at('flowers.csv'), flowers);
  });

  it('uses the training data when the weights come from elsewhere', async () => {
    const whole = await predict('flowers', 'flowers.csv');
    writeFileSync(at('flowers.st'), writeSafetensors({ ...read('flowers.st'), metadata: {} }));
    assert.deepEqual(await predict('flowers', 'flowers.csv'), whole);
  });

  it('gives numbers under the names of the target columns', async () => {
    const { code, out } = await predict('sizes', 'sizes.csv');
    assert.equal(code, 0);
    const [head, ...lines] = table(out);
    assert.equal(head, 'area,edge');
    assert.equal(lines.length, 60);
    assert.ok(lines.every((line) => line.split(',').length === 2 && line.split(',').every((x) => Number.isFinite(+x))));
  });

  it('gives both probabilities of two classes from one output', async () => {
    const { out } = await predict('moons', 'points.csv', 'x,y\n0,1\n1,-0.5\n');
    const [head, upper, lower] = table(out);
    assert.equal(head, '0,1,class');
    for (const [line, label] of [
      [upper!, '0'],
      [lower!, '1'],
    ] as const) {
      const [first, second, found] = line.split(',');
      assert.ok(Math.abs(+first! + +second! - 1) < 1e-6, line);
      assert.equal(found, label);
    }
  });

  it('gives what an autoencoder makes of its inputs, under their names', async () => {
    const text = {
      ...file({ path: 'flowers.csv', target: 'sort' }, 2, 'linear'),
      training: { target: 'input', epochs: 1 },
    };
    writeFileSync(at('restore.nn.json'), JSON.stringify(text));
    assert.equal((await run('train', 'restore.nn.json', '--save', 'restore.st')).code, 0);
    const [head, ...lines] = table((await predict('restore', 'flowers.csv')).out);
    assert.equal(head, 'long,wide');
    assert.ok(lines.length === 60 && lines.every((line) => line.split(',').length === 2));
  });

  it('names the place of what it can not use', async () => {
    for (const [contents, says] of [
      ['long,broad\n1,2\n', /^bad\.csv:1:1: there is no column "wide"/],
      ['long,wide\n1,2\n3,many\n', /^bad\.csv:3:3: "many" in "wide" is not a number/],
      ['long,wide\n1,2\n,4\n', /^bad\.csv:3:1: "long" is missing/],
      ['long,wide\n1,2\n3\n', /^bad\.csv:3:1: this row has 1 field/],
      ['long,wide\n1,1e300\n', /^bad\.csv:2:3: 1e300 in "wide" is too large/],
      ['long,wide,long\n1,2,3\n', /^bad\.csv:1:1: "long" names more than one column/],
      ['1,2,3,4,5\n', /^bad\.csv:1:1: there are 5 columns and no header/],
      ['long;wide\n1;2\n', /^bad\.csv:1:1: fields are separated by semicolons/],
      ['', /^bad\.csv:1:1: bad\.csv is empty/],
    ] as const) {
      const { code, out, err } = await predict('flowers', 'bad.csv', contents);
      assert.deepEqual([code, out], [1, ''], contents);
      assert.match(err, says);
      assert.equal(err.split('\n').length, 2, err);
    }
    assert.match((await predict('flowers', 'nowhere.csv')).err, /^nowhere\.csv:1:1: there is no such file/);
    const { code, err } = await run('predict', 'moons.nn.json', '--weights', 'sizes.st', '--input', 'points.csv');
    assert.equal(code, 1);
    assert.match(err, /^sizes\.st:1:1: /);
    assert.equal((await run('predict', 'moons.nn.json', '--input', 'points.csv')).code, 2);
  });
});
