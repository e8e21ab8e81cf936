import { config } from '@vscode/l10n';
import * as vscode from 'vscode';
import { registerAssistantTools } from './assistantTools.ts';
import { registerCommands } from './commands.ts';
import { CompareRuns } from './compareRuns.ts';
import { DataFiles } from './dataFiles.ts';
import { Designers, viewType } from './designers.ts';
import { Diagnostics } from './diagnostics.ts';
import { openAsked } from './openAsked.ts';
import { quickFixes } from './quickFixes.ts';
import { followFiles } from './followFiles.ts';
import { RecordedRuns } from './recordedRuns.ts';
import { Runs } from './runs.ts';
import { showRunStatus } from './runStatus.ts';

/** What integration tests reach in; nothing is exported to other extensions. */
export interface TestApi {
  readonly designers: Designers;
  readonly runs: Runs;
  readonly recorded: RecordedRuns;
  readonly compareRuns: CompareRuns;
}

export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  // What the engine says, too, is in the person's language.
  if (vscode.l10n.bundle) config({ contents: vscode.l10n.bundle });
  const log = vscode.window.createOutputChannel('Rectifier', { log: true });
  const data = new DataFiles(context.extensionUri);
  const runs = new Runs(vscode.Uri.joinPath(context.globalStorageUri, 'runs'));
  // What a workspace's runs were belongs to it; a window without one keeps its own.
  const recorded = new RecordedRuns(
    vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'recorded'),
    log,
  );
  const designers = new Designers(context.extensionUri, data, runs, recorded, log);
  const compareRuns = new CompareRuns(context.extensionUri, recorded, designers, data, log);
  const diagnostics = new Diagnostics(data, log);
  context.subscriptions.push(
    log,
    recorded,
    compareRuns,
    designers,
    vscode.window.registerCustomEditorProvider(viewType, designers, {
      // Training goes on in a page that is hidden.
      webviewOptions: { retainContextWhenHidden: true },
      supportsMultipleEditorsPerDocument: true,
    }),
    showRunStatus(designers),
    followFiles(designers, runs),
    diagnostics,
    designers.onDidChange(() =>
      diagnostics.showRuns((document) =>
        designers.all.flatMap((designer) => (designer.document === document ? designer.findings : [])),
      ),
    ),
    vscode.languages.registerCodeActionsProvider({ pattern: '**/*.nn.json' }, quickFixes(diagnostics), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    registerAssistantTools(data, recorded),
    registerCommands(context, designers, data, compareRuns, log),
  );
  void openAsked(context);
  return context.extensionMode === vscode.ExtensionMode.Test ? { designers, runs, recorded, compareRuns } : undefined;
}
