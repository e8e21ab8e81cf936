import { functionOf } from '../../src/engine/activations/index.ts';
import type { Dataset } from '../../src/engine/data/dataset.ts';
import type { Trainer } from '../../src/engine/training/trainer.ts';

/** One layer on every sample, position by position. */
export interface Walked {
  /** Of its activation. */
  readonly name: string;
  readonly units: number;
  /** Linear values: units, times the pieces of maxout. */
  readonly columns: number;
  readonly positions: readonly { readonly z: readonly number[]; readonly a: readonly number[] }[];
  /** Maxout: the pieces that win somewhere. */
  readonly wins: ReadonlySet<number>;
}

/**
 * Every layer but the output on every training sample, by loops over the weights alone: no plan, no operation, no count of the engine's.
 * It knows dense layers, convolutions without padding that move one pixel at a time, and flatten.
 */
export function bruteForce(trainer: Trainer, parameters: ArrayLike<number>, data: Dataset): Map<string, Walked> {
  let [height = 1, width = 1, channels = 1] =
    data.inputShape.length === 3 ? data.inputShape : [1, 1, data.inputShape[0]!];
  const size = height * width * channels;
  let rows = [...data.parts.train].map((i) => [...data.features.subarray(i * size, (i + 1) * size)]);
  const walked = new Map<string, Walked>();
  for (const { layer, units } of trainer.graph.layers.slice(0, -1)) {
    if (layer.type === 'flatten') continue;
    const { name } = layer.fields.activation!;
    const f = functionOf(layer.fields.activation!);
    const tensor = (role: string) => trainer.plan.parameters.find((entry) => entry.name === `${layer.id}.${role}`);
    const [kernel, bias, slope] = [tensor('weights')!, tensor('bias')!, tensor('slope')];
    const columns = bias.size;
    const side = kernel.shape[0]!;
    const isConv = layer.type === 'conv2d';
    // Where the inputs of each position lie in a row: one position for a dense layer.
    const windows = isConv ? squares(side, height, width, channels) : [rows[0]!.map((_, i) => i)];
    const positions: { z: number[]; a: number[] }[] = [];
    const wins = new Set<number>();
    rows = rows.map((row) =>
      windows.flatMap((window) => {
        const z = Array.from({ length: columns }, (_, j) => {
          let sum = parameters[bias.offset + j]!;
          for (let i = 0; i < window.length; i++)
            sum += row[window[i]!]! * parameters[kernel.offset + i * columns + j]!;
          return sum;
        });
        let a: number[];
        if (name === 'maxout') {
          const pieces = columns / units;
          a = Array.from({ length: units }, (_, unit) => {
            const own = z.slice(unit * pieces, (unit + 1) * pieces);
            wins.add(unit * pieces + own.indexOf(Math.max(...own)));
            return Math.max(...own);
          });
        } else {
          const sum = z.reduce((sum, value) => sum + Math.exp(value), 0);
          a = z.map((value, j) => {
            if (name === 'softmax') return Math.exp(value) / sum;
            if (slope && value <= 0) return parameters[slope.offset + j]! * value;
            return f.value(value);
          });
        }
        positions.push({ z, a });
        return a;
      }),
    );
    if (isConv) [height, width, channels] = [height - side + 1, width - side + 1, units];
    walked.set(layer.id, { name, units, columns, positions, wins });
  }
  return walked;
}

/** The places of each square window in a picture, row by row. */
function squares(side: number, height: number, width: number, channels: number): number[][] {
  const windows: number[][] = [];
  const each = (n: number) => Array.from({ length: n }, (_, i) => i);
  for (const y of each(height - side + 1))
    for (const x of each(width - side + 1))
      windows.push(
        each(side).flatMap((dy) =>
          each(side).flatMap((dx) => each(channels).map((c) => ((y + dy) * width + x + dx) * channels + c)),
        ),
      );
  return windows;
}
