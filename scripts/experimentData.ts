/**
 * Makes the tables of experiments whose inputs no source draws: `samples/data/normal.csv.gz` and `samples/data/absolute.csv`.
 *
 *     node --import tsx scripts/experimentData.ts
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Random } from '../src/engine/random.ts';

const data = path.resolve(import.meta.dirname, '../samples/data');
const rounded = (value: number) => String(Number(value.toFixed(4)));

/** 256 rows of 64 columns from N(0, 1); the target is |x1| plus noise of σ 0.5. */
export function normalTable(): string {
  const random = new Random(1, 1, 1);
  const names = [...Array.from({ length: 64 }, (_, k) => `x${k + 1}`), 'target'];
  const rows = Array.from({ length: 256 }, () => {
    const x = Array.from({ length: 64 }, () => random.normal());
    return [...x, Math.abs(x[0]!) + 0.5 * random.normal()].map(rounded);
  });
  return [names, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

/** 101 points evenly from −√3 to √3, so that their σ is near 1, and their absolute value. */
export function absoluteTable(): string {
  const points = Array.from({ length: 101 }, (_, k) => Math.sqrt(3) * (k / 50 - 1));
  return `x,target\n${points.map((x) => `${rounded(x)},${rounded(Math.abs(x))}\n`).join('')}`;
}

if (process.argv[1] === import.meta.filename) {
  await fs.writeFile(path.join(data, 'normal.csv.gz'), gzipSync(normalTable(), { level: 9 }));
  await fs.writeFile(path.join(data, 'absolute.csv'), absoluteTable());
}
