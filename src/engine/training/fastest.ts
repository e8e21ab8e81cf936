import * as l10n from '@vscode/l10n';
import type { Backend, StepRow } from '../backends/backend.ts';
import { checkNetwork } from '../check.ts';
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
    rate === 0
      ? l10n.t('{0} cannot run it', backend.name)
      : l10n.t('{0} {1} steps/s', backend.name, Number(rate.toPrecision(2)).toLocaleString('en-US')),
  );
  return { backend: measured[0]!.backend, reason: l10n.t('auto: {0}', figures.join(', ')) };
}

/** So many times as fast must another build be: below that, chance would choose. */
export const worthwhile = 1.08;
/** Rounds of a comparison; the best of each counts, as whatever else the machine does only slows down. */
const rounds = 3;
/**
 * Products as most networks have them, of the size of a cache, with zeros behind a ReLU and without behind nothing. It hardly learns: units that die would leave nothing to multiply.
 */
export const typical = JSON.stringify({
  version: 1,
  data: { source: 'circles', samples: 80 },
  layers: [
    ...['relu', 'linear', 'relu'].map((activation, index) => ({
      id: `l${index}`,
      type: 'dense',
      units: 128,
      activation,
    })),
    { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' },
  ],
  training: { optimizer: { name: 'sgd', learningRate: 1e-9 }, batchSize: 64 },
});

/** Times ways to run the same kernels by turns: how many times as fast as `plain` each of the others is. */
export async function speedups(plain: Backend, others: readonly Backend[]): Promise<number[]> {
  const { graph, dataset } = await checkNetwork(typical, () => Promise.reject(new Error('There is no file.')));
  if (!graph || !dataset) return others.map(() => 1);
  const all = [plain, ...others];
  const best = all.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    for (const [index, backend] of all.entries())
      best[index] = Math.max(best[index]!, await stepsPerSecond(backend, graph, dataset, 5));
  }
  return best.slice(1).map((rate) => rate / best[0]!);
}

/** Whole steps over the first batch, in ever longer runs: the first ones are slow everywhere. */
async function stepsPerSecond(
  backend: Backend,
  graph: Graph,
  dataset: Dataset,
  milliseconds = shortest,
): Promise<number> {
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
      if (time >= milliseconds || steps >= mostSteps) return (steps / Math.max(time, 0.01)) * 1000;
    }
  } finally {
    session.dispose();
  }
}
