import * as l10n from '@vscode/l10n';
import { activations } from './activations/index.ts';
import { initializers } from './initializers.ts';
import { layers } from './layers/index.ts';
import { penalties, trainable } from './layers/trainable.ts';
import { schedules } from './schedules.ts';
import { dataFields } from './spec/dataFields.ts';
import { optimizers } from './spec/optimizers.ts';
import { trainingFields } from './spec/trainingFields.ts';
import { templates } from './templates.ts';

/** The tables whose rows people read. */
const tables: readonly unknown[] = [
  ...[layers, activations, initializers, optimizers, schedules, templates],
  ...[penalties, trainable, dataFields, trainingFields],
];

/** What of a row is read, and what holds more rows. */
const read: ReadonlySet<string> = new Set(['label', 'doc', 'advice', 'source', 'formula', 'detail']);
const inner: ReadonlySet<string> = new Set(['fields', 'parameters']);

/**
 * Puts `change(text)` in the place of each text that people read in the rows of the engine's tables: names and help of layers, fields,
 * activations, initialisers and so on.
 */
export function changeTexts(change: (text: string) => string): void {
  const done = new Set<unknown>();
  const changeIn = (row: Record<string, unknown>): void => {
    if (done.has(row)) return;
    done.add(row);
    for (const [key, value] of Object.entries(row)) {
      if (typeof value === 'string' && read.has(key)) row[key] = change(value);
      else if (inner.has(key)) changeAll(value);
    }
  };
  const changeAll = (rows: unknown): void => Object.values(rows as Record<string, never>).forEach(changeIn);
  tables.forEach(changeAll);
}

/** From now on all that is looked up is in another language, by the English text; tables, too, so it is done once and before they are read. */
export function translate(contents: Record<string, string>): void {
  l10n.config({ contents });
  changeTexts(l10n.t);
}
