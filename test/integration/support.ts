import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Designer } from '../../src/extension/designer.ts';
import type { TestApi } from '../../src/extension/main.ts';
import type { FromWebview, ToWebview } from '../../src/webview/hostProtocol.ts';

export const viewType = 'rectifier.designer';

export const extension = (): vscode.Extension<TestApi> => {
  const found = vscode.extensions.getExtension<TestApi>('rectifier.rectifier');
  assert.ok(found, 'the extension is installed');
  return found;
};

/** A network of one file, drawn data and no problems. */
export const plainNetwork = `{
  "version": 1,
  "data": { "source": "circles" },
  "layers": [
    { "id": "hidden", "type": "dense", "units": 8 },
    { "id": "output", "type": "dense", "units": 1, "activation": "sigmoid", "weights": "glorot_uniform" }
  ]
}
`;

/** Asks until there is an answer, every `interval` ms, for what VS Code does in its own time. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  interval = 50,
): Promise<T> {
  for (const start = Date.now(); Date.now() - start < 20_000;) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
  throw new Error(`waited in vain: ${what}`);
}

/** A folder of its own for a test's files, beside the workspace or in it; `write` gives the file's address. */
export async function makeFolder(parent: string = os.tmpdir()) {
  const folder = await fs.mkdtemp(path.join(parent, 'rectifier-integration-'));
  return {
    uri: vscode.Uri.file(folder),
    async write(name: string, content: string | Uint8Array): Promise<vscode.Uri> {
      await fs.writeFile(path.join(folder, name), content);
      return vscode.Uri.file(path.join(folder, name));
    },
    read: (name: string) => fs.readFile(path.join(folder, name), 'utf8'),
    remove: () => fs.rm(folder, { recursive: true, force: true }),
  };
}

/** Opens a file as a person does, by its default editor, and gives the designer that shows it. */
export async function openDesigner(uri: vscode.Uri): Promise<Designer> {
  await vscode.commands.executeCommand('vscode.open', uri);
  return designerOf(uri);
}

export async function designerOf(uri: vscode.Uri): Promise<Designer> {
  const { designers } = await extension().activate();
  return eventually(`a designer of ${uri.path}`, () =>
    designers.all.find(({ document }) => document.uri.toString() === uri.toString()),
  );
}

/** Everything the designer sends to its page from now on. */
export function listen(designer: Designer): { messages: ToWebview[]; dispose: () => void } {
  const messages: ToWebview[] = [];
  const listener = designer.onDidPost((message) => messages.push(message));
  return { messages, dispose: () => void listener.dispose() };
}

/** Handles a message as if the designer's page had sent it; gives what the page is sent meanwhile. */
export async function send(designer: Designer, message: FromWebview): Promise<ToWebview[]> {
  const { messages, dispose } = listen(designer);
  await designer.receive(message);
  dispose();
  return messages;
}

/** Opens a file in a designer whose page is ready. */
export async function openReady(uri: vscode.Uri): Promise<Designer> {
  const designer = await openDesigner(uri);
  await send(designer, { type: 'ready' });
  return designer;
}

/** Closes all editors without asking; changes are given up first, as a dialog can't be answered here. */
export async function closeAll(): Promise<void> {
  for (const group of vscode.window.tabGroups.all) {
    for (const tab of group.tabs) {
      if (!tab.isDirty) continue;
      const { uri } = tab.input as { uri: vscode.Uri };
      const editor = tab.input instanceof vscode.TabInputCustom ? tab.input.viewType : 'default';
      await vscode.commands.executeCommand('vscode.openWith', uri, editor);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  // Told a moment later: until then a designer that is gone would be taken for the next one of its file.
  const { designers } = await extension().activate();
  await eventually('every designer to be closed', () => designers.all.length === 0);
}

/** The problems VS Code shows for a file, from whomever. */
export const diagnosticsOf = (uri: vscode.Uri): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri);
