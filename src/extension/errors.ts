import * as vscode from 'vscode';

/** A failure that tells the person what to do: shown as it is, without a trace in the log. */
export class UserError extends Error {}

/** Shows a failure; the details of one nobody foresaw are in the output channel. */
export function report(error: unknown, log: vscode.LogOutputChannel): void {
  const message = vscode.l10n.t('Rectifier: {0}', messageOf(error));
  if (error instanceof UserError) {
    void vscode.window.showErrorMessage(message);
    return;
  }
  log.error(error instanceof Error ? error : String(error));
  // Not waited for: the message stays until the person closes it.
  void vscode.window.showErrorMessage(message, vscode.l10n.t('Show Details')).then((choice) => choice && log.show());
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
