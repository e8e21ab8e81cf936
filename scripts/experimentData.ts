/**
 * Makes the tables of experiments whose inputs no source draws: `normal.csv.gz`, `absolute.csv` and `grain.csv.gz` in `samples/data`.
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

/**
 * 800 pictures of 12 × 12, grain in one of four directions: eight waves of any phase, about five pixels long and about in that
 * direction, and noise of the same σ on every pixel, in whole numbers. Light and dark are alike: a picture and its negative are
 * as likely.
 */
export function grainTable(): string {
  const random = new Random(1, 2, 1);
  const [side, waves] = [12, 8];
  const directions = ['vertical', 'rising', 'horizontal', 'falling'];
  const names = [...Array.from({ length: side * side }, (_, k) => `p${k + 1}`), 'grain'];
  const rows = Array.from({ length: 800 }, (_, row) => {
    const pixels = new Float64Array(side * side);
    for (let wave = 0; wave < waves; wave++) {
      const angle = (Math.PI * row) / directions.length + 0.3 * random.normal();
      const frequency = 2 * Math.PI * (0.2 + 0.05 * random.normal());
      const [right, down] = [frequency * Math.cos(angle), frequency * Math.sin(angle)];
      const phase = 2 * Math.PI * random.uniform();
      for (let i = 0; i < pixels.length; i++) {
        pixels[i]! += Math.cos(right * (i % side) + down * Math.floor(i / side) + phase) / Math.sqrt(waves / 2);
      }
    }
    return [...Array.from(pixels, (value) => Math.round(2 * (value + random.normal()))), directions[row % 4]];
  });
  return [names, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

if (process.argv[1] === import.meta.filename) {
  await fs.writeFile(path.join(data, 'normal.csv.gz'), gzipSync(normalTable(), { level: 9 }));
  await fs.writeFile(path.join(data, 'absolute.csv'), absoluteTable());
  await fs.writeFile(path.join(data, 'grain.csv.gz'), gzipSync(grainTable(), { level: 9 }));
}
