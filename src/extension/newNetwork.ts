import * as vscode from 'vscode';
import { viewType } from './designers.ts';
import { templates, type Template } from './templates.ts';

/** Opens an untitled network in the designer. `id` names a template; without it the person chooses. */
export async function newNetwork(id?: unknown): Promise<void> {
  const template = templates.find((template) => template.id === id) ?? (await chooseTemplate());
  if (!template) return;
  const uri = freeUri(template.fileName);
  // The text goes in by an edit, so that it is there before the designer looks and is kept by hot exit.
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, document.positionAt(0), template.text);
  await vscode.workspace.applyEdit(edit);
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
}

async function chooseTemplate(): Promise<Template | undefined> {
  const items = templates.map((template) => ({ label: template.label, detail: template.detail, template }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'New Network',
    placeHolder: 'Choose what to start from',
    matchOnDetail: true,
  });
  return chosen?.template;
}

/** A name no open document has, as the designer goes by the name. */
function freeUri(name: string): vscode.Uri {
  const taken = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
  for (let n = 1; ; n++) {
    const uri = vscode.Uri.from({ scheme: 'untitled', path: `${name}${n === 1 ? '' : `-${n}`}.nn.json` });
    if (!taken.has(uri.toString())) return uri;
  }
}
