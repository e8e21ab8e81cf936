import type { Plan } from '../plan/plan.ts';

/** Everything that changes from step to step, worked out in float64 by the trainer. */
export interface StepRow {
  /** Counts updates from 1. */
  readonly step: number;
  readonly rows: number;
  /** Where the batch's sample numbers begin in the order last given to `setOrder`. */
  readonly batchOffset: number;
  readonly learningRate: number;
  /** 1 − β₁ᵗ and 1 − β₂ᵗ. */
  readonly correction1: number;
  readonly correction2: number;
  /** Count the units' activity in this step's batch. */
  readonly observe: boolean;
}

/** Batch means added up, one step after another. */
export interface Sums {
  readonly loss: number;
  readonly accuracy: number;
  readonly penalty: number;
}

/** What a run of steps leaves behind; the sums are of the batch means, penalties left out of `loss`. */
export interface RunResult extends Sums {
  /** Updates made; fewer than asked for once a value is not finite. */
  readonly stepsDone: number;
  /** Index of the segment whose gradient or weight was not finite, if any. */
  readonly badSegment: number | undefined;
  /** Of the last update, one entry a segment: Σg² (penalties in, before clipping), Σw² before it, Σ(Δw)². */
  readonly gradientSquares: Float64Array;
  readonly weightSquares: Float64Array;
  readonly updateSquares: Float64Array;
  /** Of the last observed step: six counts a unit, all observed layers after one another; empty when none was observed. Good until the session is called again. */
  readonly units: Float64Array;
}

export interface EvaluateResult {
  /** Means over the samples, penalties left out. */
  readonly loss: number;
  readonly accuracy: number;
  /** Six counts a unit (plan.ts `unitCounts`), all observed layers after one another. Good until the session is called again. */
  readonly units: Float64Array;
}

/** Builds of the wasm kernels: plain 128-bit vectors, and with fused multiply-add (relaxed SIMD). */
export type Kernels = 'simd' | 'relaxed';

/** One backend: it prepares plans and runs them. */
export interface Backend {
  readonly name: 'reference' | 'wasm' | 'webgpu';
  readonly kernels: Kernels | undefined;
  /** Multiply-adds of a stretch of steps worth some hundredths of a second: counted, never clocked, so that equal runs do equal things. */
  readonly stretch: number;
  /** What it runs on, in a person's words. */
  readonly device: string;
  /** Allocates all a plan needs; throws OutOfMemory before allocating what cannot be had. */
  prepare(plan: Plan, seed: number): Promise<Session>;
}

/** A plan on a backend, with its memory. Values cross as float32 whatever the backend computes in. */
export interface Session {
  /** The whole data set: `samples × featureWidth` and `samples × targetWidth`. */
  setData(features: Float32Array, targets: Float32Array): void;
  /** The parameters' arena, as laid out in `plan.parameters`. */
  setParameters(values: Float32Array): void;
  parameters(): Promise<Float32Array>;
  /** The optimiser's slots, one after another in the parameters' layout. */
  setSlots(values: Float32Array): void;
  slots(): Promise<Float32Array>;
  /** Running statistics. */
  setState(values: Float32Array): void;
  state(): Promise<Float32Array>;
  /** The order in which training visits the samples in this epoch. */
  setOrder(samples: Uint32Array): void;
  /**
   * Does whole steps one after another, without a pause; stops after the first that is not finite, with the weights before it.
   * The sums begin at `before` (0 when left out) and grow step by step: where a run is cut changes no bit of them.
   */
  run(rows: readonly StepRow[], before?: Sums): Promise<RunResult>;
  /** Weights fixed, inference mode, nothing drawn: leaves no trace. */
  evaluate(samples: Uint32Array): Promise<EvaluateResult>;
  /** The network's outputs for these samples, `plan.output.width` values each. */
  predict(samples: Uint32Array): Promise<Float32Array>;
  dispose(): void;
}

export class OutOfMemory extends Error {}

/** The device went away in the middle of things: whatever was on it is gone. The message says why. */
export class DeviceLost extends Error {}
