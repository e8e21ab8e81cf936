import * as vscode from 'vscode';

/** Files the designer opens, and that are checked. */
export const isNetworkFile = (uri: vscode.Uri): boolean => /\.nn\.json$/i.test(uri.path);

export const baseName = (uri: vscode.Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);

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

/** Puts a text in a file's place, whole: whoever reads it meets the one before or this one. */
export async function writeWhole(uri: vscode.Uri, text: string): Promise<void> {
  const fresh = uri.with({ path: `${uri.path}.new` });
  await vscode.workspace.fs.writeFile(fresh, new TextEncoder().encode(text));
  await vscode.workspace.fs.rename(fresh, uri, { overwrite: true });
}

/** Calls back when a file was made, written or removed. */
export function watchFile(uri: vscode.Uri, listener: () => void): vscode.Disposable {
  // What means something in a pattern stands for itself in brackets.
  const name = baseName(uri).replace(/[[\]{}*?]/g, '[$&]');
  // What has no ending may be a folder of pictures: what is in it counts, too.
  const pattern = new vscode.RelativePattern(
    vscode.Uri.joinPath(uri, '..'),
    name.includes('.') ? name : `{${name},${name}/**}`,
  );
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  watcher.onDidChange(listener);
  watcher.onDidCreate(listener);
  watcher.onDidDelete(listener);
  return watcher;
}

/** Lets the person say where a file goes, beside the network unless they choose another place, and writes it. */
export async function saveBeside(network: vscode.Uri, name: string, bytes: Uint8Array): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  // An untitled network has no place.
  const beside = network.scheme === 'untitled' ? folder : vscode.Uri.joinPath(network, '..');
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save'),
    ...(beside ? { defaultUri: vscode.Uri.joinPath(beside, name) } : {}),
  });
  if (target) await vscode.workspace.fs.writeFile(target, bytes);
}
