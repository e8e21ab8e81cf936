import * as vscode from 'vscode';
import { viewType, type Designers } from './designers.ts';

/** Shows a run in the status bar, and tells menus and keys what can be done. */
export function showRunStatus(designers: Designers): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('rectifier.run', vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t('Rectifier run');
  const contexts = new Map<string, boolean>();
  const setContext = (key: string, value: boolean) => {
    if (contexts.get(key) === value) return;
    contexts.set(key, value);
    void vscode.commands.executeCommand('setContext', `rectifier.${key}`, value);
  };
  const update = () => {
    const { active } = designers;
    setContext('designerActive', active !== undefined);
    setContext('running', active?.running ?? false);
    const shown = active?.running ? active : designers.all.find(({ running }) => running);
    if (!shown) return item.hide();
    item.text = `$(pulse) ${shown.status.text}`;
    item.tooltip = vscode.l10n.t(
      'Rectifier is training {0}. Select to show it.',
      vscode.workspace.asRelativePath(shown.document.uri),
    );
    item.command = {
      title: vscode.l10n.t('Show'),
      command: 'vscode.openWith',
      arguments: [shown.document.uri, viewType, shown.panel.viewColumn],
    };
    item.show();
  };
  update();
  return vscode.Disposable.from(item, designers.onDidChange(update), vscode.window.onDidChangeActiveTextEditor(update));
}
