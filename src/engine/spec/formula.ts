import { FormulaError, formulaOf } from '../activations/formula/index.ts';
import { listed, nearest } from './names.ts';

/** What is wrong with a formula, where, and how to mend it; undefined where nothing is. */
export function formulaFault(text: string): string | undefined {
  try {
    formulaOf(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    const { column, message, word, known } = error;
    if (word === undefined) return `Column ${column}: ${message}`;
    const near = nearest(word, known);
    return `Column ${column}: ${message}; ${near ? `did you mean ${near}?` : `known: ${listed(known, 'and').replaceAll('"', '')}.`}`;
  }
}
