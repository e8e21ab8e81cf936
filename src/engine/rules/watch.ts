import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import type { Severity } from '../spec/problems.ts';
import type { Fix } from '../spec/fix.ts';
import type { WarningEvent } from '../training/events.ts';
import { constantLoss } from './constantLoss.ts';
import { factsOf } from './facts.ts';
import { limitsOf, rules, type RuleOptions } from './index.ts';
import type { Evaluated, Finding, Limits, Moment } from './rule.ts';

const rank: Record<Severity, number> = { info: 0, warning: 1, error: 2 };

/** What the rules know of a run so far; as JSON it goes into checkpoints. */
export interface Watching {
  /** Severity last spoken with, by rule and layer. */
  readonly told: Record<string, Severity>;
  readonly found: Record<string, Fix>;
  readonly memory: Record<string, Record<string, number>>;
  readonly evaluations: readonly Evaluated[];
  readonly epochs: number;
  /** Of the epoch at hand, and the last that ended. */
  readonly open: { readonly loss: number; readonly batches: number };
  readonly loss: number | null;
  /** ‖W‖₂ of each layer as the record before knew it, and updates made until then; a checkpoint of an earlier version has none. */
  readonly norms?: { readonly updates: number; readonly of: Moment['weightNorms'] };
}

const nothing: Watching = {
  told: {},
  found: {},
  memory: {},
  evaluations: [],
  epochs: 0,
  open: { loss: 0, batches: 0 },
  loss: null,
};

/** A record as the trainer gives it to the rules. */
export interface Recorded extends Pick<Moment, 'record' | 'weightNorms'> {
  /** Batches since the record before. */
  readonly batches: number;
}

/**
 * Asks the live rules after each record. A rule speaks of a layer once, and again only when it has become graver; what has been
 * said is not taken back. Equal records give equal warnings.
 */
export class Watch {
  private readonly base: Pick<Moment, 'graph' | 'facts' | 'constantLoss'>;
  private readonly limits: ReadonlyMap<string, Limits>;
  /** The rules that look at a run. */
  private readonly live: readonly { readonly id: string; look(moment: Moment): readonly Finding[] }[];
  /** Changed in place: a tiny network has thousands of records a second, and a copy takes as long as a step of it. */
  private state: { -readonly [K in keyof Watching]: Watching[K] } = structuredClone(nothing);

  constructor(graph: Graph, dataset: Dataset, options?: RuleOptions) {
    this.base = { graph, facts: factsOf(dataset), constantLoss: constantLoss(graph, dataset) };
    this.limits = new Map(rules.map((rule) => [rule.id, limitsOf(rule, options)]));
    // Of the data the stream speaks once, at its start.
    const atStart = (moment: Moment) => moment.record.step === 0;
    this.live = rules.flatMap((rule) => {
      const limits = this.limits.get(rule.id)!;
      if (rule.id === 'unscaled_input')
        return { id: rule.id, look: (moment) => (atStart(moment) ? rule.check!(moment, limits) : []) };
      return rule.watch ? { id: rule.id, look: (moment) => rule.watch!(moment, limits) } : [];
    });
  }

  /** What is known so far, or would be after one more record. */
  standing(next?: Recorded): Watching {
    const before = this.state;
    this.state = structuredClone(before);
    if (next) this.after(next);
    const standing = this.state;
    this.state = before;
    return standing;
  }

  /** Goes on from what `standing` gave. */
  restore(standing: Watching): void {
    this.state = structuredClone(standing);
  }

  /** Takes in a record; gives what is to be said of it. */
  after({ record, batches, weightNorms }: Recorded): WarningEvent[] {
    const evaluated = record.evaluated.step === record.step;
    const ended = this.count(record, batches);
    if (evaluated) this.evaluation(record);
    const leastUpdates = this.leastUpdates(record.step, weightNorms);
    const { epochs, evaluations, memory, found } = this.state;
    const { graph, facts, constantLoss } = this.base;
    // A tiny network has thousands of records a second: one moment serves all rules, and its fields are named, which is faster than spread.
    const moment = {
      graph,
      facts,
      constantLoss,
      record,
      evaluated,
      weightNorms,
      leastUpdates,
      ended,
      epochs,
      evaluations,
      found,
      memory: {},
    };
    const warnings: WarningEvent[] = [];
    for (const rule of this.live) {
      moment.memory = memory[rule.id] ??= {};
      for (const finding of rule.look(moment)) warnings.push(...this.tell(rule.id, record.step, finding));
    }
    return warnings;
  }

  /** Adds up the loss, epoch by epoch; gives the means of those that have ended. */
  private count({ loss, penalty, epoch }: Moment['record'], batches: number): number[] {
    const { open, epochs } = this.state;
    const sum = loss === null ? open.loss : open.loss + (loss - (penalty ?? 0)) * batches;
    const all = open.batches + (loss === null ? 0 : batches);
    if (epoch <= epochs || all === 0) {
      this.state.open = { loss: sum, batches: all };
      return [];
    }
    // Where records are further apart than epochs, each of these had the mean of all.
    const ended = new Array<number>(epoch - epochs).fill(sum / all);
    Object.assign(this.state, { epochs: epoch, open: { loss: 0, batches: 0 }, loss: ended.at(-1)! });
    return ended;
  }

  /** See `Moment`; 0 where nothing follows from the norms. */
  private leastUpdates(step: number, of: Moment['weightNorms']): number[] {
    const { norms } = this.state;
    // The norms are those before the record's own update.
    const updates = Math.max(step - 1, 0);
    this.state.norms = { updates, of };
    const count = updates - (norms?.updates ?? updates);
    return of.map((norm, k) => {
      const before = norms?.of[k];
      return norm && before && count > 0 && Number.isFinite(norm) ? Math.abs((norm / before) ** (1 / count) - 1) : 0;
    });
  }

  /** Keeps one evaluation an epoch, as far back as `overfitting` looks. */
  private evaluation({ epoch, validation }: Moment['record']): void {
    if (validation?.loss === null || validation === undefined) return;
    const { evaluations, loss } = this.state;
    const earlier = evaluations.filter((one) => one.epoch < epoch);
    const back = epoch - 2 * this.limits.get('overfitting')!['epochs']! - 1;
    const from = Math.max(0, earlier.filter((one) => one.epoch <= back).length - 1);
    const now = { epoch, validation: validation.loss, training: loss };
    this.state.evaluations = [...earlier.slice(from), now];
  }

  private tell(rule: string, step: number, { severity = 'warning', layer, message, fixes }: Finding): WarningEvent[] {
    const key = `${rule} ${layer ?? ''}`;
    const { told, found } = this.state;
    const before = told[key];
    if (before !== undefined && rank[before] >= rank[severity]) return [];
    told[key] = severity;
    const [fix = null] = fixes;
    if (fix && found[rule] === undefined && rule !== 'not_learning') found[rule] = fix;
    return [{ event: 'warning', step, rule, layer, severity, message, fix, fixes: [...fixes] }];
  }
}

/** Whether JSON from a checkpoint is what `standing` gives. */
export function isWatching(value: unknown): value is Watching {
  const { told, found, memory, evaluations, epochs, open } = (value ?? {}) as Partial<Watching>;
  const objects = [told, found, memory, open].every((part) => typeof part === 'object' && part !== null);
  return objects && Array.isArray(evaluations) && typeof epochs === 'number' && typeof open?.batches === 'number';
}
