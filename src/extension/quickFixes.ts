import * as vscode from 'vscode';
import type { Diagnostics } from './diagnostics.ts';

/** Offers what mends a problem: the name that was probably meant, and the fixes of its rule, the likeliest to help first. */
export const quickFixes = (diagnostics: Diagnostics): vscode.CodeActionProvider => ({
  async provideCodeActions(document, range, context) {
    const { offers, rangeOf } = await import('./problems.ts');
    return (await diagnostics.problemsOf(document)).flatMap((problem) => {
      const at = rangeOf(document, problem);
      if (!range.intersection(at)) return [];
      return offers(document.getText(), problem).map(({ title, edits }, index) => {
        const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
        action.edit = new vscode.WorkspaceEdit();
        for (const { offset, length, text } of edits) {
          const replaced = new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
          action.edit.replace(document.uri, replaced, text);
        }
        action.diagnostics = context.diagnostics.filter(
          ({ range, code }) => range.intersection(at) && (problem.fixes === undefined || code === problem.rule),
        );
        action.isPreferred = index === 0;
        return action;
      });
    });
  },
});
