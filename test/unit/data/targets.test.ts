import assert from 'node:assert/strict';
import { column, file, refused } from './support.ts';

const csv = (...rows: string[]) => rows.join('\n');
const repeated = (count: number, row: (i: number) => string) => csv(...Array.from({ length: count }, (_, i) => row(i)));

describe('the target', () => {
  const table = csv('a,b,c', '1,10,5.5', '2,20,6.5', '3,30,7.5', '4,40,8.5');

  it('is the last column when left out, and never an input', async () => {
    const data = await file(table);
    assert.deepEqual([...data.targets], [5.5, 6.5, 7.5, 8.5]);
    assert.deepEqual(data.columns, ['a', 'b']);
  });

  it('is chosen by name or by index, counted from 0', async () => {
    const named = await file(table, { target: 'a', task: 'regression' });
    assert.deepEqual([...named.targets], [1, 2, 3, 4]);
    assert.deepEqual(named.columns, ['b', 'c']);
    assert.deepEqual(column(named, 0), [10, 20, 30, 40]);
    assert.deepEqual(await file(table, { target: 0, task: 'regression' }), named);
  });

  it('may be several columns, row by row in the order of the list', async () => {
    const data = await file(table, { target: ['c', 0] });
    assert.deepEqual([data.task, data.outputs, data.columns], ['regression', 2, ['b']]);
    assert.deepEqual([...data.targets], [5.5, 1, 6.5, 2, 7.5, 3, 8.5, 4]);
  });

  it('is refused where it names no column, one twice, or all', async () => {
    await refused(
      file(csv('price,size', '1,2', '3,4'), { target: 'prize' }),
      'data.target',
      /no column "prize"; did you mean "price"\?/,
    );
    await refused(file(table, { target: 'weather' }), 'data.target', /no column "weather"; it has a, b, c; choose one/);
    await refused(
      file(table, { target: 3 }),
      'data.target',
      /3 columns, so there is no column 3; columns count from 0 to 2/,
    );
    await refused(file('1,2\n3,4', { target: 'x' }), 'data.target', /no header.*give its number, counted from 0/);
    await refused(
      file(csv('x,x,c', '1,2,3', '1,2,3'), { target: 'x' }),
      'data.target',
      /more than one column.*give its number/,
    );
    await refused(file(table, { target: ['c', 2] }), 'data.target.1', /column 2 is a target twice; remove one/);
    await refused(
      file(table, { target: ['a', 'b', 'c'] }),
      'data.target',
      /3 columns, and all are targets; inputs are missing/,
    );
    await refused(file(csv('c', '1', '2')), 'data.path', /one column, and it is the target; inputs are missing/);
  });
});

describe('the task', () => {
  it('is classification for text, and for few different whole numbers', async () => {
    assert.equal((await file(csv('1,a', '2,b'))).task, 'classification');
    assert.equal(
      (
        await file(
          repeated(40, (i) => `${i},${i % 20}`),
          { split: { train: 1, validation: 0, test: 0 } },
        )
      ).outputs,
      20,
    );
  });

  it('is regression for fractions, and for many different whole numbers', async () => {
    assert.equal((await file(repeated(40, (i) => `${i},${(i % 2) + 0.5}`))).task, 'regression');
    assert.equal((await file(repeated(42, (i) => `${i},${i % 21}`))).task, 'regression');
    assert.equal((await file(repeated(9, (i) => `${i},${i % 5}`))).task, 'regression');
  });

  it('is what the network file says', async () => {
    const ones = repeated(10, (i) => `${i},${i % 2}`);
    assert.deepEqual(
      [(await file(ones)).task, (await file(ones, { task: 'regression' })).task],
      ['classification', 'regression'],
    );
    const classes = await file(
      repeated(6, (i) => `${i},${(i % 2) + 0.5}`),
      { task: 'classification' },
    );
    assert.deepEqual(classes.classes, ['0.5', '1.5']);
  });

  it('must be said when the column mixes numbers and text', async () => {
    const mixed = csv('x,y', '1,2.5', '2,3.x', '3,4.5', '4,3.x');
    await refused(file(mixed), '3:3', /"3.x" in "y" is not a number; mend it, or set data.task to "classification"/);
    await refused(file(mixed, { task: 'regression' }), '3:3', /"3.x" in "y" is not a number/);
    assert.deepEqual((await file(mixed, { task: 'classification' })).classes, ['2.5', '3.x', '4.5']);
  });

  it('of classes takes one column, and more than one class', async () => {
    await refused(
      file(csv('1,2,a', '3,4,b'), { target: [1, 2], task: 'classification' }),
      'data.target',
      /one target column, but data.target names 2; keep one/,
    );
    await refused(
      file(csv('x,kind', '1,a', '2,a')),
      'data.path',
      /every row of data.csv is of class "a" \(column "kind"\).*choose another target/,
    );
  });
});

describe('class indices', () => {
  const targets = async (content: string, spec = {}) => {
    const { classes, targets } = await file(content, spec);
    return { classes, targets: [...targets] };
  };

  it('follow the labels in order of their text', async () => {
    assert.deepEqual(await targets(csv('1,b', '2,C', '3,a', '4,b')), {
      classes: ['C', 'a', 'b'],
      targets: [2, 0, 1, 2],
    });
  });

  it('follow the labels by value when all are numbers, however they are written', async () => {
    const rows = ['10', '9', '-1', '9.0', '1e1', '-1'].map((label, i) => `${i},${label}`);
    assert.deepEqual(await targets(csv(...rows)), { classes: ['-1', '9', '10'], targets: [2, 1, 0, 1, 2, 0] });
  });

  it('come with a word when no training row shows a class', async () => {
    const data = await file(csv('1,a', '2,a', '3,a', '4,b', '5,c', '6,c'), {
      split: { train: 0.34, validation: 0.66, test: 0 },
    });
    assert.deepEqual(data.messages, ['No training row is of class "b": it can\'t be learned.']);
  });
});

describe('missing fields', () => {
  const gaps = csv('x,y,class', '1,,a', '2,20,b', 'NaN,30,a', '4,40,', '5,50,b', '6,60,a', '7,nan,b');

  it('are refused at the first, naming the others', async () => {
    await refused(
      file(gaps),
      '2:3',
      /"y" is missing \(also lines 4, 5, 8\); fill it in, or set data.missing to "drop" or "mean"/,
    );
    await refused(file('1,a\n2,\n3,b'), '2:3', /"column 1" is missing; fill it in, or set data.missing to "drop"$/);
  });

  it('drop their rows, which are counted', async () => {
    const data = await file(gaps, { missing: 'drop' });
    assert.deepEqual(column(data, 0), [2, 5, 6]);
    assert.deepEqual(data.messages, [
      '4 of 7 rows of data.csv were dropped, because a field is missing: lines 2, 4, 5, 8.',
    ]);
    await refused(
      file(csv('x,class', ',a', ',b', '1,a'), { missing: 'drop' }),
      'data.path',
      /1 usable row; training needs at least 2/,
    );
  });

  it('take the training part’s mean', async () => {
    const filled = gaps.replace('40,\n', '40,b\n');
    const data = await file(filled, { missing: 'mean' });
    const known = [...data.parts.train]
      .map((row) => [Number.NaN, 20, 30, 40, 50, 60, Number.NaN][row]!)
      .filter((y) => y > 0);
    const mean = Math.fround(known.reduce((sum, y) => sum + y) / known.length);
    assert.deepEqual(column(data, 1), [mean, 20, 30, 40, 50, 60, mean]);
    assert.deepEqual(data.messages, [
      '1 missing field of "x" holds the training part\'s mean.',
      '2 missing fields of "y" hold the training part\'s mean.',
    ]);
  });

  it('can’t be made up for a target, or for a column without any value', async () => {
    await refused(
      file(gaps, { missing: 'mean' }),
      '5:6',
      /"class" is missing; a target is never made up: fill it in, or set data.missing to "drop"/,
    );
    await refused(
      file(csv('x,y,class', '1,,a', '2,,b', '3,,a', '4,,b'), { missing: 'mean' }),
      'data.missing',
      /"y" is missing in every training row; take the column out/,
    );
  });

  it('are none where a label reads "none" or "NA"', async () => {
    assert.deepEqual((await file(csv('1,none', '2,NA', '3,none'))).classes, ['NA', 'none']);
    await refused(
      file(csv('x,class', '1,a', 'NA,b')),
      '3:1',
      /"NA" in "x" is not a number; .*leave it empty if it is missing/,
    );
  });
});

describe('sizes', () => {
  it('of inputs must fit inputShape', async () => {
    const pictures = repeated(4, (i) => `1,2,3,4,${i % 2}`);
    assert.deepEqual((await file(pictures, { inputShape: [2, 2, 1] })).inputShape, [2, 2, 1]);
    await refused(
      file(pictures, { inputShape: [8, 8, 1] }),
      'data.inputShape',
      /\[8, 8, 1\] holds 64 values, but the data has 4 input columns/,
    );
  });

  it('must leave two rows, and a row for each part', async () => {
    await refused(file('1,a'), 'data.path', /1 usable row; training needs at least 2, so add more/);
    await refused(
      file(csv('1,a', '2,b'), { split: { train: 0.9, validation: 0.1, test: 0 } }),
      'data.split.validation',
      /2 rows are too few for a validation part of 0.1/,
    );
  });

  it('of numbers must fit 32 bits', async () => {
    await refused(file(csv('x,class', '1e300,a', '1,b')), '2:1', /"x" is larger than 32-bit numbers hold/);
    await refused(file(csv('1,1e300', '2,0.5')), '1:3', /target is larger than 32-bit/);
  });
});
