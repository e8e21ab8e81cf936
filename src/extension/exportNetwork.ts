import * as vscode from 'vscode';
import { checkNetwork } from '../engine/check.ts';
import { exportJson, movedTo } from '../engine/export/json.ts';
import type { Network } from '../engine/spec/network.ts';
import { weightsOf } from '../engine/training/checkpoint.ts';
import { readSafetensors, writeSafetensors } from '../engine/weights/safetensors.ts';
import { UserError } from './errors.ts';
import type { DataFiles } from './dataFiles.ts';

/** A file a network can be turned into. */
interface Format {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  /** Stands in place of `.nn.json`. */
  readonly extension: string;
  /** The file's content, by where it is to lie; throws with a remedy when the network can't be turned into it. */
  readonly make: (source: Source) => Promise<(target: vscode.Uri) => string | Uint8Array>;
}

/** What an export is made from. */
export interface Source {
  readonly document: vscode.TextDocument;
  readonly data: DataFiles;
  /** The newest checkpoint of the run that a designer shows of the document; undefined when there is none. */
  readonly checkpoint: () => Promise<Uint8Array | undefined>;
}

const formats: readonly Format[] = [
  {
    id: 'json',
    label: vscode.l10n.t('Network JSON'),
    detail: vscode.l10n.t('The network file with every default written out'),
    extension: '.full.nn.json',
    make: async ({ document, data }) => {
      const { parsed, graph, problems } = await checkNetwork(document.getText(), (path) =>
        data.read(document.uri, path),
      );
      const { network } = parsed;
      if (network) return (target) => exportJson(seenFrom(target, document.uri, network), graph);
      const { line, message } = problems.find(({ severity }) => severity === 'error')!;
      throw new UserError(
        vscode.l10n.t('The network can’t be exported while it has errors. Line {0}: {1}', line, message),
      );
    },
  },
  {
    id: 'safetensors',
    label: 'safetensors',
    detail: vscode.l10n.t(
      'The weights of the run in the designer, with the network file, seed and input scaling they were made with',
    ),
    extension: '.safetensors',
    make: async ({ checkpoint }) => {
      const bytes = await checkpoint();
      if (!bytes)
        throw new UserError(
          vscode.l10n.t('There are no weights yet: open the network in the designer and train it first.'),
        );
      const weights = writeSafetensors(weightsOf(readSafetensors(bytes)));
      return () => weights;
    },
  },
];

/** An untitled network has no place that its data could be seen from, and another file system no way to it. */
function seenFrom(target: vscode.Uri, document: vscode.Uri, network: Network): Network {
  if (target.scheme !== document.scheme || target.authority !== document.authority) return network;
  const folder = (uri: vscode.Uri) => vscode.Uri.joinPath(uri, '..').path;
  return movedTo(network, folder(document), folder(target));
}

/** What a caller of the command may say in advance; what is left out the person is asked. */
export interface ExportOptions {
  readonly format?: string;
  readonly target?: vscode.Uri;
}

/** Writes a network to a file of a format the person chooses. */
export async function exportNetwork(source: Source, options: ExportOptions): Promise<void> {
  const format = formats.find(({ id }) => id === options.format) ?? (await chooseFormat());
  if (!format) return;
  const contentAt = await format.make(source);
  const target = options.target ?? (await chooseTarget(source.document.uri, format));
  if (!target) return;
  const content = contentAt(target);
  await vscode.workspace.fs.writeFile(
    target,
    typeof content === 'string' ? new TextEncoder().encode(content) : content,
  );
  const actions = typeof content === 'string' ? [vscode.l10n.t('Open')] : [];
  void vscode.window
    .showInformationMessage(
      vscode.l10n.t('Rectifier: exported to {0}.', vscode.workspace.asRelativePath(target)),
      ...actions,
    )
    .then((choice) => {
      if (choice) return vscode.window.showTextDocument(target);
    });
}

async function chooseFormat(): Promise<Format | undefined> {
  const items = formats.map((format) => ({ label: format.label, detail: format.detail, format }));
  return (
    await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Export'),
      placeHolder: vscode.l10n.t('Choose a format'),
    })
  )?.format;
}

async function chooseTarget(network: vscode.Uri, { extension, label }: Format): Promise<vscode.Uri | undefined> {
  const path = network.path.replace(/\.nn\.json$/i, extension);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  // An untitled network has a name but no place.
  const defaultUri =
    network.scheme === 'untitled' ? folder && vscode.Uri.joinPath(folder, path) : network.with({ path });
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export: {0}', label),
    saveLabel: vscode.l10n.t('Export'),
    filters: { [label]: [extension.slice(extension.lastIndexOf('.') + 1)] },
    ...(defaultUri ? { defaultUri } : {}),
  });
}
