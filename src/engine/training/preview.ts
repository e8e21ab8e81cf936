import type { Backend } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { evaluatedMetrics, updateMetrics } from '../health/metrics.ts';
import { compile } from '../plan/compile.ts';
import { bornDeadChance } from '../rules/bornDead.ts';
import { Batches } from './batches.ts';
import type { LayerMetrics } from './events.ts';
import { sizeOf } from '../layers/index.ts';
import { initialParameters, initialState } from './initialize.ts';
import { probeLimit, probeOf } from './probe.ts';
import { epochOrder, stepRow } from './steps.ts';

export type PreviewLayer = Pick<LayerMetrics, 'id' | 'units' | 'sparsity' | 'stdActivation' | 'gradientNorm' | 'dead'>;

/** How a network stands before any training. */
export interface Preview {
  readonly layers: readonly PreviewLayer[];
  /** Of seeds in which a whole hidden layer would be dead, at most. */
  readonly bornDeadChance: number;
}

/** What is spent on a look while a network is edited: about a second of multiply-adds, a quarter of a gigabyte of values. */
const most = { multiplyAdds: 2e9, values: 2 ** 26 };

/** Whether a network is more than the panel looks at while it is edited: told before anything is drawn, read or allocated. */
export function tooLargeToPreview({ network, data, layers, multiplyAdds }: Graph): boolean {
  const { batchSize } = network.training;
  const batch = batchSize === 'all' ? data.samples : Math.min(batchSize, data.samples);
  const perRow = layers.reduce((sum, { shape }) => sum + 2 * sizeOf(shape), 0);
  const parameters = layers.reduce((sum, { parameterCount }) => sum + 3 * parameterCount, 0);
  const values = data.samples * sizeOf(data.inputShape) + batch * perRow + parameters;
  // The probe once, and a batch forth and back.
  return multiplyAdds * (Math.min(data.samples, probeLimit) + 3 * batch) > most.multiplyAdds || values > most.values;
}

/**
 * Looks at a network before its first update: its layers' activity over the probe, and the gradient of the first batch that
 * training would see. Throws OutOfMemory.
 */
export async function preview(graph: Graph, dataset: Dataset, backend: Backend): Promise<Preview> {
  const { seed, training } = graph.network;
  const train = dataset.parts.train.length;
  const plan = compile(
    graph,
    training.batchSize === 'all' ? train : Math.min(training.batchSize, train),
    dataset.samples,
  );
  const session = await backend.prepare(plan, seed);
  try {
    session.setData(dataset.features, training.target === 'input' ? new Float32Array(0) : dataset.targets);
    session.setParameters(initialParameters(graph, plan));
    session.setState(initialState(plan));
    const probe = probeOf(dataset, seed);
    const evaluated = evaluatedMetrics(plan, await session.evaluate(probe), probe.length);
    session.setOrder(epochOrder(graph, dataset, 0));
    // An update of size 0 leaves its gradient behind, and the weights as they were.
    const updates = updateMetrics(
      plan,
      await session.run([stepRow(plan, new Batches(train, plan.batchRows), 0, 0, true)]),
    );
    const layers = evaluated.map(({ id, units, sparsity, stdActivation, dead }, index) => {
      const { gradientNorm } = updates[index]!;
      return { id, units, sparsity, stdActivation, gradientNorm, dead };
    });
    return { layers, bornDeadChance: bornDeadChance(graph) };
  } finally {
    session.dispose();
  }
}
