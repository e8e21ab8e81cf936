/**
 * How well the rules do on networks they were not made with: what was decided of each beside what fires, before training and during it.
 *
 *     node --import tsx scripts/ruleTrial/run.ts               needs a build
 *     node --import tsx scripts/ruleTrial/run.ts fresh 5 23    the second set, with two seeds
 *
 * A fault is missed when nothing that names it fires; an alarm is false when it is neither that nor what comes of it.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { fresh } from './fresh.ts';
import { trials } from './networks.ts';
import type { Trial } from './parts.ts';

const root = path.resolve(import.meta.dirname, '../..');
// Beside the samples' data, which some of them read.
const file = path.join(root, 'samples', '.trial.nn.json');

interface Warned {
  readonly event?: string;
  readonly rule: string;
  readonly severity: string;
}

const command = (...args: string[]): Promise<string> =>
  promisify(execFile)(process.execPath, [path.join(root, 'dist/cli.cjs'), ...args], { maxBuffer: 2 ** 28 }).then(
    ({ stdout }) => stdout,
    // It diverged, say.
    (error: { stdout: string; stderr: string }) => {
      if (error.stdout === '') throw new Error(error.stderr);
      return error.stdout;
    },
  );

async function fired({ file: network }: Trial, seed: number): Promise<string[]> {
  await fs.writeFile(file, JSON.stringify({ ...network, seed }));
  const lines = (text: string) => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Warned]));
  const before = lines(await command('check', file, '--json')).filter(({ severity }) => severity !== 'info');
  const during = lines(await command('train', file, '--jsonl')).filter(({ event }) => event === 'warning');
  return [...new Set([...before, ...during].map(({ rule }) => rule))].sort();
}

const [name = 'first', ...given] = process.argv.slice(2);
const seeds = given.length > 0 ? given.map(Number) : [5];
const all = (name === 'fresh' ? fresh : trials).flatMap((trial) => seeds.map((seed) => ({ trial, seed })));
let [missed, falsely, named] = [0, 0, 0];
try {
  for (const { trial, seed } of all) {
    const found = await fired(trial, seed);
    const miss = trial.names.length > 0 && !trial.names.some((rule) => found.includes(rule));
    const wrong = found.filter((rule) => !trial.names.includes(rule) && !trial.follows.includes(rule));
    if (miss) missed++;
    if (wrong.length > 0) falsely++;
    if (trial.names.length > 0 && !miss) named++;
    const verdict = miss ? 'MISSED ' : wrong.length > 0 ? 'FALSE  ' : 'right  ';
    const expected = trial.names.join(' or ') || 'nothing';
    console.log(
      `${verdict} ${trial.name}, seed ${seed}: ${expected}; fired: ${found.join(', ') || 'nothing'}${wrong.length > 0 ? ` (not: ${wrong.join(', ')})` : ''}`,
    );
  }
} finally {
  await fs.rm(file, { force: true });
}
const faulty = all.filter(({ trial }) => trial.names.length > 0).length;
console.log(
  `${named} of ${faulty} faults named, ${missed} missed; false alarms in ${falsely} of ${all.length}, ${all.length - faulty} of them healthy`,
);
