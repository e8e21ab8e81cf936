/**
 * Two experiments once more, apart from the product: what their figures outside the bands are worth, and what else their description may mean.
 *
 *     node --import tsx scripts/experiments/simulation/run.ts [seeds]      100 seeds, some minutes
 *
 * The product's figures are read from the runs that are kept by
 *
 *     npm run experiments -- "relu, learning rate 3" --seeds 1000
 *     npm run experiments -- "scale-your-input learning rate 0.01" --seeds 100
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { generator, simulate, units, type Outcome } from './network.ts';

const kept = path.resolve(import.meta.dirname, '../../../.cache/experiments');
const experiments = [
  {
    ...{ name: 'large-updates, relu, learning rate 3', expected: [0.42, 0.68, 0.78, 0.67] },
    ...{ rate: 3, epochs: 100, limit: 1 },
  },
  // "Half of layer 2", and an accuracy; no more is told of it.
  {
    ...{ name: 'scale-your-input, learning rate 0.01', expected: [undefined, 0.5, 0.56] },
    ...{ rate: 0.01, epochs: 200, limit: 100 },
  },
];
const readings = [
  { name: 'as the sample is', he: true, least: 1 },
  { name: 'a short last batch left out', he: true, least: 32 },
  { name: 'glorot_uniform in the output layer', he: false, least: 1 },
];

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)]!;
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place));
}

function print(name: string, figures: readonly (number | undefined)[]): void {
  const written = figures.map((value) => (value === undefined ? '' : value.toFixed(2)).padStart(7));
  console.log(`  ${name.padEnd(60)}${written.join('')}`);
}

/** The figures of some runs, and in what share of 4000 draws those of 20 of them would be within 0.05 of what is expected. */
function tell(name: string, runs: readonly Outcome[], expected: readonly (number | undefined)[]): void {
  const figures = (some: readonly Outcome[]) => {
    const of = (n: number) => some.map((run) => run[n]!);
    return [...[0, 1, 2].map((n) => quantile(of(n), 0.5)), quantile(of(2), 0.1)];
  };
  print(`${name}, ${runs.length} seeds`, figures(runs));
  const uniform = generator(1);
  const draw = () => runs[Math.floor(uniform() * runs.length)]!;
  const drawn = Array.from({ length: 4000 }, () => figures(Array.from({ length: 20 }, draw)));
  const [low, high] = [0.05, 0.95].map((at) => expected.map((_, n) => quantile(column(drawn, n), at)));
  print('  20 of them, nine draws of ten: from', low!);
  print('  to', high!);
  const within = (wanted: number | undefined, n: number) =>
    wanted && column(drawn, n).filter((value) => Math.abs(value - wanted) <= 0.05).length / drawn.length;
  print('  share of draws within 0.05 of what is expected', expected.map(within));
}
const column = (rows: readonly (readonly number[])[], n: number): number[] => rows.map((row) => row[n]!);

/** Runs that have been kept; none if there are none. */
async function product(name: string): Promise<Outcome[]> {
  interface Run {
    final: { validation: { accuracy: number }; layers: { dead: number }[] };
  }
  const file = path.join(kept, `${name.replace(/[^a-z0-9.]+/gi, '-')}.jsonl`);
  const lines = (await fs.readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  return lines.map((line) => {
    const { validation, layers } = (JSON.parse(line) as Run).final;
    return [layers[0]!.dead / units, layers[1]!.dead / units, validation.accuracy];
  });
}

const seeds = Number(process.argv[2] ?? 100);
for (const experiment of experiments) {
  const { name, expected } = experiment;
  console.log(`${name}: dead in layers 1 and 2, accuracy (median, 10th percentile)`);
  print('expected', expected);
  const made = await product(name);
  if (made.length > 0) tell('product', made, expected);
  else console.log('  product: npm run experiments has kept no runs of it');
  for (const { name, ...reading } of readings) {
    const runs = Array.from({ length: seeds }, (_, seed) => simulate(seed, experiment, reading));
    tell(`simulated, ${name}`, runs, expected);
  }
}
