import * as l10n from '@vscode/l10n';
import { applyEdits, freshId, insertLayer, layerIndex, removeLayer } from '../engine/spec/edit.ts';
import { difference } from '../engine/spec/editText.ts';
import { parse } from '../engine/spec/parse.ts';
import { layers as layerTypes } from '../engine/layers/index.ts';
import { gapIn, inputsNamed, together, type Gesture } from './edits.ts';
import type { Drawing, DrawnLayer } from './document.ts';

type Written = Readonly<Record<string, unknown>>;

/** Takes several layers out at once; what read them by name then reads what still stands before them. */
export function removeMany(drawing: Drawing, gone: readonly DrawnLayer[]): Gesture {
  const label = l10n.t('Remove {0} layers', gone.length);
  const ids = new Map(gone.map(({ layer }) => [layer.id, layer.inputs[0]]));
  const standing = (id: string): string => {
    const before = ids.get(id);
    return before === undefined ? id : standing(before);
  };
  const readers = inputsNamed(drawing, [...ids.keys()], standing, label);
  const removals: Gesture = {
    label,
    edits(text) {
      const places = [...ids.keys()].map((id) => layerIndex(text, id)).filter((index) => index >= 0);
      // From the last on, so that those before keep their places.
      const after = places.sort((a, b) => b - a).reduce((text, at) => applyEdits(text, removeLayer(text, at)), text);
      return difference(text, after);
    },
  };
  return together(label, [...readers, removals]);
}

/** The layers in a text from the clipboard: one, or a list; undefined when it holds none. */
export function layersOf(text: string): readonly Written[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isLayer = (item: unknown): item is Written =>
    typeof item === 'object' && item !== null && layerTypes.some(({ type }) => type === (item as Written)['type']);
  return all.length > 0 && all.every(isLayer) ? all : undefined;
}

/** Puts layers in at `index`, under ids not in use; what they read of each other they still read. */
export const insertMany = (drawing: Drawing, index: number, pasted: readonly Written[]): Gesture => ({
  label: pasted.length === 1 ? l10n.t('Paste a layer') : l10n.t('Paste {0} layers', pasted.length),
  edits(text) {
    const renamed = new Map<unknown, string>();
    const from = gapIn(text, drawing, index);
    const known = new Set(['input', ...drawing.layers.slice(0, index).map(({ layer }) => layer.id)]);
    const gestures = pasted.map((layer, k): Gesture => ({
      label: '',
      edits(text) {
        const id =
          typeof layer['id'] === 'string' && !isTaken(text, layer['id'])
            ? layer['id']
            : freshId(text, String(layer['type']));
        renamed.set(layer['id'], id);
        const inputs = (layer['inputs'] as readonly string[] | undefined)?.map((input) => renamed.get(input) ?? input);
        const { inputs: _, ...rest } = layer;
        // An input that is not there stands for the layer before.
        const usable = inputs?.every((input) => known.has(input));
        known.add(id);
        return insertLayer(text, from + k, { ...rest, id, ...(usable && inputs ? { inputs } : {}) });
      },
    }));
    return together('', gestures).edits(text);
  },
});

/** As written: the text may have faults of another kind. */
function isTaken(text: string, id: string): boolean {
  const { layers } = (parse(text).value ?? {}) as { layers?: readonly { id?: unknown }[] };
  return Array.isArray(layers) && layers.some((layer: { id?: unknown }) => layer.id === id);
}
