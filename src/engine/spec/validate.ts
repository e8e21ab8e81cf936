import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { definitionOf, describe, isRequired, namesOf, type Definition, type Schema } from './describe.ts';
import { member, members, snippet, valueOf, type Fault, type Node, type Path } from './json.ts';
import { largest } from './fields.ts';
import { alike, listed, nearest } from './names.ts';

/** More faults than this help nobody, and a hostile file could hold millions. */
export const most = 100;

/**
 * Judges a JSON tree by a schema and says each fault in our own words, where it stands. The schema is the one definition of
 * what is allowed; this walk only finds the place and the words, and of a union the branch the value's form means.
 */
export function validate(text: string, root: Node, schema: Schema): Fault[] {
  const faults: Fault[] = [];
  const report = (node: Node, path: Path, rule: string, message: string, meant?: string) => {
    const { offset, length } = node;
    if (faults.length < most) faults.push({ rule, message, path, offset, length, ...(meant ? { meant } : {}) });
  };
  judge(schema, root, []);
  return faults;

  function judge(schema: Schema, node: Node, path: Path): void {
    if (faults.length >= most) return;
    const def = definitionOf(schema);
    if (def.type === 'unknown') return;
    if (def.type === 'union') return judgeUnion(schema, def, node, path);
    if (def.type === 'object' && node.type === 'object') return judgeMembers(def.shape, node, path);
    if (def.type === 'array' || def.type === 'tuple') return judgeItems(schema, def, node, path);
    if (!accepts(schema, node)) reportValue(schema, node, path);
  }

  function judgeItems(schema: Schema, def: Definition & { type: 'array' | 'tuple' }, node: Node, path: Path): void {
    const items = node.children ?? [];
    // The only check that lists have is that they are not empty.
    const fits = def.type === 'array' ? items.length > 0 || !def.checks : items.length === def.items.length;
    if (node.type !== 'array' || !fits) return reportValue(schema, node, path);
    items.forEach((item, index) =>
      judge(def.type === 'array' ? def.element : def.items[index]!, item, [...path, index]),
    );
  }

  function judgeMembers(shape: Readonly<Record<string, Schema>>, node: Node, path: Path): void {
    const known = Object.keys(shape);
    const entries = members(node);
    const present = new Set(entries.map(({ key }) => key.value as string));
    const free = known.filter((name) => !present.has(name));
    const seen = new Set<string>();
    for (const { key, value } of entries) {
      if (faults.length >= most) return;
      const name = key.value as string;
      if (seen.has(name))
        report(
          key,
          [...path, name],
          'duplicate_key',
          l10n.t('{0} stands twice in this object. Remove one of the two.', shortened(name)),
        );
      else if (Object.hasOwn(shape, name)) judge(shape[name]!, value, [...path, name]);
      else reportKey(key, name, free, known, path);
      seen.add(name);
    }
    for (const [name, schema] of Object.entries(shape)) {
      if (!seen.has(name) && isRequired(schema)) reportMissing(name, schema, shape, node, path);
    }
  }

  function judgeUnion(schema: Schema, def: Definition & { type: 'union' }, node: Node, path: Path): void {
    const { discriminator } = def as { discriminator?: string };
    if (discriminator !== undefined) return judgeVariant(schema, discriminator, node, path);
    const branches = optionsOf(schema).filter((option) => fits(definitionOf(option), node));
    const [branch] = branches;
    // A number, a name: whichever branch it was meant for, the words name them all.
    if (!branch || !node.children) {
      if (!branches.some((branch) => accepts(branch, node))) reportValue(schema, node, path);
    } else if (branches.length === 1) judge(branch, node, path);
    else reportLengths(schema, branches, node, path);
  }

  /** Lists of several lengths: the one of this length is meant. */
  function reportLengths(schema: Schema, branches: readonly Schema[], node: Node, path: Path): void {
    const sameLength = branches.find((branch) => {
      const def = definitionOf(branch);
      return def.type !== 'tuple' || def.items.length === node.children?.length;
    });
    if (sameLength) judge(sameLength, node, path);
    else reportValue(schema, node, path);
  }

  /** An object whose "type", "name" or "method" says which it is. */
  function judgeVariant(schema: Schema, discriminator: string, node: Node, path: Path): void {
    if (node.type !== 'object') return reportValue(schema, node, path);
    const variants = variantsOf(schema);
    const names = [...variants.keys()];
    const value = member(node, discriminator);
    const variant = value && variants.get(String(value.value));
    if (variant && value.type === 'string') return judge(variant, node, path);
    const inner = [...path, discriminator];
    if (value) return reportValue(z.enum(names as [string, ...string[]]), value, inner);
    const near = members(node).find(({ key }) => nearest(String(key.value), [discriminator]));
    if (near) return reportKey(near.key, String(near.key.value), [discriminator], [discriminator], path);
    report(
      node,
      inner,
      'missing_key',
      l10n.t('"{0}" is missing. Add it: {1}.', discriminator, describe(z.enum(names as [string, ...string[]]))),
    );
  }

  function reportKey(key: Node, name: string, free: readonly string[], known: readonly string[], path: Path): void {
    const near = nearest(name, free);
    const present = near ? undefined : nearest(name, known);
    const home = near || present ? undefined : homeOf(schema, name, path);
    const remedy = near
      ? l10n.t('Did you mean "{0}"?', near)
      : present
        ? l10n.t('Remove it: "{0}" is there already.', present)
        : home
          ? home.place.length > 0
            ? l10n.t('Write it as "{0}" in "{1}".', home.key, home.place.join('.'))
            : l10n.t('Write it as "{0}" at the top of the file.', home.key)
          : l10n.t('Remove it; known here: {0}.', listed(known, 'and'));
    report(key, [...path, name], 'unknown_key', l10n.t('Unknown key {0}. {1}', shortened(name), remedy), near);
  }

  function reportMissing(name: string, schema: Schema, shape: object, node: Node, path: Path): void {
    const near = members(node).some(
      ({ key }) => !Object.hasOwn(shape, String(key.value)) && nearest(String(key.value), [name]),
    );
    // A misspelt key has been reported as that; one clear message is enough.
    if (!near)
      report(node, [...path, name], 'missing_key', l10n.t('"{0}" is missing. Add it: {1}.', name, describe(schema)));
  }

  function reportValue(schema: Schema, node: Node, path: Path): void {
    const key = path.at(-1);
    const subject =
      typeof key === 'number'
        ? l10n.t('Item {0} of "{1}"', key + 1, String(path.at(-2)))
        : key === undefined
          ? l10n.t('The file')
          : `"${key}"`;
    const value = node.value as unknown;
    const says = l10n.t('{0} is {1}', subject, shown(node));
    const names = [...new Set([...namesOf(schema), ...variantsOf(schema).keys()])];
    if (typeof value === 'string' && names.length > 0) {
      const near = nearest(value, names);
      const needs = near === value ? requiredBy(variantsOf(schema).get(value)) : [];
      if (needs.length > 0) {
        const key = discriminatorOf(schema);
        const example = `{ "${key}": "${value}", ${needs.map((name) => `"${name}": …`).join(', ')} }`;
        return report(
          node,
          path,
          'missing_key',
          l10n.t('"{0}" needs {1}. Write {2}.', value, listed(needs, 'and'), example),
        );
      }
      return report(
        node,
        path,
        'unknown_name',
        near ? l10n.t('{0}. Did you mean "{1}"?', says, near) : l10n.t('{0}; it must be {1}.', says, describe(schema)),
        near,
      );
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      return report(
        node,
        path,
        'not_finite',
        l10n.t('{0}, which is too large for a number. Write a smaller one.', says),
      );
    }
    const range =
      typeof value === 'number' && optionsOf(schema).some((option) => isNumberOf(definitionOf(option), value));
    report(
      node,
      path,
      range ? 'out_of_range' : 'wrong_type',
      l10n.t('{0}; it must be {1}.', says, describe(schema, typeof value === 'number' && value > largest)),
    );
  }

  function shown(node: Node): string {
    if (node.type === 'object') return l10n.t('an object');
    const whole = snippet(text, node.offset, node.length);
    return node.type === 'array' && whole.endsWith('…') ? l10n.t('a list') : whole;
  }
}

const shortened = (name: string): string => JSON.stringify(name.length > 40 ? `${name.slice(0, 39)}…` : name);

const accepts = (schema: Schema, node: Node | undefined): boolean => z.safeParse(schema, node && valueOf(node)).success;

/** The branches of a union, nested ones laid flat; those told apart by a key stay together. */
function optionsOf(schema: Schema): readonly Schema[] {
  const def = definitionOf(schema);
  return def.type === 'union' && !('discriminator' in def) ? def.options.flatMap(optionsOf) : [schema];
}

type Variants = Definition & { type: 'union'; discriminator: string };

const variantUnions = (schema: Schema): Variants[] =>
  optionsOf(schema)
    .map(definitionOf)
    .filter((def): def is Variants => def.type === 'union' && 'discriminator' in def);

const discriminatorOf = (schema: Schema): string | undefined => variantUnions(schema)[0]?.discriminator;

/** The objects a schema takes that are told apart by a key, by what that key says. */
function variantsOf(schema: Schema): Map<string, Schema> {
  const variants = new Map<string, Schema>();
  for (const { options, discriminator } of variantUnions(schema)) {
    for (const variant of options) {
      const { shape } = definitionOf(variant) as Definition & { type: 'object' };
      variants.set(namesOf(shape[discriminator]!)[0]!, variant);
    }
  }
  return variants;
}

/** The keys an object can't be without, but for the one that says which it is. */
function requiredBy(variant: Schema | undefined): string[] {
  const def = variant && definitionOf(variant);
  if (def?.type !== 'object') return [];
  return Object.keys(def.shape).filter(
    (key) => definitionOf(def.shape[key]!).type !== 'literal' && isRequired(def.shape[key]!),
  );
}

/** The one place in the file where a key is known, `training.optimizer` for learningRate: in the same layer, say, or else anywhere but in lists. */
function homeOf(root: Schema, name: string, path: Path): { key: string; place: Path } | undefined {
  const homes: { key: string; place: Path }[] = [];
  const begins = (place: Path) => place.every((step, i) => step === path[i]);
  const walk = (schema: Schema, place: Path) => {
    for (const option of optionsOf(schema)) {
      const def = definitionOf(option);
      if (def.type === 'union') for (const variant of def.options) walk(variant, place);
      const around = place.length < path.length && begins(place);
      if (def.type === 'array' && around) walk(def.element, [...place, path[place.length]!]);
      if (def.type !== 'object') continue;
      const key = Object.keys(def.shape).find((key) => alike(key, name));
      const known = [path, ...homes.map((home) => home.place)].some((other) => other.join() === place.join());
      if (key !== undefined && !known) homes.push({ key, place });
      for (const [key, inner] of Object.entries(def.shape)) walk(inner, [...place, key]);
    }
  };
  walk(root, []);
  const within = homes.filter(({ place }) => path.length > 0 && path.every((step, i) => place[i] === step));
  return [within, homes].find(({ length }) => length === 1)?.[0];
}

/** A number of the right kind: then only its size can be wrong. */
const isNumberOf = (def: Definition, value: number): boolean =>
  def.type === 'number' && (!('format' in def) || Number.isInteger(value));

/** Whether a value of this form could be meant for this branch. */
function fits(def: Definition, node: Node): boolean {
  switch (def.type) {
    case 'object':
    case 'union':
      return node.type === 'object';
    case 'array':
    case 'tuple':
      return node.type === 'array';
    case 'enum':
      return node.type === 'string';
    case 'literal':
      return def.values.some((value) => typeof value === node.type);
    default:
      return def.type === node.type;
  }
}
