/**
 * Two experiments once more, apart from the product: what their figures outside the bands are worth, and what else their description may mean.
 *
 *     node --import tsx scripts/experiments/simulation/run.ts [seeds]      100 seeds, some minutes
 *
 * The product's figures are read from the runs that `npm run experiments` keeps.
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
  { name: 'as the sample is', he: false, least: 1 },
  { name: 'he_normal in the output layer too', he: true, least: 1 },
  { name: 'that, and a short last batch left out', he: true, least: 32 },
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

/** The figures of some runs, and, where one is expected, how 10th percentiles of 20 of them lie: 4000 draws. */
function tell(name: string, runs: readonly Outcome[], expected: number | undefined): void {
  const of = (n: number) => runs.map((run) => run[n]!);
  print(`${name}, ${runs.length} seeds`, [...[0, 1, 2].map((n) => quantile(of(n), 0.5)), quantile(of(2), 0.1)]);
  if (expected === undefined) return;
  const uniform = generator(1);
  const draw = () => runs[Math.floor(uniform() * runs.length)]![2];
  const drawn = Array.from({ length: 4000 }, () => quantile(Array.from({ length: 20 }, draw), 0.1));
  const share = (holds: (value: number) => boolean) => `${Math.round(drawn.filter(holds).length / 40)} %`;
  console.log(
    `    20 of them: 10th percentile ${[0.05, 0.95].map((at) => quantile(drawn, at).toFixed(2)).join(' to ')} in nine draws of ten, ` +
      `${expected} or more in ${share((low) => low >= expected)}, within 0.05 of that in ${share((low) => Math.abs(low - expected) <= 0.05)}`,
  );
}

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
  if (made.length > 0) tell('product', made, expected[3]);
  else console.log('  product: npm run experiments has kept no runs of it');
  for (const { name, ...reading } of readings) {
    const runs = Array.from({ length: seeds }, (_, seed) => simulate(seed, experiment, reading));
    tell(`simulated, ${name}`, runs, expected[3]);
  }
}
