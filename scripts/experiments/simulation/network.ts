/**
 * Circles of 1000 points (noise 0.1, factor 0.8, half of them to train on), two layers of 64 relu units with he_normal weights, sigmoid and
 * cross-entropy, plain gradient descent in batches of 32, in 64-bit numbers. Nothing of the product is used.
 */

/** Mulberry32. */
export function generator(seed: number): () => number {
  let a = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// All parameters lie in one array: the kernel of each layer, row by row, and its bias.
export const units = 64;
const [b1, w2, b2, w3, b3] = [128, 192, 4288, 4352, 4416] as const;

export interface Setup {
  readonly rate: number;
  readonly epochs: number;
  /** Inputs lie between its negative and it. */
  readonly limit: number;
}
/** What a description leaves open. */
export interface Reading {
  /** The output layer's weights are he_normal, in place of glorot_uniform. */
  readonly he: boolean;
  /** Fewest samples that make a batch. */
  readonly least: number;
}
/** Shares of dead units, and accuracy on the half of the points that is not trained on. */
export type Outcome = readonly [dead1: number, dead2: number, accuracy: number];

export function simulate(seed: number, { rate, epochs, limit }: Setup, { he, least }: Reading): Outcome {
  const uniform = generator(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const shuffle = (list: Int32Array) => {
    for (let i = list.length - 1; i > 0; i--) {
      const j = Math.floor(uniform() * (i + 1));
      [list[i], list[j]] = [list[j]!, list[i]!];
    }
    return list;
  };
  // The outer ring is class 0; each part has half of each.
  const angle = (i: number) => (2 * Math.PI * (i % 500)) / 500;
  const radius = (i: number) => (i < 500 ? 1 : 0.8);
  const x = Float64Array.from({ length: 1000 }, (_, i) => radius(i) * Math.cos(angle(i)) + 0.1 * normal());
  const y = Float64Array.from({ length: 1000 }, (_, i) => radius(i) * Math.sin(angle(i)) + 0.1 * normal());
  const [outer, inner] = [0, 500].map((from) => shuffle(Int32Array.from({ length: 500 }, (_, i) => from + i)));
  const train = Int32Array.of(...outer!.subarray(0, 250), ...inner!.subarray(0, 250));
  const others = [...outer!.subarray(250), ...inner!.subarray(250)];
  for (const axis of [x, y]) {
    const own = [...train].map((i) => axis[i]!);
    const [low, high] = [Math.min(...own), Math.max(...own)];
    for (let i = 0; i < 1000; i++) axis[i] = limit * ((2 * (axis[i]! - low)) / (high - low) - 1);
  }

  const w = new Float64Array(b3 + 1);
  const gradient = new Float64Array(w.length);
  for (let k = 0; k < b1; k++) w[k] = normal();
  for (let k = w2; k < b2; k++) w[k] = Math.sqrt(2 / units) * normal();
  const edge = Math.sqrt(6 / (units + 1));
  for (let k = w3; k < b3; k++) w[k] = he ? Math.sqrt(2 / units) * normal() : edge * (2 * uniform() - 1);
  const [z1, z2, back] = [new Float64Array(units), new Float64Array(units), new Float64Array(units)];
  const active = new Int32Array(units);
  function output(i: number): number {
    for (let j = 0; j < units; j++) z2[j] = w[b2 + j]!;
    for (let k = 0; k < units; k++) {
      const z = (z1[k] = x[i]! * w[k]! + y[i]! * w[units + k]! + w[b1 + k]!);
      if (z > 0) for (let j = 0; j < units; j++) z2[j]! += z * w[w2 + k * units + j]!;
    }
    let sum = w[b3]!;
    for (let j = 0; j < units; j++) if (z2[j]! > 0) sum += z2[j]! * w[w3 + j]!;
    return sum;
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(train);
    for (let at = 0; at + least <= train.length; at += 32) {
      const rows = Math.min(32, train.length - at);
      gradient.fill(0);
      for (let n = at; n < at + rows; n++) {
        const i = train[n]!;
        const error = (1 / (1 + Math.exp(-output(i))) - (i < 500 ? 0 : 1)) / rows;
        gradient[b3]! += error;
        // Few units of the second layer are on for a sample: all others are passed over.
        let count = 0;
        for (let j = 0; j < units; j++) {
          if (!(z2[j]! > 0)) continue;
          active[count++] = j;
          back[j] = error * w[w3 + j]!;
          gradient[b2 + j]! += back[j]!;
          gradient[w3 + j]! += error * z2[j]!;
        }
        for (let k = 0; k < units; k++) {
          if (!(z1[k]! > 0)) continue;
          let own = 0;
          for (let n = 0; n < count; n++) {
            const j = active[n]!;
            gradient[w2 + k * units + j]! += z1[k]! * back[j]!;
            own += back[j]! * w[w2 + k * units + j]!;
          }
          gradient[b1 + k]! += own;
          gradient[k]! += own * x[i]!;
          gradient[units + k]! += own * y[i]!;
        }
      }
      for (let k = 0; k < w.length; k++) w[k]! -= rate * gradient[k]!;
    }
  }
  const right = others.filter((i) => output(i) > 0 === i >= 500).length / others.length;
  const alive = [z1, z2].map(
    (z) => new Set([...train].flatMap((i) => (output(i), [...z.keys()].filter((k) => z[k]! > 0)))),
  );
  return [1 - alive[0]!.size / units, 1 - alive[1]!.size / units, right];
}
