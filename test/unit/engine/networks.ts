import type { Dataset } from '../../../src/engine/data/dataset.ts';
import { infer, type Graph } from '../../../src/engine/graph.ts';
import { Random } from '../../../src/engine/random.ts';
import { resolve } from '../../../src/engine/spec/resolve.ts';
import type { NetworkText } from '../../../src/engine/spec/network.ts';

/** An activation as a file writes it: one with a formula cannot do without. This one has a kink, an exact 0, a tie of constants and a smooth part. */
export const written = (name: string): unknown =>
  name === 'custom' ? { name, formula: 'max(x, 0)*tanh(x) + min(0.2*x, 0)' } : name;

/** Small data drawn for a test: normal inputs, targets that fit the task. */
export function smallData(
  inputShape: readonly number[],
  task: 'classification' | 'regression',
  outputs: number,
  samples: number,
): Dataset {
  const random = new Random(7, 1, 5);
  const width = inputShape.reduce((product, n) => product * n, 1);
  const all = Uint32Array.from({ length: samples }, (_, i) => i);
  const features = Float32Array.from({ length: samples * width }, () => random.normal());
  const targets =
    task === 'classification'
      ? Float32Array.from(all, (i) => i % outputs)
      : Float32Array.from({ length: samples * outputs }, () => random.normal());
  return {
    inputShape,
    task,
    outputs,
    samples,
    features,
    targets,
    parts: { train: all, validation: all.slice(0, 0), test: all.slice(0, 0) },
    scaling: { shift: new Float64Array(width), divisor: new Float64Array(width).fill(1) },
    columns: [],
    messages: [],
  };
}

/** A graph from the part of a network file that matters to a test; the data it names is replaced by `data`. */
export function graphOf(
  file: { data?: unknown; layers: unknown[]; training?: unknown; defaults?: unknown; seed?: number; expect?: unknown },
  data: Dataset,
): Graph {
  const text = { version: 1, data: { source: 'circles' }, ...file } as unknown as NetworkText;
  const { graph, problems } = infer(resolve(text), data);
  if (!graph) throw new Error(problems.map((problem) => problem.message).join('\n'));
  return graph;
}
