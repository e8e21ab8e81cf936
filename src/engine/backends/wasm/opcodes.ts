/**
 * What the host and the kernels must agree on. TypeScript and AssemblyScript both compile this file, so it holds plain
 * enums and numbers alone. An operation is `Opcode, words in all, arguments…`, each argument 4 bytes, floats as bit patterns.
 */
export enum Opcode {
  End,
  Gather,
  Noise,
  Matmul,
  Conv,
  ConvInput,
  ConvWeights,
  Pool,
  PoolBack,
  Activate,
  ActivateBack,
  Normalize,
  NormalizeRunning,
  NormalizeBack,
  Reduce,
  Combine,
  Loss,
  Observe,
  Norms,
  Update,
  AddUp,
  Meet,
  Layer,
  LayerBack,
  Descend,
}

/** Added to the opcode of an operation that a team shares; the others are its leader's. */
export const sharedCode = 256;

export enum ActivationCode {
  relu,
  leaky_relu,
  prelu,
  elu,
  selu,
  gelu,
  silu,
  softplus,
  softsign,
  mish,
  relu6,
  hard_sigmoid,
  hard_swish,
  sigmoid,
  tanh,
  softmax,
  linear,
  custom,
}

/** What a formula is made of: its operations, in the order of formula/operations.ts, and a plain copy. */
export enum FormulaCode {
  add,
  subtract,
  multiply,
  divide,
  power,
  negate,
  min,
  max,
  less,
  lessEqual,
  greater,
  greaterEqual,
  select,
  abs,
  sign,
  floor,
  sqrt,
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tan,
  tanh,
  sigmoid,
  softplus,
  erf,
  copy,
}

export enum PoolCode {
  max,
  mean,
  sum,
}

export enum NoiseCode {
  dropout,
  mask,
  gaussian,
}

export enum NormalizeCode {
  batch,
  layer,
}

export enum LossCode {
  binary_crossentropy,
  categorical_crossentropy,
  mean_squared_error,
  mean_absolute_error,
  huber,
}

export enum FusedCode {
  none,
  sigmoid,
  softmax,
}

export enum InactiveCode {
  zero,
  negative,
  never,
}

export enum OptimizerCode {
  sgd,
  adam,
  adamw,
  rmsprop,
  adagrad,
}

/** A window's twelve numbers, in the order of plan.ts `Geometry`. */
export enum Geo {
  height,
  width,
  channels,
  outHeight,
  outWidth,
  outChannels,
  kernelHeight,
  kernelWidth,
  strideY,
  strideX,
  padTop,
  padLeft,
}

/** A row of the step table: byte offsets; the first four are u32, the last three f64. */
export enum Step {
  step = 0,
  rows = 4,
  batchOffset = 8,
  observe = 12,
  learningRate = 16,
  correction1 = 24,
  correction2 = 32,
  bytes = 40,
}

/**
 * Where numbers about the work are kept: byte offsets. `status` is i32: 0, or 1 + the first piece of a segment that was not finite; the other four
 * are the same of what the leader and the helper of a team found in gradients and in what they updated. The f64
 * `loss`, `accuracy` and `penalty` are of the batch at hand, the `…Sum` ones of all finished steps of a run.
 */
export enum State {
  status = 0,
  loss = 8,
  accuracy = 16,
  penalty = 24,
  lossSum = 32,
  accuracySum = 40,
  penaltySum = 48,
  leaderFound = 56,
  helperFound = 60,
  leaderUpdated = 64,
  helperUpdated = 68,
  bytes = 72,
}

/**
 * Where two threads meet: byte offsets. i32: what is to be done has been told so often; the helper sleeps; how often either has come to a meeting
 * (on a cache line of its own), and that one lies down until the other comes; the helper is there; the arguments of what is to be done; how often either
 * has asked for a share of an operation.
 */
export enum Team {
  told = 0,
  asleep = 4,
  met = 64,
  lies = 68,
  ready = 128,
  arguments = 144,
  asked = 192,
  bytes = 256,
}

/** A piece of a segment in `Norms` and `Update`: byte offsets. Where its parameters begin, its size, whether it decays, whose of two threads it is, l1 and l2 (f64). */
export enum SegmentRow {
  offset = 0,
  size = 4,
  decay = 8,
  half = 12,
  l1 = 16,
  l2 = 24,
  bytes = 32,
}

/**
 * Largest blocks of a product: `blockK` × `blockN` of b and `blockM` × `blockK` of a are packed at a time. `blockK` is that of lists too (listed.ts), since sums
 * are added up block by block: the 48 columns they go through at a time fill 24 of the first-level cache's 32 KB.
 */
export const blockM = 132;
export const blockN = 512;
export const blockK = 128;

/** Most values of a b that is read where it lies; beyond it, rows a power of two apart share few places of the first-level cache. */
export const smallB = 4096;

/** Values of the patches a convolution unrolls at a time; up to four times as many where so few patches would not fit, or one patch. */
export const patchValues = 32768;
export const mostPatchValues = 131072;
export const fewestPatches = 64;

/** Most units of a layer that is one operation each way. */
export const narrowest = 8;

/** Values that element-wise work with a temporary takes at a time. */
export const chunkValues = 1024;

/**
 * Values of a block that a formula is computed over at a time, and where its slots, a block each, begin in the scratch memory: where a product
 * packs.
 */
export const formulaBlock = 256;
export const formulaSlots = 12288;

/** The kernels' scratch memory: byte offsets of its parts. Three chunks, then the packed blocks of a product. */
export const packedB = 12288;
/** 64 panels of `blockK` rows of 32 bytes and a cache line, or what groups of lists take of 512 columns. */
export const packedA = 284032;
/** Panels of a, or lists of `blockM` rows, 8 bytes for each of `blockK` values and 8 for their end. */
export const scratchBytes = 420256;
