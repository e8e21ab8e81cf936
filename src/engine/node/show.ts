import { readFile } from 'node:fs/promises';
import { readRunFile, type RecordedRun } from '../training/runFile.ts';
import { Exit, Failure } from './failure.ts';
import { reason } from './networkFile.ts';
import { readArguments } from './options.ts';
import { tableText } from './tableText.ts';

/** Prints a recorded run for people: what it was of, how it ended, its layers then, what the rules found. The file itself is for programs. */
export async function show(args: string[]): Promise<number> {
  const { file } = readArguments('show', args, {});
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(Exit.badFile, `${file}:1:1: ${reason(error)}`);
  }
  const run = readRunFile(text);
  if (!run)
    throw new Failure(
      Exit.badFile,
      `${file}:1:1: it is no recorded run; those end with .run.jsonl, and VS Code keeps them.`,
    );
  process.stdout.write(`${described(run)}\n`);
  return Exit.done;
}

const figure = (value: number | null | undefined) =>
  value === null || value === undefined ? '' : String(Number(value.toPrecision(4)));

function described({ head, events }: RecordedRun): string {
  const { document, date, seed, backend, kernels, seconds, final, expect } = head;
  const time = seconds === null ? '' : `, ${seconds.toFixed(1)} s`;
  const where = final ? ` at step ${final.step}, epoch ${final.epoch}` : '';
  const losses = final
    ? [
        `loss ${figure(final.loss)}`,
        ...(final.accuracy === undefined ? [] : [`accuracy ${figure(final.accuracy)}`]),
        ...(final.validation ? [`validation loss ${figure(final.validation.loss)}`] : []),
        ...(final.validation?.accuracy === undefined
          ? []
          : [`validation accuracy ${figure(final.validation.accuracy)}`]),
      ].join(', ')
    : '';
  const rows = (final?.layers ?? []).map(({ id, units, dead, sparsity, stdActivation, gradientNorm, updateRatio }) => [
    ...[id, String(units), String(dead), (100 * sparsity).toFixed(1)],
    ...[figure(stdActivation), figure(gradientNorm), figure(updateRatio)],
  ]);
  const table = [['layer', 'units', 'dead', 'zeros %', 'σ', 'gradient norm', 'update ratio'], ...rows];
  return [
    `${document}, seed ${seed}, ${date}, ${backend}${kernels ? ` (${kernels})` : ''}`,
    `${head.reason ?? 'not ended'}${where}${time}${losses ? `: ${losses}` : ''}`,
    ...(rows.length > 0 ? ['', tableText(table, 1)] : []),
    ...events.flatMap((event) =>
      event.event === 'warning' ? [`${event.severity} ${event.rule} at step ${event.step}: ${event.message}`] : [],
    ),
    ...expect.map(
      ({ metric, op, value, actual, passed }) =>
        `${passed ? 'met' : 'not met'}: ${metric} ${op} ${value}${actual === null ? '' : ` (it is ${figure(actual)})`}`,
    ),
  ].join('\n');
}
