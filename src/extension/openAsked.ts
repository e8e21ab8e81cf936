import * as vscode from 'vscode';
import { viewType } from './designers.ts';

/**
 * The web build of VS Code may open the file it is started with before it has found our designer: as text. In development
 * `RECTIFIER_OPEN` names that file, and it is shown as was meant.
 */
export async function openAsked(context: vscode.ExtensionContext): Promise<void> {
  const { process } = globalThis as { process?: { env: Record<string, string | undefined> } };
  const path = process?.env['RECTIFIER_OPEN'];
  if (context.extensionMode !== vscode.ExtensionMode.Development || !path) return;
  const asText = () =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .find(({ input }) => input instanceof vscode.TabInputText && input.uri.path === path);
  const tab = asText();
  if (!tab) return;
  await vscode.commands.executeCommand('vscode.openWith', (tab.input as vscode.TabInputText).uri, viewType);
  const left = asText();
  if (left) await vscode.window.tabGroups.close(left);
}
