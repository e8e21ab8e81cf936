/**
 * `npm run experiments`: every experiment over its seeds through `rectifier sweep`, measured beside what is expected of it. Not part of
 * `npm test`; needs a build, and an hour or two for all.
 *
 *     npm run experiments -- [pattern]     those whose name holds the pattern
 *     npm run experiments -- --page        all, and writes docs/experiments.md
 *     npm run experiments -- "relu, learning rate 3" --seeds 1000
 *                                          over more seeds than the 20 of those that name no number of their own
 *
 * What figures outside their bands are worth: `node --import tsx scripts/experiments/simulation/run.ts`, which shares no code with the product.
 * Runs are kept in .cache/experiments, so that what was cut short goes on where it stood; `--again` makes them all anew.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { RunLine } from '../../src/engine/node/sweep.ts';
import { described, experimentsPage, type Figure } from './page.ts';
import { experiments, type Experiment, type Measure } from './table.ts';

const root = path.resolve(import.meta.dirname, '../..');
const cache = path.join(root, '.cache', 'experiments');

/** Trains what is not kept yet. */
async function runsOf({ sample, title, options }: Experiment): Promise<RunLine[]> {
  const seeds = options.includes('--seeds') ? [] : ['--seeds', values.seeds ?? '20'];
  const kept = path.join(cache, `${`${sample} ${title}`.replace(/[^a-z0-9.]+/gi, '-')}.jsonl`);
  const sweep = ['dist/cli.cjs', 'sweep', `samples/${sample}.nn.json`, '--jsonl', '--out', kept, '--set', 'expect=[]'];
  const { stdout } = await promisify(execFile)(process.execPath, [...sweep, ...seeds, ...options], {
    ...{ cwd: root, maxBuffer: 2 ** 30 },
  }).catch((error: { code?: number; stdout: string; stderr: string }) => {
    // A run that overflows is a finding.
    if (error.code === 3) return error;
    throw new Error(error.stderr);
  });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunLine);
}

/** Of sorted numbers, between two of them in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}

function figureOf({ sample, title }: Experiment, measure: Measure, runs: readonly RunLine[]): Figure {
  const { of, ...told } = measure;
  const values = runs
    .map((run) => of(run, runs))
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b);
  const value =
    told.over === 'mean'
      ? values.reduce((sum, x) => sum + x, 0) / values.length
      : quantile(values, told.over === 'low' ? 0.1 : 0.5);
  return {
    ...told,
    sample,
    title,
    seeds: new Set(runs.map(({ seed }) => seed)).size,
    value,
    range: [quantile(values, 0.1), quantile(values, 0.9)],
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { page: { type: 'boolean' }, again: { type: 'boolean' }, seeds: { type: 'string' } },
});
const [pattern = ''] = positionals;
if (values.again) await fs.rm(cache, { recursive: true, force: true });
await fs.mkdir(cache, { recursive: true });
const figures: Figure[] = [];
for (const experiment of experiments.filter(({ sample, title }) => `${sample} ${title}`.includes(pattern))) {
  const runs = await runsOf(experiment);
  for (const measure of experiment.measures) {
    const figure = figureOf(experiment, measure, runs);
    figures.push(figure);
    const { holds, measured, wanted } = described(figure);
    const title = `${figure.sample}, ${figure.title}: ${figure.name}`;
    console.log(`${holds ? '✓' : '✗'} ${title.padEnd(72)} ${measured}, expected ${wanted}`);
  }
}

const missed = figures.filter((figure) => !described(figure).holds).length;
console.log(missed === 0 ? 'all within their bands' : `${missed} outside their bands`);
if (missed > 0) console.log('what those are worth: node --import tsx scripts/experiments/simulation/run.ts');
if (values.page) await fs.writeFile(path.join(root, 'docs', 'experiments.md'), await experimentsPage(figures));
process.exitCode = missed === 0 ? 0 : 1;
