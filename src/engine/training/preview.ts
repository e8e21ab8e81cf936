import type { Backend, RunResult, Session } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { evaluatedMetrics, updateMetrics } from '../health/metrics.ts';
import { planOf } from '../plan/compile.ts';
import type { Plan } from '../plan/plan.ts';
import { bornDeadChance } from '../rules/bornDead.ts';
import { factsOf } from '../rules/facts.ts';
import { Batches } from './batches.ts';
import type { LayerMetrics } from './events.ts';
import { sizeOf } from '../layers/index.ts';
import { initialParameters, initialState } from './initialize.ts';
import { probeLimit, probeOf } from './probe.ts';
import { keepReady, sessionFor } from './ready.ts';
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
export const tooLargeToPreview = (graph: Graph): boolean => tooLarge(graph, Math.min(graph.data.samples, probeLimit));

/** Whether it is more than the panel makes a step of that nobody has asked for. */
export const tooLargeToRehearse = (graph: Graph): boolean => tooLarge(graph, 0);

/** For so many samples of the probe, and a batch forth and back. */
function tooLarge({ network, data, layers, multiplyAdds }: Graph, probe: number): boolean {
  const { batchSize } = network.training;
  const batch = batchSize === 'all' ? data.samples : Math.min(batchSize, data.samples);
  const perRow = layers.reduce((sum, { shape }) => sum + 2 * sizeOf(shape), 0);
  const parameters = layers.reduce((sum, { parameterCount }) => sum + 3 * parameterCount, 0);
  const values = data.samples * sizeOf(data.inputShape) + batch * perRow + parameters;
  return multiplyAdds * (probe + 3 * batch) > most.multiplyAdds || values > most.values;
}

/**
 * Looks at a network before its first update: its layers' activity over the probe, and the gradient of the first batch that
 * training would see. Throws OutOfMemory.
 */
export async function preview(graph: Graph, dataset: Dataset, backend: Backend): Promise<Preview> {
  const { session, plan, step } = await atFirst(graph, dataset, backend);
  try {
    const probe = probeOf(dataset, graph.network.seed);
    const evaluated = evaluatedMetrics(plan, await session.evaluate(probe), probe.length);
    const updates = updateMetrics(plan, await step());
    const layers = evaluated.map(({ id, units, sparsity, stdActivation, dead }, index) => {
      const { gradientNorm } = updates[index]!;
      return { id, units, sparsity, stdActivation, gradientNorm, dead };
    });
    return { layers, bornDeadChance: bornDeadChance(graph) };
  } finally {
    session.dispose();
  }
}

/** Makes the first step of a run and takes it back: what it needs is there then for the run itself. Throws OutOfMemory. */
export async function rehearse(graph: Graph, dataset: Dataset, backend: Backend): Promise<void> {
  const { session, plan, step } = await atFirst(graph, dataset, backend);
  factsOf(dataset);
  try {
    await step();
  } catch (error) {
    session.dispose();
    throw error;
  }
  session.setSlots(new Float32Array(plan.sizes.slots));
  keepReady({ backend, plan, seed: graph.network.seed, dataset, session });
}

/** A session with a network's first weights. `step` leaves the gradient of the first batch behind, and the weights as they were. */
async function atFirst(
  graph: Graph,
  dataset: Dataset,
  backend: Backend,
): Promise<{ session: Session; plan: Plan; step: () => Promise<RunResult> }> {
  const { batchSize } = graph.network.training;
  const train = dataset.parts.train.length;
  const plan = planOf(graph, batchSize === 'all' ? train : Math.min(batchSize, train), dataset.samples);
  const session = await sessionFor(graph, plan, dataset, backend);
  session.setParameters(initialParameters(graph, plan));
  session.setState(initialState(plan));
  session.setOrder(epochOrder(graph, dataset, 0));
  // An update of size 0.
  return {
    session,
    plan,
    step: () => session.run([stepRow(plan, new Batches(train, plan.batchRows), 0, 0, true)]),
  };
}
