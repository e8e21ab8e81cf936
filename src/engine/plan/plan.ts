import type { Activation } from '../activations/index.ts';
import type { Shape } from '../layers/layer.ts';

/**
 * What a backend runs: a few operations over preallocated buffers. A plan knows nothing of layers' meaning; a backend
 * knows nothing but plans. All sizes and offsets count elements (float32, or what the backend keeps in their place).
 */
export interface Plan {
  /** Rows of the largest training batch, and of an evaluation's chunk. Kernels read `rows` of a step, never these. */
  readonly batchRows: number;
  readonly evaluateRows: number;
  /** Length of each arena. */
  readonly sizes: Readonly<Record<Arena, number>>;
  readonly parameters: readonly ParameterTensor[];
  readonly observed: readonly ObservedLayer[];
  readonly train: { readonly forward: readonly Op[]; readonly backward: readonly Op[]; readonly update: readonly Op[] };
  readonly evaluate: { readonly forward: readonly Op[] };
  /** The output in `evaluate`, `width` values a row. */
  readonly output: { readonly ref: Ref; readonly width: number };
  /** Values a sample has in `features` and in `targets`. */
  readonly featureWidth: number;
  readonly targetWidth: number;
  readonly optimizer: Optimizer;
  /** Multiply-adds of one forward pass of one sample. */
  readonly multiplyAdds: number;
}

/**
 * `parameters`, `gradients`: one layout. `slots`: the optimiser's, `slotCount` copies of that layout after one another.
 * `activations`: everything between the layers, reused. `features`, `targets`: the whole data set, row by row.
 */
export type Arena = 'parameters' | 'gradients' | 'slots' | 'activations' | 'features' | 'targets';

export interface Ref {
  readonly arena: Arena;
  /** In elements from the arena's start, a multiple of 4. */
  readonly offset: number;
}

/** A size that is fixed, or so many a row of the batch. */
export interface Dim {
  readonly size: number;
  readonly perRow: boolean;
}

export interface ParameterTensor {
  /** `<layer id>.weights`. */
  readonly name: string;
  readonly layer: string;
  readonly role: 'weights' | 'bias';
  readonly shape: Shape;
  readonly offset: number;
  readonly size: number;
}

/** A layer whose units are watched. */
export interface ObservedLayer {
  readonly layer: string;
  readonly units: number;
  /** Values a unit has for one sample: 1, or a channel's height × width. */
  readonly positions: number;
  readonly inactive: 'zero' | 'negative' | 'never';
  /** |z| above this is saturated; 0 for never. */
  readonly saturation: number;
  /** Its kernel among `parameters`; undefined for an `activation` layer. */
  readonly kernel: number | undefined;
}

export type PoolKind = 'max' | 'mean';

/** A window sliding over pictures, channels last. */
export interface Geometry {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly padTop: number;
  readonly padLeft: number;
}

export type LossName =
  'binary_crossentropy' | 'categorical_crossentropy' | 'mean_squared_error' | 'mean_absolute_error' | 'huber';

/** Applied to each finished value: z = product + bias[column]. */
export interface Epilogue {
  /** One value a column. */
  readonly bias: Ref;
}

export type Op =
  /** Copies the batch's rows out of the data set: out[r] = source[indices[batchOffset + r]]. */
  | { readonly op: 'gather'; readonly source: Ref; readonly out: Ref; readonly width: number }
  /**
   * Dropout: out = input · mask ÷ (1 − rate), value i of the batch kept when draw i ≥ threshold. Draw i is word i & 3 of
   * Philox(counter (i >> 2, step, stream, purpose.noise), key (seed, 0)). Backward is the same operation on gradients:
   * the mask is drawn again, never stored. May run in place.
   */
  | {
      readonly op: 'noise';
      readonly kind: 'dropout';
      readonly input: Ref;
      readonly out: Ref;
      readonly width: number;
      readonly rate: number;
      /** ⌊rate · 2³²⌋: a u32 draw below it drops the value. */
      readonly threshold: number;
      readonly stream: number;
    }
  /** c (+)= a · b, a is m × k, b is k × n, c is m × n row-major; strides are [row, column] in elements. */
  | {
      readonly op: 'matmul';
      readonly a: Ref;
      readonly aStrides: readonly [number, number];
      readonly b: Ref;
      readonly bStrides: readonly [number, number];
      readonly c: Ref;
      readonly m: Dim;
      readonly n: number;
      readonly k: Dim;
      readonly accumulate: boolean;
      readonly epilogue?: Epilogue;
    }
  /** y[r, oy, ox, co] = Σ x[r, iy, ix, ci] · w[ky, kx, ci, co] (+ bias). */
  | {
      readonly op: 'conv';
      readonly x: Ref;
      readonly w: Ref;
      readonly y: Ref;
      readonly geometry: Geometry;
      readonly epilogue?: Epilogue;
    }
  /** The gradient of `conv` by its input. */
  | {
      readonly op: 'conv_input';
      readonly dy: Ref;
      readonly w: Ref;
      readonly dx: Ref;
      readonly geometry: Geometry;
      readonly accumulate: boolean;
    }
  /** The gradient of `conv` by its kernel, summed over the batch. */
  | {
      readonly op: 'conv_weights';
      readonly x: Ref;
      readonly dy: Ref;
      readonly dw: Ref;
      readonly geometry: Geometry;
      readonly accumulate: boolean;
    }
  /** Each window's maximum (padding is −∞) or mean (padding is not counted), channel by channel. */
  | { readonly op: 'pool'; readonly kind: PoolKind; readonly x: Ref; readonly y: Ref; readonly geometry: Geometry }
  /** The gradient of `pool` by its input; of equal maxima the first (top row first, then left) takes it. */
  | {
      readonly op: 'pool_back';
      readonly kind: PoolKind;
      readonly x: Ref;
      readonly dy: Ref;
      readonly dx: Ref;
      readonly geometry: Geometry;
      readonly accumulate: boolean;
    }
  /** a = f(z), `width` values a row; for `rows` kinds over each group of `columns`. a may be z. */
  | {
      readonly op: 'activate';
      readonly activation: Activation;
      readonly z: Ref;
      readonly a: Ref;
      readonly width: number;
      readonly columns: number;
    }
  /**
   * dz = f′ · (da + activityL1 · sign(a) ÷ rows), f′ from `from` (z or a, as the activation's row says); dz may be da.
   * With activityL1 > 0 it reads `a` and adds activityL1 · Σ|a| ÷ rows to the step's penalty.
   */
  | {
      readonly op: 'activate_back';
      readonly activation: Activation;
      readonly from: Ref;
      readonly a: Ref;
      readonly da: Ref;
      readonly dz: Ref;
      readonly width: number;
      readonly columns: number;
      readonly activityL1: number;
      readonly accumulate: boolean;
    }
  /** out[column] = Σ over rows × perRow of input[·, column]. */
  | { readonly op: 'reduce'; readonly input: Ref; readonly out: Ref; readonly perRow: number; readonly columns: number }
  /** out (+)= scale · input, `width` values a row: gradients that meet again. */
  | {
      readonly op: 'combine';
      readonly input: Ref;
      readonly out: Ref;
      readonly width: number;
      readonly scale: number;
      readonly accumulate: boolean;
    }
  /**
   * Adds the batch's mean loss and accuracy to the step's counters and, where `gradient` is given, writes ∂(mean loss)/∂prediction.
   * `fused`: prediction is z, and the gradient is by z of sigmoid or softmax. `classes`: target is a class index a row
   * (one-hot over `width`, or the value itself when width is 1); else `width` numbers a row. Means: over rows for
   * categorical_crossentropy, over rows × width for the others. Probabilities outside a fused loss are kept in [1e-7, 1 − 1e-7]. huber: δ = 1.
   */
  | {
      readonly op: 'loss';
      readonly loss: LossName;
      readonly fused: 'sigmoid' | 'softmax' | 'none';
      readonly prediction: Ref;
      readonly target: Ref;
      readonly gradient: Ref | undefined;
      readonly width: number;
      readonly classes: boolean;
    }
  /**
   * Adds, for each unit of observed layer `layer`, the six counts of `unitCounts` over the batch. In training it runs
   * only in steps whose row says `observe`, and its counters then hold that batch alone.
   */
  | { readonly op: 'observe'; readonly layer: number; readonly z: Ref; readonly a: Ref }
  /**
   * For each segment: gradient += l1 · sign(w) + 2 · l2 · w; then Σg², Σw², Σ|w|. Adds l1 · Σ|w| + l2 · Σw² to the step's penalty.
   * The first segment with a sum that is not finite sets the status to it (found on exponent bits).
   */
  | { readonly op: 'norms'; readonly segments: readonly Segment[] }
  /**
   * One optimiser step over all segments, and Σ(Δw)² of each. The gradient is first scaled by min(1, clipNorm ÷ (√Σg² + 1e-6)), as PyTorch, over all
   * segments (clipNorm 0: never). Does nothing once the status is set; a value that would not be finite sets it and is not written.
   */
  | { readonly op: 'update'; readonly optimizer: Optimizer; readonly segments: readonly Segment[] };

export type OpName = Op['op'];

/** A parameter tensor as `norms` and `update` see it: `size` elements at `offset` of `parameters`, `gradients` and each slot. */
export interface Segment {
  readonly offset: number;
  readonly size: number;
  readonly l1: number;
  readonly l2: number;
  /** weightDecay applies. */
  readonly decay: boolean;
}

/** Formulas and defaults as PyTorch; `momentum` and the like are 0 where the optimiser has none. */
export interface Optimizer {
  readonly name: 'sgd' | 'adam' | 'adamw' | 'rmsprop' | 'adagrad';
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly rho: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  /** Copies of the parameters' layout it keeps: sgd 0, or 1 with momentum; adam 2; rmsprop 1, or 2; adagrad 1. */
  readonly slotCount: number;
}

/** What `observe` counts, six numbers a unit in this order. */
export const unitCounts = ['active', 'zeros', 'saturated', 'sum', 'sumOfSquares', 'sumOfMagnitudes'] as const;
