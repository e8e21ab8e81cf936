import type { Backend, StepRow } from '../backends/backend.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Graph } from '../graph.ts';
import { compile } from '../plan/compile.ts';
import { initialParameters } from './initialize.ts';

/** Milliseconds that a measurement takes at least, and steps it takes at most. */
const shortest = 40;
const mostSteps = 512;

/** Times a few steps of this network on each backend; the fastest, and the figures it was chosen by. One that cannot run it is left out. */
export async function fastest(
  backends: readonly Backend[],
  graph: Graph,
  dataset: Dataset,
): Promise<{ backend: Backend; reason: string }> {
  const measured: { backend: Backend; rate: number }[] = [];
  for (const backend of backends) {
    // What is wrong with the last one left is said when it is asked to train.
    const rate = await stepsPerSecond(backend, graph, dataset).catch(() => 0);
    measured.push({ backend, rate });
  }
  measured.sort((a, b) => b.rate - a.rate);
  const figures = measured.map(({ backend, rate }) =>
    rate === 0 ? `${backend.name} cannot run it` : `${backend.name} ${rate.toPrecision(2)} steps/s`,
  );
  return { backend: measured[0]!.backend, reason: `auto: ${figures.join(', ')}` };
}

/** Whole steps over the first batch, in ever longer runs: the first ones are slow everywhere. */
async function stepsPerSecond(backend: Backend, graph: Graph, dataset: Dataset): Promise<number> {
  const { batchSize, learningRate } = graph.network.training;
  const train = dataset.parts.train.length;
  const plan = compile(graph, batchSize === 'all' ? train : Math.min(batchSize, train), dataset.samples);
  const session = await backend.prepare(plan, graph.network.seed);
  try {
    session.setData(dataset.features, dataset.targets);
    session.setParameters(initialParameters(graph, plan));
    session.setOrder(dataset.parts.train);
    const row: StepRow = {
      step: 1,
      rows: plan.batchRows,
      batchOffset: 0,
      learningRate,
      correction1: 1,
      correction2: 1,
      observe: false,
    };
    for (let steps = 1; ; steps *= 4) {
      const start = performance.now();
      await session.run(new Array<StepRow>(steps).fill(row));
      const time = performance.now() - start;
      if (time >= shortest || steps >= mostSteps) return (steps / Math.max(time, 0.01)) * 1000;
    }
  } finally {
    session.dispose();
  }
}
