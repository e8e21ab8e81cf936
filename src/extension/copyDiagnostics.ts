/* eslint-disable rectifier/words -- bug reports are read in English */
import * as vscode from 'vscode';
import type { Designers } from './designers.ts';
import { readSettings } from './settings.ts';

/** Puts on the clipboard what a bug report needs: versions, settings, and what the active panel knows of its backends. */
export async function copyDiagnostics(context: vscode.ExtensionContext, designers: Designers): Promise<void> {
  const { version } = context.extension.packageJSON as { version: string };
  const designer = designers.active ?? designers.all[0];
  const backends = designer
    ? ((await designer.describeBackends()) ?? 'The panel did not answer.')
    : 'No designer is open; open one to see backend, adapter and limits.';
  const lines = [
    `Rectifier ${version}`,
    `VS Code ${vscode.version} (${vscode.env.appName}, ${vscode.env.uiKind === vscode.UIKind.Web ? 'web' : 'desktop'}${vscode.env.remoteName ? `, remote ${vscode.env.remoteName}` : ''})`,
    `Settings ${JSON.stringify(await readSettings())}`,
    '',
    backends,
  ];
  await vscode.env.clipboard.writeText(lines.join('\n'));
  void vscode.window.showInformationMessage(vscode.l10n.t('Rectifier: the diagnostics are on the clipboard.'));
}
