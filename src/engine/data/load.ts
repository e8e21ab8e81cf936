import * as l10n from '@vscode/l10n';
import { sizeOf, unitsOf } from '../layers/layer.ts';
import type { DataSpec } from '../spec/dataFields.ts';
import { DataError, type DataShape, type Dataset, type ReadFile, valueLimit } from './dataset.ts';
import { readData } from './file.ts';
import { applyScaling, fitScaling } from './scale.ts';
import { drawnSources, type Drawn } from './sources.ts';
import { split } from './split.ts';

/** What can be told of the data without reading or drawing it; undefined for files. */
export function describeData(spec: DataSpec): DataShape | undefined {
  if (spec.source === 'file') return undefined;
  const { inputShape: own, classes } = drawnSources[spec.source];
  // Pictures may be asked for as rows of values, without a flatten layer.
  const inputShape = spec.inputShape && sizeOf(spec.inputShape) === sizeOf(own) ? spec.inputShape : own;
  const shape = { inputShape, samples: spec.samples };
  // As numbers the classes can be fitted, too.
  if (!classes || spec.task === 'regression') return { ...shape, task: 'regression', outputs: 1 };
  return { ...shape, task: 'classification', outputs: classes.length, classes };
}

/** Reads or draws the data, splits it by the seed and scales it. Throws DataError. */
export async function loadData(spec: DataSpec, seed: number, readFile: ReadFile): Promise<Dataset> {
  const drawn = describeData(spec);
  const { features, targets, columns, messages, errorAt, ...shape } = drawn
    ? { ...drawData(spec, drawn, seed), errorAt: undefined }
    : await fileData(spec, readFile);
  const inputShape = spec.inputShape ?? shape.inputShape ?? [columns.length];
  if (sizeOf(inputShape) !== columns.length) {
    throw new DataError(
      l10n.t(
        'data.inputShape [{0}] holds {1} values, but the data has {2} input columns; make them equal',
        inputShape.join(', '),
        sizeOf(inputShape),
        columns.length,
      ),
      'data.inputShape',
    );
  }
  const labels = shape.task === 'classification' ? targets : undefined;
  const parts = split(shape.samples, spec.split, seed, labels);
  const filled = fillMissing(features, parts.train, columns);
  // Pictures are scaled by channel, tables by column.
  const groups = inputShape.length === 3 ? unitsOf(inputShape) : columns.length;
  const scaling = fitScaling(features, parts.train, groups, columns.length / groups, spec.scale);
  const tooLarge =
    (kind: 'input' | 'target', width: number, what: (column: number) => string) =>
    (index: number): DataError => {
      const column = index % width;
      const message = l10n.t('{0} is larger than 32-bit numbers hold (3.4e38); give smaller values', what(column));
      return (
        errorAt?.(Math.floor(index / width), kind, column, message) ??
        new DataError(message, drawn ? 'data.noise' : 'data.path')
      );
    };
  return {
    ...shape,
    inputShape,
    parts,
    scaling,
    columns,
    messages: [...messages, ...filled, ...unseen(shape.classes, targets, parts.train)],
    features: finite(
      applyScaling(features, scaling),
      tooLarge('input', columns.length, (column) => l10n.t('Scaled, "{0}"', columns[column]!)),
    ),
    targets: finite(
      Float32Array.from(targets),
      tooLarge('target', targets.length / shape.samples, () => l10n.t('The target')),
    ),
  };
}

function drawData(spec: DataSpec, shape: DataShape, seed: number) {
  if (spec.source === 'file') throw new Error('A file is not drawn.');
  const { source, samples } = spec;
  const drawing = drawnSources[source];
  const { classes, columns } = drawing;
  if (classes && samples < 2 * classes.length) {
    throw new DataError(
      l10n.t(
        '{0} samples are too few for {1} classes; ask for at least {2}',
        samples,
        classes.length,
        2 * classes.length,
      ),
      'data.samples',
    );
  }
  if (samples * columns.length > valueLimit) {
    throw new DataError(
      l10n.t(
        '{0} samples of {1} hold {2} values; at most {3} fit: ask for at most {4}',
        samples,
        source,
        samples * columns.length,
        valueLimit,
        Math.floor(valueLimit / columns.length),
      ),
      'data.samples',
    );
  }
  if (!classes && spec.task === 'classification') {
    throw new DataError(
      l10n.t('{0} has a number to predict, no classes; leave data.task out or set it to "regression"', source),
      'data.task',
    );
  }
  return { ...shape, columns, messages: [], ...drawing.draw(samples, spec.noise, seed) };
}

async function fileData(spec: DataSpec, readFile: ReadFile) {
  const { shape, ...numbers } = await readData(spec, readFile);
  return { ...numbers, ...shape };
}

/** Puts the training part's mean in place of what is missing, and says so. */
function fillMissing(features: Drawn['features'], train: Uint32Array, columns: readonly string[]): string[] {
  const width = columns.length;
  const missing = new Array<number>(width).fill(0);
  for (let i = 0; i < features.length; i++) if (Number.isNaN(features[i]!)) missing[i % width]!++;
  const gaps = columns.flatMap((name, column) => (missing[column] ? [{ name, column }] : []));
  for (const { name, column } of gaps) {
    let sum = 0;
    let count = 0;
    for (const row of train) {
      const value = features[row * width + column]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    if (count === 0)
      throw new DataError(
        l10n.t('"{0}" is missing in every training row; take the column out of the file', name),
        'data.missing',
      );
    for (let i = column; i < features.length; i += width) if (Number.isNaN(features[i]!)) features[i] = sum / count;
  }
  return gaps.map(({ name, column }) =>
    missing[column] === 1
      ? l10n.t('1 missing field of "{0}" holds the training part\'s mean.', name)
      : l10n.t('{0} missing fields of "{1}" hold the training part\'s mean.', missing[column]!, name),
  );
}

/** A class that no training row shows can't be learned. */
function unseen(classes: readonly string[] | undefined, targets: Float64Array, train: Uint32Array): string[] {
  const seen = new Set(Array.from(train, (row) => targets[row]));
  const names = (classes ?? []).filter((_, index) => !seen.has(index));
  return names.length === 0
    ? []
    : [
        l10n.t(
          "No training row is of class {0}: it can't be learned.",
          names
            .slice(0, 5)
            .map((name) => `"${name}"`)
            .join(', '),
        ),
      ];
}

function finite(values: Float32Array, refuse: (index: number) => DataError): Float32Array {
  let bad = 0;
  while (bad < values.length && Number.isFinite(values[bad])) bad++;
  if (bad === values.length) return values;
  throw refuse(bad);
}
