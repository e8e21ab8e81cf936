import * as vscode from 'vscode';
import { isShown, packFolder, type FolderFile } from '../engine/data/folder.ts';
import { UserError } from './errors.ts';
import { statOf } from './files.ts';
import { pathBetween } from './paths.ts';

/** The most bytes of a data file that are read. */
const longest = 512 * 2 ** 20;

/**
 * The files that networks name in `data.path`. Errors say only why, as the engine's message names the path and tells that it
 * is relative to the network file.
 */
export class DataFiles {
  private readonly samples: vscode.Uri;

  constructor(extensionUri: vscode.Uri) {
    this.samples = vscode.Uri.joinPath(extensionUri, 'samples');
  }

  /** Where a path leads: beside the network, or for one that is not saved yet in the workspace's first folder. */
  uri(network: vscode.Uri, path: string): vscode.Uri | undefined {
    // Absolute paths and addresses would not be there for anyone else.
    if (/^([/\\]|[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]+:)/.test(path)) return undefined;
    const steps = path.split(/[/\\]/);
    if (network.scheme !== 'untitled') return vscode.Uri.joinPath(network, '..', ...steps);
    const folder = vscode.workspace.workspaceFolders?.[0];
    return folder && vscode.Uri.joinPath(folder.uri, ...steps);
  }

  /** The file of that path that comes with the samples, if there is one. */
  async bundled(path: string): Promise<vscode.Uri | undefined> {
    const uri = vscode.Uri.joinPath(this.samples, path);
    if (!uri.path.startsWith(`${this.samples.path}/data/`)) return undefined;
    return (await statOf(uri).catch(() => undefined)) && uri;
  }

  /**
   * The bytes behind a path; throws with the reason when there are none. A network that is not saved yet also finds the data
   * of the samples, so that its template can be tried at once.
   * @param limit the most bytes to read
   */
  async read(network: vscode.Uri, path: string, limit = longest): Promise<Uint8Array> {
    const own = this.uri(network, path);
    const uri = own && (await statOf(own)) ? own : network.scheme === 'untitled' ? await this.bundled(path) : undefined;
    if (!uri) throw new Error(this.whyNone(network, path, own));
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.Directory) return packFolder(await filesIn(uri, limit));
    if (size > limit) throw tooLarge(size, limit);
    return vscode.workspace.fs.readFile(uri);
  }

  /**
   * Lets the person choose a file, or a folder of pictures; the path to write for it, undefined where they chose none. Throws where no path
   * leads there from the network.
   */
  async choose(network: vscode.Uri, kind: 'file' | 'folder'): Promise<string | undefined> {
    const base = this.uri(network, '.');
    if (!base) throw new UserError(vscode.l10n.t('The network is not saved yet. Save it, then choose its data.'));
    // idx files have no ending.
    const filters = {
      [vscode.l10n.t('Data')]: ['csv', 'tsv', 'npy', 'npz', 'gz', 'idx'],
      [vscode.l10n.t('All files')]: ['*'],
    };
    const [chosen] =
      (await vscode.window.showOpenDialog({
        title:
          kind === 'file'
            ? vscode.l10n.t('Choose a data file')
            : vscode.l10n.t('Choose a folder of pictures, one folder a class'),
        openLabel: vscode.l10n.t('Choose'),
        canSelectFiles: kind === 'file',
        canSelectFolders: kind === 'folder',
        defaultUri: base,
        ...(kind === 'file' ? { filters } : {}),
      })) ?? [];
    if (!chosen) return undefined;
    const path = pathBetween(base, chosen);
    if (path === undefined)
      throw new UserError(
        vscode.l10n.t('{0} can’t be reached from the network file. Copy it beside the network.', chosen.toString(true)),
      );
    return path;
  }

  private whyNone(network: vscode.Uri, path: string, own: vscode.Uri | undefined): string {
    if (own && network.scheme !== 'untitled') return vscode.l10n.t('there is no such file');
    if (network.scheme !== 'untitled' || this.uri(vscode.Uri.file('/'), path) === undefined) {
      return vscode.l10n.t('it is not a relative path; write one such as "data/table.csv"');
    }
    return vscode.l10n.t('the network is not saved yet; save it beside its data first');
  }
}

const tooLarge = (size: number, limit: number): TooLarge =>
  new TooLarge(
    vscode.l10n.t(
      'it has {0} MB, at most {1} MB are read; use a part of it',
      Math.ceil(size / 2 ** 20),
      limit / 2 ** 20,
    ),
  );

/** Files read at once: of many small ones each waits for its answer. */
const atOnce = 32;

/** All files of a folder and the folders in it. */
async function filesIn(folder: vscode.Uri, limit: number): Promise<FolderFile[]> {
  const names = await namesIn(folder, '');
  const files: FolderFile[] = [];
  let size = 0;
  for (let at = 0; at < names.length; at += atOnce) {
    const read = names.slice(at, at + atOnce).map(async (name) => {
      const uri = vscode.Uri.joinPath(folder, ...name.split('/'));
      const own = await vscode.workspace.fs.stat(uri);
      size += own.size;
      if (size > limit) throw tooLarge(size, limit);
      return { name, bytes: await vscode.workspace.fs.readFile(uri) };
    });
    files.push(...(await Promise.all(read)));
  }
  return files;
}

async function namesIn(folder: vscode.Uri, before: string): Promise<string[]> {
  const names: string[] = [];
  for (const [name, type] of await vscode.workspace.fs.readDirectory(folder)) {
    if (!isShown(name)) continue;
    if (type === vscode.FileType.Directory)
      names.push(...(await namesIn(vscode.Uri.joinPath(folder, name), `${before}${name}/`)));
    // A link to a folder may lead back to this one.
    else if (!(type & vscode.FileType.Directory)) names.push(before + name);
  }
  return names.sort();
}

/** A data file with more bytes than the reader wants. */
export class TooLarge extends Error {}
