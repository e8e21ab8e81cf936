import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { checkNetwork } from '../../src/engine/check.ts';
import { initialModel } from '../../src/engine/export/model.ts';
import type { Designer } from '../../src/extension/designer.ts';
import { readSafetensors, writeSafetensors } from '../../src/engine/weights/safetensors.ts';
import type { FromWebview, KeptRun } from '../../src/webview/hostProtocol.ts';
import { closeAll, designerOf, eventually, extension, makeFolder, openReady, plainNetwork, send } from './support.ts';

/** A run as a page would hand it over. */
const runAt = (run: string, step: number, state: KeptRun['state'] = 'running'): FromWebview => ({
  ...{ type: 'keepRun', run, state, text: plainNetwork, record: `{"step":${step}}`, step },
  checkpoint: new Uint8Array([step]),
});

/** What the page is given when it says that it is ready. */
async function shown(designer: Designer, run?: string): Promise<KeptRun | undefined> {
  const messages = await send(designer, { type: 'ready', ...(run === undefined ? {} : { run }) });
  // The page that is really there may say so once more meanwhile, and is answered first.
  const init = messages.filter((message) => message.type === 'init').at(-1);
  assert.ok(init);
  return init.kept;
}

describe('The run of a document', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => (folder = await makeFolder()));
  afterEach(closeAll);
  after(() => folder.remove());

  it('comes back to a page that was loaded again, as it was last kept, and goes on', async () => {
    const designer = await openReady(await folder.write('reloaded.nn.json', plainNetwork));
    assert.deepEqual(await send(designer, runAt('reloaded', 10)), [{ type: 'kept' }]);
    // A large checkpoint comes in pieces; those of one given up on its way count for nothing.
    const part = { type: 'keepPart', run: 'reloaded' } as const;
    await send(designer, { ...part, at: 0, bytes: new Uint8Array([1]) });
    await send(designer, { ...part, at: 0, bytes: new Uint8Array([18, 19]) });
    await send(designer, { ...runAt('reloaded', 20), at: 2 } as FromWebview);
    await send(designer, { ...runAt('reloaded', 30), at: 2 } as FromWebview);
    const kept = await shown(designer, 'reloaded');
    assert.deepEqual(
      [kept?.run, kept?.state, kept?.step, kept?.record, [...kept!.checkpoint]],
      ['reloaded', 'running', 20, '{"step":20}', [18, 19, 20]],
    );
  });

  it('goes on in a page that no longer knows what it trained, as one moved to another window may', async () => {
    const designer = await openReady(await folder.write('moved.nn.json', plainNetwork));
    await send(designer, runAt('moved', 5));
    assert.deepEqual([(await shown(designer))?.state, (await shown(designer))?.step], ['running', 5]);
  });

  it('is shown standing still when its file is opened again, until it is forgotten', async () => {
    const uri = await folder.write('closed.nn.json', plainNetwork);
    await send(await openReady(uri), runAt('closed', 5));
    await closeAll();
    const again = await openReady(uri);
    assert.deepEqual([(await shown(again))?.state, (await shown(again))?.step], ['paused', 5]);
    await send(again, { type: 'forgetRun', run: 'closed' });
    assert.equal(await shown(again), undefined);
  });

  it('is not held by a designer that was closed while its page was being answered', async () => {
    const uri = await folder.write('hasty.nn.json', plainNetwork);
    const first = await openReady(uri);
    await send(first, runAt('hasty', 5));
    const { runs } = await extension().activate();
    const answer = runs.take(first, 'hasty');
    runs.release(first);
    assert.equal(await answer, undefined);
    await closeAll();
    assert.equal((await shown(await openReady(uri)))?.step, 5);
  });

  it('is shown in one designer of two', async () => {
    const uri = await folder.write('split.nn.json', plainNetwork);
    const first = await openReady(uri);
    await send(first, runAt('split', 5));
    await vscode.commands.executeCommand('vscode.openWith', uri, 'rectifier.designer', vscode.ViewColumn.Beside);
    const second = await eventually('another designer', async () => {
      const designer = await designerOf(uri);
      const { designers } = await extension().activate();
      return designers.all.find((other) => other.document === designer.document && other !== first);
    });
    assert.equal(await shown(second), undefined);
    assert.equal(await shown(second, 'split'), undefined);
    await send(second, runAt('split', 99));
    assert.equal((await shown(first, 'split'))?.step, 5);
  });

  it('gives its weights to Export…, without what only training needs', async () => {
    const uri = await folder.write('weights.nn.json', plainNetwork);
    const target = vscode.Uri.joinPath(folder.uri, 'weights.safetensors');
    const exportTo = () =>
      vscode.commands.executeCommand('rectifier.export', { format: 'safetensors', target, network: uri });
    const designer = await openReady(uri);
    await exportTo();
    await assert.rejects(async () => vscode.workspace.fs.stat(target), 'there is nothing to export yet');
    const { graph, dataset } = await checkNetwork(plainNetwork, () => Promise.reject(new Error('It has no file.')));
    const model = initialModel(plainNetwork, graph!, dataset!);
    const checkpoint = writeSafetensors({
      metadata: { ...model.metadata, training: '{}' },
      tensors: new Map([
        ...model.tensors,
        ['optimizer.momentum.hidden.bias', { shape: [2], values: Float32Array.of(1, 2) }],
      ]),
    });
    await send(designer, { ...(runAt('weights', 7, 'paused') as FromWebview & { type: 'keepRun' }), checkpoint });
    await exportTo();
    const { metadata, tensors } = readSafetensors(await vscode.workspace.fs.readFile(target));
    assert.deepEqual(metadata, model.metadata);
    assert.deepEqual(tensors, model.tensors);
  });

  it('goes along when its file is renamed, open or not', async () => {
    const uri = await folder.write('before.nn.json', plainNetwork);
    const to = vscode.Uri.joinPath(folder.uri, 'after.nn.json');
    await send(await openReady(uri), runAt('renamed', 5));
    const rename = async (from: vscode.Uri, to: vscode.Uri) => {
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(from, to);
      assert.ok(await vscode.workspace.applyEdit(edit));
    };
    await rename(uri, to);
    assert.equal((await shown(await designerOf(to)))?.run, 'renamed');
    await closeAll();
    await rename(to, uri);
    assert.equal((await shown(await openReady(uri)))?.run, 'renamed');
  });

  it('is as good as none when its files are damaged', async () => {
    const uri = await folder.write('damaged.nn.json', plainNetwork);
    const designer = await openReady(uri);
    await send(designer, runAt('damaged', 5));
    const { runs } = await extension().activate();
    const at = vscode.Uri.joinPath(runs.folder, 'damaged');
    for (const [name] of await vscode.workspace.fs.readDirectory(at))
      if (name !== 'run.json') await vscode.workspace.fs.delete(vscode.Uri.joinPath(at, name));
    assert.equal(await shown(designer, 'damaged'), undefined);
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(at, 'run.json'), new TextEncoder().encode('{"run":'));
    assert.equal(await shown(designer, 'damaged'), undefined);
  });
});
