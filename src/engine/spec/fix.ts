import { applyEdits, freshId, insertLayer, setValue } from './edit.ts';
import { difference, type TextEdit } from './editText.ts';
import { parse } from './parse.ts';

/** An edit of the network file that mends something: `set`, or `insert` in its place. */
export interface Fix {
  title: string;
  /** Values by path, e.g. `layers.0.activation`. */
  set?: Record<string, unknown>;
  /** A layer to put behind the one with this id; `input` is the network's input. */
  insert?: { after: string; layer: Record<string, unknown> };
}

/** `layers.0.units` → ['layers', 0, 'units']. */
export const pathOf = (path: string): (string | number)[] =>
  path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));

/**
 * A fix made for a network whose layers had the ids `then`, for one whose layers have the ids `now`: it names layers by their places. Undefined
 * where one of them is gone.
 */
export function followed(fix: Fix, then: readonly string[], now: readonly string[]): Fix | undefined {
  if (fix.insert && fix.insert.after !== 'input' && !now.includes(fix.insert.after)) return undefined;
  if (!fix.set) return fix;
  const set: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(fix.set)) {
    const [root, index, ...rest] = pathOf(path);
    if (root !== 'layers') set[path] = value;
    else {
      const at = now.indexOf(then[Number(index)] ?? '');
      if (at < 0) return undefined;
      set[[root, at, ...rest].join('.')] = value;
    }
  }
  return { ...fix, set };
}

/** A fix as edits of a text that parses; one replacement, so one undo step. */
export function fixEdits(text: string, { set = {}, insert }: Fix): TextEdit[] {
  let after = text;
  for (const round of rounds(Object.entries(set)))
    after = applyEdits(
      after,
      round.flatMap(([path, value]) => setValue(after, pathOf(path), value)),
    );
  if (insert) after = inserted(after, insert);
  return difference(text, after);
}

/** What is set in different layers does not touch: it is one round, on one reading of the text. */
function rounds(values: readonly [string, unknown][]): [string, unknown][][] {
  const taken = new Map<string, number>();
  const all: [string, unknown][][] = [];
  for (const one of values) {
    const owner = /^layers\.\d+/.exec(one[0])?.[0] ?? '';
    // What is no layer's may be anywhere: it has a round of its own, behind all before it.
    const round = owner === '' ? all.length : Math.max(taken.get(owner) ?? 0, taken.get('') ?? 0);
    taken.set(owner, round + 1);
    (all[round] ??= []).push(one);
  }
  return all;
}

/** Layers that name the one before as their input then read the new one. */
function inserted(text: string, { after, layer }: NonNullable<Fix['insert']>): string {
  const { network, value } = parse(text);
  const layers = network?.layers ?? [];
  const at = layers.findIndex(({ id }) => id === after);
  if (!network || (at < 0 && after !== 'input')) return text;
  const taken = layers.some(({ id }) => id === layer['id']);
  const id = typeof layer['id'] === 'string' && !taken ? layer['id'] : freshId(text, String(layer['type']));
  const written = (value as { layers: readonly { inputs?: readonly string[] }[] }).layers;
  let edited = text;
  for (const [index, { inputs = [] }] of written.entries()) {
    for (const [k, input] of inputs.entries())
      if (input === after) edited = applyEdits(edited, setValue(edited, ['layers', index, 'inputs', k], id));
  }
  return applyEdits(edited, insertLayer(edited, at + 1, { ...layer, id }));
}
