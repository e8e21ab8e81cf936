import * as vscode from 'vscode';
import { parse } from '../engine/spec/parse.ts';
import { viewType } from './designers.ts';
import { statOf } from './files.ts';
import { sampleNames } from './samples.ts';

/**
 * Opens an experiment in the designer. The extension's own folder may be read-only and is replaced by every update, so the
 * person works on a copy of the network and its data under the global storage; a copy they have changed is kept until they
 * ask for the original.
 */
export class Experiments {
  private readonly samples: vscode.Uri;
  private readonly copies: vscode.Uri;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.samples = vscode.Uri.joinPath(context.extensionUri, 'samples');
    this.copies = vscode.Uri.joinPath(context.globalStorageUri, 'experiments');
  }

  /** `name` names a sample; without it the person chooses. */
  async open(name?: unknown): Promise<void> {
    const chosen = sampleNames.find((sample) => sample === name) ?? (await this.choose());
    if (!chosen) return;
    const uri = await this.copyOf(chosen);
    if (uri) await vscode.commands.executeCommand('vscode.openWith', uri, viewType);
  }

  private async choose(): Promise<string | undefined> {
    const items = Promise.all(
      sampleNames.map(async (name) => {
        const [network, story] = await Promise.all([
          this.read(`${name}.nn.json`),
          this.read(`${name}.md`).catch(() => ''),
        ]);
        return { label: parse(network).network?.name || name, description: name, detail: firstLine(story), name };
      }),
    );
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Open Experiment'),
      placeHolder: vscode.l10n.t('Choose an experiment'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    return chosen?.name;
  }

  /** The person's copy of a sample, made if there is none; undefined if they cancelled. */
  private async copyOf(name: string): Promise<vscode.Uri | undefined> {
    const original = await this.read(`${name}.nn.json`);
    const uri = vscode.Uri.joinPath(this.copies, name, `${name}.nn.json`);
    await this.copyData(original, uri);
    const key = `experiment.${name}`;
    if (!(await statOf(uri))) {
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(original));
      await this.context.globalState.update(key, original);
      return uri;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const text = document.getText();
    if (text === original) return uri;
    // A copy that nobody touched, of an older version's sample, just follows.
    if (text !== this.context.globalState.get(key)) {
      const again = vscode.l10n.t('Start again from the original');
      const choice = await vscode.window.showQuickPick([vscode.l10n.t('Go on with your version'), again], {
        title: vscode.l10n.t('You have changed the experiment "{0}"', name),
      });
      if (choice !== again) return choice === undefined ? undefined : uri;
    }
    await replaceText(document, original);
    await this.context.globalState.update(key, original);
    return uri;
  }

  private async copyData(text: string, network: vscode.Uri): Promise<void> {
    const path = parse(text).network?.data.path;
    if (path === undefined) return;
    const target = vscode.Uri.joinPath(network, '..', path);
    const source = vscode.Uri.joinPath(this.samples, path);
    const there = await statOf(target);
    const bytes = await vscode.workspace.fs.readFile(source);
    if (there?.size !== bytes.length) await vscode.workspace.fs.writeFile(target, bytes);
  }

  private async read(file: string): Promise<string> {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.samples, file)));
  }
}

/** The first line of a page that says something: its heading without the mark. */
const firstLine = (markdown: string): string =>
  markdown
    .split(/\r?\n/)
    .map((line) => line.replace(/^#+\s*/, '').trim())
    .find((line) => line !== '') ?? '';

async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end),
    text,
  );
  await vscode.workspace.applyEdit(edit);
  await document.save();
}
