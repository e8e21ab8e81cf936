import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { readRunFile } from '../../src/engine/training/runFile.ts';
import { most } from '../../src/extension/recordedRuns.ts';
import type { FromWebview } from '../../src/webview/hostProtocol.ts';
import type { FromRuns, ToRuns } from '../../src/webview/runs/hostProtocol.ts';
import { closeAll, eventually, extension, makeFolder, openReady, plainNetwork, send } from './support.ts';

/** A run as a page hands it over to be written down. */
const ranTo = (run: string, loss: number, date = '2026-03-01T10:20:30.000Z'): FromWebview => ({
  type: 'recordRun',
  head: {
    ...{ event: 'run', run, date, seed: 1, backend: 'wasm', reason: 'completed', seconds: 1, expect: [] },
    final: {
      ...{ step: 10, epoch: 1, loss, learningRate: 0.1, layers: [] },
      evaluated: { step: 10, samples: 1, of: 1 },
    },
    text: plainNetwork,
  },
  lines: '{"event":"start"}\n{"event":"end"}\n',
});

/** Puts empty files named as runs into a folder; gives their names, oldest first. */
async function fill(folder: vscode.Uri, count: number): Promise<string[]> {
  await fs.mkdir(folder.fsPath, { recursive: true });
  const names = Array.from({ length: count }, (_, i) => `old-20250101-${100_000 + i}-${i}.run.jsonl`);
  await Promise.all(names.map((name) => fs.writeFile(path.join(folder.fsPath, name), '')));
  return names;
}

const recorded = async () => (await extension().activate()).recorded;

describe('Recorded runs', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => (folder = await makeFolder()));
  beforeEach(async () => {
    const runs = await recorded();
    await runs.remove((await runs.list()).map(({ file }) => file));
  });
  afterEach(closeAll);
  after(() => folder.remove());

  it('are files of JSON lines under the storage, one a run, replaced as the run goes on', async () => {
    const designer = await openReady(await folder.write('kept down.nn.json', plainNetwork));
    await send(designer, ranTo('aaaaaaaa-1', 0.5));
    await send(designer, ranTo('aaaaaaaa-1', 0.4));
    await send(designer, ranTo('bbbbbbbb-2', 0.3, '2026-03-01T10:20:31.000Z'));
    const runs = await recorded();
    const list = await runs.list();
    assert.deepEqual(
      list.map(({ file, head }) => [file, head.document, head.final?.loss]),
      [
        ['kept-down-20260301-102031-bbbbbbbb.run.jsonl', 'kept down.nn.json', 0.3],
        ['kept-down-20260301-102030-aaaaaaaa.run.jsonl', 'kept down.nn.json', 0.4],
      ],
    );
    const bytes = await vscode.workspace.fs.readFile(runs.uri(list[0]!.file));
    const text = new TextDecoder().decode(bytes);
    assert.equal(text.trimEnd().split('\n').length, 3);
    assert.deepEqual(
      readRunFile(text)?.events.map(({ event }) => event),
      ['start', 'end'],
    );
    assert.equal((await runs.read(list[0]!.file))?.head.text, plainNetwork);
  });

  it('are left out when damaged, and refused when they are none', async () => {
    const designer = await openReady(await folder.write('damaged.nn.json', plainNetwork));
    await send(designer, ranTo('cccccccc', 0.5));
    const runs = await recorded();
    const [entry] = await runs.list();
    await vscode.workspace.fs.writeFile(runs.uri(entry!.file), new TextEncoder().encode('{"event":"ru'));
    // Told from the one before by the time it was written.
    await eventually('the damage to be seen', async () => (await runs.list()).length === 0);
    assert.equal(await runs.read(entry!.file), undefined);
    await send(designer, { type: 'recordRun', head: { event: 'run' }, lines: '' } as unknown as FromWebview);
    assert.deepEqual(await runs.list(), []);
  });

  it('are the newest of a bounded number', async () => {
    const runs = await recorded();
    const [oldest] = await fill(runs.folder.uri, most);
    const designer = await openReady(await folder.write('newest.nn.json', plainNetwork));
    await send(designer, ranTo('dddddddd', 0.5));
    const files = (await vscode.workspace.fs.readDirectory(runs.folder.uri)).map(([name]) => name);
    assert.equal(files.length, most);
    assert.ok(files.some((name) => name.startsWith('newest-')));
    assert.ok(!files.includes(oldest!));
    await vscode.workspace.fs.delete(runs.folder.uri, { recursive: true });
  });

  it('go to a folder of the workspace that the person names, where none is removed', async () => {
    const runs = await recorded();
    const [root] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(root);
    const settings = vscode.workspace.getConfiguration('rectifier');
    const own = vscode.Uri.joinPath(root.uri, 'kept', 'runs');
    try {
      for (const place of ['../elsewhere', '/tmp', 'a/../..']) {
        await settings.update('runsFolder', place, vscode.ConfigurationTarget.Global);
        assert.equal(runs.folder.own, false, place);
      }
      await settings.update('runsFolder', 'kept/runs', vscode.ConfigurationTarget.Global);
      assert.equal(runs.folder.uri.toString(), own.toString());
      await vscode.workspace.fs.createDirectory(own);
      await fill(own, most + 1);
      const designer = await openReady(vscode.Uri.joinPath(root.uri, 'two-circles.nn.json'));
      await send(designer, ranTo('eeeeeeee', 0.5));
      const [entry] = await runs.list();
      assert.equal(entry?.head.document, 'two-circles.nn.json');
      assert.equal((await vscode.workspace.fs.readDirectory(own)).length, most + 2);
    } finally {
      await settings.update('runsFolder', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  describe('in Compare Runs', () => {
    const compare = async () => (await extension().activate()).compareRuns;
    /** Handles a message as if the page had sent it; gives what the page is sent meanwhile, but for news of open networks. */
    async function ask(message: FromRuns): Promise<ToRuns[]> {
      const page = await compare();
      const messages: ToRuns[] = [];
      const listener = page.onDidPost((message) => message.type !== 'networks' && messages.push(message));
      await page.receive(message);
      listener.dispose();
      return messages;
    }
    afterEach(async () => (await compare()).panel?.dispose());

    it('are listed, read whole, and told when they are written anew; one page shows them', async () => {
      await vscode.commands.executeCommand('rectifier.compareRuns');
      const { panel } = await compare();
      assert.equal(panel?.title, 'Compare Runs');
      const designer = await openReady(await folder.write('compared.nn.json', plainNetwork));
      const page = await compare();
      const written: ToRuns[] = [];
      const listener = page.onDidPost((message) => written.push(message));
      await send(designer, ranTo('ffffffff', 0.5));
      listener.dispose();
      const [told] = written.filter((message) => message.type === 'written');
      assert.ok(told?.type === 'written');
      const list = (await ask({ type: 'ready' })).find((message) => message.type === 'runs');
      assert.ok(list);
      assert.deepEqual(list.entries, [told.entry]);
      const answer = (await ask({ type: 'read', file: told.entry.file })).find((message) => message.type === 'run');
      assert.equal(answer?.run?.events.length, 2);
      await vscode.commands.executeCommand('rectifier.compareRuns');
      assert.equal((await compare()).panel, panel);
    });

    it('open as an untitled network and as their file; what is no run’s file is refused', async () => {
      await send(await openReady(await folder.write('opened.nn.json', plainNetwork)), ranTo('99999999', 0.5));
      const { file } = (await (await recorded()).list())[0]!;
      await ask({ type: 'openNetwork', file });
      const tab = await eventually('an untitled network', () => {
        const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        return input instanceof vscode.TabInputCustom && input.uri.scheme === 'untitled' && input;
      });
      assert.equal((await vscode.workspace.openTextDocument(tab.uri)).getText(), plainNetwork);
      await ask({ type: 'showFile', file });
      assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /\.run\.jsonl$/);
      for (const path of ['../x.run.jsonl', 'a/b.run.jsonl', '..\\x.run.jsonl', 'settings.json'])
        assert.deepEqual(await ask({ type: 'read', file: path }), [], path);
      assert.deepEqual(await ask({ type: 'read', file: 'gone.run.jsonl' }), [{ type: 'run', file: 'gone.run.jsonl' }]);
    });
  });
});
