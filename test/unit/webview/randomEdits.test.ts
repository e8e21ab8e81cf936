import assert from 'node:assert/strict';
import { layers as layerTypes } from '../../../src/engine/layers/index.ts';
import { applyEdits } from '../../../src/engine/spec/edit.ts';
import { difference } from '../../../src/engine/spec/editText.ts';
import { Random } from '../../../src/engine/random.ts';
import { unreadable, type Drawing } from '../../../src/webview/document.ts';
import * as edits from '../../../src/webview/edits.ts';
import { insertMany, layersOf, layersText, removeMany } from '../../../src/webview/editsMany.ts';
import { networkText, read } from './networks.ts';

/** A gesture a person could make now; undefined where this one has nothing to start from. */
function gesture(drawing: Drawing, draw: (n: number) => number): edits.Gesture | undefined {
  const { layers } = drawing;
  const layer = layers[draw(layers.length)];
  const few = layers.slice(draw(layers.length)).slice(0, 1 + draw(3));
  switch (draw(9)) {
    case 0:
    case 1:
      return edits.addLayer(drawing, layerTypes[draw(layerTypes.length)]!, draw(layers.length + 1));
    case 2:
      return layer && edits.remove(drawing, layer);
    case 3:
      return layer && edits.move(layer, draw(layers.length));
    case 4: {
      const id = `layer${draw(1000)}`;
      return layer && !edits.idFault(drawing, id) ? edits.rename(drawing, layer, id) : undefined;
    }
    case 5:
      return layer?.row.unitsField ? edits.setField(layer, layer.row.unitsField, 1 + draw(64)) : undefined;
    case 6:
      return layer && 'activation' in layer.row.fields
        ? edits.setField(layer, 'activation', ['relu', 'tanh', undefined][draw(3)])
        : undefined;
    case 7:
      return few.length > 0 ? insertMany(drawing, draw(layers.length + 1), layersOf(layersText(few)) ?? []) : undefined;
    default:
      return few.length > 0 ? removeMany(drawing, few) : undefined;
  }
}

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
        const next = gesture(state.drawing!, draw);
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
});
