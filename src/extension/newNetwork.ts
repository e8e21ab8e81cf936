import * as vscode from 'vscode';
import { viewType } from './designers.ts';
import { templates, type Template } from '../engine/templates.ts';

/** Opens an untitled network in the designer. `id` names a template; without it the person chooses. */
export async function newNetwork(id?: unknown): Promise<void> {
  const template = templates.find((template) => template.id === id) ?? (await chooseTemplate());
  if (template) await openUntitled(template.text);
}

/** Opens a text as an untitled network in the designer. */
export async function openUntitled(text: string): Promise<void> {
  const uri = freeUri();
  // An edit makes the document. `openTextDocument` would too, but then VS Code takes the name for a place and saves there, in
  // the file system's root, without asking.
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(0, 0), text);
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Error(vscode.l10n.t('VS Code did not make the document. Try again.'));
  // While it is untitled: for `jsonc` the save dialog would change the name to `.nn.jsonc`.
  await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), 'json');
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
}

async function chooseTemplate(): Promise<Template | undefined> {
  // Rows of a table: their words are in the bundle by `scripts/words.ts`.
  const translated: (text: string) => string = vscode.l10n.t;
  const items = templates.map((template) => ({
    label: translated(template.label),
    detail: translated(template.detail),
    template,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('New Network'),
    placeHolder: vscode.l10n.t('Choose what to start from'),
    matchOnDetail: true,
  });
  return chosen?.template;
}

/**
 * A name no open document has. It ends in `.nn.json`, which the designer goes by; any but `Untitled-…` would count as a place to
 * save to.
 */
function freeUri(): vscode.Uri {
  const taken = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
  for (let n = 1; ; n++) {
    // eslint-disable-next-line rectifier/words -- VS Code goes by this name
    const uri = vscode.Uri.from({ scheme: 'untitled', path: `Untitled-${n}.nn.json` });
    if (!taken.has(uri.toString())) return uri;
  }
}
