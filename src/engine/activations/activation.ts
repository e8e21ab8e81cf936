import type { Fields, NamedRow } from '../spec/fields.ts';

/** Parameter values by name, all of them present. */
export type Parameters = Readonly<Record<string, number>>;

/** One activation: everything the program knows of it but the backends' kernels. */
export interface ActivationRow extends NamedRow {
  readonly name: string;
  /** As menus show it, e.g. "Leaky ReLU". */
  readonly label: string;
  /** What it is for, in one or two sentences. */
  readonly doc: string;
  /** As a person would write it, e.g. "max(0, x)". */
  readonly formula: string;
  /** Who described it, and when. */
  readonly source: string;
  readonly parameters: Fields;
  /** What the derivative is computed from; `output` ones run in place. */
  readonly backwardFrom: 'output' | 'input';
  /**
   * `rows`: each value depends on its whole row (softmax); `pieces`: several values become one (maxout). `value` and `derivative` are
   * used for neither, nor for `custom`, whose formula says what they are: `functionOf` knows.
   */
  readonly kind: 'elementwise' | 'rows' | 'pieces';
  /** When a unit counts as inactive on a sample: output exactly 0, input below 0, or never. */
  readonly inactive: 'zero' | 'negative' | 'never';
  /** Input at or below which a unit is inactive; 0 when left out, null where nobody knows. */
  readonly edge?: number | null;
  /** A unit is saturated where |input| is above this; undefined for those that do not saturate. */
  readonly saturation?: number;
  /** f(z). */
  value(z: number, parameters: Parameters): number;
  /** f′, from the output or the input as `backwardFrom` says; at kinks as PyTorch. */
  derivative(x: number, parameters: Parameters): number;
}

/** An activation with every parameter filled in. */
export interface Activation {
  readonly name: string;
  readonly parameters: Parameters;
  /** Of `custom` alone: f as an expression in x that has been found right. */
  readonly formula?: string;
}
