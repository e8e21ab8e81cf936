import assert from 'node:assert/strict';
import { applyEdits, type TextEdit } from '../../../src/engine/spec/edit.ts';
import type { Settings } from '../../../src/webview/hostProtocol.ts';
import { DrawnPage } from './gestures.ts';
import { networkText } from './networks.ts';

const layers = ['a', 'b', 'c', 'd'].map((id) => ({ id, type: 'dense', units: 2 }));

/** A page that was written with a text, its selection on the second layer, and a host that answers when it is told to. */
function opened() {
  const sent: { version: number; edits: TextEdit[] }[] = [];
  let [text, version] = [networkText({ layers }), 1];
  const page = new DrawnPage((edit) => sent.push(edit));
  page.readOnly = undefined;
  page.receive({ type: 'document', text, version });
  page.select({ id: 'b', index: 1 });
  return {
    page,
    sent,
    init: (readOnly: boolean, by = text) => {
      const init = { fileName: 'small.nn.json', readOnly, settings: {} as Settings };
      page.receive({ type: 'init', ...init, text: by, version: by === text ? version : version + 1 });
    },
    answer: () => {
      text = applyEdits(text, sent.at(-1)!.edits);
      page.receive({ type: 'document', text, version: ++version });
    },
    ids: () => page.drawing?.layers.map(({ layer }) => layer.id).join(''),
  };
}

describe('A gesture', () => {
  it('made before the host has said whether the file can be changed is made then', () => {
    const { page, sent, init, answer, ids } = opened();
    page.removeSelected();
    assert.deepEqual([page.editable, page.changing, sent.length], [true, true, 0]);
    init(false);
    assert.equal(sent.length, 1);
    answer();
    assert.deepEqual([ids(), page.changing, page.view.notice], ['acd', false, undefined]);
  });

  it('made before then is not made in a file that is read-only, nor in another text, and that is said', () => {
    for (const [by, reason] of [
      [undefined, /read-only/],
      [networkText(), /changed meanwhile/],
    ] as const) {
      const { page, sent, init } = opened();
      page.removeSelected();
      init(by === undefined, by);
      assert.deepEqual([sent.length, page.changing], [0, false]);
      assert.match(page.view.notice ?? '', reason);
    }
  });

  it('is never lost without a word', () => {
    const { page, sent, init } = opened();
    init(true);
    page.removeSelected();
    assert.match(page.view.notice ?? '', /read-only/);
    page.receive({ type: 'document', text: '{', version: 2 });
    page.removeSelected();
    assert.match(page.view.notice ?? '', /cannot be read/);
    assert.equal(sent.length, 0);
  });

  it('that waits when the text becomes one that cannot be read is given up, and that is said', () => {
    const { page, sent, init } = opened();
    init(false);
    page.removeSelected();
    page.moveLayer(page.drawing!.layers[0]!, 2);
    page.receive({ type: 'document', text: '{', version: 2 });
    assert.deepEqual([sent.length, page.changing], [1, false]);
    assert.match(page.view.notice ?? '', /cannot be read/);
  });

  it('that pastes while an edit is under way puts its layers behind what that leaves selected', () => {
    const { page, init, answer, ids } = opened();
    init(false);
    page.removeSelected();
    assert.ok(page.pasteLayers('{ "id": "p", "type": "dense", "units": 3 }'));
    answer();
    answer();
    assert.equal(ids(), 'acpd');
  });

  it('asked of the list while an edit is under way is of the layers that the edit leaves', () => {
    const { page, init, answer, ids } = opened();
    init(false);
    for (let i = 0; i < 2; i++) page.whenDrawn(() => page.removeSelected());
    answer();
    answer();
    assert.equal(ids(), 'ad');
  });
});
