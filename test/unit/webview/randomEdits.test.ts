import assert from 'node:assert/strict';
import { applyEdits, removeLayer, type TextEdit } from '../../../src/engine/spec/edit.ts';
import { difference } from '../../../src/engine/spec/editText.ts';
import { Random } from '../../../src/engine/random.ts';
import { unreadable } from '../../../src/webview/document.ts';
import type { ToWebview } from '../../../src/webview/hostProtocol.ts';
import { DrawnPage, randomGesture } from './gestures.ts';
import { networkText, read } from './networks.ts';

describe('A thousand random gestures', () => {
  it('leave a text that can be drawn, its picture one with it, and undo to every text before', () => {
    const random = new Random(11, 1, 5);
    const draw = (n: number) => Math.min(n - 1, Math.floor(random.uniform() * n));
    let state = read(networkText());
    const undo: string[] = [];
    const redo: string[] = [];
    const go = (text: string) => {
      state = read(text, state);
      assert.ok(state.current && state.drawing, `not drawn: ${state.problems[0]?.message}`);
      const written = (JSON.parse(text) as { layers: { id: string; type: string }[] }).layers;
      assert.deepEqual(
        state.drawing.layers.map(({ layer }) => [layer.id, layer.type]),
        written.map(({ id, type }) => [id, type]),
      );
    };
    let made = 0;
    for (let i = 0; i < 1000; i++) {
      const kind = draw(10);
      if (kind === 0 && undo.length > 0) {
        redo.push(state.text);
        go(undo.pop()!);
      } else if (kind === 1 && redo.length > 0) {
        undo.push(state.text);
        go(redo.pop()!);
      } else {
        const next = randomGesture(state.drawing!, draw);
        const changes = next?.edits(state.text) ?? [];
        const after = applyEdits(state.text, changes);
        // The panel turns away what could not be drawn any further, as does this.
        if (changes.length === 0 || unreadable(after) !== undefined) continue;
        // What VS Code keeps for undo is the other way round.
        assert.equal(applyEdits(after, difference(after, state.text)), state.text);
        undo.push(state.text);
        redo.length = 0;
        go(after);
        made++;
        // Not for ever larger.
        if (state.drawing!.layers.length > 10) go(undo[draw(undo.length)]!);
      }
    }
    assert.ok(made > 500, `${made} gestures were made`);
  });
  it('from two designers beside a text, with messages on their way, leave one text and touch no layer they did not mean', () => {
    const random = new Random(12, 1, 5);
    const draw = (n: number) => Math.min(n - 1, Math.floor(random.uniform() * n));
    const host = new HostOfTwo();
    let typed = 0;
    for (let i = 0; i < 5000; i++) {
      const side = host.sides[draw(2)]!;
      const kind = draw(50);
      if (kind < 8) {
        const next = side.page.drawing && randomGesture(side.page.drawing, draw);
        if (next) side.page.edit(next);
      } else if (kind === 8) host.undo();
      else if (kind === 9) host.redo();
      else if (kind === 10) {
        // In the text beside them: a layer is taken out, or the text is broken for a moment.
        const first = host.layers?.length ? removeLayer(host.text, 0) : [];
        if (!host.layers) host.undo();
        else if (draw(3) === 0) host.change(host.text.slice(0, -2));
        else host.change(applyEdits(host.text, first));
        typed++;
      } else host.deliver(side, draw(2) === 0);
      if (i % 50 > 0) continue;
      while (host.busy) host.deliver(host.sides[draw(2)]!, draw(2) === 0);
      for (const { page } of host.sides) {
        assert.deepEqual([page.document?.text, page.document?.version], [host.text, host.version]);
        assert.equal(page.document?.current, host.layers !== undefined);
        if (host.layers)
          assert.deepEqual(
            page.drawing?.layers.map(({ written }) => written),
            host.layers,
          );
      }
    }
    assert.ok(host.made > 200 && host.refused > 50 && typed > 30, `${host.made} made, ${host.refused} refused`);
  });
});

type Edit = { version: number; edits: TextEdit[]; label: string };
type Side = { readonly page: DrawnPage; readonly from: Edit[]; readonly to: ToWebview[] };

/** What VS Code and the extension are to two designers of one text, every message on its way until it is delivered. */
class HostOfTwo {
  text = networkText();
  version = 1;
  made = 0;
  refused = 0;
  private readonly past: string[] = [];
  private readonly future: string[] = [];
  readonly sides = [0, 1].map((): Side => {
    const from: Edit[] = [];
    const side: Side = { page: new DrawnPage((edit) => from.push(edit)), from, to: [] };
    side.page.receive({ type: 'document', text: this.text, version: this.version });
    return side;
  });

  get busy(): boolean {
    return this.sides.some(({ from, to }) => from.length + to.length > 0);
  }

  /** As written; undefined while the text is broken. */
  get layers(): { id: string }[] | undefined {
    return unreadable(this.text) === undefined ? layersOf(this.text) : undefined;
  }

  change(text: string): void {
    this.past.push(this.text);
    this.future.length = 0;
    this.show(text);
  }

  undo(): void {
    if (this.past.length === 0) return;
    this.future.push(this.text);
    this.show(this.past.pop()!);
  }

  redo(): void {
    if (this.future.length === 0) return;
    this.past.push(this.text);
    this.show(this.future.pop()!);
  }

  deliver(side: Side, up: boolean): void {
    const edit = up ? side.from.shift() : undefined;
    if (edit) this.edit(side, edit);
    else if (side.to.length > 0) side.page.receive(side.to.shift()!);
  }

  private show(text: string): void {
    if (text === this.text) return;
    [this.text, this.version] = [text, this.version + 1];
    for (const { to } of this.sides) to.push({ type: 'document', text, version: this.version });
  }

  private edit({ to }: Side, { version, edits, label }: Edit): void {
    const after = version === this.version ? applyEdits(this.text, edits) : this.text;
    if (version !== this.version) {
      this.refused++;
      to.push({ type: 'editRefused', reason: 'The text has changed meanwhile.' });
    }
    if (after === this.text) return void to.push({ type: 'document', text: this.text, version: this.version });
    assert.deepEqual(others(after, this.text, label), others(this.text, after, label), label);
    this.made++;
    this.change(after);
  }
}

const layersOf = (text: string) => (JSON.parse(text) as { layers: { id: string }[] }).layers;

/** The layers that a gesture of this name must leave as they are: all that it does not name, add or, several at once, remove. */
function others(text: string, other: string, label: string): { id: string }[] {
  const there = new Set(layersOf(other).map(({ id }) => id));
  const many = /^(Add|Paste|Remove \d+) /.test(label);
  const left = layersOf(text).filter(({ id }) => (many ? there.has(id) : !label.split(' ').includes(id)));
  // What read a layer that goes, or by another name, reads on.
  return /^(Remove|Rename) /.test(label) ? left.map((layer) => ({ ...layer, inputs: [] })) : left;
}
