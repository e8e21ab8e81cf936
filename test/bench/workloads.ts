import { glyphs } from '../../src/engine/data/glyphs.ts';
import type { Product } from './matmul.ts';

/**
 * The workloads of `npm run bench`, in words every peer can build from: layers, data, batch, optimiser. All peers are given the same
 * samples in the same order and, where they can be set, the same first weights.
 */

export type Layer =
  | { type: 'dense'; units: number; activation: 'relu' | 'softmax' | 'sigmoid' }
  /** 3 × 3, padding same, with a ReLU unless followed by batch normalisation. */
  | { type: 'conv'; filters: number; stride?: number; norm?: boolean; relu?: boolean }
  /** 2 × 2, its maximum. */
  | { type: 'pool' }
  /** The mean of each channel. */
  | { type: 'mean' }
  | { type: 'flatten' }
  /** Two convolutions with batch normalisation, added to what went in (1 × 1 convolution where its shape changes). */
  | { type: 'residual'; filters: number; stride: number };

export interface Workload {
  readonly name: string;
  readonly input: readonly number[];
  readonly layers: readonly Layer[];
  readonly batch: number;
  readonly optimizer: 'sgd' | 'adam';
  readonly rate: number;
  readonly classes: number;
  readonly samples: number;
  /** The inputs are drawn digits, four fifths of which are 0; else normal values about a centre each class, none of which is. */
  readonly pictures?: true;
  /** In place of a network: a product alone. */
  readonly product?: Product;
}

const dense = (units: number, activation: 'relu' | 'softmax' | 'sigmoid' = 'relu'): Layer => ({
  type: 'dense',
  units,
  activation,
});
const conv = (filters: number): Layer => ({ type: 'conv', filters });
const pool: Layer = { type: 'pool' };
const flatten: Layer = { type: 'flatten' };
const block = (filters: number, stride = 1): Layer => ({ type: 'residual', filters, stride });

const base: Record<string, Omit<Workload, 'name' | 'optimizer' | 'rate'>> = {
  a: { input: [2], layers: [dense(8), dense(8), dense(1, 'sigmoid')], batch: 10, classes: 2, samples: 1000 },
  b: { input: [784], layers: [dense(512), dense(512), dense(10, 'softmax')], batch: 128, classes: 10, samples: 2560 },
  c: {
    input: [28, 28, 1],
    layers: [conv(32), pool, conv(64), pool, flatten, dense(128), dense(10, 'softmax')],
    batch: 64,
    classes: 10,
    samples: 1280,
  },
  d: {
    input: [64],
    layers: [...Array.from({ length: 20 }, () => dense(64)), dense(10, 'softmax')],
    batch: 64,
    classes: 10,
    samples: 2560,
  },
  e: {
    input: [32, 32, 3],
    layers: [
      ...[conv(32), conv(32), pool, conv(64), conv(64), pool, conv(128), conv(128), pool],
      ...[flatten, dense(256), dense(10, 'softmax')],
    ],
    batch: 64,
    classes: 10,
    samples: 640,
  },
  f: {
    input: [32, 32, 3],
    layers: [
      { type: 'conv', filters: 16, norm: true },
      ...[block(16), block(16), block(16), block(32, 2), block(32), block(32), block(64, 2), block(64), block(64)],
      { type: 'mean' },
      dense(10, 'softmax'),
    ],
    batch: 64,
    classes: 10,
    samples: 640,
  },
};

const rows: readonly (readonly [letter: string, optimizer: 'sgd' | 'adam', on?: 'pictures'])[] = [
  ['a', 'sgd'],
  ['b', 'sgd'],
  ['b', 'adam'],
  ['b', 'sgd', 'pictures'],
  ['b', 'adam', 'pictures'],
  ['c', 'adam'],
  ['c', 'adam', 'pictures'],
  ['d', 'sgd'],
  ['d', 'adam'],
  ['e', 'adam'],
  ['f', 'adam'],
];

export const workloads: readonly Workload[] = rows.map(([letter, optimizer, on]) => ({
  ...base[letter]!,
  ...(on ? { pictures: true } : {}),
  name: on ? `${letter} ${on} ${optimizer}` : `${letter} ${optimizer}`,
  optimizer,
  rate: optimizer === 'adam' ? 0.001 : 0.05,
}));

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

/** Uniform in [0, 1), the same sequence everywhere (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Normal values, rounded to float32. */
export function normals(length: number, sigma: number, random: () => number): Float32Array {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    values[i] = sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  }
  return values;
}

/** Drawn digits, or samples around a centre each class. Features row by row, a class index each. */
export function dataOf({ input, classes, samples, pictures }: Workload): {
  features: Float32Array;
  labels: Float32Array;
} {
  if (pictures) {
    const { features, targets } = glyphs.draw(samples, 0, 7);
    return { features, labels: Float32Array.from(targets) };
  }
  const random = generator(7);
  const width = sizeOf(input);
  const centres = normals(classes * width, 1, random);
  const features = normals(samples * width, 1, random);
  const labels = new Float32Array(samples);
  for (let row = 0; row < samples; row++) {
    const label = (row * 7) % classes;
    labels[row] = label;
    for (let i = 0; i < width; i++) features[row * width + i]! += 0.3 * centres[label * width + i]!;
  }
  return { features, labels };
}

/** Kernels of the layers that have one, in the order they are met: [in, out] or [3, 3, in, out], He's normal; biases begin at 0. */
export function kernelsOf(workload: Workload): { shape: number[]; values: Float32Array }[] {
  const random = generator(11);
  const kernels: { shape: number[]; values: Float32Array }[] = [];
  const add = (...shape: number[]) => {
    const fanIn = sizeOf(shape) / shape.at(-1)!;
    kernels.push({ shape, values: normals(sizeOf(shape), Math.sqrt(2 / fanIn), random) });
  };
  let shape = [...workload.input];
  for (const layer of workload.layers) {
    const [height, width, channels] = shape as [number, number, number];
    if (layer.type === 'dense') {
      add(sizeOf(shape), layer.units);
      shape = [layer.units];
    } else if (layer.type === 'conv') {
      add(3, 3, channels, layer.filters);
      shape = [height, width, layer.filters];
    } else if (layer.type === 'residual') {
      const { filters, stride } = layer;
      add(3, 3, channels, filters);
      add(3, 3, filters, filters);
      if (stride > 1 || channels !== filters) add(1, 1, channels, filters);
      shape = [Math.ceil(height / stride), Math.ceil(width / stride), filters];
    } else if (layer.type === 'pool') shape = [height / 2, width / 2, channels];
    else if (layer.type === 'mean') shape = [channels];
    else shape = [sizeOf(shape)];
  }
  return kernels;
}
