import type { StreamEvent, UnitSnapshot } from '../training/events.ts';
import type { LocatedProblem } from '../spec/problems.ts';

/** Messages between the panel and the worker that trains. */
export type ToWorker =
  /** Makes a run from a network file and its data file, if it has one, and goes on to train unless `paused`. Replaces the run before. */
  | {
      type: 'start';
      text: string;
      /** The bytes behind `data.path`; absent for drawn sources. */
      dataFile?: { path: string; bytes: Uint8Array };
      backend: 'auto' | 'wasm' | 'webgpu';
      /** Batches of events a second, at most. */
      metricsPerSecond: number;
      paused: boolean;
    }
  | { type: 'resume' }
  | { type: 'pause' }
  /** One update, then pause. */
  | { type: 'step' }
  /** Takes effect in the running training. */
  | { type: 'setLearningRate'; value: number }
  /** Ends the run; an `end` event with reason `stopped` follows if it had not ended. */
  | { type: 'stop' };

export type RunState = 'preparing' | 'running' | 'paused' | 'ended';

export type FromWorker =
  | { type: 'ready' }
  | { type: 'state'; state: RunState }
  /** Everything since the last batch, in order. `units` belong to the newest evaluation among them. */
  | { type: 'events'; events: StreamEvent[]; units?: UnitSnapshot[] }
  /** Where training stands between records. */
  | {
      type: 'progress';
      step: number;
      steps: number;
      epoch: number;
      epochs: number;
      loss: number | null;
      stepsPerSecond: number;
    }
  /** Something the person should know while the run goes on. */
  | { type: 'notice'; message: string }
  /** The run could not be made. */
  | { type: 'failed'; message: string; problems: LocatedProblem[] };
