import assert from 'node:assert/strict';
import type { Scale } from '../../../src/engine/spec/dataFields.ts';
import { column, file } from './support.ts';

const rows = Array.from({ length: 40 }, (_, i) => `${i * i},0.1,${1e6 + i},${i % 2 ? 'a' : 'b'}`).join('\n');
const scaled = (scale: Scale, spec = {}) => file(rows, { scale, ...spec });
const ofTrain = (data: Awaited<ReturnType<typeof scaled>>, index: number) =>
  [...data.parts.train].map((row) => column(data, index)[row]!);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('scaling', () => {
  it('standardizes with mean and population σ of the training part alone', async () => {
    const data = await scaled({ method: 'standardize' });
    for (const index of [0, 2]) {
      const train = ofTrain(data, index);
      assert.ok(Math.abs(mean(train)) < 1e-6);
      assert.ok(Math.abs(mean(train.map((value) => value ** 2)) - 1) < 1e-5);
    }
    const raw = [...data.parts.train].map((row) => row * row);
    assert.ok(Math.abs(data.scaling.shift[0]! - mean(raw)) < 1e-9);
    const whole = mean(Array.from({ length: 40 }, (_, i) => i * i));
    assert.notEqual(data.scaling.shift[0], whole);
  });

  it('divides a constant column by 1, though its mean is rounded', async () => {
    const data = await scaled({ method: 'standardize' });
    assert.equal(data.scaling.divisor[1], 1);
    assert.deepEqual(new Set(column(data, 1)), new Set([0]));
  });

  it('knows mean and σ of numbers whose squares are too large or too small to be added up', async () => {
    const like = async (factor: string) => {
      const rows = Array.from({ length: 20 }, (_, i) => `${i % 7}${factor},${i % 2 === 0 ? 'a' : 'b'}`);
      return column(await file(`x,class\n${rows.join('\n')}`, { scale: { method: 'standardize' } }), 0);
    };
    const plain = await like('');
    for (const factor of ['e200', 'e307', 'e-200', 'e-310']) {
      for (const [i, value] of (await like(factor)).entries()) assert.ok(Math.abs(value - plain[i]!) < 1e-6, factor);
    }
  });

  it('maps the training part’s least and greatest to the range, a constant column to its low end', async () => {
    const data = await scaled({ method: 'minmax', range: [-1, 3] });
    for (const index of [0, 2]) {
      assert.ok(Math.abs(Math.min(...ofTrain(data, index)) + 1) < 1e-6);
      assert.ok(Math.abs(Math.max(...ofTrain(data, index)) - 3) < 1e-6);
    }
    assert.deepEqual(new Set(column(data, 1)), new Set([-1]));
    // What lies outside the training part's range goes outside.
    const all = column(data, 0);
    assert.ok(data.parts.train.includes(39) || all[39]! > 3);
    assert.ok(data.parts.train.includes(0) || all[0]! < -1);
  });

  it('can be undone with the shift and divisor it records', async () => {
    const data = await scaled({ method: 'minmax', range: [0, 1] });
    const { shift, divisor } = data.scaling;
    column(data, 2).forEach((value, row) => assert.ok(Math.abs(value * divisor[2]! + shift[2]! - (1e6 + row)) < 1e-4));
  });

  it('leaves the inputs as they are when told to, and targets always', async () => {
    const data = await scaled({ method: 'none' });
    assert.deepEqual(
      column(data, 0),
      Array.from({ length: 40 }, (_, i) => i * i),
    );
    const numbers = await file('1,10.5\n2,20.5\n3,30.5\n4,40.5', { scale: { method: 'standardize' } });
    assert.deepEqual([...numbers.targets], [10.5, 20.5, 30.5, 40.5]);
  });

  it('goes by channel for pictures', async () => {
    // 1 × 2 pixels of 2 channels: the second channel is ten times the first.
    const pictures = Array.from({ length: 10 }, (_, i) => `${i},${10 * i},${i + 1},${10 * i + 10},${i % 2}`).join('\n');
    const data = await file(pictures, { inputShape: [1, 2, 2], scale: { method: 'minmax', range: [0, 1] } });
    assert.equal(data.scaling.shift.length, 2);
    const train = [...data.parts.train];
    assert.equal(data.scaling.shift[0], Math.min(...train));
    assert.equal(data.scaling.divisor[0], Math.max(...train) + 1 - Math.min(...train));
    assert.equal(data.scaling.divisor[1], 10 * data.scaling.divisor[0]!);
  });
});
