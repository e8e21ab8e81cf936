import * as vscode from 'vscode';
import { correction } from '../engine/spec/correction.ts';
import { parse } from '../engine/spec/parse.ts';
import { rangeOf } from './diagnostics.ts';

/**
 * Offers the name that was probably meant, on our own diagnostics and on those of the JSON service alike: the problems are
 * found anew, so it does not matter who underlined them.
 */
export const quickFixes: vscode.CodeActionProvider = {
  provideCodeActions(document, range, { diagnostics }) {
    return parse(document.getText()).problems.flatMap((problem) => {
      const fix = correction(problem);
      const at = rangeOf(document, problem);
      if (!fix || !range.intersection(at)) return [];
      const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, at, fix.edit.text);
      action.diagnostics = diagnostics.filter(({ range }) => range.intersection(at));
      action.isPreferred = true;
      return [action];
    });
  },
};
