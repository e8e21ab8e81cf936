import type { Kernels } from '../backends/backend.ts';
import type { Fix } from '../spec/fix.ts';
import type { Expectation } from '../spec/network.ts';

/** The metric stream (one JSON object a line from the command line; the same records go to the panel). */
export type StreamEvent = StartEvent | MetricsEvent | UnitEvent | WarningEvent | SettingEvent | EndEvent;

export interface StartEvent {
  event: 'start';
  run: string;
  backend: 'reference' | 'wasm' | 'webgpu';
  kernels?: Kernels;
  /** Why this backend. */
  reason: string;
  device: string;
  parameters: number;
  /** Updates the whole run makes. */
  steps: number;
  seed: number;
  layers: { id: string; type: string; units: number }[];
}

export interface LayerMetrics {
  id: string;
  units: number;
  dead: number;
  nearlyDead: number;
  batchInactive: number | null;
  sparsity: number;
  saturated: number;
  /** Maxout alone: pieces that never win on the probe, over all units. */
  deadPieces?: number;
  dormant: number;
  gradientNorm: number | null;
  updateRatio: number | null;
  meanActivation: number | null;
  stdActivation: number | null;
}

export interface MetricsEvent {
  event: 'metrics';
  step: number;
  epoch: number;
  /** Mean over the batches since the last record, penalties in; null at step 0. */
  loss: number | null;
  /** Classification only. */
  accuracy?: number | null;
  /** The penalties' part of `loss`. */
  penalty?: number | null;
  validation?: { loss: number | null; accuracy?: number | null };
  /** The test part, in the last record alone. */
  test?: { loss: number | null; accuracy?: number | null };
  learningRate: number;
  evaluated: { step: number; samples: number; of: number };
  layers: LayerMetrics[];
}

export interface UnitEvent {
  event: 'unit';
  step: number;
  layer: string;
  unit: number;
  state: 'died' | 'revived';
  /** `died`: the last evaluation that found it active; null when it was dead from the start. */
  lastActive?: number | null;
}

/** A rule has fired: once for a layer, and again only when it has become graver. */
export interface WarningEvent {
  event: 'warning';
  step: number;
  rule: string;
  layer: string | null;
  severity: 'error' | 'warning' | 'info';
  message: string;
  fix: Fix | null;
  fixes: Fix[];
}

/** A setting that a person changed while training goes on; it takes effect with the update after `step`. Only in the panel. */
export interface SettingEvent {
  event: 'setting';
  step: number;
  setting: 'learningRate' | 'batchSize';
  from: number | 'all';
  to: number | 'all';
}

export type EndReason = 'completed' | 'stopped' | 'diverged' | 'device_lost' | 'error';

export interface EndEvent {
  event: 'end';
  reason: EndReason;
  step: number;
  /** `diverged`: the first tensor with a value that was not finite, or the path of an evaluation's figure. */
  tensor?: string;
  message?: string;
  seconds: number;
  stepsPerSecond: number;
  backend: string;
  final: Omit<MetricsEvent, 'event'> | null;
  expect: (Expectation & { actual: number | null; passed: boolean })[];
}

/** What the panel gets beside a metrics record: one entry a unit, layers as in `layers`. */
export interface UnitSnapshot {
  layer: string;
  /** Share of the probe's samples on which the unit is active, 0…1; for kinds that are never inactive, the mean output. */
  active: Float32Array;
  /** 0 alive, 1 nearly dead, 2 dead. */
  state: Uint8Array;
  /** For dead units: dead since (lastActive, foundDead]; −1 lastActive for since the start. For others both −1. */
  lastActive: Int32Array;
  foundDead: Int32Array;
}
