import type { RecordedEntry, RecordedRun } from '../../engine/training/runFile.ts';

/** Messages between the page that compares runs and the extension host. */
export type ToRuns =
  /** Every recorded run, newest first; answers `ready`, and comes again when runs were removed or are somewhere else. */
  | { type: 'runs'; entries: RecordedEntry[]; folder: string }
  /** A run was written down, for the first time or anew. */
  | { type: 'written'; entry: RecordedEntry }
  /** Answers `read`; without a run when its file is gone or damaged. */
  | { type: 'run'; file: string; run?: RecordedRun };

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
  | { type: 'openExperiment' };
