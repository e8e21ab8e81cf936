import * as vscode from 'vscode';
import { registerCommands } from './commands.ts';
import { DataFiles } from './dataFiles.ts';
import { Designers, viewType } from './designers.ts';
import { Diagnostics } from './diagnostics.ts';
import { openAsked } from './openAsked.ts';
import { quickFixes } from './quickFixes.ts';
import { showRunStatus } from './runStatus.ts';

/** What integration tests reach in; nothing is exported to other extensions. */
export interface TestApi {
  readonly designers: Designers;
}

export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const log = vscode.window.createOutputChannel('Rectifier', { log: true });
  const data = new DataFiles(context.extensionUri);
  const designers = new Designers(context.extensionUri, data, log);
  context.subscriptions.push(
    log,
    designers,
    vscode.window.registerCustomEditorProvider(viewType, designers, {
      // Training goes on in a page that is hidden.
      webviewOptions: { retainContextWhenHidden: true },
      supportsMultipleEditorsPerDocument: true,
    }),
    showRunStatus(designers),
    new Diagnostics(data, log),
    vscode.languages.registerCodeActionsProvider({ pattern: '**/*.nn.json' }, quickFixes, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    registerCommands(context, designers, data, log),
  );
  void openAsked(context);
  return context.extensionMode === vscode.ExtensionMode.Test ? { designers } : undefined;
}
