import * as vscode from 'vscode';
import {
  readRunFile,
  readRunHead,
  runFileEnding,
  writeRunFile,
  type RecordedEntry,
  type RecordedRun,
  type RunHead,
} from '../engine/training/runFile.ts';
import { messageOf } from './errors.ts';
import { baseName, statOf, writeWhole } from './files.ts';
import { onRunsFolder, runsFolder } from './settings.ts';

/** Runs kept in our own storage; older ones make room. */
export const most = 200;
/** Files of a folder that are read, newest first. */
const mostRead = 1000;

/**
 * Every run of this workspace, each a file of JSON lines: in a folder of the person's choice, where all stay, else in the workspace's storage,
 * where the newest do.
 */
export class RecordedRuns implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<RecordedEntry | undefined>();
  /** A run was written down; without one: others were removed, or are somewhere else now. */
  readonly onDidChange = this.changed.event;
  private readonly listener = onRunsFolder(() => this.changed.fire(undefined));
  /** First lines read before, by file, with the time each was written. */
  private readonly known = new Map<string, { readonly written: number; readonly head: RunHead | undefined }>();
  /** Writes under way: one after another. */
  private work: Promise<unknown> = Promise.resolve();
  /** A folder that cannot be used was told once. */
  private told: string | undefined;

  constructor(
    private readonly storage: vscode.Uri,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Where runs are recorded now, and whether that is the person's own folder. */
  get folder(): { readonly uri: vscode.Uri; readonly own: boolean } {
    const path = runsFolder();
    const root = vscode.workspace.workspaceFolders?.[0];
    if (path !== undefined && root) {
      const uri = vscode.Uri.joinPath(root.uri, ...path.split(/[/\\]/));
      if (!/^([/\\]|[A-Za-z]:)/.test(path) && uri.path.startsWith(`${root.uri.path}/`)) return { uri, own: true };
    }
    this.complain(path, root);
    return { uri: this.storage, own: false };
  }

  private complain(path: string | undefined, root: vscode.WorkspaceFolder | undefined): void {
    if (path === undefined || path === this.told) return;
    this.told = path;
    // eslint-disable-next-line rectifier/words -- for the log
    const why = root ? 'it is not a folder inside the workspace; write one such as "runs"' : 'no folder is open';
    this.log.warn(`rectifier.runsFolder "${path}": ${why}. Runs are kept in the workspace's storage.`);
  }

  /** Writes a run down, in the place of what was there of it. */
  write(document: vscode.Uri, { event, run, date, ...rest }: Omit<RunHead, 'document'>, lines: string): Promise<void> {
    return this.queue(async () => {
      const { uri, own } = this.folder;
      await vscode.workspace.fs.createDirectory(uri);
      const files = await this.files(uri);
      const ending = `-${run.replace(/[^A-Za-z0-9]/g, '').slice(0, 8)}${runFileEnding}`;
      const before = files.find((file) => file.endsWith(ending));
      const file = before ?? `${nameOf(document)}-${stamp(date)}${ending}`;
      const head: RunHead = { event, run, document: shownPath(document), date, ...rest };
      await writeWhole(vscode.Uri.joinPath(uri, file), writeRunFile(head, lines));
      if (!before && !own) await this.prune(uri, [...files, file]);
      this.changed.fire({ file, head });
    });
  }

  /** What there is, newest first; what cannot be read is left out. */
  async list(): Promise<RecordedEntry[]> {
    await this.work;
    const { uri } = this.folder;
    const files = (await this.files(uri)).sort(byDate).reverse().slice(0, mostRead);
    const entries = await Promise.all(files.map(async (file) => ({ file, head: await this.head(uri, file) })));
    return entries
      .filter((entry): entry is RecordedEntry => entry.head !== undefined)
      .sort((a, b) => b.head.date.localeCompare(a.head.date));
  }

  /** A run whole; undefined when its file is gone or damaged. */
  async read(file: string): Promise<RecordedRun | undefined> {
    await this.work;
    try {
      return readRunFile(new TextDecoder().decode(await vscode.workspace.fs.readFile(this.uri(file))));
    } catch {
      return undefined;
    }
  }

  /** The address of a recorded run's file. */
  uri(file: string): vscode.Uri {
    return vscode.Uri.joinPath(this.folder.uri, file);
  }

  remove(files: readonly string[]): Promise<void> {
    return this.queue(async () => {
      for (const file of files) if (await statOf(this.uri(file))) await vscode.workspace.fs.delete(this.uri(file));
      this.changed.fire(undefined);
    });
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }

  private queue(work: () => Promise<void>): Promise<void> {
    const done = this.work.then(work);
    this.work = done.catch((error: unknown) => this.log.warn(`Recorded runs: ${messageOf(error)}`));
    return done;
  }

  private async files(folder: vscode.Uri): Promise<string[]> {
    if (!(await statOf(folder))) return [];
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return entries.map(([name]) => name).filter((name) => name.endsWith(runFileEnding));
  }

  private async head(folder: vscode.Uri, file: string): Promise<RunHead | undefined> {
    const uri = vscode.Uri.joinPath(folder, file);
    try {
      const { mtime: written } = await vscode.workspace.fs.stat(uri);
      const before = this.known.get(uri.toString());
      if (before?.written === written) return before.head;
      const head = readRunHead(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
      this.known.set(uri.toString(), { written, head });
      return head;
    } catch {
      return undefined;
    }
  }

  private async prune(folder: vscode.Uri, files: readonly string[]): Promise<void> {
    const old = [...files].sort(byDate).slice(0, -most);
    for (const file of old) await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, file));
    if (old.length > 0) this.changed.fire(undefined);
  }
}

const byDate = (a: string, b: string): number => dateOf(a).localeCompare(dateOf(b));
const dateOf = (file: string): string => /-(\d{8}-\d{6})-[^-]*$/.exec(file)?.[1] ?? '';

/** "2026-03-01T10:20:30.000Z" as "20260301-102030", in a file's name. */
const stamp = (date: string): string => date.replace(/[-:]/g, '').replace('T', '-').slice(0, 15);

/** A network's name in the names of files. */
const nameOf = (document: vscode.Uri): string =>
  baseName(document)
    .replace(/\.nn\.json$/i, '')
    .replace(/[^\w.-]+/g, '-');

/** A path that means something on another machine too: within the workspace, or else the file's name alone. */
function shownPath(document: vscode.Uri): string {
  const path = vscode.workspace.getWorkspaceFolder(document) && vscode.workspace.asRelativePath(document);
  return path ?? baseName(document);
}
