import * as l10n from '@vscode/l10n';
import type { DataSpec } from '../spec/dataFields.ts';
import { DataError, type DataShape } from './dataset.ts';
import { hasDecimalComma, isNumber, notANumber, numberOf } from './fields.ts';

/** A column of whole numbers is taken for classes when it holds no more than this many different ones. */
const classLimit = 20;

/** Where targets come from: its name, and an error at a field of one of its rows. */
export interface TargetSource {
  readonly path: string;
  errorIn(start: number, field: number, message: string): DataError;
}

/** The target's fields as text, kept rows only, with what an error needs to name their place. */
export interface TargetTexts {
  /** Columns of the table, and their names. */
  readonly columns: readonly number[];
  readonly names: readonly string[];
  /** `rows × columns`. */
  readonly texts: readonly string[];
  /** Where each row starts. */
  readonly starts: readonly number[];
}

/** Target numbers with task and classes. Class indices follow the sorted labels, numerically if all are numbers. */
export function targetsOf(
  target: TargetTexts,
  spec: DataSpec,
  table: TargetSource,
): { shape: Omit<DataShape, 'inputShape' | 'samples'>; targets: Float64Array } {
  const { columns, names, texts } = target;
  const outputs = columns.length;
  const task = spec.task ?? (outputs > 1 ? 'regression' : guessTask(target, table));
  if (task === 'regression') {
    const targets = Float64Array.from(texts, (text, i) => {
      const value = numberOf(text);
      if (Number.isFinite(value)) return value;
      const remedy = l10n.t('mend it, or set data.task to "classification" if the column holds classes');
      throw errorAt(target, table, i, notANumber(text, names[i % outputs]!, remedy));
    });
    return { shape: { task, outputs }, targets };
  }
  if (outputs > 1) {
    throw new DataError(
      l10n.t(
        'classification takes one target column, but data.target names {0}; keep one, or set data.task to "regression"',
        outputs,
      ),
      'data.target',
    );
  }
  const numeric = texts.every(isNumber);
  // "1" and "1.0" are one class.
  const labels = numeric ? texts.map((text) => String(numberOf(text))) : texts;
  const classes = [...new Set(labels)].sort(numeric ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : 1));
  if (classes.length < 2) {
    throw new DataError(
      l10n.t(
        'every row of {0} is of class "{1}" (column "{2}"); there must be at least 2 classes: choose another target',
        table.path,
        classes[0]!,
        names[0]!,
      ),
      spec.target === undefined ? 'data.path' : 'data.target',
    );
  }
  const index = new Map(classes.map((label, i) => [label, i]));
  return {
    shape: { task, outputs: classes.length, classes },
    targets: Float64Array.from(labels, (label) => index.get(label)!),
  };
}

/** Text, or few different whole numbers (at most 20, and half as many as rows), are classes; a mixture is for the person to tell. */
function guessTask(target: TargetTexts, table: TargetSource): 'classification' | 'regression' {
  const { texts, names } = target;
  const word = texts.findIndex((text) => !isNumber(text));
  if (word >= 0) {
    const decimals = texts.findIndex(hasDecimalComma);
    if (decimals < 0 && !texts.some(isNumber)) return 'classification';
    const at = decimals < 0 ? word : decimals;
    const remedy = l10n.t('mend it, or set data.task to "classification" if the column holds classes');
    throw errorAt(target, table, at, notANumber(texts[at]!, names[0]!, remedy));
  }
  const different = new Set(texts.map(numberOf));
  const few = different.size <= Math.min(classLimit, texts.length / 2);
  return few && [...different].every(Number.isInteger) ? 'classification' : 'regression';
}

const errorAt = ({ columns, starts }: TargetTexts, table: TargetSource, i: number, message: string): DataError =>
  table.errorIn(starts[Math.floor(i / columns.length)]!, columns[i % columns.length]!, message);
