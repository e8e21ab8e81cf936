import prettier from 'prettier';
import type { Experiment, Measure } from './table.ts';

/** A measure and what came out. */
export interface Figure
  extends Pick<Measure, 'name' | 'kind' | 'expected' | 'over' | 'note'>, Pick<Experiment, 'sample' | 'title'> {
  readonly seeds: number;
  readonly value: number;
  /** 10th and 90th percentile over the seeds. */
  readonly range: readonly [low: number, high: number];
}

const short = (value: number): string => String(Number(value.toPrecision(value >= 0.01 ? 2 : 1)));

const tolerance: Record<Measure['kind'], string> = {
  share: '± 0.05',
  word: '± 0.1',
  sigma: '± 25 %',
  gradients: '÷ × 5',
  least: '',
  most: '',
};

/** Whether a figure is what it must be, and how both are written. */
export function described({ kind, expected, over, value, range, seeds }: Figure): {
  holds: boolean;
  measured: string;
  wanted: string;
} {
  const holds = {
    share: Math.abs(value - expected) <= 0.05,
    word: Math.abs(value - expected) <= 0.1,
    sigma: Math.abs(value / expected - 1) <= 0.25,
    gradients: value >= expected / 5 && value <= expected * 5,
    least: value >= expected,
    most: value <= expected,
  }[kind];
  const what = over === 'mean' ? `of ${seeds}` : over === 'low' ? '10th percentile' : range.map(short).join(' … ');
  const bound = kind === 'least' ? '≥ ' : kind === 'most' ? '≤ ' : '';
  return {
    holds,
    measured: `${short(value)} (${what})`,
    wanted: `${bound}${short(expected)} ${tolerance[kind]}`.trim(),
  };
}

/** `docs/experiments.md`: every figure beside what is expected of it, by sample. */
export function experimentsPage(figures: readonly Figure[]): Promise<string> {
  const samples = [...new Set(figures.map(({ sample }) => sample))];
  const missed = figures.filter((figure) => !described(figure).holds).length;
  const row = (figure: Figure) => {
    const { holds, measured, wanted } = described(figure);
    return `| ${figure.title} | ${figure.name} | ${measured} | ${wanted} | ${figure.seeds} | ${holds ? '✓' : '✗'} |`;
  };
  const section = (sample: string) => {
    const own = figures.filter((figure) => figure.sample === sample);
    const notes = [...new Set(own.flatMap(({ note }) => note ?? []))];
    return `## [${sample}](../samples/${sample}.md)

| set-up | figure | measured | expected | seeds | |
| --- | --- | --- | --- | --- | --- |
${own.map(row).join('\n')}

${notes.join('\n\n')}
`;
  };
  return prettier.format(
    `# Experiments, measured

What each experiment shows over many seeds, beside what is expected of it. Written by \`npm run experiments -- --page\`, which trains every one of
them through \`rectifier sweep\`. Expected figures without a bound come from an independent simulation and from the sources that each story names.

Measured is the median over the seeds, with 10th and 90th percentile; "of 1000" marks a share of that many seeds. ${figures.length - missed} of ${figures.length}
figures are where they should be${missed > 0 ? '; those that are not are marked ✗ and explained' : ''}. A word such as "half" is taken for ± 0.1.
Where runs differ much, as in large-updates, 20 seeds are few: the notes say what more of them show, and what a simulation apart from the product does
(\`node --import tsx scripts/experiments/simulation/run.ts\`).

${samples.map(section).join('\n')}`,
    { parser: 'markdown' },
  );
}
