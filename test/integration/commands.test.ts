import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { parse } from '../../src/engine/spec/parse.ts';
import { sampleNames } from '../../src/extension/samples.ts';
import { templates } from '../../src/engine/templates.ts';
import {
  closeAll,
  designerOf,
  eventually,
  extension,
  listen,
  makeFolder,
  openReady,
  plainNetwork,
  send,
} from './support.ts';

const titles: Record<string, string> = {
  'rectifier.newNetwork': 'New Network…',
  'rectifier.openDesigner': 'Open in Designer',
  'rectifier.openText': 'Open as Text',
  'rectifier.train': 'Train',
  'rectifier.pause': 'Pause',
  'rectifier.step': 'Train One Step',
  'rectifier.reset': 'Reset',
  'rectifier.openExperiment': 'Open Experiment…',
  'rectifier.export': 'Export…',
  'rectifier.compareRuns': 'Compare Runs',
  'rectifier.copyDiagnostics': 'Copy Diagnostics',
};

describe('The commands', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => {
    folder = await makeFolder();
    await extension().activate();
  });
  afterEach(closeAll);
  after(() => folder.remove());

  it('exist with their titles, in the category Rectifier', async () => {
    const manifest = extension().packageJSON as {
      contributes: { commands: { command: string; title: string; category: string }[] };
    };
    const registered = await vscode.commands.getCommands(true);
    for (const [id, title] of Object.entries(titles)) {
      const contributed = manifest.contributes.commands.find(({ command }) => command === id);
      assert.equal(contributed?.title, title);
      assert.equal(contributed.category, 'Rectifier');
      assert.ok(registered.includes(id), id);
    }
  });

  it('are all there when the manifest names them', async () => {
    const manifest = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      manifest.contributes.commands.filter(({ command }) => !registered.has(command)),
      [],
    );
  });

  for (const template of templates) {
    it(`New Network… opens "${template.label}" untitled, in the designer, without errors`, async () => {
      await vscode.commands.executeCommand('rectifier.newNetwork', template.id);
      const tab = await eventually('an untitled tab', () => {
        const { activeTab } = vscode.window.tabGroups.activeTabGroup;
        return (
          activeTab?.input instanceof vscode.TabInputCustom &&
          activeTab.input.uri.scheme === 'untitled' &&
          activeTab.input
        );
      });
      // Any other name VS Code takes for a place to save to without asking.
      assert.match(tab.uri.path, /^Untitled-\d+\.nn\.json$/);
      const { document } = await designerOf(tab.uri);
      assert.equal(document.getText(), template.text);
      // The save dialog keeps the name only for a language whose files end in `.json`.
      assert.equal(document.languageId, 'json');
      assert.deepEqual(parse(document.getText()).problems, []);
    });
  }

  it('New Network… twice opens two networks', async () => {
    await vscode.commands.executeCommand('rectifier.newNetwork', 'blank');
    await vscode.commands.executeCommand('rectifier.newNetwork', 'blank');
    const tabs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
    const names = tabs.map(({ input }) => (input as vscode.TabInputCustom).uri.toString());
    assert.equal(new Set(names).size, 2);
  });

  it('Open as Text and Open in Designer show the same document', async () => {
    const uri = await folder.write('both.nn.json', plainNetwork);
    const designer = await openReady(uri);
    await vscode.commands.executeCommand('rectifier.openText');
    const editor = await eventually('a text editor', () => vscode.window.activeTextEditor);
    assert.equal(editor.document, designer.document);
    await vscode.commands.executeCommand('rectifier.openDesigner');
    await eventually(
      'the designer',
      () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputCustom,
    );
  });

  it('Train, Pause, Train One Step and Reset reach the active designer', async () => {
    const designer = await openReady(await folder.write('run.nn.json', plainNetwork));
    await eventually('the designer to be active', () => designer.panel.active);
    const { messages, dispose } = listen(designer);
    for (const command of ['train', 'pause', 'step', 'reset', 'toggle'])
      await vscode.commands.executeCommand(`rectifier.${command}`);
    // Nor is Train in vain where the walkthrough, say, lies over the designer: it comes to the front.
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'over it' }));
    await eventually('the designer to be covered', () => !designer.panel.visible);
    await vscode.commands.executeCommand('rectifier.train');
    await eventually('the designer to be active', () => designer.panel.active);
    dispose();
    const commands = messages.flatMap((message) => (message.type === 'command' ? [message.command] : []));
    assert.deepEqual(commands, ['train', 'pause', 'step', 'reset', 'toggle', 'train']);
  });

  it('are about the file they are called on, however it is named', async () => {
    const uri = await folder.write('called.nn.json', plainNetwork);
    const other = await openReady(await folder.write('other.nn.json', plainNetwork));
    await vscode.commands.executeCommand('rectifier.train', uri);
    const { document } = await designerOf(uri);
    assert.equal(document.uri.toString(), uri.toString());
    const { messages, dispose } = listen(other);
    for (const name of [uri.fsPath, uri.toString(), uri.toJSON()])
      await vscode.commands.executeCommand('rectifier.pause', name);
    dispose();
    assert.deepEqual(messages, []);
    const target = vscode.Uri.joinPath(folder.uri, 'called.full.nn.json');
    await vscode.commands.executeCommand('rectifier.export', { format: 'json', target, network: uri.fsPath });
    assert.deepEqual(parse(await folder.read('called.full.nn.json')).problems, []);
  });

  it('Open Experiment… opens a copy whose data is found', async () => {
    for (const name of sampleNames) {
      await vscode.commands.executeCommand('rectifier.openExperiment', name);
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof vscode.TabInputCustom);
      assert.ok(input.uri.path.endsWith(`/${name}.nn.json`));
      const designer = await designerOf(input.uri);
      const path = parse(designer.document.getText()).network?.data.path;
      assert.equal(designer.document.isDirty, false);
      if (path === undefined) continue;
      await send(designer, { type: 'ready' });
      const [answer] = (await send(designer, { type: 'readData', request: 7, path })).filter(
        ({ type }) => type === 'data',
      );
      assert.ok(answer?.type === 'data' && answer.bytes, `the data of ${name}`);
      const original = vscode.Uri.joinPath(extension().extensionUri, 'samples', path);
      assert.deepEqual(answer.bytes, new Uint8Array(await vscode.workspace.fs.readFile(original)));
    }
  });

  it('Export… writes a network whose defaults are written out', async () => {
    await openReady(await folder.write('export.nn.json', plainNetwork));
    const target = vscode.Uri.joinPath(folder.uri, 'export.full.nn.json');
    await vscode.commands.executeCommand('rectifier.export', { format: 'json', target });
    const text = await folder.read('export.full.nn.json');
    const file = JSON.parse(text) as { training: { batchSize: number; loss: string }; layers: { weights: string }[] };
    assert.equal(file.training.batchSize, 32);
    assert.equal(file.training.loss, 'binary_crossentropy');
    assert.equal(file.layers[0]?.weights, 'he_normal');
    assert.deepEqual(parse(text).problems, []);
  });

  it('Copy Diagnostics puts versions on the clipboard', async () => {
    await vscode.env.clipboard.writeText('');
    await vscode.commands.executeCommand('rectifier.copyDiagnostics');
    const { version } = extension().packageJSON as { version: string };
    const text = await vscode.env.clipboard.readText();
    assert.match(
      text,
      new RegExp(`^Rectifier ${version.replaceAll('.', '\\.')}\nVS Code ${vscode.version.replaceAll('.', '\\.')}`),
    );
  });
});
