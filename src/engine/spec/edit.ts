import * as l10n from '@vscode/l10n';
import { blockOf, insertItem, itemsOf, removeItem, type Block } from './editItems.ts';
import { applyEdits, difference, property, styleOf, written, type TextEdit } from './editText.ts';
import { nodeAt, readJson, valueOf, type Node, type Path } from './json.ts';
import { reservedIds, version } from './network.ts';
import { layerIds } from './resolve.ts';

export { applyEdits, type TextEdit } from './editText.ts';

/**
 * Edits of a network file's text, as small as can be: every byte they do not speak of stays as it was, comments, line
 * breaks and trailing commas included. All throw on a text that is no JSON object or that a newer program wrote.
 */
function rootOf(text: string): Node {
  const { root, fault } = readJson(text);
  if (fault) throw new Error(fault.message);
  const written = nodeAt(root, ['version'])?.value as unknown;
  if (root.type !== 'object') throw new Error(l10n.t('The file holds no network to edit.'));
  if (typeof written === 'number' && written > version)
    throw new Error(l10n.t('The file is of a newer version and is not edited.'));
  return root;
}

/**
 * Sets the value at a path; undefined removes the key or item. What is missing on the way is made. A name on the way
 * becomes the object with that name: `"optimizer": "sgd"` becomes `{ "name": "sgd", "learningRate": 0.1 }`.
 */
export function setValue(text: string, path: Path, value: unknown): TextEdit[] {
  const root = rootOf(text);
  let depth = 0;
  while (depth < path.length && nodeAt(root, path.slice(0, depth + 1))) depth++;
  const node = nodeAt(root, path.slice(0, depth))!;
  if (depth === path.length)
    return value === undefined ? remove(text, root, path) : replace(text, root, path, node, value);
  if (value === undefined) return [];
  const [key = '', ...rest] = path.slice(depth);
  const inner = rest.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
  const style = styleOf(text, root);
  if (node.type === 'array') return insertItem(text, node, Infinity, plain(written(inner, style)), style, false);
  if (node.type === 'object')
    return insertItem(text, node, Infinity, plain(property(String(key), inner, style)), style, false);
  // The one name that is not called so: a way of scaling is a method.
  const called = path[depth - 1] === 'scale' ? 'method' : 'name';
  const named = typeof node.value === 'string' ? { [called]: node.value } : {};
  return [{ offset: node.offset, length: node.length, text: written({ ...named, [key]: inner }, style) }];
}

const plain = (core: string): Block => ({ lead: '', core, trail: '' });

function replace(text: string, root: Node, path: Path, node: Node, value: unknown): TextEdit[] {
  const old = valueOf(node);
  if (isRecord(old) && isRecord(value)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(value)])];
    return inTurn(
      text,
      keys.map((key) => [[...path, key], value[key]]),
    );
  }
  if (Array.isArray(old) && Array.isArray(value)) {
    // Surplus items go from the end, so that indices stay right.
    const surplus = old.slice(value.length).map((_, n) => [[...path, old.length - 1 - n], undefined] as const);
    return inTurn(text, [...surplus, ...value.map((item: unknown, n) => [[...path, n], item] as const)]);
  }
  if (old === value) return [];
  return [{ offset: node.offset, length: node.length, text: written(value, styleOf(text, root)) }];
}

function inTurn(text: string, changes: readonly (readonly [Path, unknown])[]): TextEdit[] {
  const after = changes.reduce((text, [path, value]) => applyEdits(text, setValue(text, path, value)), text);
  return difference(text, after);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function remove(text: string, root: Node, path: Path): TextEdit[] {
  const parent = nodeAt(root, path.slice(0, -1))!;
  const target = nodeAt(root, path)!;
  const index = parent.children!.findIndex((child) => child === target || child.children?.[1] === target);
  return removeItem(text, itemsOf(text, parent), index, false);
}

/** Inserts a layer so that it becomes number `index`; beyond the last it is appended. `layers` is made if it is missing. */
export function insertLayer(text: string, index: number, layer: Record<string, unknown>): TextEdit[] {
  const root = rootOf(text);
  const list = nodeAt(root, ['layers']);
  if (list?.type !== 'array') {
    const opened = applyEdits(text, setValue(text, ['layers'], []));
    return difference(text, applyEdits(opened, insertLayer(opened, 0, layer)));
  }
  const style = styleOf(text, root);
  return insertItem(text, list, index, plain(written(layer, style)), style, true);
}

/** Removes a layer with the comments above it and after it on its line. */
export function removeLayer(text: string, index: number): TextEdit[] {
  const list = nodeAt(rootOf(text), ['layers']);
  return list?.type === 'array' && list.children?.[index] ? removeItem(text, itemsOf(text, list), index, true) : [];
}

/** Moves a layer and its comments; `to` is its index afterwards. */
export function moveLayer(text: string, from: number, to: number): TextEdit[] {
  const list = nodeAt(rootOf(text), ['layers']);
  if (from === to || list?.type !== 'array' || !list.children?.[from] || !list.children[to]) return [];
  const items = itemsOf(text, list);
  const without = applyEdits(text, removeItem(text, items, from, true));
  const root = rootOf(without);
  const block = blockOf(text, items[from]!);
  return difference(
    text,
    applyEdits(without, insertItem(without, nodeAt(root, ['layers'])!, to, block, styleOf(text, root), true)),
  );
}

/** The ids of the layers, written or implied. */
export function idsIn(text: string): string[] {
  const { root } = readJson(text);
  const list = root && nodeAt(root, ['layers']);
  return layerIds(list?.type === 'array' ? (valueOf(list) as unknown[]).filter(isRecord) : []);
}

/** Which layer has an id, written or implied; -1 where none has. */
export const layerIndex = (text: string, id: string): number => idsIn(text).indexOf(id);

/** An id that no layer has, written or implied, for a new layer of a type. */
export function freshId(text: string, type: string): string {
  const taken = [...idsIn(text), ...reservedIds].map((id) => ({ id }));
  return layerIds([...taken, { type }]).at(-1)!;
}
