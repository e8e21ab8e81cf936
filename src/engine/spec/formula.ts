import * as l10n from '@vscode/l10n';
import { FormulaError, formulaOf } from '../activations/formula/index.ts';
import { joined, nearest } from './names.ts';

/** What is wrong with a formula, where, and how to mend it; undefined where nothing is. */
export function formulaFault(text: string): string | undefined {
  try {
    formulaOf(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    const { column, message, word, known } = error;
    if (word === undefined) return l10n.t('Column {0}: {1}', column, message);
    const near = nearest(word, known);
    return near
      ? l10n.t('Column {0}: {1}; did you mean {2}?', column, message, near)
      : l10n.t('Column {0}: {1}; known: {2}.', column, message, joined(known, 'and'));
  }
}
