import os from 'node:os';
import { activation } from './activation.ts';
import type { BenchOptions } from './bench.ts';
import { frames } from './frames.ts';
import { memory } from './memory.ts';
import { opening } from './opening.ts';
import { pressing } from './pressing.ts';
import { printRows, type Row } from './report.ts';
import { typing } from './typing.ts';

const parts: Readonly<Record<string, { title: string; measure: (options: BenchOptions) => Promise<Row[]> }>> = {
  frames: { title: 'Frames, 20 × 512 units training', measure: frames },
  typing: { title: 'Key to letter in a text editor beside it', measure: typing },
  memory: { title: 'Memory over a long run', measure: memory },
  opening: { title: 'Opening a file to its network drawn', measure: opening },
  pressing: { title: 'Train pressed to the first step seen', measure: pressing },
  activation: { title: 'The extension', measure: activation },
};

/** Measures the parts asked for, one after another, and prints each figure beside what is wanted. */
export async function benchDesigner({ only, ...options }: BenchOptions & { only?: readonly string[] }): Promise<void> {
  const unknown = only?.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Error(`there is no part "${unknown}": ${Object.keys(parts).join(', ')}`);
  console.log(`${os.cpus().length} cores, ${os.cpus()[0]?.model ?? ''}; load before: ${os.loadavg()[0]!.toFixed(1)}`);
  for (const [name, { title, measure }] of Object.entries(parts)) {
    if (only && !only.includes(name)) continue;
    console.log(`\n${title}`);
    printRows(await measure(options));
  }
}
