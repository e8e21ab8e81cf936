import * as l10n from '@vscode/l10n';
import { median } from '../../engine/sweep.ts';
import { compact, count } from '../format.ts';
import { mortalLayers, type Entry } from './groups.ts';

type Figure = number | null | undefined;

interface FigureRow {
  readonly label: string;
  readonly of: (entry: Entry) => Figure;
  readonly show: (value: number) => string;
  /** Which end is the better one. */
  readonly best?: 'low' | 'high';
}

const digits = (value: number): string => compact(value, 3);

/** What is said of a run's end, a column each. */
export const figureRows: readonly FigureRow[] = [
  {
    label: l10n.t('validation accuracy'),
    of: ({ head }) => head.final?.validation?.accuracy,
    show: digits,
    best: 'high',
  },
  { label: l10n.t('validation loss'), of: ({ head }) => head.final?.validation?.loss, show: digits, best: 'low' },
  { label: l10n.t('training loss'), of: ({ head }) => head.final?.loss, show: digits, best: 'low' },
  { label: l10n.t('dead units'), of: deadOf, show: (value) => compact(value, 3) },
  { label: l10n.t('steps'), of: ({ head }) => head.final?.step, show: count },
  { label: l10n.t('seconds'), of: ({ head }) => head.seconds, show: (value) => compact(value, 2) },
];

/** Dead units in all layers whose units can die; undefined where none can. */
export function deadOf({ head, network }: Entry): number | undefined {
  const mortal = mortalLayers(network);
  const layers = (head.final?.layers ?? []).filter(({ id }) => mortal.has(id));
  return layers.length === 0 ? undefined : layers.reduce((sum, { dead }) => sum + dead, 0);
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Values there are. */
  readonly of: number;
}

/** Of the values that there are; undefined of none. */
export function spreadOf(values: readonly Figure[]): Spread | undefined {
  const sorted = values.filter((value): value is number => typeof value === 'number').sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  return { median: median(sorted), low: sorted[0]!, high: sorted.at(-1)!, of: sorted.length };
}

/** Whether this median is better than some other, and no other than it. */
export function isBest(spreads: readonly (Spread | undefined)[], index: number, best: FigureRow['best']): boolean {
  const medians = spreads.flatMap((spread) => spread?.median ?? []);
  const [low, high] = [Math.min(...medians), Math.max(...medians)];
  return best !== undefined && low < high && spreads[index]?.median === (best === 'low' ? low : high);
}

/** "0.82", and over several runs that differ the median with the range: "0.82 (0.78–0.84)". */
export function spreadText(spread: Spread | undefined, show: (value: number) => string): string {
  if (!spread) return '–';
  const range = rangeText(spread, show);
  return range === '' ? show(spread.median) : `${show(spread.median)} (${range})`;
}

/** "0.78–0.84"; nothing where all are alike. */
export const rangeText = ({ low, high }: Spread, show: (value: number) => string): string =>
  low === high ? '' : `${show(low)}–${show(high)}`;

const endWords: Record<NonNullable<Entry['head']['reason']>, string> = {
  completed: l10n.t('completed'),
  stopped: l10n.t('stopped'),
  diverged: l10n.t('diverged'),
  device_lost: l10n.t('device lost'),
  error: l10n.t('failed'),
};

/** How runs ended, in words: "completed", "3 completed, 1 diverged"; those with more to come are "unfinished". */
export function endsText(entries: readonly Entry[]): string {
  const counts = new Map<string, number>();
  for (const { head } of entries) {
    const word = head.reason === null ? l10n.t('unfinished') : endWords[head.reason];
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  if (counts.size === 1) return [...counts.keys()][0]!;
  return [...counts].map(([word, n]) => l10n.t('{0} {1}', n, word)).join(', ');
}
