import * as vscode from 'vscode';
import { joined } from '../engine/bytes.ts';
import type { FromWebview, RunCommand, RunFinding, ToWebview } from '../webview/hostProtocol.ts';
import type { DataFiles } from './dataFiles.ts';
import { editDocument } from './documentEdits.ts';
import { messageOf, report } from './errors.ts';
import { baseName, isReadOnly, saveBeside, statOf, watchFile } from './files.ts';
import { firstPicture } from './firstPicture.ts';
import { pageHtml, resourceRoots } from './html.ts';
import { asFromWebview } from './messages.ts';
import type { RecordedRuns } from './recordedRuns.ts';
import type { Runs } from './runs.ts';
import { onSettings, readSettings, saveBackend } from './settings.ts';

export type RunStatus = Pick<Extract<FromWebview, { type: 'status' }>, 'state' | 'text'>;

/** How long a panel may take to describe its backends: a GPU adapter can be slow to answer. */
const patience = 15_000;

/** One open designer: a page, the document it shows, and the messages between them. */
export class Designer implements vscode.Disposable {
  private readonly disposables: vscode.Disposable[] = [];
  private readonly changed = this.own(new vscode.EventEmitter<void>());
  private readonly keeping = this.own(new vscode.EventEmitter<void>());
  private readonly posted = this.own(new vscode.EventEmitter<ToWebview>());
  private readonly asked = new Map<number, (text: string | undefined) => void>();
  private requests = 0;
  /** Messages for a page that has not said it is ready. */
  private waiting: ToWebview[] | undefined = [];
  private readOnly = false;
  private disposed = false;
  /** Of a checkpoint on its way. */
  private parts: { readonly run: string; readonly at: number; readonly bytes: Uint8Array }[] = [];
  /** The data files the page last asked for, by path; a network names two at most. */
  private readonly watched = new Map<string, vscode.Disposable | undefined>();
  /** The path a copy was offered for: once is enough. */
  private offered?: string;
  /** What the panel says of its run. */
  status: RunStatus = { state: 'idle', text: '' };
  /** What the rules found in its run. */
  findings: readonly RunFinding[] = [];
  /** The run's status or findings changed, or the panel became active or inactive. */
  readonly onDidChange = this.changed.event;
  /** Every message sent to the page; for tests. */
  readonly onDidPost = this.posted.event;

  constructor(
    readonly document: vscode.TextDocument,
    readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    private readonly data: DataFiles,
    private readonly runs: Runs,
    private readonly recorded: RecordedRuns,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.own(panel.webview.onDidReceiveMessage((message) => this.receive(message)));
    this.own(panel.onDidChangeViewState(() => this.changed.fire()));
    this.own(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === this.document && contentChanges.length > 0) this.postDocument();
      }),
    );
    this.own(onSettings((settings) => this.post({ type: 'settings', settings })));
    // VS Code sets the extension apart on a tab, but writes an untitled document's whole name before it: "….nn.json.json". Of a title that is not
    // the name it sets nothing apart.
    if (document.isUntitled) panel.title = baseName(document.uri).replace(/\.nn\.json$/, '');
    panel.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(extensionUri) };
    // VS Code waits for this to be over before it makes the page, so what takes time comes after.
    setTimeout(() => void this.showPage(extensionUri));
  }

  private async showPage(extensionUri: vscode.Uri): Promise<void> {
    const { document, panel } = this;
    const picture = await firstPicture(extensionUri, () => document.getText()).catch(
      (error: unknown) => void this.log.warn(`The first picture could not be drawn: ${messageOf(error)}`),
    );
    if (this.disposed) return;
    const first = { fileName: baseName(document.uri), text: document.getText(), version: document.version };
    panel.webview.html = pageHtml(panel.webview, extensionUri, 'designer', first, picture);
  }

  /** Whether a run is under way. */
  get running(): boolean {
    return this.status.state === 'running' || this.status.state === 'preparing';
  }

  /** Passes on a command; one given before the page is ready waits for it. */
  command(command: RunCommand | 'toggle'): void {
    this.post({ type: 'command', command });
  }

  /** What the panel knows of its backends, as text; undefined if it does not answer. */
  describeBackends(): Promise<string | undefined> {
    const request = ++this.requests;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer(request, undefined), patience);
      this.asked.set(request, (text) => {
        clearTimeout(timer);
        resolve(text);
      });
      this.post({ type: 'describeBackends', request });
    });
  }

  /** Handles a message of the page; one that is not of the protocol is reported and otherwise ignored. */
  async receive(value: unknown): Promise<void> {
    const message = asFromWebview(value);
    try {
      if (message) await this.handle(message);
      else
        this.log.warn(
          'The panel sent a message that is not of the protocol:',
          JSON.stringify(value)?.slice(0, 200) ?? '',
        );
    } catch (error) {
      report(error, this.log);
    }
  }

  private async handle(message: FromWebview): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.start(message.run);
      case 'keepPart':
        // A new one takes the place of one that was given up on its way.
        if (message.at === 0) this.parts = [];
        this.parts.push(message);
        return;
      case 'keepRun':
        return this.keep(message);
      case 'recordRun':
        return this.recorded.write(this.document.uri, message.head, message.lines);
      case 'forgetRun':
        return this.runs.forget(this, message.run);
      case 'edit':
        return this.edit(message);
      case 'save':
        // VS Code itself asks where an untitled one goes; that is changed already.
        if (!this.document.isUntitled) await this.document.save();
        return;
      case 'readData':
        return this.sendData(message.request, message.path);
      case 'chooseFile': {
        const path = await this.data.choose(this.document.uri, message.kind).catch((error: unknown) => {
          report(error, this.log);
        });
        return this.post({ type: 'chosen', request: message.request, ...(path === undefined ? {} : { path }) });
      }
      case 'saveBackend':
        return saveBackend(message.backend);
      case 'status':
        this.status = { state: message.state, text: message.text };
        return this.changed.fire();
      case 'findings':
        this.findings = message.findings;
        return this.changed.fire();
      case 'openText':
        return openText(this.document, message.offset);
      case 'openExperiment':
        await vscode.commands.executeCommand('rectifier.openExperiment');
        return;
      case 'compareRuns':
        await vscode.commands.executeCommand('rectifier.compareRuns');
        return;
      case 'saveFile':
        return saveBeside(this.document.uri, message.name, message.bytes);
      case 'log':
        return this.log[message.level === 'warning' ? 'warn' : message.level](
          `${baseName(this.document.uri)}: ${message.message}`,
        );
      case 'diagnostics':
        return this.answer(message.request, message.text);
    }
  }

  /** The person types elsewhere: a run under way hears of it. */
  typing(): void {
    if (this.running) this.post({ type: 'typing' });
  }

  /** Answers `ready`, which a page says again when it was moved to another window. */
  private async start(run: string | undefined): Promise<void> {
    const kept = await this.runs
      .take(this, run)
      .catch((error: unknown) => void this.log.warn(`A run could not be read: ${messageOf(error)}`));
    this.readOnly = await isReadOnly(this.document.uri);
    const settings = await readSettings();
    const { readOnly } = this;
    const { version } = this.document;
    const fileName = baseName(this.document.uri);
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    this.post({
      ...{ type: 'init', fileName, text: this.document.getText(), version, readOnly, settings },
      ...(kept ? { kept } : {}),
    });
    for (const message of waiting) this.post(message);
  }

  private async keep({ type: _, at = 0, ...run }: Extract<FromWebview, { type: 'keepRun' }>): Promise<void> {
    const parts = at === 0 ? [] : this.parts.filter((part) => part.run === run.run);
    this.parts = [];
    try {
      const checkpoint = wholeOf([...parts, { at, bytes: run.checkpoint }]);
      // Pieces of one that was given up: the page sends another.
      if (checkpoint) await this.runs.keep(this, { ...run, checkpoint });
    } finally {
      this.post({ type: 'kept' });
      this.keeping.fire();
    }
  }

  /** Asks the page for its run as it stands, since the page is about to go; resolves when it is written, or when that takes too long. */
  keepNow(milliseconds: number): Promise<void> {
    // One that stands still was kept when it came to stand.
    if (!this.running) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      const listener = this.keeping.event(() => {
        clearTimeout(timer);
        listener.dispose();
        resolve();
      });
      this.post({ type: 'keepNow' });
    });
  }

  private async edit({ version, edits }: Extract<FromWebview, { type: 'edit' }>): Promise<void> {
    const before = this.document.version;
    const refusal = this.readOnly
      ? vscode.l10n.t('The file is read-only.')
      : await editDocument(this.document, version, edits);
    if (refusal) this.post({ type: 'editRefused', reason: refusal });
    // The page waits for a document after every edit; a change has sent it already.
    if (refusal || this.document.version === before) this.postDocument();
  }

  private async sendData(request: number, path: string): Promise<void> {
    this.watchData(path);
    try {
      const bytes = await this.data.read(this.document.uri, path);
      // A copy with a buffer of its own: a view of a larger one would travel whole.
      this.post({ type: 'data', request, bytes: new Uint8Array(bytes) });
    } catch (error) {
      this.post({ type: 'data', request, error: messageOf(error) });
      await this.offerCopy(path);
    }
  }

  /** The page reads the data again when its file changes. */
  private watchData(path: string): void {
    const uri = this.data.uri(this.document.uri, path);
    const watcher = this.watched.get(path) ?? (uri && watchFile(uri, () => this.post({ type: 'dataChanged' })));
    this.watched.delete(path);
    for (const [other, watcher] of [...this.watched].slice(0, -1)) {
      watcher?.dispose();
      this.watched.delete(other);
    }
    this.watched.set(path, watcher);
  }

  /** A network made from a template lacks the data of the samples once it is saved somewhere. */
  private async offerCopy(path: string): Promise<void> {
    const [own, bundled] = [this.data.uri(this.document.uri, path), await this.data.bundled(path)];
    if (!own || !bundled || (await statOf(own)) || this.offered === path) return;
    this.offered = path;
    const question = vscode.l10n.t(
      '"{0}" comes with Rectifier’s samples. Copy it beside {1}?',
      path,
      baseName(this.document.uri),
    );
    if ((await vscode.window.showInformationMessage(question, vscode.l10n.t('Copy'))) === undefined) return;
    await vscode.workspace.fs.copy(bundled, own);
    this.post({ type: 'dataChanged' });
  }

  private answer(request: number, text: string | undefined): void {
    this.asked.get(request)?.(text);
    this.asked.delete(request);
  }

  private postDocument(): void {
    // A page that is not ready gets the whole text when it is.
    if (!this.waiting) this.post({ type: 'document', text: this.document.getText(), version: this.document.version });
  }

  private post(message: ToWebview): void {
    // Closed while something was under way.
    if (this.disposed) return;
    if (this.waiting) {
      this.waiting.push(message);
      return;
    }
    this.posted.fire(message);
    void this.panel.webview.postMessage(message);
  }

  private own<T extends vscode.Disposable>(disposable: T): T {
    this.disposables.push(disposable);
    return disposable;
  }

  dispose(): void {
    this.disposed = true;
    this.runs.release(this);
    for (const request of [...this.asked.keys()]) this.answer(request, undefined);
    for (const watcher of this.watched.values()) watcher?.dispose();
    vscode.Disposable.from(...this.disposables).dispose();
  }
}

/** Pieces one behind the other; undefined where one is missing. */
function wholeOf(pieces: readonly { readonly at: number; readonly bytes: Uint8Array }[]): Uint8Array | undefined {
  let end = 0;
  for (const { at, bytes } of pieces) {
    if (at !== end) return undefined;
    end += bytes.length;
  }
  return joined(pieces.map(({ bytes }) => bytes));
}

/** Shows a document's text; a place in it beside what is open, or where the text is seen already. */
export async function openText(document: vscode.TextDocument, offset?: number): Promise<void> {
  if (offset === undefined) {
    await vscode.window.showTextDocument(document, { preview: false });
    return;
  }
  const at = document.positionAt(offset);
  const seen = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const viewColumn = seen?.viewColumn ?? vscode.ViewColumn.Beside;
  await vscode.window.showTextDocument(document, { viewColumn, selection: new vscode.Range(at, at) });
}
