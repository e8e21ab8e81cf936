import assert from 'node:assert/strict';
import type { Dataset } from '../../../src/engine/data/dataset.ts';
import { describeData } from '../../../src/engine/data/load.ts';
import { drawn, fileSpec, refused } from './support.ts';

const sources = ['glyphs', 'shapes'] as const;
const sizeOf = ({ inputShape }: Dataset) => inputShape.reduce((a, b) => a * b);
const picture = (data: Dataset, i: number) => data.features.subarray(i * sizeOf(data), (i + 1) * sizeOf(data));
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);

/** Share of the second half that lies nearest to the mean of its class in the first half. */
function nearestMean(vectors: readonly ArrayLike<number>[], labels: ArrayLike<number>): number {
  const half = vectors.length / 2;
  const means = Array.from({ length: 10 }, (_, label) => {
    const own = vectors.slice(0, half).filter((_, i) => labels[i] === label);
    return Array.from(own[0]!, (_, k) => mean(own.map((vector) => vector[k]!)));
  });
  const right = vectors.slice(half).filter((vector, i) => {
    const distances = means.map((middle) => distance(vector, middle));
    return distances.indexOf(Math.min(...distances)) === labels[half + i];
  });
  return right.length / half;
}

describe('drawn pictures', () => {
  for (const source of sources) {
    it(`of ${source} come class by class in turn, so that any part of them holds every class`, async () => {
      const { targets, classes } = await drawn({ source, samples: 45 });
      assert.equal(classes!.length, 10);
      assert.deepEqual(
        [...targets],
        Array.from({ length: 45 }, (_, i) => i % 10),
      );
    });

    it(`of ${source} have values from 0 to 1, however strong the noise`, async () => {
      for (const noise of [0, 0.1, 3]) {
        const { features } = await drawn({ source, samples: 30, noise });
        assert.ok(features.every((value) => value >= 0 && value <= 1));
      }
    });

    it(`of ${source} stay the same, each of them, when more are asked for`, async () => {
      const few = await drawn({ source, samples: 20 });
      const many = await drawn({ source, samples: 50 });
      assert.deepEqual(many.features.subarray(0, few.features.length), few.features);
      assert.notDeepEqual(picture(many, 10), picture(many, 0));
    });

    it(`of ${source} carry normal noise of the standard deviation asked for, and noise moves no line`, async () => {
      const clean = await drawn({ source, samples: 100, noise: 0 });
      const noisy = await drawn({ source, samples: 100, noise: 0.1 });
      const noise: number[] = [];
      // Where 0 and 1 cut nothing off.
      for (const [i, value] of clean.features.entries())
        if (value > 0.4 && value < 0.6) noise.push(noisy.features[i]! - value);
      assert.ok(noise.length > 1000, `${noise.length}`);
      assert.ok(Math.abs(mean(noise)) < 0.01, `${mean(noise)}`);
      const deviation = Math.sqrt(mean(noise.map((value) => value ** 2)));
      assert.ok(Math.abs(deviation - 0.1) < 0.005, `${deviation}`);
      const within = mean(noise.map((value) => (Math.abs(value) < 0.1 ? 1 : 0)));
      assert.ok(Math.abs(within - 0.6827) < 0.04, `${within}`);
    });

    it(`of ${source} hardly ever touch the upper or lower edge, where they would be cut off`, async () => {
      const data = await drawn({ source, samples: 500, noise: 0 });
      const [height, width, channels] = data.inputShape as [number, number, number];
      // The background of shapes runs from one colour to a like one, without an edge of its own.
      const most = source === 'glyphs' ? 0 : 0.05;
      let touching = 0;
      for (let i = 0; i < 500; i++) {
        const pixels = picture(data, i);
        let steps = 0;
        for (let k = channels; k < width * channels; k++) {
          for (const row of [0, height - 1]) {
            const at = row * width * channels + k;
            if (Math.abs(pixels[at]! - pixels[at - channels]!) > most) steps++;
          }
        }
        if (steps > 0) touching++;
      }
      assert.ok(touching <= 25, `${touching} of 500`);
    });

    it(`of ${source} are refused when more are asked for than can be held, before one is drawn`, async () => {
      const size = source === 'glyphs' ? 784 : 3072;
      const most = Math.floor(2 ** 28 / size);
      const refusal = [/at most 268435456 fit/, new RegExp(`ask for at most ${most}$`)];
      await refused(drawn({ source, samples: most + 1 }), 'data.samples', ...refusal);
      await refused(drawn({ source, samples: 10_000_000 }), 'data.samples', ...refusal);
      await refused(drawn({ source, samples: 19 }), 'data.samples', /too few for 10 classes/, /at least 20/);
    });

    it(`of ${source} can be taken as rows of values`, async () => {
      const size = source === 'glyphs' ? 784 : 3072;
      const data = await drawn({ source, samples: 20, inputShape: [size] });
      assert.deepEqual(data.inputShape, [size]);
      assert.deepEqual(describeData({ ...fileSpec, source, inputShape: [size] })!.inputShape, [size]);
      assert.deepEqual(data.features, (await drawn({ source, samples: 20 })).features);
      await refused(drawn({ source, inputShape: [size + 1] }), 'data.inputShape', /make them equal/);
    });
  }

  it('of glyphs are 28×28×1 in the ten digits, black around the strokes', async () => {
    const data = await drawn({ source: 'glyphs', samples: 200, noise: 0 });
    assert.deepEqual([data.inputShape, data.classes], [[28, 28, 1], [...'0123456789']]);
    for (let i = 0; i < 200; i++) {
      const pixels = picture(data, i);
      const inked = pixels.filter((value) => value > 0.5).length;
      assert.ok(inked > 10 && inked < 250, `${inked} pixels of a ${i % 10}`);
      assert.ok(Math.max(...pixels) > 0.7);
    }
  });

  it('of glyphs look alike within a class: most lie nearest to the mean of their own', async () => {
    const data = await drawn({ source: 'glyphs', samples: 1000 });
    const share = nearestMean(
      Array.from({ length: 1000 }, (_, i) => picture(data, i)),
      data.targets,
    );
    assert.ok(share > 0.45, `${share}`);
  });

  it('of shapes are 32×32×3 in ten figures named by words', async () => {
    const { inputShape, classes } = await drawn({ source: 'shapes', samples: 20 });
    assert.deepEqual(inputShape, [32, 32, 3]);
    const names = 'disc ring square triangle star cross bar arrow heart crescent'.split(' ');
    assert.deepEqual(classes, names);
  });

  it('of shapes do not give their class away by the colour of the background or of the figure', async () => {
    const data = await drawn({ source: 'shapes', samples: 2000, noise: 0 });
    const colours = Array.from({ length: 2000 }, (_, i) => {
      const pixels = picture(data, i);
      const corner = [...pixels.subarray(0, 3)];
      // The lightest pixel is the figure's.
      let lightest = 0;
      const light = (k: number) => 0.299 * pixels[k]! + 0.587 * pixels[k + 1]! + 0.114 * pixels[k + 2]!;
      for (let k = 3; k < pixels.length; k += 3) if (light(k) > light(lightest)) lightest = k;
      return [...corner, ...pixels.subarray(lightest, lightest + 3)];
    });
    const share = nearestMean(colours, data.targets);
    assert.ok(share < 0.16, `${share}, one in ten by chance`);
  });
});
