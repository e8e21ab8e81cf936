import { median } from '../sweep.ts';
import type { MetricsEvent } from '../training/events.ts';
import type { RunLine } from './sweep.ts';
import { tableText } from './tableText.ts';

type Final = Omit<MetricsEvent, 'event'>;

/** What the table shows of a run's last record. */
const figures: Readonly<Record<string, (final: Final) => number | null | undefined>> = {
  loss: ({ loss }) => loss,
  accuracy: ({ accuracy }) => accuracy,
  'validation loss': ({ validation }) => validation?.loss,
  'validation accuracy': ({ validation }) => validation?.accuracy,
  'dead units': ({ layers }) => layers.reduce((sum, { dead }) => sum + dead, 0),
};

/** A line a combination: the median over its runs, and from the least to the greatest where there are several. */
export function sweepTable(lines: readonly RunLine[]): string {
  const groups = new Map<string, RunLine[]>();
  for (const line of lines) {
    const key = JSON.stringify(line.set);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  const paths = Object.keys(lines[0]!.set);
  const shown = Object.entries(figures).filter(([, of]) =>
    lines.some(({ final }) => typeof (final && of(final)) === 'number'),
  );
  const judged = lines.some(({ expect }) => expect.length > 0);
  const rows = [...groups.values()].map((runs) => {
    const failed = runs.filter(({ reason }) => reason !== 'completed').length;
    const met = runs.filter(({ expect }) => expect.length > 0 && expect.every(({ passed }) => passed)).length;
    return [
      ...paths.map((path) => textOf(runs[0]!.set[path])),
      `${runs.length}${failed > 0 ? ` (${failed} failed)` : ''}`,
      ...shown.map(([, of]) => spread(runs.flatMap(({ final }) => (final ? [of(final)] : [])))),
      ...(judged ? [`${met} of ${runs.length}`] : []),
    ];
  });
  return tableText(
    [[...paths, 'runs', ...shown.map(([name]) => name), ...(judged ? ['met'] : [])], ...rows],
    paths.length,
  );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** "0.82 (0.78–0.84)". */
function spread(values: readonly (number | null | undefined)[]): string {
  const sorted = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  if (sorted.length === 0) return '';
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  const middle = median(sorted);
  return least === most ? short(middle) : `${short(middle)} (${short(least)}–${short(most)})`;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
