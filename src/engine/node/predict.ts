import { DataError } from '../data/dataset.ts';
import { readInputs } from '../data/inputs.ts';
import { applyScaling } from '../data/scale.ts';
import { compile } from '../plan/compile.ts';
import type { KnownData } from '../weights/metadata.ts';
import { weightsFrom } from '../weights/weights.ts';
import { chooseBackend } from './backends.ts';
import { Exit, Failure } from './failure.ts';
import { readData, readNetwork, reason } from './networkFile.ts';
import { readArguments } from './options.ts';
import { blaming, graphFor, readWeights } from './weightFiles.ts';

/** Rows that are on the backend at once. */
const rowsAtOnce = 4096;

/** Prints the network's predictions for the rows of a table or the pictures of a folder, as CSV. */
export async function predict(args: string[]): Promise<number> {
  const { file, values } = readArguments('predict', args, {
    weights: { type: 'string' },
    input: { type: 'string' },
    set: { type: 'string', multiple: true },
  });
  const { weights: weightsFile, input } = values;
  if (weightsFile === undefined || input === undefined) {
    throw new Failure(Exit.usage, 'rectifier predict: give --weights W and --input DATA');
  }
  const text = await readNetwork(file, values.set);
  const weights = await readWeights(weightsFile);
  const { graph, plan, known } = await graphFor(file, text, weights, weightsFile);
  const { parameters, state } = await blaming(weightsFile, () => weightsFrom(plan, weights));
  const features = await inputs(input, known, graph.network.data.target);

  const width = known.columns.length;
  const count = features.length / width;
  const { backend } = await chooseBackend('wasm', 'simd');
  const rows = Math.min(rowsAtOnce, Math.max(count, 1));
  const session = await backend.prepare(compile(graph, 1, rows), graph.network.seed);
  session.setParameters(parameters);
  session.setState(state);
  const { head, row } = table(known, plan.output.width, graph.network.training.target === 'input');
  process.stdout.write(`${head}\n`);
  for (let start = 0; start < count; start += rows) {
    const part = features.subarray(start * width, (start + rows) * width);
    const samples = Uint32Array.from({ length: part.length / width }, (_, i) => i);
    session.setData(part, new Float32Array(samples.length * plan.targetWidth));
    const outputs = await session.predict(samples);
    const lines = [...samples].map((i) => row(outputs.subarray(i * plan.output.width, (i + 1) * plan.output.width)));
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }
  session.dispose();
  return Exit.done;
}

/** The rows of a table or the pictures of a folder, scaled as the training data was. */
async function inputs(file: string, known: KnownData, target: Parameters<typeof readInputs>[3]): Promise<Float32Array> {
  try {
    const { shift, divisor } = known.scaling;
    const fits = (value: number, column: number) => {
      const k = column % shift.length;
      return Number.isFinite(Math.fround((value - shift[k]!) / divisor[k]!));
    };
    const rows = readInputs(await readData(file), file, { ...known, ...known.shape }, target, fits);
    const scaled = applyScaling(rows, known.scaling);
    const bad = scaled.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new Error(`"${known.columns[bad % known.columns.length]}" is too large in one of the rows`);
    return scaled;
  } catch (error) {
    const { line, column } = (error instanceof DataError ? error.place : undefined) ?? { line: 1, column: 1 };
    const message = error instanceof DataError ? error.message : reason(error);
    throw new Failure(Exit.badFile, `${file}:${line}:${column}: ${message}`);
  }
}

/** How a row of outputs is written: probabilities and the class for classes, else the numbers; an autoencoder's are its inputs, scaled. */
function table(
  { shape, columns, targets }: KnownData,
  width: number,
  restores: boolean,
): { head: string; row: (outputs: Float32Array) => string } {
  const { classes } = shape;
  if (!classes || restores) {
    const names = restores
      ? columns
      : (targets ?? Array.from({ length: width }, (_, i) => (width === 1 ? 'target' : `target ${i}`)));
    return { head: names.map(field).join(','), row: (outputs) => [...outputs].map(shortest).join(',') };
  }
  return {
    head: [...classes, 'class'].map(field).join(','),
    row(outputs) {
      // One output is the second class's probability.
      const each = width === 1 ? [1 - outputs[0]!, outputs[0]!] : [...outputs];
      const best = width === 1 ? Number(outputs[0]! > 0.5) : each.indexOf(Math.max(...each));
      return [...each.map(shortest), field(classes[best] ?? '')].join(',');
    },
  };
}

/** RFC 4180: quotes where they are needed. */
const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The shortest decimal number that names this 32-bit number. */
function shortest(value: number): string {
  const wanted = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(wanted.toPrecision(digits));
    if (Math.fround(short) === wanted) return String(short);
  }
  return String(Number(wanted.toPrecision(9)));
}
