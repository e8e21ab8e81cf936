import * as l10n from '@vscode/l10n';
import type { TextEdit } from './editText.ts';
import type { LocatedProblem } from './problems.ts';

/** The name that was probably meant in place of what a problem is about, for whoever offers it as a fix; undefined if none is near. */
export function correction({ meant, offset, length }: LocatedProblem): { title: string; edit: TextEdit } | undefined {
  if (meant === undefined) return undefined;
  return { title: l10n.t('Change to "{0}"', meant), edit: { offset, length, text: JSON.stringify(meant) } };
}
