import * as l10n from '@vscode/l10n';
import type { Graph } from '../graph.ts';
import type { Fix } from '../spec/fix.ts';
import type { Severity } from '../spec/problems.ts';
import type { MetricsEvent } from '../training/events.ts';
import type { DataFacts } from './facts.ts';

/** A number a rule compares with; a person may set another. */
export interface Threshold {
  readonly value: number;
  readonly doc: string;
  readonly minimum?: number;
  readonly maximum?: number;
}
export type Thresholds = Readonly<Record<string, Threshold>>;
export type Limits<T extends Thresholds = Thresholds> = { readonly [K in keyof T]: number };

/** Other thresholds than a rule's own, by rule and threshold. */
export type RuleOptions = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a rule has found. */
export interface Finding {
  /** Warns when left out. */
  readonly severity?: Severity;
  /** The layer it speaks of; null for the whole network, or the data. */
  readonly layer: string | null;
  /** Before training: what is at fault, e.g. `layers.2.weights`. */
  readonly path?: string;
  readonly message: string;
  /** The likeliest to help first. */
  readonly fixes: readonly Fix[];
}

/** What is known before training. `facts` are there once the data has been read. */
export interface Situation {
  readonly graph: Graph;
  readonly facts?: DataFacts | undefined;
}

/** An evaluation as `overfitting` looks back at it. */
export interface Evaluated {
  readonly epoch: number;
  readonly validation: number;
  /** Mean training loss of the epoch before it; null in the first. */
  readonly training: number | null;
}

/** A record of a run, and what of the run before it rules look back at. */
export interface Moment extends Situation {
  readonly record: Omit<MetricsEvent, 'event'>;
  /** The record has an evaluation of its own, with the weights of its step. */
  readonly evaluated: boolean;
  /** ‖W‖₂ of each of the record's layers, before the last update; null without a kernel. */
  readonly weightNorms: readonly (number | null)[];
  /**
   * What the largest update of each layer's weights since the record before must have been at least, by their size: n updates of at most r
   * make a norm at most (1 + r)ⁿ times as large, and at least (1 − r)ⁿ.
   */
  readonly leastUpdates: readonly number[];
  /** Mean training loss, penalties left out, of the epochs that ended with this record, in order; mostly one or none. */
  readonly ended: readonly number[];
  /** Epochs that have ended, these included. */
  readonly epochs: number;
  /** The newest evaluation of each epoch, for as far back as anyone looks. */
  readonly evaluations: readonly Evaluated[];
  /** What always saying the same would cost; undefined where that makes no sense. */
  readonly constantLoss: number | undefined;
  /** What the rule keeps from record to record; goes into checkpoints. */
  readonly memory: Record<string, number>;
  /** The first fix of each rule that has spoken, by rule. */
  readonly found: Readonly<Record<string, Fix>>;
}

/** One rule: everything the program knows of it. */
export interface Rule<T extends Thresholds = Thresholds> {
  readonly id: string;
  readonly thresholds: T;
  /** When it fires, in words, with the thresholds in them. */
  when(limits: Limits<T>): string;
  /** Why that is bad, in one sentence. */
  readonly reason: string;
  /** What its fixes do, in words. */
  readonly remedy: string;
  /** What of a layer's units it counts, where it does. */
  readonly counts?: 'dead' | 'saturated';
  /** Before training. */
  check?(situation: Situation, limits: Limits<T>): readonly Finding[];
  /** After each record of a run. */
  watch?(moment: Moment, limits: Limits<T>): readonly Finding[];
}

/** Checks a row against its own thresholds and forgets their names, so that all rules fit one table. */
export const rule = <const T extends Thresholds>(row: Rule<T>): Rule => row as unknown as Rule;

/** "1 epoch", "3 epochs". */
export const epochsText = (n: number): string => (n === 1 ? l10n.t('1 epoch') : l10n.t('{0} epochs', n));
/** A share as people read it: "12 %". */
export const percent = (share: number): string => `${Number((100 * share).toPrecision(share < 0.1 ? 2 : 3))} %`;
/** A number as people read it: three digits. */
export const short = (value: number): string => (value === Infinity ? '∞' : String(Number(value.toPrecision(3))));
