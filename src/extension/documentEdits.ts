import * as vscode from 'vscode';
import type { TextEdit } from '../engine/spec/edit.ts';

/** Documents being edited: the next edit waits until the one before is in the text and its version can be compared. */
const pending = new WeakMap<vscode.TextDocument, Promise<unknown>>();

/**
 * Makes one gesture's replacements as one undo step, provided that the document still is of the version they were made for.
 * @returns why nothing was changed, or undefined
 */
export function editDocument(
  document: vscode.TextDocument,
  version: number,
  edits: readonly TextEdit[],
): Promise<string | undefined> {
  const before = pending.get(document) ?? Promise.resolve();
  const done = before.then(() => applyNow(document, version, edits));
  // A failure is its own caller's to hear of.
  pending.set(
    document,
    done.catch(() => undefined),
  );
  return done;
}

async function applyNow(
  document: vscode.TextDocument,
  version: number,
  edits: readonly TextEdit[],
): Promise<string | undefined> {
  const { parse } = await import('../engine/spec/parse.ts');
  if (document.version !== version) return vscode.l10n.t('The text has changed meanwhile. Try again.');
  const text = document.getText();
  if (edits.some(({ offset, length }) => offset + length > text.length))
    return vscode.l10n.t('The edit lies outside the text.');
  if (parse(text).newerVersion)
    return vscode.l10n.t('The file was written for a newer Rectifier and is never rewritten. Update Rectifier.');
  const changes = edits.filter(
    ({ offset, length, text: replacement }) => text.slice(offset, offset + length) !== replacement,
  );
  if (changes.length === 0) return undefined;
  const edit = new vscode.WorkspaceEdit();
  edit.set(
    document.uri,
    changes.map(({ offset, length, text: replacement }) =>
      vscode.TextEdit.replace(
        new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)),
        replacement,
      ),
    ),
  );
  return (await vscode.workspace.applyEdit(edit))
    ? undefined
    : vscode.l10n.t('VS Code did not take the edit. Try again.');
}
