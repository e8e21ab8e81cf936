/**
 * Whether other programs compute what Rectifier computes: exports every sample and a network around every layer and activation, all with random
 * weights, lets the program an export is for run it, and holds the outputs against those of the reference backend.
 *
 *     node --import tsx test/exportTrial/run.ts onnx FOLDER         FOLDER: where `npm install onnxruntime-web` was run
 *     node --import tsx test/exportTrial/run.ts tfjs test/bench     after `npm ci` there
 *     node --import tsx test/exportTrial/run.ts pytorch python3     a Python with torch (Debian: python3-torch)
 *     node --import tsx test/exportTrial/run.ts keras python3       a Python with keras; without, its files are only compiled
 *     node --import tsx test/exportTrial/run.ts kerasInTfjs test/bench     its layers, arguments and weights, in TensorFlow.js; with any Python 3
 *
 * Not part of the suites: what runs the exports is large.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { referenceBackend } from '../../src/engine/backends/reference/index.ts';
import { checkNetwork } from '../../src/engine/check.ts';
import type { Dataset } from '../../src/engine/data/dataset.ts';
import { applyScaling } from '../../src/engine/data/scale.ts';
import type { Graph } from '../../src/engine/graph.ts';
import { compile } from '../../src/engine/plan/compile.ts';
import { Random } from '../../src/engine/random.ts';
import { initialParameters, initialState } from '../../src/engine/training/initialize.ts';
import { knownOf } from '../../src/engine/weights/metadata.ts';
import { tensorsOf } from '../../src/engine/weights/weights.ts';
import { graphFor, trials } from './networks.ts';
import { kerasInTfjs } from './kerasInTfjs.ts';
import { onnx } from './onnx.ts';
import type { Peer } from './peer.ts';
import { python } from './python.ts';
import { tfjs } from './tfjs.ts';

const most = 1e-4;
const [target = '', place = '.'] = process.argv.slice(2);
const peers: Record<string, (place: string) => Promise<Peer>> = {
  onnx,
  tfjs,
  pytorch: python('pytorch'),
  keras: python('keras'),
  kerasInTfjs,
};
const make = peers[target];
assert.ok(make, `Say one of ${Object.keys(peers).join(', ')}.`);
const peer = await make(place);
const samples = path.resolve(import.meta.dirname, '../../samples');

let [agreed, worst, compiled] = [0, 0, 0];
const refused: string[] = [];
const failed: string[] = [];
for (const name of (await fs.readdir(samples)).filter((name) => /^[a-z].*\.nn\.json$/.test(name))) {
  const text = await fs.readFile(path.join(samples, name), 'utf8');
  const { graph, dataset } = await checkNetwork(text, (file) => fs.readFile(path.join(samples, file)));
  assert.ok(graph && dataset, name);
  await compare(name, graph, dataset);
}
for (const trial of trials) {
  const { graph, dataset } = graphFor(trial);
  await compare(trial.name, graph, dataset);
}
if (refused.length > 0) console.log(`Refused: ${refused.join(', ')}`);
for (const line of failed) console.log(line);
console.log(
  `${agreed} agree to ${most} (the worst differs by ${worst.toExponential(1)}), ${refused.length} refused, ${failed.length} failed${compiled > 0 ? `, ${compiled} compiled alone` : ''}`,
);
process.exit(failed.length > 0 ? 1 : 0);

/** Exports, runs and compares; the largest difference counts relative to outputs above 1. */
async function compare(name: string, graph: Graph, dataset: Dataset): Promise<void> {
  const { scaling, features } = dataset;
  try {
    const width = graph.data.inputShape.reduce((product, side) => product * side, 1);
    const rows = Math.min(features.length / width, 7);
    const { shift, divisor } = scaling;
    const raw = features
      .slice(0, rows * width)
      .map((value, i) => value * divisor[i % shift.length]! + shift[i % shift.length]!);
    const plan = compile(graph, 1, rows);
    const weights = { parameters: shaken(initialParameters(graph, plan)), state: shaken(initialState(plan)) };
    const session = await referenceBackend.prepare(plan, 1);
    session.setParameters(weights.parameters);
    session.setState(weights.state);
    session.setData(applyScaling(raw.slice(), scaling), new Float32Array(rows * plan.targetWidth));
    const expected = await session.predict(Uint32Array.from({ length: rows }, (_, i) => i));
    session.dispose();
    const { network } = graph;
    const known = knownOf(dataset);
    const model = { network, graph, plan, known, tensors: tensorsOf(plan, weights), metadata: { seed: '1' } };
    const actual = await peer(model, raw, rows);
    if (actual === 'refused') {
      refused.push(name);
      return;
    }
    if (actual === 'compiled') {
      compiled++;
      return;
    }
    assert.equal(actual.length, expected.length, 'as many outputs');
    const difference = expected.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - actual[i]!) / Math.max(1, Math.abs(value))),
      0,
    );
    assert.ok(difference <= most, `differs by ${difference}`);
    agreed++;
    worst = Math.max(worst, difference);
  } catch (error) {
    failed.push(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
}

/** Nothing that begins as 0 or 1 stays so, and variances stay above 0. */
function shaken(values: Float32Array): Float32Array {
  const random = new Random(3, 1, 7);
  return values.map((value) => value + 0.2 * Math.abs(random.normal()));
}
