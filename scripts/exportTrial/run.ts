import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { referenceBackend } from '../../src/engine/backends/reference/index.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import { applyScaling } from '../../src/engine/data/scale.ts';
import { exportTargets } from '../../src/engine/export/index.ts';
import { initialModel } from '../../src/engine/export/model.ts';
import type { ExportModel } from '../../src/engine/export/target.ts';
import { compile } from '../../src/engine/plan/compile.ts';
import { Random } from '../../src/engine/random.ts';
import { weightsFrom } from '../../src/engine/weights/weights.ts';
import { networks } from './networks.ts';

/**
 * Exports every sample, a network of each layer type and of each activation, with random weights, and holds what Python makes of them against the
 * reference backend: `npx tsx scripts/exportTrial/run.ts pytorch PYTHON`. Ends with 1 where an output differs by more than 1e-4. Where
 * there is no Keras, its files are only compiled.
 */
const [id = 'pytorch', python = 'python3'] = process.argv.slice(2);
const target = exportTargets.find((row) => row.id === id);
if (target?.holds !== 'weights') throw new Error(`No export to "${id}" that holds weights.`);
const rows = 16;
const samples = path.resolve(import.meta.dirname, '../../samples');
const folder = mkdtempSync(path.join(tmpdir(), 'rectifier-export-'));

async function main(): Promise<void> {
  const texts = new Map([...networks].map(([name, file]) => [name, JSON.stringify(file)]));
  for (const file of readdirSync(samples).filter((file) => file.endsWith('.nn.json')))
    texts.set(`sample-${file.slice(0, -'.nn.json'.length)}`, readFileSync(path.join(samples, file), 'utf8'));
  for (const [name, text] of texts) {
    const { graph, dataset, problems } = await checkNetwork(text, (file) => readFile(path.join(samples, file)));
    if (!graph || !dataset) throw new Error(`${name}: ${problems.map(({ message }) => message).join(' ')}`);
    const model = shaken(initialModel(text, graph, dataset));
    const input = inputsFor(model);
    const expected = await outputsOf(model, input);
    mkdirSync(path.join(folder, name));
    if (target?.holds !== 'weights') return;
    for (const [ending, contents] of Object.entries(target.make(model, 'network')))
      writeFileSync(path.join(folder, name, `network${ending === '' ? '.py' : ending}`), contents);
    const width = input.length / rows;
    const table = (values: ArrayLike<number>, width: number) =>
      Array.from({ length: rows }, (_, r) => Array.from(values).slice(r * width, (r + 1) * width));
    const { task, outputs } = model.known.shape;
    const random = new Random(2, 2, 2);
    const labels = Array.from({ length: rows }, () =>
      task === 'classification' ? Math.floor(random.uniform() * outputs) : random.uniform(),
    );
    writeFileSync(
      path.join(folder, name, 'case.json'),
      JSON.stringify({
        inputs: table(input, width),
        outputs: table(expected, expected.length / rows),
        labels: task === 'classification' ? labels : labels.map((label) => Array<number>(outputs).fill(label)),
        restores: graph.network.training.target === 'input',
      }),
    );
  }
  console.log(`${texts.size} networks in ${folder}`);
  const { status } = spawnSync(python, [path.join(import.meta.dirname, `check_${id}.py`), folder], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

/** Every tensor moved a little, so that biases, slopes and running statistics are no longer 0 or 1. */
function shaken(model: ExportModel): ExportModel {
  const random = new Random(1, 1, 1);
  const tensors = [...model.tensors].map(([name, { shape, values }]) => {
    return [name, { shape, values: values.map((value) => value + 0.3 * (random.uniform() + 0.1)) }] as const;
  });
  return { ...model, tensors: new Map(tensors) };
}

/** Raw rows about as the data are. */
function inputsFor({ known: { columns, scaling } }: ExportModel): Float64Array {
  const random = new Random(3, 3, 3);
  return Float64Array.from({ length: rows * columns.length }, (_, i) => {
    const k = i % scaling.shift.length;
    return scaling.shift[k]! + (4 * random.uniform() - 2) * scaling.divisor[k]!;
  });
}

async function outputsOf(model: ExportModel, input: Float64Array): Promise<Float32Array> {
  const { graph, known } = model;
  const plan = compile(graph, 1, rows);
  const session = await referenceBackend.prepare(plan, graph.network.seed);
  const { parameters, state } = weightsFrom(plan, model);
  session.setParameters(parameters);
  session.setState(state);
  session.setData(applyScaling(input.slice(), known.scaling), new Float32Array(rows * plan.targetWidth));
  const outputs = await session.predict(Uint32Array.from({ length: rows }, (_, i) => i));
  session.dispose();
  return outputs;
}

void main();
