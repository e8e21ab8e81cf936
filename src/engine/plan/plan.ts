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
  /** Running statistics, with what they begin as. */
  readonly state: readonly StateTensor[];
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
 * `state`: running statistics, read and written by training, read by evaluation.
 * `activations`: everything between the layers, reused. `features`, `targets`: the whole data set, row by row.
 */
export type Arena = 'parameters' | 'gradients' | 'slots' | 'state' | 'activations' | 'features' | 'targets';

export interface Ref {
  readonly arena: Arena;
  /** In elements from the arena's start; a multiple of 4 but for `combine`. */
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
  readonly role: ParameterRole;
  readonly shape: Shape;
  readonly offset: number;
  readonly size: number;
}

export type ParameterRole = 'weights' | 'bias' | 'slope' | 'gamma' | 'beta';

/** A tensor that training changes but no gradient does. */
export interface StateTensor {
  /** `<layer id>.mean`, `<layer id>.variance`. */
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly initial: number;
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
  /** These are not its units but the pieces its maxout chooses from, active where they win; such entries follow all layers. */
  readonly pieces?: true;
  /** Its kernel among `parameters`; undefined for an `activation` layer. */
  readonly kernel: number | undefined;
}

export type PoolKind = 'max' | 'mean' | 'sum';

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

export type NoiseKind = 'dropout' | 'mask' | 'gaussian';

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
   * Draws for value i of the batch come from Philox(counter (index >> 2, step, stream, purpose.noise), key (seed, 0)), word index & 3.
   * `dropout`, `mask`: draw i below ⌊amount · 2³²⌋ sets the value to 0; dropout scales the rest by 1 ÷ (1 − amount).
   * `gaussian`: adds amount · √(−2 ln((draw 2i + 1) ÷ (2³² + 1))) · cos(2π · draw (2i + 1) ÷ 2³²).
   * Backward of dropout is the same operation on gradients: the mask is drawn again, never stored. May run in place.
   */
  | {
      readonly op: 'noise';
      readonly kind: NoiseKind;
      readonly input: Ref;
      readonly out: Ref;
      readonly width: number;
      readonly amount: number;
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
  /** The gradient of `conv` by its input; with an epilogue it is a transposed convolution's forward pass. */
  | {
      readonly op: 'conv_input';
      readonly dy: Ref;
      readonly w: Ref;
      readonly dx: Ref;
      readonly geometry: Geometry;
      readonly accumulate: boolean;
      readonly epilogue?: Epilogue;
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
  /** Each window's maximum (padding is −∞), mean (padding is not counted) or sum, channel by channel. */
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
  /** a = f(z), `width` values a row; for `rows` kinds over each group of `columns`. a may be z. PReLU reads its `columns` slopes. */
  | {
      readonly op: 'activate';
      readonly activation: Activation;
      readonly z: Ref;
      readonly a: Ref;
      readonly width: number;
      readonly columns: number;
      readonly slope?: Ref;
    }
  /**
   * dz = f′ · (da + activityL1 · sign(a) ÷ rows), f′ from `from` (z or a, as the activation's row says); dz may be da.
   * With activityL1 > 0 it reads `a` and adds activityL1 · Σ|a| ÷ rows to the step's penalty. PReLU also writes da · min(z, 0), value by
   * value, to `slopeTerms`, for `reduce` to sum.
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
      readonly slope?: Ref;
      readonly slopeTerms?: Ref;
    }
  /**
   * y = gamma · x̂ + beta, x̂ = (x − mean) ÷ √(variance + epsilon); gamma and beta have `columns` values. The data is rows × perRow groups
   * of `columns`. `layer`: mean and biased variance of each group. `batch`: of each column over all groups; given `running` it also moves
   * those, m · running + (1 − m) · batch with the unbiased variance, unless there is but one group. Leaves mean and 1 ÷ √(…) in `saved`, two
   * values a group or a column.
   */
  | {
      readonly op: 'normalize';
      readonly kind: 'batch' | 'layer';
      readonly x: Ref;
      readonly y: Ref;
      readonly gamma: Ref;
      readonly beta: Ref;
      readonly saved: Ref;
      readonly perRow: number;
      readonly columns: number;
      readonly epsilon: number;
      readonly running?: { readonly mean: Ref; readonly variance: Ref; readonly momentum: number };
    }
  /** y from the running statistics, as `batch` in evaluation. */
  | {
      readonly op: 'normalize_running';
      readonly x: Ref;
      readonly y: Ref;
      readonly gamma: Ref;
      readonly beta: Ref;
      readonly mean: Ref;
      readonly variance: Ref;
      readonly perRow: number;
      readonly columns: number;
      readonly epsilon: number;
    }
  /** The gradients of `normalize`: dgamma and dbeta are written, dx is written or added to. dx may not be dy. */
  | {
      readonly op: 'normalize_back';
      readonly kind: 'batch' | 'layer';
      readonly x: Ref;
      readonly dy: Ref;
      readonly dx: Ref;
      readonly gamma: Ref;
      readonly dgamma: Ref;
      readonly dbeta: Ref;
      readonly saved: Ref;
      readonly perRow: number;
      readonly columns: number;
      readonly accumulate: boolean;
    }
  /** out[column] = Σ over rows × perRow of input[·, column]. */
  | { readonly op: 'reduce'; readonly input: Ref; readonly out: Ref; readonly perRow: number; readonly columns: number }
  /**
   * For each of rows × perRow groups: out[group · outStride + column] (+)= scale · input[group · inputStride + column], `columns` of them; the
   * references include where in a group to begin. Sums, slices and concatenations, and gradients that meet again.
   */
  | {
      readonly op: 'combine';
      readonly input: Ref;
      readonly out: Ref;
      readonly perRow: number;
      readonly columns: number;
      readonly inputStride: number;
      readonly outStride: number;
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

/** The observed layers themselves, without the pieces of maxout. */
export const watchedLayers = (plan: Plan): readonly ObservedLayer[] => plan.observed.filter(({ pieces }) => !pieces);

/** What `observe` counts, six numbers a unit in this order. */
export const unitCounts = ['active', 'zeros', 'saturated', 'sum', 'sumOfSquares', 'sumOfMagnitudes'] as const;
