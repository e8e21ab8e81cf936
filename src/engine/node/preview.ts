import path from 'node:path';
import { preview as look } from '../training/preview.ts';
import { chooseBackend } from './backends.ts';
import { Exit } from './failure.ts';
import { examine, readNetwork, refuseErrors } from './networkFile.ts';
import { readArguments } from './options.ts';
import { tableText } from './tableText.ts';

/** Prints how a network stands before any training. */
export async function preview(args: string[]): Promise<number> {
  const { file, values } = readArguments('preview', args, {
    json: { type: 'boolean' },
    set: { type: 'string', multiple: true },
  });
  const { graph, dataset, problems } = await examine(file, await readNetwork(file, values.set));
  refuseErrors(file, problems);
  if (!graph || !dataset) return Exit.badFile;
  const { backend } = await chooseBackend('wasm', 'simd');
  const seen = await look(graph, dataset, backend);
  if (values.json) {
    process.stdout.write(`${JSON.stringify(seen)}\n`);
    return Exit.done;
  }
  const figure = (value: number | null) => (value === null ? '' : value.toPrecision(3));
  const rows = seen.layers.map(({ id, units, sparsity, stdActivation, gradientNorm, dead }) => [
    id,
    String(units),
    (100 * sparsity).toFixed(1),
    figure(stdActivation),
    figure(gradientNorm),
    String(dead),
  ]);
  const table = tableText([['layer', 'units', 'zeros %', 'σ', 'gradient norm', 'dead'], ...rows], 1);
  const chance = (100 * seen.bornDeadChance).toPrecision(3);
  process.stdout.write(
    `${graph.network.name || path.basename(file)}, before training, seed ${graph.network.seed}\n\n${table}\n\nborn dead, a whole hidden layer: at most ${chance} % of seeds\n`,
  );
  for (const { severity, rule, message, fixes } of problems)
    if (fixes) process.stdout.write(`${severity} ${rule}: ${message}\n`);
  return Exit.done;
}
