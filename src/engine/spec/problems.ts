import type { Fix } from './fix.ts';

export type Severity = 'error' | 'warning' | 'info';

/** What is wrong with a network file, where, and how to mend it; `path` such as `layers.2.units`. */
export interface Problem {
  readonly severity: Severity;
  /** Id of the rule, e.g. `unknown_key`. */
  readonly rule: string;
  readonly message: string;
  readonly path: string;
  /** The name that was probably meant in place of what it is about; none where no known name is near. */
  readonly meant?: string;
  /** Edits that mend it, the likeliest to help first. */
  readonly fixes?: readonly Fix[];
}

/** A problem with its place in the text: line and column count from 1, offset and length in UTF-16 units from 0. */
export interface LocatedProblem extends Problem {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
  /** Set when the fault lies in another file than the network's, e.g. a data file; line and column are then that file's. */
  readonly file?: string;
}
