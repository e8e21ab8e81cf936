import { activation } from './activation.ts';
import { add } from './add.ts';
import { batchNorm } from './batchNorm.ts';
import { concat } from './concat.ts';
import { conv2dTranspose } from './conv2dTranspose.ts';
import { gaussianNoise } from './gaussianNoise.ts';
import { layerNorm } from './layerNorm.ts';
import { upsample2d } from './upsample2d.ts';
import { avgPool2d } from './avgPool2d.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { flatten } from './flatten.ts';
import { globalAvgPool2d } from './globalAvgPool2d.ts';
import type { LayerRow } from './layer.ts';
import { maxPool2d } from './maxPool2d.ts';
import { reshape } from './reshape.ts';

export * from './layer.ts';

/** Every layer a network file may hold, in the order the palette shows them. */
export const layers = [
  dense,
  conv2d,
  conv2dTranspose,
  upsample2d,
  maxPool2d,
  avgPool2d,
  globalAvgPool2d,
  flatten,
  reshape,
  activation,
  dropout,
  gaussianNoise,
  batchNorm,
  layerNorm,
  add,
  concat,
] as const satisfies readonly LayerRow[];

export type LayerType = (typeof layers)[number]['type'];

const byType = new Map<string, LayerRow>(layers.map((row) => [row.type, row]));

/** The row of a type that parsing has accepted. */
export function layerRow(type: string): LayerRow {
  const row = byType.get(type);
  if (!row) throw new Error(`No layer of type "${type}".`);
  return row;
}
