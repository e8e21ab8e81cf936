import type { Workload } from './workloads.ts';

/** One program under measurement, with one workload in it. */
export interface Run {
  /** Does so many whole steps; the mean of their batches' losses (of the first epoch alone this need be right). */
  steps(count: number): Promise<number>;
  /** Milliseconds to its first step, when told apart from making the data. */
  readonly first?: number;
  /** What of it was chosen. */
  readonly note?: string | undefined;
  /** Bytes in use at most, where that can be told. */
  memory?(): number;
  dispose(): void;
}

export interface Peer {
  prepare(workload: Workload): Promise<Run>;
}

/** The mean loss over so many first steps is compared; no epoch is shorter. */
export const checked = 8;
