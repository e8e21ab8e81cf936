import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  applyEdits,
  insertLayer,
  moveLayer,
  removeLayer,
  setValue,
  type TextEdit,
} from '../../src/engine/spec/edit.ts';
import {
  closeAll,
  diagnosticsOf,
  eventually,
  listen,
  makeFolder,
  openReady,
  plainNetwork,
  send,
  viewType,
} from './support.ts';

/** Every habit a person may have, in one file with Windows line ends. */
const lively = `{
  // a network with comments
  "version": 1,
  "data": { "source": "circles", /* points */ "noise": 0.1, },
  "layers": [
    // the hidden layer
    { "id": "hidden", "type": "dense", "units": 8 }, // eight units
    { "id": "second",
      "type": "dense", "units":4, },
    { "id": "output", "type": "dense", "units": 1, "activation": "sigmoid" },
  ],
}
`.replaceAll('\n', '\r\n');

const gestures: Record<string, (text: string) => TextEdit[]> = {
  'changing the units': (text) => setValue(text, ['layers', 0, 'units'], 16),
  'adding a key': (text) => setValue(text, ['layers', 0, 'activation'], 'tanh'),
  'making a parent': (text) => setValue(text, ['training', 'optimizer', 'name'], 'adam'),
  'adding a layer': (text) => insertLayer(text, 1, { id: 'drop', type: 'dropout', rate: 0.5 }),
  'removing a layer': (text) => removeLayer(text, 1),
  'moving a layer': (text) => moveLayer(text, 0, 1),
};

describe('A network file in the designer', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => (folder = await makeFolder()));
  afterEach(closeAll);
  after(() => folder.remove());

  it('opens in the designer and is left clean', async () => {
    const uri = await folder.write('clean.nn.json', lively);
    const designer = await openReady(uri);
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom);
    assert.equal(input.viewType, viewType);
    assert.equal(designer.document.isDirty, false);
    assert.equal(designer.document.version, 1);
    assert.equal(await folder.read('clean.nn.json'), lively);
  });

  it('is handed to the page whole when the page is ready', async () => {
    const uri = await folder.write('first.nn.json', lively);
    const designer = await openReady(uri);
    const [message] = await send(designer, { type: 'ready' });
    assert.deepEqual(message, {
      type: 'init',
      fileName: 'first.nn.json',
      text: lively,
      version: 1,
      readOnly: false,
      settings: { backend: 'auto', metricsPerSecond: 10 },
    });
  });

  it('is in the page from the first, and cannot end the element it stands in', async () => {
    const text = lively.replace('{', '{ "name": "</script><p>&amp;",');
    const { panel } = await openReady(await folder.write('markup.nn.json', text));
    const first = /<script type="application\/json" id="first">(.*)<\/script>/.exec(panel.webview.html)![1]!;
    assert.ok(!first.includes('<'));
    assert.deepEqual(JSON.parse(first), { fileName: 'markup.nn.json', text, version: 1 });
  });

  for (const [name, gesture] of Object.entries(gestures)) {
    it(`takes ${name} as one undo step that restores every byte`, async () => {
      const file = `${name.replaceAll(' ', '-')}.nn.json`;
      const uri = await folder.write(file, lively);
      const designer = await openReady(uri);
      const { document } = designer;
      const edits = gesture(lively);
      const sent = await send(designer, { type: 'edit', version: document.version, edits, label: name });
      assert.equal(document.getText(), applyEdits(lively, edits));
      assert.notEqual(document.getText(), lively);
      assert.ok(sent.every(({ type }) => type === 'document'));
      await document.save();
      assert.equal(await folder.read(file), applyEdits(lively, edits));
      await vscode.commands.executeCommand('undo');
      await eventually('the first text again', () => document.getText() === lively);
      await document.save();
      assert.equal(await folder.read(file), lively);
      await vscode.commands.executeCommand('redo');
      await eventually('the edited text again', () => document.getText() === applyEdits(lively, edits));
      await vscode.commands.executeCommand('undo');
    });
  }

  it('takes two edits as two undo steps', async () => {
    const designer = await openReady(await folder.write('two.nn.json', lively));
    const { document } = designer;
    for (const units of [16, 32]) {
      const edits = setValue(document.getText(), ['layers', 0, 'units'], units);
      await send(designer, { type: 'edit', version: document.version, edits, label: 'Units' });
    }
    await vscode.commands.executeCommand('undo');
    await eventually('the second edit undone', () => document.getText().includes('"units": 16'));
    await vscode.commands.executeCommand('undo');
    await eventually('the first edit undone', () => document.getText() === lively);
  });

  it('refuses an edit made on an older text, and sends the text as it is', async () => {
    const designer = await openReady(await folder.write('stale.nn.json', lively));
    const { document } = designer;
    const edits = setValue(lively, ['layers', 0, 'units'], 16);
    const edit = { type: 'edit', version: document.version, edits, label: 'Units' } as const;
    // Both at once: the second was made on a text that the first has changed.
    const [, sent] = await Promise.all([designer.receive(edit), send(designer, edit)]);
    assert.equal(document.getText(), applyEdits(lively, edits));
    assert.equal(sent.filter(({ type }) => type === 'editRefused').length, 1);
    const last = sent.at(-1);
    assert.ok(last?.type === 'document');
    assert.equal(last.text, document.getText());
    assert.equal(last.version, document.version);
  });

  it('answers an edit that changes nothing, and stays clean', async () => {
    const designer = await openReady(await folder.write('same.nn.json', lively));
    const edits = setValue(lively, ['layers', 0, 'units'], 8);
    const sent = await send(designer, { type: 'edit', version: designer.document.version, edits, label: 'Units' });
    assert.deepEqual(
      sent.map(({ type }) => type),
      ['document'],
    );
    assert.equal(designer.document.isDirty, false);
  });

  it('of a newer version is never rewritten', async () => {
    const text = plainNetwork.replace('"version": 1', '"version": 99');
    const designer = await openReady(await folder.write('newer.nn.json', text));
    const edits = [{ offset: text.indexOf('8'), length: 1, text: '16' }];
    const sent = await send(designer, { type: 'edit', version: designer.document.version, edits, label: 'Units' });
    assert.equal(sent[0]?.type, 'editRefused');
    assert.equal(designer.document.getText(), text);
    assert.equal(designer.document.isDirty, false);
  });

  it('follows what is typed in the text beside it', async () => {
    const uri = await folder.write('beside.nn.json', plainNetwork);
    const designer = await openReady(uri);
    await vscode.commands.executeCommand('vscode.openWith', uri, 'default', vscode.ViewColumn.Beside);
    const editor = await eventually('a text editor', () => vscode.window.activeTextEditor);
    const { messages, dispose } = listen(designer);
    await editor.edit((edit) => edit.replace(rangeOf(editor.document, '8'), '12'));
    await eventually('the new text', () => messages.length > 0);
    dispose();
    assert.deepEqual(messages.at(-1), {
      type: 'document',
      text: editor.document.getText(),
      version: editor.document.version,
    });
  });

  it('with broken JSON shows the problem, and goes on when the text is mended', async () => {
    const uri = await folder.write('broken.nn.json', plainNetwork);
    const designer = await openReady(uri);
    const { document } = designer;
    const broken = new vscode.WorkspaceEdit();
    broken.replace(uri, rangeOf(document, '"units": 8'), '"units": ');
    const { messages, dispose } = listen(designer);
    await vscode.workspace.applyEdit(broken);
    await eventually('an error where the value is missing', () =>
      diagnosticsOf(uri).some(
        ({ range, severity }) => range.start.line === 4 && severity === vscode.DiagnosticSeverity.Error,
      ),
    );
    // The page decides what it goes on showing; it gets the broken text as it is.
    assert.equal(messages.filter(({ type }) => type === 'document').length, 1);
    await vscode.commands.executeCommand('undo');
    await eventually('no diagnostic', () => diagnosticsOf(uri).length === 0);
    dispose();
    assert.equal(document.getText(), plainNetwork);
  });

  it('can be open in two designers that see the same text', async () => {
    const uri = await folder.write('twice.nn.json', plainNetwork);
    const first = await openReady(uri);
    await vscode.commands.executeCommand('vscode.openWith', uri, viewType, vscode.ViewColumn.Beside);
    const { messages, dispose } = listen(first);
    const edits = setValue(plainNetwork, ['layers', 0, 'units'], 16);
    const edited = applyEdits(plainNetwork, edits);
    const told = (text: string) => messages.some((message) => message.type === 'document' && message.text === text);
    await first.receive({ type: 'edit', version: first.document.version, edits, label: 'Units' });
    assert.ok(told(edited));
    messages.length = 0;
    // The one beside it has the focus: what is undone there shows here, and the other way round.
    await eventually('the second to be active', () => !first.panel.active);
    await vscode.commands.executeCommand('undo');
    await eventually('the text before, in the first designer', () => told(plainNetwork));
    assert.equal(first.document.getText(), plainNetwork);
    messages.length = 0;
    await vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup');
    await eventually('the first to be active', () => first.panel.active);
    await vscode.commands.executeCommand('redo');
    await eventually('the edited text again', () => told(edited));
    await vscode.commands.executeCommand('undo');
    await eventually('the text before again', () => first.document.getText() === plainNetwork);
    dispose();
  });

  it('shows what another program writes while it is clean, and what was edited while it is not', async () => {
    const designer = await openReady(await folder.write('outside.nn.json', plainNetwork));
    const { document } = designer;
    const other = plainNetwork.replace('"units": 8', '"units": 12');
    const { messages, dispose } = listen(designer);
    await folder.write('outside.nn.json', other);
    await eventually('the text from outside', () => document.getText() === other);
    await eventually('the page to be told', () =>
      messages.some((message) => message.type === 'document' && message.text === other),
    );
    dispose();
    assert.equal(document.isDirty, false);
    const edits = setValue(other, ['layers', 0, 'units'], 16);
    await send(designer, { type: 'edit', version: document.version, edits, label: 'Units' });
    await folder.write('outside.nn.json', plainNetwork);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal(document.getText(), applyEdits(other, edits));
    assert.equal(document.isDirty, true);
  });

  it('ignores messages that are not of the protocol', async () => {
    const designer = await openReady(await folder.write('hostile.nn.json', plainNetwork));
    const edit = { offset: 0, length: 1, text: 'x' };
    const hostile = [
      null,
      'edit',
      { type: 'constructor' },
      { type: 'edit', version: 1, edits: [{ ...edit, offset: -1 }], label: '' },
      { type: 'edit', version: 1, edits: edit, label: '' },
    ];
    for (const message of hostile) await designer.receive(message);
    assert.equal(designer.document.getText(), plainNetwork);
  });
});

function rangeOf(document: vscode.TextDocument, text: string): vscode.Range {
  const offset = document.getText().indexOf(text);
  assert.ok(offset >= 0);
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + text.length));
}
