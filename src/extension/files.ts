import * as vscode from 'vscode';
import { UserError } from './errors.ts';

/** Files the designer opens, and that are checked. */
export const isNetworkFile = (uri: vscode.Uri): boolean => /\.nn\.json$/i.test(uri.path);

export const baseName = (uri: vscode.Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);

/** The most bytes of a data file that are read. */
const longest = 512 * 2 ** 20;

/** Where a path written in a network file leads; throws with a remedy when it leads nowhere. */
export function dataUri(network: vscode.Uri, path: string): vscode.Uri {
  if (/^([/\\]|[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]+:)/.test(path)) {
    throw new UserError(
      `"${path}" is not a relative path. Write it relative to the network file, such as "data/table.csv".`,
    );
  }
  const steps = path.split(/[/\\]/);
  if (network.scheme !== 'untitled') return vscode.Uri.joinPath(network, '..', ...steps);
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder) return vscode.Uri.joinPath(folder.uri, ...steps);
  throw new UserError(`"${path}" is looked for beside the network file. Save the network next to its data first.`);
}

/** The bytes behind a path written in a network file; throws with a remedy when there are none. */
export async function readData(network: vscode.Uri, path: string): Promise<Uint8Array> {
  const uri = dataUri(network, path);
  const stat = await statOf(uri);
  const place = network.scheme === 'untitled' ? 'the workspace folder' : 'the network file';
  if (!stat) throw new UserError(`There is no file "${path}" beside ${place}. Put it there, or change the path.`);
  if (stat.type & vscode.FileType.Directory) throw new UserError(`"${path}" is a folder. Name a file in it.`);
  if (stat.size > longest) {
    throw new UserError(
      `"${path}" has ${Math.ceil(stat.size / 2 ** 20)} MB; at most ${longest / 2 ** 20} MB are read. Use a part of it.`,
    );
  }
  return vscode.workspace.fs.readFile(uri);
}

/** Undefined when there is nothing there; other failures are thrown as they are. */
export async function statOf(uri: vscode.Uri): Promise<vscode.FileStat | undefined> {
  try {
    return await vscode.workspace.fs.stat(uri);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}

/** Whether a document can't be saved where it is: its file system or the file itself is read-only. */
export async function isReadOnly(uri: vscode.Uri): Promise<boolean> {
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return true;
  if (uri.scheme === 'untitled') return false;
  const stat = await statOf(uri).catch(() => undefined);
  return ((stat?.permissions ?? 0) & vscode.FilePermission.Readonly) !== 0;
}
