import * as vscode from 'vscode';
import { checkNetwork } from '../engine/check.ts';
import { exportTargets } from '../engine/export/index.ts';
import { movedTo } from '../engine/export/json.ts';
import { modelOfRun } from '../engine/export/model.ts';
import { ExportError, type ExportFiles, type ExportTarget } from '../engine/export/target.ts';
import type { Network } from '../engine/spec/network.ts';
import { readSafetensors } from '../engine/weights/safetensors.ts';
import { UserError } from './errors.ts';
import type { DataFiles } from './dataFiles.ts';
import { baseName, statOf } from './files.ts';

/** What an export is made from. */
export interface Source {
  readonly document: vscode.TextDocument;
  readonly data: DataFiles;
  /** The newest checkpoint of the run that a designer shows of the document; undefined when there is none. */
  readonly checkpoint: () => Promise<Uint8Array | undefined>;
}

/** The files, by where the first is to lie. Throws with a remedy when the network can't be turned into them. */
async function contentOf(target: ExportTarget, source: Source): Promise<(place: vscode.Uri) => ExportFiles> {
  const { document, data, checkpoint } = source;
  if (target.holds === 'network') {
    const { parsed, graph, problems } = await checkNetwork(document.getText(), (path) => data.read(document.uri, path));
    const { network } = parsed;
    if (network)
      return (place) =>
        target.make({ network: seenFrom(place, document.uri, network), ...(graph ? { graph } : {}) }, stemOf(place));
    const { line, message } = problems.find(({ severity }) => severity === 'error')!;
    throw new UserError(
      vscode.l10n.t('The network can’t be exported while it has errors. Line {0}: {1}', line, message),
    );
  }
  const bytes = await checkpoint();
  if (!bytes)
    throw new UserError(
      vscode.l10n.t('There are no weights yet: open the network in the designer and train it first.'),
    );
  const model = modelOfRun(readSafetensors(bytes));
  return (place) => target.make(model, stemOf(place));
}

/** A file's name without folder and extension. */
const stemOf = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1).replace(/(?<=.)\.[^.]*$/, '');

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
  const target = exportTargets.find(({ id }) => id === options.format) ?? (await chooseTarget());
  if (!target) return;
  const contentAt = await contentOf(target, source);
  const place = options.target ?? (await choosePlace(source.document.uri, target));
  if (!place) return;
  const files = Object.entries(filesAt(contentAt, place)).map(([ending, content]) => ({
    uri: ending === '' ? place : vscode.Uri.joinPath(place, '..', `${stemOf(place)}${ending}`),
    content,
  }));
  const beside = files.map(({ uri }) => uri).filter((uri) => uri !== place);
  // The dialog has asked about the file it was given a name for, and knows nothing of those beside it.
  if (!options.target && !(await mayReplace(beside))) return;
  for (const { uri, content } of files)
    await vscode.workspace.fs.writeFile(uri, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  const actions = files.some(({ uri, content }) => uri === place && typeof content === 'string')
    ? [vscode.l10n.t('Open')]
    : [];
  const name = vscode.workspace.asRelativePath(place);
  void vscode.window
    .showInformationMessage(
      beside.length === 0
        ? vscode.l10n.t('Rectifier: exported to {0}.', name)
        : vscode.l10n.t('Rectifier: exported to {0}, and {1} beside it.', name, beside.map(baseName).join(', ')),
      ...actions,
    )
    .then((choice) => {
      if (choice) return vscode.window.showTextDocument(place);
    });
}

/** Asks before files that are there already are replaced. */
async function mayReplace(uris: readonly vscode.Uri[]): Promise<boolean> {
  const found = await Promise.all(uris.map((uri) => statOf(uri)));
  const there = uris.filter((_, i) => found[i]).map(baseName);
  if (there.length === 0) return true;
  const replace = vscode.l10n.t('Replace');
  const question = vscode.l10n.t('The export also writes {0}, which is there already. Replace it?', there.join(', '));
  return (await vscode.window.showWarningMessage(question, { modal: true }, replace)) === replace;
}

/** What the target can't express is said to the person as it is. */
function filesAt(contentAt: (place: vscode.Uri) => ExportFiles, place: vscode.Uri): ExportFiles {
  try {
    return contentAt(place);
  } catch (error) {
    throw error instanceof ExportError ? new UserError(error.message) : error;
  }
}

async function chooseTarget(): Promise<ExportTarget | undefined> {
  const items = exportTargets.map((target) => ({ label: target.label(), detail: target.detail(), target }));
  return (
    await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Export'),
      placeHolder: vscode.l10n.t('Choose a format'),
    })
  )?.target;
}

async function choosePlace(network: vscode.Uri, target: ExportTarget): Promise<vscode.Uri | undefined> {
  const { extension } = target;
  const label = target.label();
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
