import { purpose, Random, streamOf } from '../random.ts';
import type { Source } from '../spec/network.ts';
import type { DataShape } from './dataset.ts';

/** Points drawn by the program, in a fixed order: all of one class after another, as scikit-learn before it shuffles. */
interface DrawnSource {
  readonly shape: Omit<DataShape, 'samples'>;
  /** The point without noise and its class: number `index` of `count`. */
  point(index: number, count: number, random: Random): readonly [x: number, y: number, label: number];
}

const plane = (classes: number): DrawnSource['shape'] => ({
  inputShape: [2],
  task: 'classification',
  outputs: classes,
  classes: Array.from({ length: classes }, (_, i) => String(i)),
});

/** Which of `classes` groups a point falls in, how far along it is and how many it has; the remainder goes to the last groups. */
function group(index: number, count: number, classes: number): readonly [label: number, place: number, size: number] {
  const base = Math.floor(count / classes);
  const label = Math.min(Math.floor(index / Math.max(base, 1)), classes - 1);
  const size = label === classes - 1 ? count - base * (classes - 1) : base;
  return [label, index - label * base, size];
}

/** Radius of the inner circle (scikit-learn's `factor`). */
const innerRadius = 0.8;

export const drawnSources: Record<Exclude<Source, 'file'>, DrawnSource> = {
  /** scikit-learn's make_circles: the outer circle is class 0. */
  circles: {
    shape: plane(2),
    point(index, count) {
      const [label, place, size] = group(index, count, 2);
      const angle = (2 * Math.PI * place) / size;
      const radius = label === 0 ? 1 : innerRadius;
      return [radius * Math.cos(angle), radius * Math.sin(angle), label];
    },
  },
  /** scikit-learn's make_moons: the upper moon is class 0. */
  moons: {
    shape: plane(2),
    point(index, count) {
      const [label, place, size] = group(index, count, 2);
      const angle = size === 1 ? 0 : (Math.PI * place) / (size - 1);
      return label === 0 ? [Math.cos(angle), Math.sin(angle), 0] : [1 - Math.cos(angle), 0.5 - Math.sin(angle), 1];
    },
  },
  /** Two arms that wind one and three quarter turns about each other, as in TensorFlow Playground. */
  spiral: {
    shape: plane(2),
    point(index, count) {
      const [label, place, size] = group(index, count, 2);
      const along = place / size;
      const angle = 1.75 * 2 * Math.PI * along + (label === 0 ? 0 : Math.PI);
      return [along * Math.sin(angle), along * Math.cos(angle), label];
    },
  },
  /** Evenly over the square −1…1; class 1 where the signs differ. */
  xor: {
    shape: plane(2),
    point(_index, _count, random) {
      const [x, y] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
      return [x, y, x * y < 0 ? 1 : 0];
    },
  },
  /** Three classes around the corners of a triangle of radius 1; noise is their spread. */
  blobs: {
    shape: plane(3),
    point(index, count) {
      const [label] = group(index, count, 3);
      const angle = Math.PI / 2 + (2 * Math.PI * label) / 3;
      return [Math.cos(angle), Math.sin(angle), label];
    },
  },
};

/** Draws `samples` points with normal noise of standard deviation `noise` on each coordinate; each seed draws its own. */
export function draw(
  source: Exclude<Source, 'file'>,
  samples: number,
  noise: number,
  seed: number,
): { features: Float64Array; targets: Float64Array } {
  const random = new Random(seed, streamOf('data'), purpose.data);
  const features = new Float64Array(samples * 2);
  const targets = new Float64Array(samples);
  for (let i = 0; i < samples; i++) {
    const [x, y, label] = drawnSources[source].point(i, samples, random);
    features[2 * i] = x + noise * random.normal();
    features[2 * i + 1] = y + noise * random.normal();
    targets[i] = label;
  }
  return { features, targets };
}
