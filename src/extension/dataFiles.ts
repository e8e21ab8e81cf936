import * as vscode from 'vscode';
import { statOf } from './files.ts';

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
    if (type & vscode.FileType.Directory) throw new Error(vscode.l10n.t('it is a folder; name a file in it'));
    if (size > limit)
      throw new TooLarge(
        vscode.l10n.t(
          'it has {0} MB, at most {1} MB are read; use a part of it',
          Math.ceil(size / 2 ** 20),
          limit / 2 ** 20,
        ),
      );
    return vscode.workspace.fs.readFile(uri);
  }

  private whyNone(network: vscode.Uri, path: string, own: vscode.Uri | undefined): string {
    if (own && network.scheme !== 'untitled') return vscode.l10n.t('there is no such file');
    if (network.scheme !== 'untitled' || this.uri(vscode.Uri.file('/'), path) === undefined) {
      return vscode.l10n.t('it is not a relative path; write one such as "data/table.csv"');
    }
    return vscode.l10n.t('the network is not saved yet; save it beside its data first');
  }
}

/** A data file with more bytes than the reader wants. */
export class TooLarge extends Error {}
