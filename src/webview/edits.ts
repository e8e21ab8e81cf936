import * as l10n from '@vscode/l10n';
import { ShapeError, sizeOf, type LayerRow, type Shape } from '../engine/layers/index.ts';
import { difference } from '../engine/spec/editText.ts';
import {
  applyEdits,
  freshId,
  idsIn,
  insertLayer,
  layerIndex,
  moveLayer,
  removeLayer,
  setValue,
  type TextEdit,
} from '../engine/spec/edit.ts';
import { isRequired, type Field, type NamedRow } from '../engine/spec/fields.ts';
import { fixEdits, followed, type Fix } from '../engine/spec/fix.ts';
import { idPattern, reservedIds } from '../engine/spec/network.ts';
import { defaultsOf } from '../engine/spec/resolve.ts';
import type { Problem } from '../engine/spec/problems.ts';
import type { Drawing, DrawnLayer } from './document.ts';

/** A gesture: what it is called in the undo list, and the edits it makes in a text. */
export interface Gesture {
  readonly label: string;
  /** Where it is told when it has nothing to change: why. */
  readonly idle?: string;
  edits(text: string): TextEdit[];
}

export type Path = readonly (string | number)[];

/** Sets a value by its path; undefined removes the key. */
export const set = (path: Path, value: unknown, label: string): Gesture => ({
  label,
  edits: (text) => setValue(text, path, value),
});

/** Several changes as one: each is made on the text the one before left, and the difference is one replacement. */
export const together = (label: string, gestures: readonly Gesture[]): Gesture => ({
  label,
  edits(text) {
    const after = gestures.reduce((text, gesture) => applyEdits(text, gesture.edits(text)), text);
    return difference(text, after);
  },
});

/**
 * An edit of one layer, wherever it stands in the text by then: other gestures may be on their way, and the text may have changed. None
 * where it is gone.
 */
const ofLayer = (
  { layer }: DrawnLayer,
  label: string,
  edits: (text: string, index: number) => TextEdit[],
): Gesture => ({
  label,
  edits(text) {
    const index = layerIndex(text, layer.id);
    return index < 0 ? [] : edits(text, index);
  },
});

const setIn = (layer: DrawnLayer, path: Path, value: unknown, label: string): Gesture =>
  ofLayer(layer, label, (text, index) => setValue(text, ['layers', index, ...path], value));

/** Sets a value by its path within a layer; undefined removes the key. */
export const setField = (layer: DrawnLayer, path: string | Path, value: unknown): Gesture => {
  const steps = typeof path === 'string' ? [path] : path;
  return setIn(
    layer,
    steps,
    value,
    value === undefined
      ? l10n.t('Use the default {0} of {1}', steps.join('.'), layer.layer.id)
      : l10n.t('Set {0} of {1}', steps.join('.'), layer.layer.id),
  );
};

/** The same in several layers at once, as one undo step. */
export const setInEach = (layers: readonly DrawnLayer[], path: Path, value: unknown): Gesture => ({
  label:
    value === undefined
      ? l10n.t('Use the default {0} of {1} layers', path.join('.'), layers.length)
      : l10n.t('Set {0} of {1} layers', path.join('.'), layers.length),
  edits(text) {
    const ids = new Map(idsIn(text).map((id, index) => [id, index]));
    return layers.flatMap(({ layer }) => {
      const index = ids.get(layer.id);
      return index === undefined ? [] : setValue(text, ['layers', index, ...path], value);
    });
  },
});

/** The index at which a text takes what was to go in at `index` of a drawing: behind the same layer, if that is still there. */
export function gapIn(text: string, { layers }: Drawing, index: number): number {
  const before = layers[index - 1];
  return (before && layerIndex(text, before.layer.id) + 1) || index;
}

/** A value that a new layer begins with where its table has no default; `incoming` numbers reach it. */
function beginning(key: string, field: Field, incoming: number): unknown {
  const usual: Readonly<Record<string, unknown>> = { units: 16, filters: 8, kernelSize: 3, shape: [incoming] };
  return usual[key] ?? (field.control === 'choice' ? field.choices?.[0] : (field.minimum ?? 0));
}

/** What stands before a place in the network, nearest first, with its shape. */
export const before = ({ layers, data }: Drawing, index: number): { id: string; shape: string }[] => [
  ...layers
    .slice(0, index)
    .map(({ layer, shapeText }) => ({ id: layer.id, shape: shapeText }))
    .reverse(),
  { id: 'input', shape: data?.inputShape.join('×') ?? '?' },
];

/** A layer that stands before and is not read yet: the nearest of the shape of what is read, if there is one. */
export function nextInput(drawing: Drawing, index: number, read: readonly string[]): string | undefined {
  const all = before(drawing, index);
  const free = all.filter(({ id }) => !read.includes(id));
  const shape = all.find(({ id }) => id === read[0])?.shape;
  return (free.find((other) => other.shape === shape) ?? free[0])?.id;
}

/** What a new layer that joins others begins with. */
function joined(drawing: Drawing, index: number): string[] {
  const first = before(drawing, index)[0]!.id;
  return [first, nextInput(drawing, index, [first]) ?? first];
}

/** What reaches a place of the network, where it is known. */
const incomingAt = ({ layers, data }: Drawing, index: number): Shape | undefined =>
  index > 0 ? layers[index - 1]?.shape : data?.inputShape;

/** The fields that a new layer says. */
function beginnings({ fields }: LayerRow, incoming: Shape | undefined): Record<string, unknown> {
  const required = Object.entries(fields).filter(([, field]) => isRequired(field));
  return Object.fromEntries(required.map(([key, field]) => [key, beginning(key, field, sizeOf(incoming ?? [1]))]));
}

/** Why a new layer of a type could not take what reaches `index`; undefined where it can, or where that is not known. */
export function misfit(drawing: Drawing, row: LayerRow, index: number): string | undefined {
  const incoming = incomingAt(drawing, index);
  if (!incoming || row.joins) return undefined;
  const own = Object.entries<Field>(row.fields).flatMap(([key, field]) =>
    field.default === undefined ? [] : [[key, field.default]],
  );
  const fields: Record<string, unknown> = {
    ...defaultsOf(drawing.network.written),
    ...(Object.fromEntries(own) as Record<string, unknown>),
    ...beginnings(row, incoming),
  };
  for (const [key, { sameAs }] of Object.entries<Field>(row.fields)) if (sameAs) fields[key] ??= fields[sameAs];
  try {
    row.shape(fields as Parameters<typeof row.shape>[0], [incoming]);
    return undefined;
  } catch (error) {
    if (error instanceof ShapeError) return error.message;
    throw error;
  }
}

/** A new layer of a type at `index`, under an id not in use. */
export const addLayer = (drawing: Drawing, row: LayerRow, index: number): Gesture => ({
  label: l10n.t('Add {0}', row.label),
  edits(text) {
    const fields = beginnings(row, incomingAt(drawing, index));
    const inputs = row.joins ? { inputs: joined(drawing, index) } : {};
    const id = freshId(text, row.type);
    return insertLayer(text, gapIn(text, drawing, index), { id, type: row.type, ...inputs, ...fields });
  },
});

/** Takes a layer out; what read it by name then reads what it read. */
export function remove(drawing: Drawing, drawn: DrawnLayer): Gesture {
  const { layer } = drawn;
  const label = l10n.t('Remove {0}', layer.id);
  const gesture = ofLayer(drawn, label, removeLayer);
  const readers = inputsNamed(drawing, [layer.id], () => layer.inputs[0], label);
  return readers.length > 0 ? together(label, [...readers, gesture]) : gesture;
}

/** Gives other names to the inputs of layers that are called by `ids`. */
export const inputsNamed = (
  { layers }: Drawing,
  ids: readonly string[],
  name: (id: string) => string | undefined,
  label: string,
): Gesture[] =>
  layers.flatMap((reader) =>
    ((reader.written['inputs'] as readonly string[] | undefined) ?? []).flatMap((input, k) =>
      ids.includes(input) ? [setIn(reader, ['inputs', k], name(input), label)] : [],
    ),
  );

/** `to`: the index it would have in the drawing afterwards. */
export const move = (layer: DrawnLayer, to: number): Gesture =>
  ofLayer(layer, l10n.t('Move {0}', layer.layer.id), (text, index) => moveLayer(text, index, index + to - layer.index));

/** Why an id cannot be taken; undefined if it can. */
export function idFault(drawing: Drawing, id: string): string | undefined {
  if (!idPattern.test(id)) return l10n.t('Letters, digits, _ and -, beginning with a letter or _.');
  if (reservedIds.includes(id)) return l10n.t('"{0}" means something else; take another.', id);
  if (drawing.layers.some(({ layer }) => layer.id === id)) return l10n.t('Another layer is called "{0}".', id);
  return undefined;
}

/** Gives a layer another id and follows it in the layers that read it and in what the run must show. */
export function rename(drawing: Drawing, layer: DrawnLayer, id: string): Gesture {
  const old = layer.layer.id;
  const label = l10n.t('Rename {0} to {1}', old, id);
  const inputs = inputsNamed(drawing, [old], () => id, label);
  const expectations = drawing.network.expect.flatMap(({ metric }, k) =>
    metric.startsWith(`layers.${old}.`)
      ? [set(['expect', k, 'metric'], `layers.${id}${metric.slice(`layers.${old}`.length)}`, label)]
      : [],
  );
  // Itself last: until then it is found by its old name.
  return together(label, [...inputs, ...expectations, setIn(layer, ['id'], id, label)]);
}

/** A named value with the parameters it cannot do without: the bare name where every parameter has a default. */
export function namedValue(row: NamedRow): string | Record<string, unknown> {
  const required = Object.entries(row.parameters).filter(([, field]) => isRequired(field));
  if (required.length === 0) return row.name;
  const values: Readonly<Record<string, unknown>> = {
    ...{ stddev: 0.05, min: -0.05, max: 0.05, formula: 'max(x, 0)' },
    ...{ every: 1000, factor: 0.1, rate: 0.999 },
  };
  return {
    name: row.name,
    ...Object.fromEntries(required.map(([key, field]) => [key, values[key] ?? field.minimum ?? 0])),
  };
}

/** Sets a parameter of the optimiser, which may not be written yet: it then needs its name beside it. Undefined takes it out. */
export function setOptimizer(drawing: Drawing, key: string, value: unknown): Gesture {
  const training = drawing.written['training'] as Record<string, unknown> | undefined;
  const label =
    value === undefined ? l10n.t('Use the default {0}', key) : l10n.t('Set {0} to {1}', key, JSON.stringify(value));
  if (training?.['optimizer'] !== undefined || value === undefined)
    return set(['training', 'optimizer', key], value, label);
  return set(['training', 'optimizer'], { name: drawing.network.training.optimizer.name, [key]: value }, label);
}

/** What mends a problem of the drawn network; undefined where there is nothing that surely does. */
export function remedy({ layers }: Drawing, { rule, path }: Problem): Gesture | undefined {
  const [root, index, field] = path.split('.');
  const drawn = rule === 'shape_mismatch' && root === 'layers' && !field ? layers[Number(index)] : undefined;
  // A dense layer is at fault as a whole only where it gets a picture.
  if (drawn?.layer.type !== 'dense') return undefined;
  const label = l10n.t('Add a flatten layer before it');
  const { inputs } = drawn.written;
  return ofLayer(drawn, label, (text, index) => {
    const flatten = { id: freshId(text, 'flatten'), type: 'flatten' };
    if (inputs === undefined) return insertLayer(text, index, flatten);
    // What it reads by name is then read by the new layer.
    const reading = setIn(drawn, ['inputs'], [flatten.id], label);
    const adding = { label, edits: (text: string) => insertLayer(text, index, { ...flatten, inputs }) };
    return together(label, [reading, adding]).edits(text);
  });
}

/** A fix that a rule offers for a drawn network, made where its layers stand in the text by then. */
export const applyFix = (fix: Fix, { layers }: Drawing): Gesture => ({
  label: fix.title,
  idle: l10n.t('the file has changed meanwhile, and there is nothing left to mend in this way.'),
  edits(text) {
    const then = layers.map(({ layer }) => layer.id);
    const now = followed(fix, then, idsIn(text));
    return now ? fixEdits(text, now) : [];
  },
});
