import * as vscode from 'vscode';
import type { FromRuns, ToRuns } from '../webview/runs/hostProtocol.ts';
import type { DataFiles } from './dataFiles.ts';
import type { Designers } from './designers.ts';
import { messageOf, report } from './errors.ts';
import { baseName, isNetworkFile } from './files.ts';
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
  /** The network worked on last. */
  private newest: vscode.TextDocument | undefined;
  /** What the page was told of the open networks. */
  private told = '';

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly recorded: RecordedRuns,
    private readonly designers: Designers,
    private readonly data: DataFiles,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.registered = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(viewType, this),
      recorded.onDidChange((entry) => {
        if (!this.panel) return;
        if (entry) this.post({ type: 'written', entry });
        else void this.receive({ type: 'ready' });
      }),
      designers.onDidChange(() => this.followNetworks()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (isNetworkFile(document.uri)) this.postNetworks();
      }),
      this.posted,
    );
  }

  /** Shows the page, beside nothing: it takes the room of an editor. */
  open(): void {
    if (this.panel) return this.panel.reveal();
    const options = { retainContextWhenHidden: true, enableScripts: true };
    this.take(
      vscode.window.createWebviewPanel(viewType, vscode.l10n.t('Compare Runs'), vscode.ViewColumn.Active, options),
    );
  }

  /** The window was reloaded. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.panel) panel.dispose();
    else this.take(panel);
    return Promise.resolve();
  }

  private take(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    this.told = '';
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
        const folder = own ? vscode.workspace.asRelativePath(uri) : vscode.l10n.t('the workspace’s storage');
        this.post({ type: 'runs', entries: await this.recorded.list(), folder, ownFolder: own });
        // It may be a page that knows nothing yet.
        this.told = '';
        return this.followNetworks();
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
      case 'readData': {
        const { request, path } = message;
        try {
          const bytes = await this.data.read(networkOf(message.document).uri, path);
          // A copy with a buffer of its own: a view of a larger one would travel whole.
          return this.post({ type: 'data', request, bytes: new Uint8Array(bytes) });
        } catch (error) {
          return this.post({ type: 'data', request, error: messageOf(error) });
        }
      }
      case 'recordRun':
        // It may have been closed meanwhile: its runs are still its own.
        return this.recorded.write(vscode.Uri.parse(message.document), message.head, message.lines);
      case 'openExperiment':
        await vscode.commands.executeCommand('rectifier.openExperiment');
        return;
    }
  }

  /** A designer was opened, closed or turned to. */
  private followNetworks(): void {
    this.newest = this.designers.active?.document ?? this.newest;
    this.postNetworks();
  }

  private postNetworks(): void {
    if (!this.panel) return;
    const open = new Set(this.designers.all.map(({ document }) => document));
    const documents = [...open].sort((a, b) => Number(b === this.newest) - Number(a === this.newest));
    const networks = documents.map((document) => ({
      ...{ document: document.uri.toString(), name: baseName(document.uri), text: document.getText() },
    }));
    // Designers also say how training stands, many times a second.
    const told = JSON.stringify(
      networks.map(({ document }) => document).concat(documents.map(({ version }) => String(version))),
    );
    if (told === this.told) return;
    this.told = told;
    this.post({ type: 'networks', networks });
  }

  private async remove(files: readonly string[]): Promise<void> {
    const question =
      files.length === 1
        ? vscode.l10n.t('Delete this recorded run?')
        : vscode.l10n.t('Delete {0} recorded runs?', files.length);
    const detail = vscode.l10n.t(
      'What was trained cannot be shown again then, except by training it again with its seed.',
    );
    const yes = vscode.l10n.t('Delete');
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes)
      await this.recorded.remove(files);
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

/** An open network by its address; a page reads the data of no others. */
function networkOf(address: string): vscode.TextDocument {
  const found = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === address && isNetworkFile(uri));
  if (!found) throw new Error(vscode.l10n.t('the network is not open any more'));
  return found;
}
