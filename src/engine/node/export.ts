import path from 'node:path';
import { exportJson, movedTo } from '../export/json.ts';
import { compile } from '../plan/compile.ts';
import { standingKey } from '../training/checkpoint.ts';
import { initialParameters, initialState } from '../training/initialize.ts';
import { metadataOf } from '../weights/metadata.ts';
import { writeSafetensors } from '../weights/safetensors.ts';
import { tensorsOf, weightsFrom } from '../weights/weights.ts';
import { Exit, Failure } from './failure.ts';
import { examine, readNetwork, refuseErrors } from './networkFile.ts';
import { oneOf, readArguments } from './options.ts';
import { blaming, graphFor, readWeights, refuseUnwritable, writeWhole } from './weightFiles.ts';

const targets = ['json', 'pytorch', 'keras', 'onnx', 'safetensors', 'tfjs'] as const;

/** Writes a network, or its weights, in another form. */
export async function exportNetwork(args: string[]): Promise<number> {
  const { file, values } = readArguments('export', args, {
    to: { type: 'string' },
    weights: { type: 'string' },
    output: { type: 'string', short: 'o' },
    set: { type: 'string', multiple: true },
  });
  const { to, weights, output } = values;
  if (to === undefined) throw usage(`say what to with --to ${targets.join('|')}`);
  const target = oneOf('to', to, targets);
  if (target !== 'json' && target !== 'safetensors') {
    throw usage(`${target} is not there yet; there are json and safetensors`);
  }
  if (output === undefined) throw usage('say where to with -o OUT');
  if (target === 'json' && weights !== undefined)
    throw usage('a network as JSON holds no weights; use --to safetensors');
  await refuseUnwritable([output]);

  const text = await readNetwork(file, values.set);
  await writeWhole(output, target === 'json' ? await json(file, text, output) : await safetensors(file, text, weights));
  return Exit.done;
}

const usage = (message: string) => new Failure(Exit.usage, `rectifier export: ${message}`);

async function json(file: string, text: string, output: string): Promise<string> {
  const { parsed, graph, problems } = await examine(file, text);
  refuseErrors(file, problems);
  const [before, now] = [file, output].map((name) => path.resolve(name, '..').replaceAll(path.sep, '/')) as [
    string,
    string,
  ];
  return exportJson(movedTo(parsed.network!, before, now), graph);
}

/** The weights alone, a checkpoint's without what the optimiser keeps; those of step 0 when none are given. */
async function safetensors(file: string, text: string, weightsFile: string | undefined): Promise<Uint8Array> {
  if (weightsFile === undefined) {
    const { graph, dataset, problems } = await examine(file, text);
    refuseErrors(file, problems);
    const plan = compile(graph!, 1, 1);
    const { seed } = graph!.network;
    return writeSafetensors({
      metadata: metadataOf({ network: text, seed, step: 0, dataset: dataset! }),
      tensors: tensorsOf(plan, { parameters: initialParameters(graph!, plan), state: initialState(plan) }),
    });
  }
  const weights = await readWeights(weightsFile);
  const { plan } = await graphFor(file, text, weights, weightsFile);
  const tensors = tensorsOf(plan, await blaming(weightsFile, () => weightsFrom(plan, weights)));
  const metadata: Record<string, string> = { ...weights.metadata };
  metadata['network'] ??= text;
  delete metadata[standingKey];
  return writeSafetensors({ metadata, tensors });
}
