import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Designer } from '../../src/extension/designer.ts';
import { Random } from '../../src/engine/random.ts';
import { DrawnPage, randomGesture } from '../unit/webview/gestures.ts';
import { closeAll, eventually, extension, makeFolder, openReady, plainNetwork, send, viewType } from './support.ts';

/** A page of a designer, beside the real one that VS Code shows: what the host says comes to both, and what it asks for is made. */
async function pageOf(designer: Designer) {
  const asked: Promise<unknown>[] = [];
  const page = new DrawnPage((edit) => asked.push(designer.receive(edit)));
  const listener = designer.onDidPost((message) => page.receive(message));
  await send(designer, { type: 'ready' });
  /** Resolves when nothing that was asked for is under way, what followed from it included. */
  const quiet = async () => {
    for (let done = 0; done < asked.length; done++) await asked[done];
    asked.length = 0;
  };
  return { page, quiet, dispose: () => void listener.dispose() };
}

describe('Random edits from two designers of a file', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => (folder = await makeFolder(vscode.workspace.workspaceFolders![0]!.uri.fsPath)));
  afterEach(closeAll);
  after(() => folder.remove());

  it('with undo, redo, and changes beside them and from outside, keep text and picture one', async () => {
    const uri = await folder.write('random.nn.json', plainNetwork);
    await openReady(uri);
    await vscode.commands.executeCommand('vscode.openWith', uri, viewType, vscode.ViewColumn.Beside);
    const { designers } = await extension().activate();
    const both = await eventually('two designers', () => designers.all.length === 2 && designers.all);
    const { document } = both[0]!;
    const pages = await Promise.all(both.map(pageOf));
    const random = new Random(13, 1, 5);
    const draw = (n: number) => Math.min(n - 1, Math.floor(random.uniform() * n));
    const past: string[] = [];
    const future: string[] = [];
    const counts = { made: 0, undo: 0, redo: 0, refused: 0, outside: 0 };
    let text = document.getText();
    const changed = () => {
      if (document.getText() === text) return 0;
      past.push(text);
      future.length = 0;
      text = document.getText();
      return 1;
    };
    const history = async (command: 'undo' | 'redo', from: string[], to: string[]) => {
      await vscode.commands.executeCommand(command);
      to.push(text);
      text = from.pop()!;
      counts[command]++;
    };
    for (let i = 0; i < 40; i++) {
      const kind = draw(8);
      if (i % 20 === 19) {
        // The other one has the keyboard from now on; another program writes what was there at first.
        const other = both[0]!.panel.active ? 'NextGroup' : 'FirstEditorGroup';
        await vscode.commands.executeCommand(`workbench.action.focus${other}`);
        await document.save();
        await folder.write('random.nn.json', plainNetwork);
        await eventually('the text from outside', () => document.getText() === plainNetwork);
        counts.outside += changed();
      } else if (kind < 2 && future.length > 0) await history('redo', future, past);
      else if (kind < 3 && past.length > 0) await history('undo', past, future);
      else {
        // Often both at once: one of them is then turned away.
        for (const { page } of kind < 5 ? pages : [pages[draw(2)]!]) {
          const gesture = page.drawing && randomGesture(page.drawing, draw);
          if (gesture) page.edit(gesture);
        }
        for (const { quiet } of pages) await quiet();
        counts.refused += pages.filter(({ page }) => page.view.notice?.includes('changed meanwhile')).length;
        counts.made += changed();
      }
      assert.equal(document.getText(), text);
      for (const { page } of pages) {
        assert.deepEqual([page.document?.text, page.document?.version], [text, document.version]);
        assert.deepEqual(
          page.drawing?.layers.map(({ written }) => written),
          (JSON.parse(text) as { layers: object[] }).layers,
        );
      }
    }
    for (const { dispose } of pages) dispose();
    assert.ok(
      Object.values(counts).every((count) => count > 1),
      JSON.stringify(counts),
    );
  });
});
