import assert from 'node:assert/strict';
import type { Dataset } from '../../../src/engine/data/dataset.ts';
import { describeData } from '../../../src/engine/data/load.ts';
import { sources } from '../../../src/engine/spec/dataFields.ts';
import { column, drawn, refused } from './support.ts';

const drawnSources = sources.filter((source) => source !== 'file');
const classified = ['circles', 'moons', 'spiral', 'xor', 'blobs'] as const;
const pointSources = [...classified, 'plane', 'sine'] as const;
const points = (data: Dataset) =>
  Array.from(data.targets, (label, i) => ({ x: data.features[2 * i]!, y: data.features[2 * i + 1]!, label }));
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, not ${expected} ± ${tolerance}`);
const one = { train: 1, validation: 0, test: 0 };

describe('drawn data', () => {
  for (const source of drawnSources) {
    it(`of ${source} is as described`, async () => {
      const data = await drawn({ source, samples: 300 });
      const { inputShape, task, outputs, classes, samples } = data;
      const spec = {
        source,
        samples: 300,
        noise: 0.1,
        missing: 'error',
        split: one,
        scale: { method: 'none' },
      } as const;
      assert.deepEqual({ inputShape, task, outputs, samples, ...(classes ? { classes } : {}) }, describeData(spec));
      assert.equal(data.features.length, 300 * inputShape.reduce((a, b) => a * b));
      assert.equal(data.columns.length, data.features.length / 300);
      assert.equal(data.targets.length, 300);
    });

    it(`of ${source} repeats bit for bit with the seed, and differs with another`, async () => {
      const first = await drawn({ source, samples: 50 }, 3);
      assert.deepEqual(await drawn({ source, samples: 50 }, 3), first);
      assert.notDeepEqual((await drawn({ source, samples: 50 }, 4)).features, first.features);
    });
  }

  for (const source of classified) {
    it(`of ${source} has classes of equal size`, async () => {
      const { classes, targets } = await drawn({ source, samples: 300 });
      const counts = classes!.map((_, label) => targets.filter((target) => target === label).length);
      // The corners of xor are drawn; the others are counted out.
      for (const count of counts) near(count, 300 / classes!.length, source === 'xor' ? 40 : 0);
    });
  }

  for (const source of pointSources) {
    it(`of ${source} carries normal noise of the standard deviation asked for on each coordinate`, async () => {
      const clean = await drawn({ source, samples: 4000, noise: 0 });
      const noisy = await drawn({ source, samples: 4000, noise: 0.25 });
      assert.deepEqual(noisy.targets, clean.targets);
      for (const axis of clean.columns.keys()) {
        const places = column(clean, axis);
        const noise = column(noisy, axis).map((value, i) => value - places[i]!);
        near(mean(noise), 0, 0.02);
        near(deviation(noise), 0.25, 0.01);
        // As many as a normal distribution has within one σ.
        near(mean(noise.map((value) => (Math.abs(value) < 0.25 ? 1 : 0))), 0.6827, 0.03);
      }
    });
  }

  it('of circles lies as scikit-learn’s make_circles: radius 1 for class 0, 0.8 for class 1, angles even, the odd one inside', async () => {
    const data = points(await drawn({ source: 'circles', samples: 101, noise: 0 }));
    for (const { x, y, label } of data) near(Math.hypot(x, y), label === 0 ? 1 : 0.8, 1e-6);
    assert.equal(data.filter(({ label }) => label === 0).length, 50);
    const inner = data.filter(({ label }) => label === 1);
    for (const [k, { x, y }] of inner.entries()) {
      near(x, 0.8 * Math.cos((2 * Math.PI * k) / 51), 1e-6);
      near(y, 0.8 * Math.sin((2 * Math.PI * k) / 51), 1e-6);
    }
  });

  it('of moons lies as scikit-learn’s make_moons', async () => {
    const data = points(await drawn({ source: 'moons', samples: 5, noise: 0 }));
    const rounded = data.map(({ x, y, label }) => [x, y, label].map((value) => Number(value.toFixed(6)) + 0));
    // make_moons(5, shuffle=False)
    assert.deepEqual(rounded, [
      [1, 0, 0],
      [-1, 0, 0],
      [0, 0.5, 1],
      [1, -0.5, 1],
      [2, 0.5, 1],
    ]);
  });

  it('of spiral winds two arms of length 5, one the other turned by half a turn', async () => {
    const data = points(await drawn({ source: 'spiral', samples: 200, noise: 0 }));
    for (let k = 0; k < 100; k++) {
      near(Math.hypot(data[k]!.x, data[k]!.y), k / 20, 1e-5);
      near(data[k]!.x, -data[100 + k]!.x, 1e-5);
      near(data[k]!.y, -data[100 + k]!.y, 1e-5);
    }
    assert.deepEqual([data[0]!.label, data[100]!.label], [0, 1]);
  });

  it('of xor is of class 1 where the signs differ, and keeps off the axes', async () => {
    for (const { x, y, label } of points(await drawn({ source: 'xor', samples: 500, noise: 0 }))) {
      assert.equal(label, x * y < 0 ? 1 : 0);
      for (const value of [x, y]) assert.ok(Math.abs(value) >= 0.3 - 1e-6 && Math.abs(value) <= 5.3 + 1e-6, `${value}`);
    }
  });

  it('of blobs lies around three corners at distance 1', async () => {
    const data = points(await drawn({ source: 'blobs', samples: 3000, noise: 0.3 }));
    for (const [label, degrees] of [90, 210, 330].entries()) {
      const own = data.filter((point) => point.label === label);
      near(mean(own.map(({ x }) => x)), Math.cos((degrees * Math.PI) / 180), 0.03);
      near(mean(own.map(({ y }) => y)), Math.sin((degrees * Math.PI) / 180), 0.03);
      near(deviation(own.map(({ x }) => x)), 0.3, 0.02);
    }
  });

  it('of plane is a target of (x + y) ÷ 10, over coordinates that fill −5 to 5', async () => {
    const data = points(await drawn({ source: 'plane', samples: 2000, noise: 0 }));
    for (const { x, y, label } of data) near(label, (x + y) / 10, 1e-6);
    for (const axis of ['x', 'y'] as const) {
      const values = data.map((point) => point[axis]);
      near(mean(values), 0, 0.2);
      // A uniform distribution of width 10 has a standard deviation of 10 ÷ √12.
      near(deviation(values), 10 / Math.sqrt(12), 0.1);
      near(Math.min(...values), -5, 0.05);
      near(Math.max(...values), 5, 0.05);
    }
  });

  it('of sine is one period: the sine of x, over x that fills −π to π', async () => {
    const { features, targets } = await drawn({ source: 'sine', samples: 2000, noise: 0 });
    for (const [i, x] of features.entries()) near(targets[i]!, Math.sin(x), 1e-6);
    near(mean([...features]), 0, 0.15);
    near(deviation([...features]), (2 * Math.PI) / Math.sqrt(12), 0.1);
    near(Math.min(...features), -Math.PI, 0.02);
    near(Math.max(...features), Math.PI, 0.02);
  });

  for (const source of ['plane', 'sine'] as const) {
    it(`of ${source} has no classes to ask for`, async () => {
      await refused(drawn({ source, task: 'classification' }), 'data.task', /a number to predict, no classes/);
    });
  }

  it('can be fitted as numbers', async () => {
    const data = await drawn({ source: 'circles', samples: 10, task: 'regression' });
    assert.deepEqual([data.task, data.outputs, data.classes], ['regression', 1, undefined]);
  });

  it('is refused where there are too few points, or another input shape is asked for', async () => {
    await refused(
      drawn({ source: 'blobs', samples: 5 }),
      'data.samples',
      /5 samples are too few for 3 classes/,
      /at least 6/,
    );
    await refused(
      drawn({ source: 'xor', inputShape: [3] }),
      'data.inputShape',
      /\[3\] holds 3 values/,
      /2 input columns/,
    );
    await refused(drawn({ source: 'xor', noise: 1e300 }), 'data.noise', /larger than 32-bit numbers hold/);
  });
});
