import type { Dataset } from '../data/dataset.ts';
import { infer, type Graph } from '../graph.ts';
import { compile } from '../plan/compile.ts';
import { parse } from '../spec/parse.ts';
import { weightsOf } from '../training/checkpoint.ts';
import { initialParameters, initialState } from '../training/initialize.ts';
import { knownData, knownOf, metadataOf, type KnownData } from '../weights/metadata.ts';
import type { TensorFile } from '../weights/safetensors.ts';
import { tensorsOf, weightsFrom } from '../weights/weights.ts';
import type { ExportModel } from './target.ts';

/** The network with the weights its seed gives it; `text` is the file the graph is of. */
export function initialModel(text: string, graph: Graph, dataset: Dataset): ExportModel {
  const plan = compile(graph, 1, 1);
  const { network } = graph;
  return {
    ...{ network, graph, plan, known: knownOf(dataset) },
    metadata: metadataOf({ network: text, seed: network.seed, step: 0, dataset }),
    tensors: tensorsOf(plan, { parameters: initialParameters(graph, plan), state: initialState(plan) }),
  };
}

/** The network with the weights of a file that fits it, a checkpoint's without what the optimiser keeps. Throws WeightsError. */
export function modelOf(text: string, graph: Graph, known: KnownData, file: TensorFile): ExportModel {
  const plan = compile(graph, 1, 1);
  const { metadata } = weightsOf(file);
  return {
    ...{ network: graph.network, graph, plan, known },
    metadata: { ...metadata, network: metadata['network'] ?? text },
    tensors: tensorsOf(plan, weightsFrom(plan, file)),
  };
}

/** The run that a checkpoint of this program was made in, whatever the file says by now. Throws WeightsError. */
export function modelOfRun(file: TensorFile): ExportModel {
  const text = file.metadata['network'] ?? '';
  const known = knownData(file);
  const { network } = parse(text);
  const graph = known && network && infer(network, { ...known.shape, samples: 0 }).graph;
  if (!graph) throw new Error('A checkpoint of this program has its network in it.');
  return modelOf(text, graph, known, file);
}
