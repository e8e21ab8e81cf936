import * as l10n from '@vscode/l10n';
import type { Activation } from '../activations/index.ts';
import type { Fans, Initializer } from '../initializers.ts';
import type { Geometry, NoiseKind, ParameterRole, PoolKind } from '../plan/plan.ts';
import type { Fields, Values } from '../spec/fields.ts';

/** Sizes without the batch: `[features]` or `[height, width, channels]`, channels last. */
export type Shape = readonly number[];

export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);
/** The last axis: features, or channels. */
export const unitsOf = (shape: Shape): number => shape[shape.length - 1] ?? 0;
/** As people read it: "28×28×1". */
export const shapeText = (shape: Shape): string => shape.join('×');

export interface Regularization {
  readonly l1: number;
  readonly l2: number;
  readonly activityL1: number;
}

/** What every layer with weights resolves to, besides its own fields. */
export interface Trainable {
  readonly activation: Activation;
  readonly weights: Initializer;
  readonly bias: Initializer | false;
  readonly regularization: Regularization;
}

/** A learned tensor. Kernels are `[in, out]` or `[h, w, in, out]`. */
export interface ParameterRow {
  readonly role: ParameterRole;
  readonly shape: Shape;
  readonly fans: Fans;
  readonly initializer: Initializer;
  /** Penalties, on kernels alone. */
  readonly l1: number;
  readonly l2: number;
}

/** A tensor while a plan is drawn up: `size` values for each row of a batch. */
export interface Tensor {
  readonly id: number;
  readonly shape: Shape;
  readonly size: number;
}

/**
 * The operations a layer may be made of. The tape behind it works out backward passes, so a layer says its forward
 * pass alone. `weights` and `bias` name the layer's own parameters.
 */
export interface Emitter {
  matmul(x: Tensor, units: number, bias: boolean): Tensor;
  conv(x: Tensor, geometry: Geometry, bias: boolean): Tensor;
  pool(x: Tensor, kind: PoolKind, geometry: Geometry): Tensor;
  /** Also marks what the layer's metrics are taken from. Maxout divides the last axis by its pieces. */
  activate(z: Tensor, activation: Activation, activityL1: number): Tensor;
  /** Nothing in evaluation. */
  noise(x: Tensor, kind: NoiseKind, amount: number): Tensor;
  /** `geometry` is the convolution whose gradient this is: its input is what comes out here. */
  convTranspose(x: Tensor, geometry: Geometry, bias: boolean): Tensor;
  /** Each value of x spread over its window of the larger picture that `geometry` pools. */
  spread(x: Tensor, geometry: Geometry): Tensor;
  /** With the layer's own gamma and beta over the last axis. `momentum`: over the batch, with running statistics; else over the axis. */
  normalize(x: Tensor, epsilon: number, momentum?: number): Tensor;
  add(inputs: readonly Tensor[]): Tensor;
  /** Along the last axis. */
  concat(inputs: readonly Tensor[], shape: Shape): Tensor;
  reshape(x: Tensor, shape: Shape): Tensor;
}

/** A size or shape that cannot be; `field` is the key at fault. */
export class ShapeError extends Error {
  constructor(
    message: string,
    readonly field?: string,
  ) {
    super(message);
  }
}

/** One layer type: everything the program knows of it. */
export interface LayerRow<F extends Fields = Fields> {
  readonly type: string;
  /** As menus show it, e.g. "Convolution 2D". */
  readonly label: string;
  readonly doc: string;
  readonly fields: F;
  /** The field that says how many units or filters it has, if it has weights. */
  readonly unitsField?: keyof F & string;
  /** It reads two or more layers, which its `inputs` name. */
  readonly joins?: boolean;
  /** Output shape; throws ShapeError. */
  shape(fields: Values<F>, inputs: readonly Shape[]): Shape;
  parameters(fields: Values<F>, inputs: readonly Shape[]): readonly ParameterRow[];
  /** Names of the running statistics it keeps, each of `size` values, and what they begin as. */
  state?(output: Shape): readonly { readonly name: string; readonly size: number; readonly initial: number }[];
  /** Of one forward pass of one sample. */
  multiplyAdds(fields: Values<F>, inputs: readonly Shape[], output: Shape): number;
  emit(emitter: Emitter, fields: Values<F>, inputs: readonly Tensor[], output: Shape): Tensor;
}

/** Checks a row against its own fields and forgets their names, so that rows of all types fit one table. */
export const layer = <const T extends string, F extends Fields>(
  row: LayerRow<F> & { type: T },
): LayerRow & { type: T } => row;

/** The input of a layer that takes exactly one. */
export function only<T>(inputs: readonly T[]): T {
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) throw new ShapeError(l10n.t('takes one input'), 'inputs');
  return input;
}

/** The picture a layer takes; throws when it is given a flat vector. */
export function picture(inputs: readonly Shape[]): readonly [height: number, width: number, channels: number] {
  const shape = only(inputs);
  const [height, width, channels] = shape;
  if (height === undefined || width === undefined || channels === undefined || shape.length !== 3) {
    throw new ShapeError(
      l10n.t(
        'needs a picture [height, width, channels], but gets [{0}]; put it before any flatten or dense layer, or set data.inputShape',
        shape.join(', '),
      ),
    );
  }
  return [height, width, channels];
}
