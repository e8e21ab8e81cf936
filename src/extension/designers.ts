import * as vscode from 'vscode';
import type { DataFiles } from './dataFiles.ts';
import { Designer } from './designer.ts';
import type { RecordedRuns } from './recordedRuns.ts';
import type { Runs } from './runs.ts';

export const viewType = 'rectifier.designer';

/** How long a page may take to hand over its run. Milliseconds. */
const patience = 10_000;
/** Runs are told that the person types once in so many milliseconds. */
const between = 200;

/** All open designers; several may show one document. */
export class Designers implements vscode.CustomTextEditorProvider, vscode.Disposable {
  private readonly open = new Set<Designer>();
  private readonly changed = new vscode.EventEmitter<void>();
  /** A designer was opened or closed, became active or inactive, or its run's status changed. */
  readonly onDidChange = this.changed.event;

  private readonly typing: vscode.Disposable;
  private told = 0;
  private recent: Designer | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly data: DataFiles,
    private readonly runs: Runs,
    private readonly recorded: RecordedRuns,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.typing = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && document === vscode.window.activeTextEditor?.document) this.typed();
    });
  }

  resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): void {
    const icon = (theme: string) => vscode.Uri.joinPath(this.extensionUri, 'media', `network-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const designer = new Designer(document, panel, this.extensionUri, this.data, this.runs, this.recorded, this.log);
    this.open.add(designer);
    const listener = designer.onDidChange(() => {
      if (panel.active) this.recent = designer;
      this.changed.fire();
    });
    panel.onDidDispose(() => {
      listener.dispose();
      designer.dispose();
      this.open.delete(designer);
      if (this.recent === designer) this.recent = undefined;
      this.changed.fire();
    });
    this.changed.fire();
  }

  get all(): readonly Designer[] {
    return [...this.open];
  }

  /** The designer the person works in; while they are in a network's text, a designer of that network. */
  get active(): Designer | undefined {
    const text = vscode.window.activeTextEditor?.document;
    return this.all.find(({ panel }) => panel.active) ?? this.all.find(({ document }) => document === text);
  }

  /** The designer to act on: the active one, or, from a walkthrough that lies over it, the one worked in last, brought to the front. */
  get meant(): Designer | undefined {
    const { active } = this;
    const meant = active ?? this.recent ?? this.all.at(-1);
    if (!active) meant?.panel.reveal();
    return meant;
  }

  /** The newest checkpoint of the run that a designer shows of a document. */
  async checkpoint(document: vscode.TextDocument): Promise<Uint8Array | undefined> {
    const showing = this.all.filter((designer) => designer.document === document);
    const designer = showing.find(({ panel }) => panel.active) ?? showing[0];
    await designer?.keepNow(patience);
    return designer && this.runs.checkpoint(designer);
  }

  /** The person types in a text editor: no run is to hold that up. */
  private typed(): void {
    const now = Date.now();
    if (now - this.told < between) return;
    this.told = now;
    for (const designer of this.open) designer.typing();
  }

  dispose(): void {
    this.typing.dispose();
    this.changed.dispose();
    for (const designer of this.open) designer.dispose();
  }
}
