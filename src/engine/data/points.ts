import { purpose, Random, streamOf } from '../random.ts';
import type { DrawnSource } from './sources.ts';

/** A point without noise, number `index` of `count`: a coordinate for each column, then the class or number to predict. */
type Point = (index: number, count: number, random: Random) => readonly number[];

/** Points in a fixed order. Noise moves the coordinates once the target is known, so it blurs where classes meet. */
function source(columns: readonly string[], classes: number | undefined, point: Point): DrawnSource {
  const width = columns.length;
  return {
    inputShape: [width],
    columns,
    ...(classes === undefined ? {} : { classes: Array.from({ length: classes }, (_, i) => String(i)) }),
    draw(samples, noise, seed) {
      const random = new Random(seed, streamOf('data'), purpose.data);
      const features = new Float64Array(samples * width);
      const targets = new Float64Array(samples);
      for (let i = 0; i < samples; i++) {
        const drawn = point(i, samples, random);
        for (let axis = 0; axis < width; axis++) features[i * width + axis] = drawn[axis]! + noise * random.normal();
        targets[i] = drawn[width]!;
      }
      return { features, targets };
    },
  };
}

/**
 * Which of `classes` groups a point falls in, how far along it is and how many it has: all of one class after another, as
 * scikit-learn before it shuffles; the remainder goes to the last group.
 */
function group(index: number, count: number, classes: number): readonly [label: number, place: number, size: number] {
  const base = Math.floor(count / classes);
  const label = Math.min(Math.floor(index / Math.max(base, 1)), classes - 1);
  const size = label === classes - 1 ? count - base * (classes - 1) : base;
  return [label, index - label * base, size];
}

/** Evenly drawn from −limit to limit. */
const within = (limit: number, random: Random): number => limit * (2 * random.uniform() - 1);

/** Radius of the inner circle (scikit-learn's `factor`). */
const innerRadius = 0.8;

export const points = {
  /** scikit-learn's make_circles: the outer circle is class 0. */
  circles: source(['x', 'y'], 2, (index, count) => {
    const [label, place, size] = group(index, count, 2);
    const angle = (2 * Math.PI * place) / size;
    const radius = label === 0 ? 1 : innerRadius;
    return [radius * Math.cos(angle), radius * Math.sin(angle), label];
  }),
  /** scikit-learn's make_moons: the upper moon is class 0. */
  moons: source(['x', 'y'], 2, (index, count) => {
    const [label, place, size] = group(index, count, 2);
    const angle = size === 1 ? 0 : (Math.PI * place) / (size - 1);
    return label === 0 ? [Math.cos(angle), Math.sin(angle), 0] : [1 - Math.cos(angle), 0.5 - Math.sin(angle), 1];
  }),
  /** Two arms of length 5 that wind one and three quarter turns about each other, as in TensorFlow Playground. */
  spiral: source(['x', 'y'], 2, (index, count) => {
    const [label, place, size] = group(index, count, 2);
    const along = place / size;
    const angle = 1.75 * 2 * Math.PI * along + (label === 0 ? 0 : Math.PI);
    return [5 * along * Math.sin(angle), 5 * along * Math.cos(angle), label];
  }),
  /** Coordinates of 0.3 to 5.3 on either side, evenly, as in TensorFlow Playground; class 1 where their signs differ. */
  xor: source(['x', 'y'], 2, (_index, _count, random) => {
    const coordinate = () => {
      const value = within(5, random);
      return value + (value < 0 ? -0.3 : 0.3);
    };
    const [x, y] = [coordinate(), coordinate()];
    return [x, y, x * y < 0 ? 1 : 0];
  }),
  /** Three classes around the corners of a triangle of radius 1; noise is their spread. */
  blobs: source(['x', 'y'], 3, (index, count) => {
    const [label] = group(index, count, 3);
    const angle = Math.PI / 2 + (2 * Math.PI * label) / 3;
    return [Math.cos(angle), Math.sin(angle), label];
  }),
  /** A slanted plane, (x + y) ÷ 10 as in TensorFlow Playground, over coordinates of −5 to 5: targets of −1 to 1. */
  plane: source(['x', 'y'], undefined, (_index, _count, random) => {
    const [x, y] = [within(5, random), within(5, random)];
    return [x, y, (x + y) / 10];
  }),
  /** One period: x of −π to π, evenly drawn, and its sine. */
  sine: source(['x'], undefined, (_index, _count, random) => {
    const x = within(Math.PI, random);
    return [x, Math.sin(x)];
  }),
};
