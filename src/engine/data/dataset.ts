import type { Shape } from '../layers/layer.ts';

/** Most values a data set may hold: beyond it buffers could not be indexed. */
export const valueLimit = 2 ** 28;

/** What the layers need to know of the data. */
export interface DataShape {
  readonly inputShape: Shape;
  readonly task: 'classification' | 'regression';
  /** Classes, or target columns. */
  readonly outputs: number;
  /** Labels of the classes, in the order of their indices. */
  readonly classes?: readonly string[];
  readonly samples: number;
}

/** Data ready for training: scaled inputs, row by row in file order. */
export interface Dataset extends DataShape {
  /** `samples × size of inputShape`. */
  readonly features: Float32Array;
  /** A class index a sample, or `samples × outputs` numbers. */
  readonly targets: Float32Array;
  /** Sample numbers of each part, in file order. */
  readonly parts: Readonly<Record<'train' | 'validation' | 'test', Uint32Array>>;
  /** What scaling did, column by column (picture: channel by channel): scaled = (x − shift) ÷ divisor. */
  readonly scaling: { readonly shift: Float64Array; readonly divisor: Float64Array };
  /** Names of the input columns, for tables. */
  readonly columns: readonly string[];
  /** Names of the target columns, where the data has names for them. */
  readonly targetColumns?: readonly string[];
  /** What `data.target` may name: the file's columns in their order, each by its header or, without one of its own, by its number. */
  readonly fileColumns?: readonly (string | number)[];
  /** Things to tell the person, such as dropped rows. */
  readonly messages: readonly string[];
}

/** A data file turned into numbers, before splitting and scaling; NaN stands for a missing input. */
export interface Numbers {
  /** `inputShape` where the file itself says it: pictures. */
  readonly shape: Omit<DataShape, 'inputShape' | 'samples'> & { readonly inputShape?: Shape };
  /** `samples × columns`. */
  readonly features: Float32Array | Float64Array;
  readonly targets: Float64Array;
  readonly columns: readonly string[];
  readonly targetColumns: readonly string[];
  /** As of a data set. */
  readonly fileColumns?: readonly (string | number)[];
  readonly samples: number;
  readonly messages: readonly string[];
  /** Of a table of text: an error at the field of a sample that an input or a target was read from. */
  readonly errorAt?: (sample: number, kind: 'input' | 'target', column: number, message: string) => DataError;
}

/** Data that can't be used. `key` is the path in the network file that asks for it; line and column are the data file's own. */
export class DataError extends Error {
  constructor(
    message: string,
    readonly key: string,
    readonly place?: { readonly file: string; readonly line: number; readonly column: number },
  ) {
    super(message);
  }
}

/** Gives the bytes of a file named relative to the network file; throws when there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array>;
