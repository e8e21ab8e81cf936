import type { Shape } from '../layers/layer.ts';
import { purpose, Random, streamOf } from '../random.ts';
import type { DrawnSource } from './sources.ts';

/** Paints a picture of class `label` on `canvas`, all zeros before; what it does not paint is left to the noise. */
type Painter = (canvas: Canvas, label: number, random: Random) => void;

/** One picture, `height × width × channels`, values 0…1; pixel (0, 0) covers the square from (0, 0) to (1, 1). */
export interface Canvas {
  readonly pixels: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** A number from `least` to `most`, evenly drawn. */
export const between = (random: Random, least: number, most: number): number =>
  least + (most - least) * random.uniform();

/**
 * Pictures of a few classes in turn: 0, 1, 2 … Each has a stream of draws of its own, so that picture i stays the same
 * however many are asked for, and noise moves no stroke. Noisy pixels are cut to 0…1.
 */
export function pictures(inputShape: Shape, classes: readonly string[], paint: Painter): DrawnSource {
  const [height, width, channels] = inputShape as [number, number, number];
  const size = height * width * channels;
  return {
    inputShape,
    columns: Array.from({ length: size }, (_, i) => `pixel ${i + 1}`),
    classes,
    draw(samples, noise, seed) {
      const features = new Float32Array(samples * size);
      const targets = new Float64Array(samples);
      const words = new Uint32Array(size);
      for (let i = 0; i < samples; i++) {
        const random = new Random(seed, streamOf('data'), purpose.data, i);
        const pixels = features.subarray(i * size, (i + 1) * size);
        targets[i] = i % classes.length;
        paint({ pixels, height, width }, i % classes.length, random);
        if (noise > 0) addNoise(pixels, noise, random, words);
      }
      return { features, targets };
    },
  };
}

/** Normal noise, two values for every two words: Box and Muller's cosine and sine. `words` has room for as many as there are pixels. */
function addNoise(pixels: Float32Array, deviation: number, random: Random, words: Uint32Array): void {
  random.fill(words);
  for (let i = 0; i < pixels.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log((words[i]! + 1) / 4294967297));
    const angle = 2 * Math.PI * (words[i + 1]! / 4294967296);
    pixels[i] = clamp(pixels[i]! + radius * Math.cos(angle));
    pixels[i + 1] = clamp(pixels[i + 1]! + radius * Math.sin(angle));
  }
}

export const clamp = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);
