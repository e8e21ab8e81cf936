import * as vscode from 'vscode';
import type * as Tools from './assistantWork.ts';
import type { DataFiles } from './dataFiles.ts';
import type { RecordedRuns } from './recordedRuns.ts';

/** Tools for assistants: what is wrong with a network, a short training of it, and the figures of its newest recorded run. No tool changes a file. */
export function registerAssistantTools(data: DataFiles, recorded: RecordedRuns): vscode.Disposable {
  const tool = (
    name: string,
    doing: (path: string) => string,
    work: (tools: typeof Tools, asked: Tools.Asked, token: vscode.CancellationToken) => Promise<unknown>,
  ) =>
    vscode.lm.registerTool<Tools.Asked>(name, {
      prepareInvocation: ({ input }) => ({ invocationMessage: doing(input.path) }),
      invoke: async ({ input }, token) => asResult(await work(await import('./assistantWork.ts'), input, token)),
    });
  return vscode.Disposable.from(
    tool(
      'rectifier_check',
      (path) => vscode.l10n.t('Checking {0}', path),
      (tools, asked) => tools.check(asked, data),
    ),
    tool(
      'rectifier_train',
      (path) => vscode.l10n.t('Training {0}', path),
      (tools, asked, token) => tools.train(asked, data, token),
    ),
    tool(
      'rectifier_metrics',
      (path) => vscode.l10n.t('Reading the newest run of {0}', path),
      (tools, asked) => tools.metrics(asked, recorded),
    ),
  );
}

const asResult = (value: unknown): vscode.LanguageModelToolResult =>
  new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(value))]);
