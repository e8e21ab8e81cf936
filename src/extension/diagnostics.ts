import * as vscode from 'vscode';
import type { LocatedProblem } from '../engine/spec/problems.ts';
import type { RunFinding } from '../webview/hostProtocol.ts';
import type { DataFiles } from './dataFiles.ts';
import { isNetworkFile, watchFile } from './files.ts';
import { onSettings, readSettings } from './settings.ts';

/** How long a text must rest before it is checked, in ms. */
const rest = 200;
/** One that was just opened waits until its designer is drawn, on what may be the same two processors. In ms. */
const drawn = 500;

interface Watched {
  /** What was last found, in this version of the text. */
  found?: { readonly version: number; readonly problems: readonly LocatedProblem[] };
  /** What rules found in a run of it that a designer shows. */
  live?: readonly RunFinding[];
  timer?: ReturnType<typeof setTimeout>;
  /** The data files the network names, and what looks out for their changes. */
  data?: { readonly uris: string; readonly watcher: vscode.Disposable };
}

/** Loaded when there is something to check. */
const problems = () => import('./problems.ts');

/**
 * Shows what is wrong with the open network files, whether in a designer or as text. The schema we contribute judges nothing, so
 * that each is said once; only of broken JSON the JSON service has its own say.
 */
export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('rectifier');
  private readonly open = new Map<vscode.TextDocument, Watched>();
  private readonly listeners: vscode.Disposable;

  constructor(
    private readonly data: DataFiles,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const { workspace } = vscode;
    this.listeners = vscode.Disposable.from(
      workspace.onDidOpenTextDocument((document) => this.schedule(document, drawn)),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.schedule(document, rest);
      }),
      workspace.onDidCloseTextDocument((document) => this.forget(document)),
      // Rules may have other thresholds now.
      onSettings(() => {
        for (const document of this.open.keys()) this.schedule(document, 0);
      }),
    );
    for (const document of workspace.textDocuments) this.schedule(document, drawn);
  }

  private schedule(document: vscode.TextDocument, delay: number): void {
    // Old versions in a diff are not the person's to mend.
    if (!isNetworkFile(document.uri) || document.uri.scheme === 'git') return;
    const watched = this.open.get(document) ?? {};
    this.open.set(document, watched);
    clearTimeout(watched.timer);
    watched.timer = setTimeout(() => {
      this.check(document).catch((error: unknown) => this.log.error(error instanceof Error ? error : String(error)));
    }, delay);
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    const { findProblems } = await problems();
    const { rules } = await readSettings();
    const { version } = document;
    const { found, dataPaths } = await findProblems(document.getText(), document.uri, this.data, rules);
    // Its text has changed meanwhile, or nobody looks at it any more.
    if (document.version !== version || !this.open.has(document)) return;
    this.watchData(document, dataPaths ?? []);
    this.open.get(document)!.found = { version, problems: found };
    await this.publish(document);
  }

  /** Shows what rules found in runs beside what is wrong with the files: those that designers show of each document now. */
  showRuns(of: (document: vscode.TextDocument) => readonly RunFinding[]): void {
    for (const [document, watched] of this.open) {
      const now = of(document);
      if (JSON.stringify(now) === JSON.stringify(watched.live ?? [])) continue;
      watched.live = now;
      void this.publish(document);
    }
  }

  private async publish(document: vscode.TextDocument): Promise<void> {
    const { asDiagnostic, located } = await problems();
    const { found, live = [] } = this.open.get(document) ?? {};
    const shown = [...(found?.problems ?? []), ...located(live, document.getText())];
    // Closed meanwhile, it has none.
    if (this.open.has(document))
      this.collection.set(
        document.uri,
        shown.map((problem) => asDiagnostic(problem, document, this.data)),
      );
  }

  /** What is known to be wrong with a text as it now is; of one that has just changed, what can be told without its data. */
  async problemsOf(document: vscode.TextDocument): Promise<readonly LocatedProblem[]> {
    const { located, problemsOfText } = await problems();
    const { found, live = [] } = this.open.get(document) ?? {};
    const text = document.getText();
    return [...(found?.version === document.version ? found.problems : problemsOfText(text)), ...located(live, text)];
  }

  /** Checks again when a data file changes. */
  private watchData(document: vscode.TextDocument, paths: readonly string[]): void {
    const watched = this.open.get(document)!;
    const files = paths.flatMap((path) => this.data.uri(document.uri, path) ?? []);
    const uris = files.map(String).join(' ');
    if (uris === (watched.data?.uris ?? '')) return;
    watched.data?.watcher.dispose();
    const watchers = files.map((uri) => watchFile(uri, () => this.schedule(document, rest)));
    watched.data = { uris, watcher: vscode.Disposable.from(...watchers) };
  }

  private forget(document: vscode.TextDocument): void {
    const watched = this.open.get(document);
    if (!watched) return;
    clearTimeout(watched.timer);
    watched.data?.watcher.dispose();
    this.open.delete(document);
    this.collection.delete(document.uri);
  }

  dispose(): void {
    this.listeners.dispose();
    for (const document of [...this.open.keys()]) this.forget(document);
    this.collection.dispose();
  }
}
