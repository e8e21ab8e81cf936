import * as vscode from 'vscode';
import type { FromRuns, ToRuns } from '../webview/runs/hostProtocol.ts';
import { report } from './errors.ts';
import { pageHtml, resourceRoots } from './html.ts';
import { asFromRuns } from './messages.ts';
import { openUntitled } from './newNetwork.ts';
import type { RecordedRuns } from './recordedRuns.ts';

const viewType = 'rectifier.runs';

/** The page that compares recorded runs: one in a window, which comes back with it. */
export class CompareRuns implements vscode.WebviewPanelSerializer, vscode.Disposable {
  panel: vscode.WebviewPanel | undefined;
  private readonly posted = new vscode.EventEmitter<ToRuns>();
  /** Every message sent to the page; for tests. */
  readonly onDidPost = this.posted.event;
  private readonly registered: vscode.Disposable;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly recorded: RecordedRuns,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.registered = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(viewType, this),
      recorded.onDidChange((entry) => {
        if (!this.panel) return;
        if (entry) this.post({ type: 'written', entry });
        else void this.receive({ type: 'ready' });
      }),
      this.posted,
    );
  }

  /** Shows the page, beside nothing: it takes the room of an editor. */
  open(): void {
    if (this.panel) return this.panel.reveal();
    const options = { retainContextWhenHidden: true, enableScripts: true };
    this.take(vscode.window.createWebviewPanel(viewType, 'Compare Runs', vscode.ViewColumn.Active, options));
  }

  /** The window was reloaded. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.panel) panel.dispose();
    else this.take(panel);
    return Promise.resolve();
  }

  private take(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    const icon = (theme: string) => vscode.Uri.joinPath(this.extensionUri, 'media', `network-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(this.extensionUri) };
    const listener = panel.webview.onDidReceiveMessage((message) => this.receive(message));
    panel.onDidDispose(() => {
      listener.dispose();
      this.panel = undefined;
    });
    panel.webview.html = pageHtml(panel.webview, this.extensionUri, 'runs');
  }

  /** Handles a message of the page; one that is not of the protocol is ignored. */
  async receive(value: unknown): Promise<void> {
    const message = asFromRuns(value);
    try {
      if (message) await this.handle(message);
    } catch (error) {
      report(error, this.log);
    }
  }

  private async handle(message: FromRuns): Promise<void> {
    switch (message.type) {
      case 'ready': {
        const { uri, own } = this.recorded.folder;
        const folder = own ? vscode.workspace.asRelativePath(uri) : 'the workspace’s storage';
        return this.post({ type: 'runs', entries: await this.recorded.list(), folder });
      }
      case 'read': {
        const run = await this.recorded.read(message.file);
        return this.post({ type: 'run', file: message.file, ...(run ? { run } : {}) });
      }
      case 'remove':
        return this.remove(message.files);
      case 'openNetwork': {
        const run = await this.recorded.read(message.file);
        return run && openUntitled(run.head.text);
      }
      case 'showFile':
        await vscode.window.showTextDocument(this.recorded.uri(message.file));
        return;
      case 'chooseFolder':
        await vscode.commands.executeCommand('workbench.action.openSettings', 'rectifier.runsFolder');
        return;
      case 'openExperiment':
        await vscode.commands.executeCommand('rectifier.openExperiment');
        return;
    }
  }

  private async remove(files: readonly string[]): Promise<void> {
    const question = `Delete ${files.length === 1 ? 'this recorded run' : `${files.length} recorded runs`}?`;
    const detail = 'What was trained cannot be shown again then, except by training it again with its seed.';
    const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Delete');
    if (answer === 'Delete') await this.recorded.remove(files);
  }

  private post(message: ToRuns): void {
    this.posted.fire(message);
    void this.panel?.webview.postMessage(message);
  }

  dispose(): void {
    this.panel?.dispose();
    this.registered.dispose();
  }
}
