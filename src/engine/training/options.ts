import type { RuleOptions } from '../rules/index.ts';
import type { TensorFile } from '../weights/safetensors.ts';
import type { StreamEvent, UnitSnapshot } from './events.ts';

/** What a run is, beside its network and data, and whom it tells of itself. */
export interface TrainerOptions {
  /** Name of the run in its `start` event. */
  readonly run: string;
  /** Why this backend was chosen. */
  readonly reason: string;
  /** Updates in all, in place of epochs × batches. */
  readonly steps?: number;
  /** A record, with an evaluation, every so many steps; once an epoch when left out. */
  readonly metricsEvery?: number;
  /** The network file's text, for the files that are saved. */
  readonly text?: string;
  /** Start from the weights in this file. */
  readonly initial?: TensorFile;
  /** Go on from this checkpoint. */
  readonly resume?: TensorFile;
  /** The checkpoint may have been made with another backend, or batch size: within tolerance, not bit for bit. */
  readonly elsewhere?: boolean;
  /** Thresholds of rules other than their own. */
  readonly rules?: RuleOptions;
  /** Each event as it happens; `units` come with a record that holds a new evaluation. */
  onEvent(event: StreamEvent, units?: readonly UnitSnapshot[]): void;
  /** After each stretch of steps. */
  onProgress?(progress: Progress): void;
  /** Lets messages and signals in between stretches of steps. */
  yield(): Promise<void>;
  /** Milliseconds between two such moments at least; 0 for one after each stretch. */
  readonly untilLook?: number;
}

/** Where training stands between records. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** Mean over the batches since the last record. */
  readonly loss: number | null;
  /** Of the time spent training. */
  readonly stepsPerSecond: number;
}
