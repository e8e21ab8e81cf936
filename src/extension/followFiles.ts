import * as vscode from 'vscode';
import type { Designer } from './designer.ts';
import type { Designers } from './designers.ts';
import { isNetworkFile } from './files.ts';
import type { Runs } from './runs.ts';

/** How long saving and renaming wait for a run to be written. VS Code itself gives a save 1.5 s. */
const patience = 1200;

/** VS Code closes a designer and opens another when its document is saved under a name or renamed: the run goes along. */
export function followFiles(designers: Designers, runs: Runs): vscode.Disposable {
  const follow = async (moves: readonly { designer: Designer; to: vscode.Uri }[]) => {
    await Promise.all(moves.map(({ designer }) => designer.keepNow(patience)));
    for (const { designer, to } of moves) runs.move(designer, to);
  };
  return vscode.Disposable.from(
    vscode.workspace.onWillSaveTextDocument((event) => {
      const { document } = event;
      if (!isNetworkFile(document.uri)) return;
      const designer = savedAs(designers, document);
      if (designer) event.waitUntil(follow([{ designer, to: document.uri }]));
    }),
    vscode.workspace.onWillRenameFiles((event) => {
      const moves = designers.all.flatMap((designer) => {
        const to = newAddress(event.files, designer.document.uri);
        return to ? [{ designer, to }] : [];
      });
      if (moves.length > 0) event.waitUntil(follow(moves));
    }),
    vscode.workspace.onDidRenameFiles(({ files }) => {
      void runs.renamed((document) => newAddress(files, vscode.Uri.parse(document))?.toString());
    }),
  );
}

/**
 * The designer whose document is being saved under a name: it is still open, and what is saved is already the new file, with its text and in no
 * tab yet.
 */
function savedAs({ active, all }: Designers, saved: vscode.TextDocument): Designer | undefined {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const address = saved.uri.toString();
  if (tabs.some(({ input }) => (input as { uri?: vscode.Uri } | undefined)?.uri?.toString() === address))
    return undefined;
  const text = saved.getText();
  return [...(active ? [active] : []), ...all].find(
    ({ document }) => document !== saved && document.getText() === text,
  );
}

/** Where a file is after a rename of it or of a folder it lies in; undefined where that leaves it alone. */
function newAddress(files: vscode.FileRenameEvent['files'], uri: vscode.Uri): vscode.Uri | undefined {
  const renamed = files.find(({ oldUri }) => {
    return oldUri.scheme === uri.scheme && (uri.path === oldUri.path || uri.path.startsWith(`${oldUri.path}/`));
  });
  return renamed?.newUri.with({ path: renamed.newUri.path + uri.path.slice(renamed.oldUri.path.length) });
}
