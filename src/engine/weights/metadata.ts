import * as l10n from '@vscode/l10n';
import type { Backend } from '../backends/backend.ts';
import type { DataShape, Dataset } from '../data/dataset.ts';
import { engineVersion } from '../version.ts';
import { WeightsError, type TensorFile } from './safetensors.ts';

/** How a weight file was made, as its metadata says it: every value is text. */
export interface Origin {
  /** The network file's text, settings of the command line put in. */
  readonly network: string;
  readonly seed: number;
  /** Updates made. */
  readonly step: number;
  /** What computed the weights; absent when nothing has yet. */
  readonly backend?: Pick<Backend, 'name' | 'kernels'>;
  readonly dataset: Dataset;
}

/** What the data was, as far as predictions need it. */
export interface KnownData {
  readonly shape: Omit<DataShape, 'samples'>;
  /** Names of the input columns. */
  readonly columns: readonly string[];
  /** Names of the target columns, where they have any. */
  readonly targets?: readonly string[];
  readonly scaling: Dataset['scaling'];
}

/** Never a time or a name of the run: two saves of the same run are the same bytes. */
export function metadataOf({ network, seed, step, backend, dataset }: Origin): Record<string, string> {
  return {
    engine: engineVersion,
    network,
    seed: String(seed),
    step: String(step),
    ...(backend ? { backend: backend.name } : {}),
    ...(backend?.kernels === undefined ? {} : { kernels: backend.kernels }),
    ...dataMetadata(dataset),
  };
}

/** The metadata that tells one set of data from another: columns, classes, and the scaling fitted to it. */
export function dataMetadata({ inputShape, task, outputs, classes, columns, targetColumns, scaling }: Dataset) {
  const { shift, divisor } = scaling;
  return {
    data: JSON.stringify({ inputShape, task, outputs, classes, columns, targets: targetColumns }),
    scaling: JSON.stringify({ shift: [...shift], divisor: [...divisor] }),
  };
}

/** What is known of data that is there. */
export function knownOf({ columns, targetColumns, scaling, inputShape, task, outputs, classes }: Dataset): KnownData {
  const shape = { inputShape, task, outputs, ...(classes ? { classes } : {}) };
  return { shape, columns, scaling, ...(targetColumns ? { targets: targetColumns } : {}) };
}

/** What a weight file says of the data it was trained on; undefined when another program wrote it. Throws WeightsError. */
export function knownData({ metadata }: TensorFile): KnownData | undefined {
  if (metadata['data'] === undefined || metadata['scaling'] === undefined) return undefined;
  const { columns, targets, ...shape } = parsed(metadata, 'data') as KnownData['shape'] & KnownData;
  const { shift, divisor } = parsed(metadata, 'scaling') as { shift: unknown; divisor: unknown };
  const { inputShape, task, outputs, classes } = shape;
  const sound =
    isNumbers(inputShape) &&
    (task === 'classification' || task === 'regression') &&
    Number.isInteger(outputs) &&
    (classes === undefined || (isTexts(classes) && classes.length === outputs)) &&
    isTexts(columns) &&
    columns.length === inputShape.reduce((product, side) => product * side, 1) &&
    (targets === undefined || isTexts(targets)) &&
    isNumbers(shift) &&
    isNumbers(divisor) &&
    shift.length === divisor.length &&
    shift.length > 0 &&
    columns.length % shift.length === 0 &&
    !divisor.includes(0);
  if (!sound) throw new WeightsError(l10n.t('what its metadata says of data and scaling does not fit together'));
  return {
    shape,
    columns,
    ...(targets === undefined ? {} : { targets }),
    scaling: { shift: Float64Array.from(shift), divisor: Float64Array.from(divisor) },
  };
}

/** A metadata value that is JSON. Throws WeightsError. */
export function parsed(metadata: TensorFile['metadata'], key: string): object {
  try {
    const value = JSON.parse(metadata[key] ?? '') as unknown;
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new WeightsError(l10n.t('its metadata "{0}" can\'t be read', key));
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'number' && Number.isFinite(item));
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
