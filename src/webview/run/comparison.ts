import * as l10n from '@vscode/l10n';
import type { Network } from '../../engine/spec/network.ts';
import type { Drawing } from '../document.ts';
import { compact, percent } from '../format.ts';
import { canDie, type Run } from './runState.ts';

/** A figure of two runs, as a column of the comparison. */
export interface Compared {
  readonly label: string;
  readonly before: string;
  readonly now: string;
  readonly difference: string;
  /** Whether the later run is the better one; undefined where they are equal or neither is. */
  readonly better: boolean | undefined;
}

/** Layers shown by their dead units, at most. */
const mostLayers = 2;

/** What a person wants to know of a change: the figures of both runs that a fix is judged by. Those that either run lacks are left out. */
export function compare(before: Run, now: Run): Compared[] {
  const [then, latest] = [before.latest, now.latest];
  if (!then || !latest) return [];
  const mortal = latest.layers.filter(({ id }) => canDie(now.drawing, id) && before.metricsOf(id));
  const change = ({ id, dead }: (typeof mortal)[number]) => Math.abs(dead - before.metricsOf(id)!.dead);
  const layers = [...mortal].sort((a, b) => change(b) - change(a)).slice(0, mostLayers);
  const share = (value: number) => percent(value);
  return [
    ...figure(l10n.t('validation accuracy'), then.validation?.accuracy, latest.validation?.accuracy, 1, (v) =>
      compact(v, 3),
    ),
    ...figure(l10n.t('validation loss'), then.validation?.loss, latest.validation?.loss, -1, (v) => compact(v, 3)),
    ...figure(l10n.t('training loss'), then.loss, latest.loss, -1, (v) => compact(v, 3)),
    ...layers.flatMap(({ id, dead }) => figure(l10n.t('dead {0}', id), before.metricsOf(id)!.dead, dead, -1, String)),
    ...layers
      .slice(0, 1)
      .flatMap(({ id, sparsity }) =>
        figure(l10n.t('sparsity {0}', id), before.metricsOf(id)!.sparsity, sparsity, 0, share),
      ),
  ];
}

function figure(
  label: string,
  before: number | null | undefined,
  now: number | null | undefined,
  /** 1: more is better; −1: less is; 0: neither. */
  good: -1 | 0 | 1,
  show: (value: number) => string,
): Compared[] {
  if (before === null || before === undefined || now === null || now === undefined) return [];
  const change = now - before;
  const sign = change > 0 ? '+' : change < 0 ? '−' : '±';
  const better = change === 0 || good === 0 ? undefined : change > 0 === good > 0;
  return [{ label, before: show(before), now: show(now), difference: `${sign}${show(Math.abs(change))}`, better }];
}

/** A field of the network that two runs have differently. */
export interface Difference {
  /** As people name it: `hidden.activation`, `learningRate`. */
  readonly field: string;
  readonly before: string;
  readonly now: string;
}

/** Every field in which two networks differ, defaults filled in: what a layer takes from a default counts for each layer. */
export const differences = (before: Drawing, now: Drawing): Difference[] =>
  differing([before.network, now.network]).map(({ field, values }) => ({ field, before: values[0]!, now: values[1]! }));

/** Every field that networks do not all have alike, with the value of each. */
export function differing(networks: readonly Network[]): { field: string; values: string[] }[] {
  const fields = networks.map(fieldsOf);
  const names = new Set(fields.flatMap((of) => [...of.keys()]));
  return [...names].flatMap((field) => {
    const values = fields.map((of) => of.get(field) ?? l10n.t('none'));
    return values.every((value) => value === values[0]) ? [] : [{ field, values }];
  });
}

/** Made once a network: many runs are held against each other at every drawing. */
const known = new WeakMap<Network, ReadonlyMap<string, string>>();

/** A network's fields as people name them, with their values as text. */
export function fieldsOf(network: Network): ReadonlyMap<string, string> {
  const before = known.get(network);
  if (before) return before;
  const { seed, data, layers, training } = network;
  const fields = new Map<string, string>();
  const walk = (path: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      // A named value is its name; its parameters stand beside it.
      for (const [key, item] of Object.entries(value))
        walk(key === 'name' ? path : path === '' ? key : `${path}.${key}`, item);
    } else if (value !== undefined) fields.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  };
  walk('', { seed, data });
  walk('', training);
  for (const { id, type, inputs, fields: own } of layers) walk(id, { type, inputs, ...own });
  known.set(network, fields);
  return fields;
}

/** "learningRate 3 → 0.3", and how many more there are. */
export function changesText(changes: readonly Difference[]): string {
  const [first, ...more] = changes;
  if (!first) return l10n.t('nothing changed');
  const text = `${first.field} ${first.before} → ${first.now}`;
  return more.length === 0 ? text : l10n.t('{0} and {1} more', text, more.length);
}

/** Rules that fired in the earlier run and not in this one, and the other way round. */
export function ruleChanges(before: Run, now: Run): { gone: string[]; fresh: string[] } {
  const [then, latest] = [before, now].map(({ warnings }) => [
    ...new Set([...warnings.values()].map(({ rule }) => rule)),
  ]);
  return {
    gone: then!.filter((rule) => !latest!.includes(rule)),
    fresh: latest!.filter((rule) => !then!.includes(rule)),
  };
}
