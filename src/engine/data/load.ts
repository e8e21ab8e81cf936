import { sizeOf, unitsOf } from '../layers/layer.ts';
import type { DataSpec } from '../spec/network.ts';
import { numbersOf } from './csv.ts';
import { DataError, type DataShape, type Dataset, type ReadFile } from './dataset.ts';
import { applyScaling, fitScaling } from './scale.ts';
import { draw, drawnSources } from './sources.ts';
import { split } from './split.ts';
import { readTable } from './table.ts';
import { textOf, unpacked } from './text.ts';

/** What can be told of the data without reading or drawing it; undefined for files. */
export function describeData(spec: DataSpec): DataShape | undefined {
  if (spec.source === 'file') return undefined;
  return { ...drawnSources[spec.source].shape, samples: spec.samples };
}

/** Reads or draws the data, splits it by the seed and scales it. Throws DataError. */
export async function loadData(spec: DataSpec, seed: number, readFile: ReadFile): Promise<Dataset> {
  const raw = spec.source === 'file' ? await readTableFile(spec, readFile) : drawn(spec, seed);
  const { features, targets, samples, columns, messages, ...shape } = raw;
  const inputShape = spec.inputShape ?? shape.inputShape;
  if (sizeOf(inputShape) !== columns.length) {
    throw new DataError(
      `data.inputShape [${inputShape.join(', ')}] holds ${sizeOf(inputShape)} values, but the data has ${columns.length} input columns; make them equal`,
      'data.inputShape',
    );
  }
  const parts = split(samples, spec.split, seed, shape.task === 'classification' ? targets : undefined);
  const picture = inputShape.length === 3;
  const groups = picture ? unitsOf(inputShape) : columns.length;
  const perRow = columns.length / groups;
  fillMissing(features, parts.train, columns);
  const scaling = fitScaling(features, parts.train, groups, perRow, spec.scale);
  return {
    ...shape,
    inputShape,
    samples,
    parts,
    scaling,
    columns,
    messages,
    features: applyScaling(features, scaling),
    targets: Float32Array.from(targets),
  };
}

function drawn(spec: DataSpec, seed: number) {
  if (spec.source === 'file') throw new Error('A file is not drawn.');
  const { shape } = drawnSources[spec.source];
  if (spec.samples < 2 * shape.outputs) {
    throw new DataError(`${spec.samples} samples are too few for ${shape.outputs} classes; ask for at least ${2 * shape.outputs}`, 'data.samples');
  }
  return { ...shape, samples: spec.samples, columns: ['x', 'y'], messages: [], ...draw(spec.source, spec.samples, spec.noise, seed) };
}

async function readTableFile(spec: DataSpec, readFile: ReadFile) {
  const path = spec.path!;
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) throw new DataError(`"${path}" is an address; data is read from files alone. Download it beside the network file.`, 'data.path');
  const format = spec.format ?? /\.([a-z]+)(\.gz)?$/i.exec(path)?.[1]?.toLowerCase();
  if (format !== 'csv' && format !== 'tsv') {
    throw new DataError(`"${path}" does not say its format; set data.format to "csv" or "tsv"`, 'data.path');
  }
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    const why = code === 'ENOENT' || code === 'FileNotFound' ? 'there is no such file' : (message ?? String(error));
    throw new DataError(`"${path}" can't be read: ${why}. The path is relative to the network file.`, 'data.path');
  }
  const table = readTable(textOf(unpacked(bytes, path), path), path, format === 'csv' ? ',' : '\t');
  const { shape, ...numbers } = numbersOf(table, spec, path);
  return { ...numbers, ...shape, inputShape: [numbers.columns.length] };
}

/** Puts the training part's mean in place of what is missing. */
function fillMissing(features: Float64Array, train: Uint32Array, columns: readonly string[]): void {
  if (!features.some(Number.isNaN)) return;
  const width = columns.length;
  for (const [column, name] of columns.entries()) {
    let sum = 0;
    let count = 0;
    for (const row of train) {
      const value = features[row * width + column]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    if (count === 0) throw new DataError(`"${name}" is missing in every training row; leave the column out`, 'data.missing');
    for (let i = column; i < features.length; i += width) if (Number.isNaN(features[i]!)) features[i] = sum / count;
  }
}
