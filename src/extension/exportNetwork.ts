import * as vscode from 'vscode';
import { checkNetwork } from '../engine/check.ts';
import { exportJson } from '../engine/export/json.ts';
import { UserError } from './errors.ts';
import type { DataFiles } from './dataFiles.ts';

/** A file a network can be turned into. */
interface Format {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  /** Stands in place of `.nn.json`. */
  readonly extension: string;
  /** The file's text; throws with a remedy when the network can't be turned into it. */
  readonly make: (network: vscode.TextDocument, data: DataFiles) => Promise<string>;
}

const formats: readonly Format[] = [
  {
    id: 'json',
    label: 'Network JSON',
    detail: 'The network file with every default written out',
    extension: '.full.nn.json',
    make: async (document, data) => {
      const { parsed, graph, problems } = await checkNetwork(document.getText(), (path) =>
        data.read(document.uri, path),
      );
      if (parsed.network) return exportJson(parsed.network, graph);
      const { line, message } = problems.find(({ severity }) => severity === 'error')!;
      throw new UserError(`The network can't be exported while it has errors. Line ${line}: ${message}`);
    },
  },
];

/** What a caller of the command may say in advance; what is left out the person is asked. */
export interface ExportOptions {
  readonly format?: string;
  readonly target?: vscode.Uri;
}

/** Writes a network to a file of a format the person chooses. */
export async function exportNetwork(
  document: vscode.TextDocument,
  data: DataFiles,
  options: ExportOptions,
): Promise<void> {
  const format = formats.find(({ id }) => id === options.format) ?? (await chooseFormat());
  if (!format) return;
  const text = await format.make(document, data);
  const target = options.target ?? (await chooseTarget(document.uri, format));
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  void vscode.window
    .showInformationMessage(`Rectifier: exported to ${vscode.workspace.asRelativePath(target)}.`, 'Open')
    .then((choice) => {
      if (choice) return vscode.window.showTextDocument(target);
    });
}

async function chooseFormat(): Promise<Format | undefined> {
  const items = formats.map((format) => ({ label: format.label, detail: format.detail, format }));
  return (await vscode.window.showQuickPick(items, { title: 'Export', placeHolder: 'Choose a format' }))?.format;
}

async function chooseTarget(network: vscode.Uri, { extension, label }: Format): Promise<vscode.Uri | undefined> {
  const path = network.path.replace(/\.nn\.json$/i, extension);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  // An untitled network has a name but no place.
  const defaultUri =
    network.scheme === 'untitled' ? folder && vscode.Uri.joinPath(folder, path) : network.with({ path });
  return vscode.window.showSaveDialog({
    title: `Export: ${label}`,
    saveLabel: 'Export',
    filters: { [label]: [extension.slice(extension.lastIndexOf('.') + 1)] },
    ...(defaultUri ? { defaultUri } : {}),
  });
}
