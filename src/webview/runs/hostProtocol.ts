import type { RecordedEntry, RecordedRun, RunHead } from '../../engine/training/runFile.ts';

/** A network that is open: its address, what people call it, and its text as it is. */
export interface OpenNetwork {
  readonly document: string;
  readonly name: string;
  readonly text: string;
}

/** Messages between the page that compares runs and the extension host. */
export type ToRuns =
  /** Every recorded run, newest first; answers `ready`, and comes again when runs were removed or are somewhere else. */
  | { type: 'runs'; entries: RecordedEntry[]; folder: string; ownFolder: boolean }
  /** A run was written down, for the first time or anew. */
  | { type: 'written'; entry: RecordedEntry }
  /** Answers `read`; without a run when its file is gone or damaged. */
  | { type: 'run'; file: string; run?: RecordedRun }
  /** The networks that are open now, the one worked on last first; comes again when they change. */
  | { type: 'networks'; networks: OpenNetwork[] }
  /** Answers `readData`; the bytes, or why there are none. */
  | { type: 'data'; request: number; bytes?: Uint8Array; error?: string };

export type FromRuns =
  | { type: 'ready' }
  | { type: 'read'; file: string }
  /** Asks the person first. */
  | { type: 'remove'; files: string[] }
  /** The network of a run, as an untitled document in the designer. */
  | { type: 'openNetwork'; file: string }
  | { type: 'showFile'; file: string }
  /** The setting that says where runs are recorded. */
  | { type: 'chooseFolder' }
  | { type: 'openExperiment' }
  /** A file that `data` names, of an open network. */
  | { type: 'readData'; request: number; document: string; path: string }
  /** A run of a sweep, to be written down. */
  | { type: 'recordRun'; document: string; head: Omit<RunHead, 'document'>; lines: string };
