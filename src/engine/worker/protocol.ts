import type { Autopsy, Death } from '../autopsy/autopsy.ts';
import type { Kernels } from '../backends/backend.ts';
import type { RecordedRun } from '../autopsy/replay.ts';
import type { Look, LookRequest } from '../look/look.ts';
import type { RuleOptions } from '../rules/index.ts';
import type { StreamEvent, UnitSnapshot } from '../training/events.ts';
import type { Preview } from '../training/preview.ts';
import type { LocatedProblem } from '../spec/problems.ts';

/** The bytes behind `data.path` and `data.labels`, as far as a network names them: a worker reads no files. */
export interface DataFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly labels?: { readonly path: string; readonly bytes: Uint8Array };
}

/** What there is of a run, and a unit of it that died. */
export interface AutopsyRequest {
  readonly text: string;
  readonly dataFile?: DataFile;
  /** What the run ran on. */
  readonly backend: 'wasm' | 'webgpu';
  readonly kernels?: Kernels;
  readonly settings: NonNullable<RecordedRun['settings']>;
  readonly death: Death;
  /** The bytes of a checkpoint to begin at. */
  readonly resume?: Uint8Array;
}

/** A network to look at before training, and its data. */
export interface PreviewRequest {
  readonly text: string;
  readonly dataFile?: DataFile;
}

/** Messages between the panel and the worker that trains. */
export type ToWorker =
  /** The language of the person, by the English text: first of all messages, where it is not English. */
  | { type: 'words'; bundle: Record<string, string> }
  /** Nobody waits yet: time to find the quicker build of the kernels. */
  | { type: 'warm' }
  /** Makes a run from a network file and its data file, if it has one, and goes on to train unless `paused`. Replaces the run before. */
  | {
      type: 'start';
      /** Name of the run in its `start` event. */
      run: string;
      text: string;
      /** Absent for drawn sources. */
      dataFile?: DataFile;
      backend: 'auto' | 'wasm' | 'webgpu';
      /** Of the wasm backend; the quicker ones when left out. What a checkpoint was made with goes before. */
      kernels?: Kernels;
      /** Batches of events a second, at most. */
      metricsPerSecond: number;
      /** Thresholds of rules other than their own. */
      rules?: RuleOptions;
      /** Pause when a rule of this severity, or a graver one, fires, or when a unit is found dead that was alive. */
      pauseOn?: 'warning' | 'error' | 'death';
      paused: boolean;
      /** The bytes of a checkpoint to go on from. */
      resume?: Uint8Array;
      /** In place of those that the text or the checkpoint holds: they may be changed while a run goes on. */
      learningRate?: number;
      batchSize?: number | 'all';
    }
  | { type: 'resume' }
  | { type: 'pause' }
  /** One update, then pause. */
  | { type: 'step' }
  /** Answered with `checkpoint` after the stretch of steps at hand; not at all while there is no run. */
  | { type: 'checkpoint' }
  /** The person types in another editor, on a machine with few processors: for a while training leaves most of the time to that. */
  | { type: 'giveWay' }
  /** Takes effect in the running training. */
  | { type: 'setLearningRate'; value: number }
  | { type: 'setBatchSize'; value: number | 'all' }
  /**
   * What to look at: answered once, with `looked`, between two stretches of training or when it stands still. A page that is drawn asks again;
   * what would be answered with the same weights waits for others. Another request, or none, takes the place of one not answered yet.
   */
  | { type: 'look'; request?: LookRequest }
  /** Has nothing to do with a run at hand. Answered with `autopsyAt` on the way, then `autopsy` or `autopsyFailed`. */
  | ({ type: 'autopsy' } & AutopsyRequest)
  /** How a network stands before training. Has nothing to do with a run at hand; answered with `previewed` or `previewFailed`. */
  | ({ type: 'preview' } & PreviewRequest)
  /** A run of this network may be asked for next: what it will need is made, and nothing is answered. Has nothing to do with a run at hand. */
  | ({ type: 'getReady'; backend: 'auto' | 'wasm' | 'webgpu' } & PreviewRequest)
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
  /** All that a run needs to go on from `step`, as a safetensors file; every event up to there has been posted. */
  | { type: 'checkpoint'; step: number; bytes: Uint8Array }
  /** What was asked to be looked at, as it now is. */
  | { type: 'looked'; look: Look }
  /** The step that the run made again has come to. */
  | { type: 'autopsyAt'; step: number }
  | { type: 'autopsy'; found: Autopsy }
  | { type: 'autopsyFailed'; message: string }
  | { type: 'previewed'; seen: Preview }
  | { type: 'previewFailed'; message: string }
  /** Something the person should know while the run goes on. */
  | { type: 'notice'; message: string }
  /** The run could not be made. */
  | { type: 'failed'; message: string; problems: LocatedProblem[] };
