import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { unpackFolder } from '../../src/engine/data/folder.ts';
import { DataFiles, TooLarge } from '../../src/extension/dataFiles.ts';
import type { Designer } from '../../src/extension/designer.ts';
import { closeAll, designerOf, eventually, extension, listen, makeFolder, openReady, send } from './support.ts';

const network = `{
  "version": 1,
  "data": { "source": "file", "path": "table.csv" },
  "layers": [{ "id": "output", "type": "dense", "units": 2, "activation": "softmax" }]
}
`;

async function read(designer: Designer, path: string) {
  const sent = await send(designer, { type: 'readData', request: 5, path });
  // The page asks for its own at the same time.
  const answer = sent.filter((message) => message.type === 'data').find(({ request }) => request === 5);
  assert.ok(answer);
  return answer;
}

describe('The data a network names', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => (folder = await makeFolder()));
  afterEach(closeAll);
  after(() => folder.remove());

  it('is read beside the network file, byte for byte', async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
    await folder.write('bytes.csv', bytes);
    const designer = await openReady(await folder.write('bytes.nn.json', network));
    assert.deepEqual((await read(designer, 'bytes.csv')).bytes, bytes);
    // A folder comes whole, without what is hidden in it.
    await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(folder.uri, 'pets/cat'));
    for (const name of ['pets/cat/1.png', 'pets/.hidden']) await folder.write(name, bytes);
    const pets = (await read(designer, 'pets')).bytes ?? new Uint8Array();
    assert.deepEqual(unpackFolder(Uint8Array.from(pets)), [{ name: 'cat/1.png', bytes }]);
    // Its files count together.
    await folder.write('pets/cat/2.png', bytes);
    const files = new DataFiles(extension().extensionUri);
    await assert.rejects(files.read(designer.document.uri, 'pets', 599), TooLarge);
    assert.ok(await files.read(designer.document.uri, 'pets', 600));
  });

  it('that is not there or an absolute path is answered with the reason', async () => {
    const designer = await openReady(await folder.write('none.nn.json', network));
    assert.match((await read(designer, 'none.csv')).error ?? '', /no such file/);
    assert.match((await read(designer, '/etc/hosts')).error ?? '', /relative/);
    assert.match((await read(designer, 'https://example.org/table.csv')).error ?? '', /relative/);
  });

  it('is read again by the page when the file changes', async () => {
    const designer = await openReady(await folder.write('watched.nn.json', network));
    await read(designer, 'watched.csv');
    const { messages, dispose } = listen(designer);
    await eventually(
      'the page to be told',
      async () => {
        // Written again and again: the watch on the file may not have begun.
        await folder.write('watched.csv', `a,b\n${messages.length},2\n`);
        return messages.some(({ type }) => type === 'dataChanged');
      },
      1000,
    );
    dispose();
  });

  it('of a template is found before the network is saved', async () => {
    await vscode.commands.executeCommand('rectifier.newNetwork', 'digits');
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    assert.ok(input instanceof vscode.TabInputCustom);
    const designer = await designerOf(input.uri);
    await send(designer, { type: 'ready' });
    const original = vscode.Uri.joinPath(extension().extensionUri, 'samples', 'data', 'digits.csv.gz');
    assert.deepEqual(
      (await read(designer, 'data/digits.csv.gz')).bytes,
      new Uint8Array(await vscode.workspace.fs.readFile(original)),
    );
    assert.match((await read(designer, 'mine.csv')).error ?? '', /save it beside its data/);
    assert.match((await read(designer, 'data/../../package.json')).error ?? '', /save it beside its data/);
  });
});
