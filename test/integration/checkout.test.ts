import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import { setValue } from '../../src/engine/spec/edit.ts';
import { closeAll, eventually, listen, makeFolder, openReady, plainNetwork, send } from './support.ts';

const withUnits = (units: number): string => plainNetwork.replace('"units": 8', `"units": ${units}`);

/** Another version of the file comes from git while it is open: text and picture stay one, and nothing of the person's is lost. */
describe('A network file under git', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let uri: vscode.Uri;
  let designer: Awaited<ReturnType<typeof openReady>>;
  let page: ReturnType<typeof listen>;
  /** A person's git may be set up in any way; here it is to keep line ends and to need no name. */
  const settings = ['core.autocrlf=false', 'user.name=A Person', 'user.email=person@example.invalid'];
  const git = (...args: string[]) =>
    execFileSync('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], { cwd: folder.uri.fsPath });

  before(async () => {
    // In the workspace, as a person's repository is: what changes there is noticed at once. It goes with the workspace, lest VS Code's
    // own git look for it.
    folder = await makeFolder(vscode.workspace.workspaceFolders![0]!.uri.fsPath);
    git('init', '--quiet');
    git('commit', '--quiet', '--allow-empty', '--message', 'nothing yet');
    git('branch', 'empty');
    for (const [branch, units] of [
      ['small', 8],
      ['large', 12],
    ] as const) {
      git('checkout', '--quiet', '-b', branch);
      uri = await folder.write('net.nn.json', withUnits(units));
      git('add', '.');
      git('commit', '--quiet', '--message', branch);
    }
  });
  beforeEach(async () => {
    git('checkout', '--quiet', '--force', 'small');
    designer = await openReady(uri);
    page = listen(designer);
  });
  afterEach(async () => {
    page.dispose();
    await closeAll();
  });

  /** The text that the document and the page come to have. */
  const shows = (text: string) =>
    eventually(`both to have ${/"units": \d+/.exec(text)![0]}`, () => {
      const newest = page.messages.filter(({ type }) => type === 'document').at(-1);
      return designer.document.getText() === text && newest?.type === 'document' && newest.text === text;
    });
  /** Checks out a branch whose version must not be taken over; resolves when VS Code has noticed and had time to. */
  async function checkOutBeside(branch: string): Promise<void> {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder.uri, '*.nn.json'));
    let noticed = false;
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) event(() => (noticed = true));
    git('checkout', '--quiet', branch);
    await eventually('the change to be noticed', () => noticed);
    await new Promise((resolve) => setTimeout(resolve, 200));
    watcher.dispose();
  }
  const edit = (units: number) =>
    send(designer, {
      type: 'edit',
      version: designer.document.version,
      edits: setValue(designer.document.getText(), ['layers', 0, 'units'], units),
      label: 'Units',
    });

  it('shows the version checked out, and the one before on undo', async () => {
    git('checkout', '--quiet', 'large');
    await shows(withUnits(12));
    assert.equal(designer.document.isDirty, false);
    await vscode.commands.executeCommand('undo');
    await shows(withUnits(8));
    assert.equal(designer.document.isDirty, true);
    await vscode.commands.executeCommand('redo');
    await shows(withUnits(12));
    await edit(16);
    await shows(withUnits(16));
  });

  it('keeps unsaved edits, and gives the version checked out once they are given up', async () => {
    await edit(16);
    await shows(withUnits(16));
    await checkOutBeside('large');
    await shows(withUnits(16));
    assert.equal(designer.document.isDirty, true);
    // It goes on from there, and does not write over what git wrote.
    await edit(24);
    await shows(withUnits(24));
    assert.equal(await designer.document.save(), false);
    assert.equal(await folder.read('net.nn.json'), withUnits(12));
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await shows(withUnits(12));
    assert.equal(designer.document.isDirty, false);
  });

  it('keeps its text where another branch has no such file, and follows when it is there again', async () => {
    await checkOutBeside('empty');
    assert.equal(designer.document.getText(), withUnits(8));
    git('checkout', '--quiet', 'large');
    await shows(withUnits(12));
    assert.equal(designer.document.isDirty, false);
  });
});
