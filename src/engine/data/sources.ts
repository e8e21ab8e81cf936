import type { Shape } from '../layers/layer.ts';
import type { Source } from '../spec/dataFields.ts';
import { glyphs } from './glyphs.ts';
import { points } from './points.ts';
import { shapes } from './shapes.ts';

/** Data drawn by the program; each seed draws its own. */
export interface DrawnSource {
  /** Of one sample. */
  readonly inputShape: Shape;
  /** A name for each input value. */
  readonly columns: readonly string[];
  /** Names of the classes; absent where the target is a number. */
  readonly classes?: readonly string[];
  /** `noise` is the standard deviation of the normal noise on each coordinate or pixel. */
  draw(samples: number, noise: number, seed: number): Drawn;
}

export interface Drawn {
  /** `samples × size of inputShape`. */
  readonly features: Float32Array | Float64Array;
  /** A class index or a number a sample. */
  readonly targets: Float64Array;
}

export const drawnSources: Record<Exclude<Source, 'file'>, DrawnSource> = { ...points, glyphs, shapes };
