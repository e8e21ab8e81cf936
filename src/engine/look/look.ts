import type { Shape } from '../layers/layer.ts';

/** What the panel wants to see of the network as it now is; ids of layers that are not there are passed over. */
export interface LookRequest {
  /** The prediction beside the data. */
  readonly output: boolean;
  /** Which of the judged samples is shown on its way through the network: counted from 0. */
  readonly sample: number;
  /** Layers whose outputs for that sample are shown. */
  readonly maps: readonly string[];
  /** Layers whose units are shown all over the plane; of a network with two inputs. */
  readonly fields?: readonly string[];
  /** The layer whose weighted sums are counted. */
  readonly histogram?: string;
  /** The unit that is asked what it looks for. */
  readonly unit?: { readonly layer: string; readonly unit: number };
}

/** What was seen, with the weights after update `step`. Worked out apart from the run: it changes no bit of it. */
export interface Look {
  readonly step: number;
  /** Judged samples that were looked at, of how many, and of which part. */
  readonly judged: Judged;
  readonly output?: OutputLook;
  readonly way?: WayLook;
  readonly fields?: FieldsLook;
  readonly histogram?: HistogramLook;
  readonly unit?: UnitLook;
}

export interface Judged {
  readonly samples: number;
  readonly of: number;
  readonly part: 'validation' | 'training';
}

/** One sample as the person sees it. */
export interface SampleLook {
  /** Its row in the data. */
  readonly row: number;
  /** As the network gets it: scaled. */
  readonly input: Float32Array;
  /** Its class, or the number to predict. */
  readonly actual: number;
}

/** The prediction beside the data; which members are there depends on the data. */
export interface OutputLook {
  /** Over a plane: of two inputs. */
  readonly region?: RegionLook;
  /** Over a line: of one input and one number to predict. */
  readonly curve?: CurveLook;
  /** Of classes. */
  readonly classes?: ClassesLook;
  /** Of an autoencoder. */
  readonly restored?: RestoredLook;
  /** Of numbers: what was predicted, by what is true. */
  readonly numbers?: { readonly actual: Float32Array; readonly predicted: Float32Array };
}

export interface RegionLook {
  /** Cells a side. */
  readonly cells: number;
  /** In the data's own units; cell (0, 0) is at `low`. */
  readonly low: readonly [x: number, y: number];
  readonly high: readonly [x: number, y: number];
  /** Outputs of each cell, `width` each, row by row from below. */
  readonly values: Float32Array;
  readonly width: number;
  /** Whether classes are predicted, not a number. */
  readonly isClass: boolean;
  /** x, y, actual, predicted of each judged sample. */
  readonly points: Float32Array;
}

export interface CurveLook {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** x, actual of each judged sample. */
  readonly points: Float32Array;
}

export interface ClassesLook {
  readonly count: number;
  /** Samples by actual class, then by predicted class. */
  readonly confusion: Uint32Array;
  readonly wrong: number;
  /** The wrong ones, surest first. */
  readonly worst: readonly (SampleLook & { readonly predicted: number; readonly probability: number })[];
}

export interface RestoredLook {
  readonly pairs: readonly (SampleLook & { readonly output: Float32Array })[];
  /** Mean squared error over all that was looked at. */
  readonly error: number;
}

/** One sample on its way through the network. */
export interface WayLook extends SampleLook {
  readonly layers: readonly { readonly layer: string; readonly shape: Shape; readonly values: Float32Array }[];
}

/** What units answer all over the plane, which has the edges of the prediction's picture. */
export interface FieldsLook {
  /** Cells a side. */
  readonly cells: number;
  /** Outputs of each cell, one a unit, row by row from above. */
  readonly layers: readonly { readonly layer: string; readonly units: number; readonly values: Float32Array }[];
}

/** How often a layer's weighted sums have which value: equal bins over ±`reach`; what is beyond is in the outermost. */
export interface HistogramLook {
  readonly layer: string;
  readonly reach: number;
  readonly counts: Uint32Array;
  /** Share of all that is below 0. */
  readonly below: number;
  /** PReLU alone: the slopes it has learned, least, mean and greatest over its units. */
  readonly slopes?: readonly [least: number, mean: number, greatest: number];
}

/** What a unit looks for. */
export interface UnitLook {
  readonly layer: string;
  readonly unit: number;
  /** Its incoming weights, as what they are applied to: a picture, or a row. */
  readonly weights?: { readonly shape: Shape; readonly values: Float32Array; readonly bias: number };
  /** The samples it answers to most, strongest first; a channel's answer is its strongest position. */
  readonly top: readonly (SampleLook & { readonly value: number })[];
  /**
   * The linear map in effect for the sample at hand: what the unit's weighted sum changes by for each input. Absent where it
   * would take too long. A channel's is that of its strongest position.
   */
  readonly map?: { readonly values: Float32Array; readonly z: number; readonly offset: number };
}
