import { purpose, Random, streamOf } from '../random.ts';
import type { Source } from '../spec/network.ts';

/** Points drawn by the program, in a fixed order: all of one class after another, as scikit-learn before it shuffles. */
interface DrawnSource {
  readonly classes: number;
  /** The point without noise and its class: number `index` of `count`. */
  point(index: number, count: number, random: Random): readonly [x: number, y: number, label: number];
}

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
    classes: 2,
    point(index, count) {
      const [label, place, size] = group(index, count, 2);
      const angle = (2 * Math.PI * place) / size;
      const radius = label === 0 ? 1 : innerRadius;
      return [radius * Math.cos(angle), radius * Math.sin(angle), label];
    },
  },
  /** scikit-learn's make_moons: the upper moon is class 0. */
  moons: {
    classes: 2,
    point(index, count) {
      const [label, place, size] = group(index, count, 2);
      const angle = size === 1 ? 0 : (Math.PI * place) / (size - 1);
      return label === 0 ? [Math.cos(angle), Math.sin(angle), 0] : [1 - Math.cos(angle), 0.5 - Math.sin(angle), 1];
    },
  },
  /** Two arms of length 5 that wind one and three quarter turns about each other, as in TensorFlow Playground. */
  spiral: {
    classes: 2,
    point(index, count) {
      const [label, place, size] = group(index, count, 2);
      const along = place / size;
      const angle = 1.75 * 2 * Math.PI * along + (label === 0 ? 0 : Math.PI);
      return [5 * along * Math.sin(angle), 5 * along * Math.cos(angle), label];
    },
  },
  /** Coordinates of 0.3 to 5.3 on either side, evenly, as in TensorFlow Playground; class 1 where their signs differ. */
  xor: {
    classes: 2,
    point(_index, _count, random) {
      const coordinate = () => {
        const value = 10 * random.uniform() - 5;
        return value + (value < 0 ? -0.3 : 0.3);
      };
      const [x, y] = [coordinate(), coordinate()];
      return [x, y, x * y < 0 ? 1 : 0];
    },
  },
  /** Three classes around the corners of a triangle of radius 1; noise is their spread. */
  blobs: {
    classes: 3,
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
