import * as l10n from '@vscode/l10n';
import { activationRow } from '../../engine/activations/index.ts';
import type { Network } from '../../engine/spec/network.ts';
import { parse } from '../../engine/spec/parse.ts';
import type { RecordedEntry } from '../../engine/training/runFile.ts';
import { changesText, differing, fieldsOf } from '../run/comparison.ts';

/** A recorded run and the network it was of. */
export interface Entry extends RecordedEntry {
  readonly network: Network;
  /** Alike for runs that differ in nothing but the seed. */
  readonly key: string;
}

/** Runs that are equal but for the seed, newest first. */
export interface Group {
  readonly key: string;
  readonly entries: readonly Entry[];
  /** The newest. */
  readonly first: Entry;
}

/** Fields that are said to tell a group from the others, at most. */
const mostWords = 4;

/** Undefined where the network cannot be read: another version's. */
export function entryOf({ file, head }: RecordedEntry): Entry | undefined {
  const { network } = parse(head.text);
  if (!network) return undefined;
  const fields = [...fieldsOf(network)].filter(([field]) => field !== 'seed');
  return { file, head, network, key: JSON.stringify(fields) };
}

/** Groups in the order of their newest runs; entries come newest first. */
export function groupsOf(entries: readonly Entry[]): Group[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.key);
    if (group) group.push(entry);
    else groups.set(entry.key, [entry]);
  }
  return [...groups].map(([key, entries]) => ({ key, entries, first: entries[0]! }));
}

export const nameOf = ({ head, network }: Entry): string =>
  network.name || head.document.replace(/^.*\//, '').replace(/\.nn\.json$/i, '');

/** What a group has differently from the next older one of the same document, "hidden.activation relu → tanh", or what a sweep gave it. */
export function changeText(groups: readonly Group[], index: number): string {
  const { first } = groups[index]!;
  if (first.head.set && Object.keys(first.head.set).length > 0) return l10n.t('sweep: {0}', setText(first.head.set));
  const before = groups.slice(index + 1).find((group) => group.first.head.document === first.head.document);
  if (!before) return l10n.t('the first of this file');
  const changes = differing([before.first.network, first.network]).filter(({ field }) => field !== 'seed');
  return changesText(changes.map(({ field, values }) => ({ field, before: values[0]!, now: values[1]! })));
}

/** "activation tanh, learningRate 0.1": what a sweep set. */
const setText = (set: Readonly<Record<string, unknown>>): string =>
  Object.entries(set)
    .map(([path, value]) => `${path.replace(/^.*\./, '')} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

/** What tells each of several groups from the others: "activation tanh, learningRate 0.1"; alike in several layers, it is said once. */
export function distinctions(groups: readonly Group[]): string[] {
  const fields = differing(groups.map(({ first }) => first.network)).filter(({ field }) => field !== 'seed');
  return groups.map((_, index) => {
    const said = new Set(fields.map(({ field, values }) => `${field.replace(/^.*\./, '')} ${values[index]}`));
    const [...words] = said;
    return words.length > mostWords ? `${words.slice(0, mostWords).join(', ')} …` : words.join(', ');
  });
}

/** "seed 3", "seeds 1–5", "seeds 1, 4, 9". */
export function seedsText(entries: readonly Entry[]): string {
  const seeds = [...new Set(entries.map(({ head }) => head.seed))].sort((a, b) => a - b);
  if (seeds.length === 1) return l10n.t('seed {0}', seeds[0]!);
  const inARow = seeds.at(-1)! - seeds[0]! === seeds.length - 1;
  const list = seeds.length > 6 ? `${seeds.slice(0, 6).join(', ')} …` : seeds.join(', ');
  return l10n.t('seeds {0}', inARow ? `${seeds[0]}–${seeds.at(-1)}` : list);
}

/** Layers whose units can die. */
export const mortalLayers = ({ layers }: Network): ReadonlySet<string> =>
  new Set(
    layers.flatMap(({ id, fields }) =>
      fields.activation && activationRow(fields.activation.name).inactive !== 'never' ? [id] : [],
    ),
  );

/** A, B … Z, AA, AB …: what a chosen group is called in the legend, the charts and the tables. */
export const letter = (index: number): string =>
  (index >= 26 ? letter(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));
