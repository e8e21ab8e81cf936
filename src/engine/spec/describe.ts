import type * as z from 'zod/mini';
import { largest } from './fields.ts';
import { listed } from './names.ts';

export type Schema = z.core.$ZodType;
export type Definition = z.core.$ZodTypes['_zod']['def'];

const idWords = 'a name of letters, digits, "_" and "-" that starts with a letter or "_"';

/** A schema's definition, wrappers that only say "may be left out" taken off. */
export function definitionOf(schema: Schema): Definition {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  return def.type === 'optional' || def.type === 'readonly' ? definitionOf(def.innerType) : def;
}

/** What values a schema takes, in words that follow "it must be". `big` says that the upper bound matters here. */
export function describe(schema: Schema, big = false): string {
  const def = definitionOf(schema);
  switch (def.type) {
    case 'number':
      return `${'format' in def ? 'a whole number' : 'a number'}${bounds(def.checks, big)}`;
    case 'string':
      if (!def.checks) return 'text';
      return def.checks.some((check) => check._zod.def.check === 'string_format') ? idWords : 'text that is not empty';
    case 'boolean':
      return 'true or false';
    case 'enum':
      return `one of ${listed(namesOf(schema))}`;
    case 'literal':
      return def.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'object':
      return describeObject(def);
    case 'array':
      return `a list of ${def.checks ? 'one or more ' : ''}${plural(def.element)}`;
    case 'tuple':
      return lists([def]);
    case 'union':
      return describeUnion(def, big);
    default:
      return 'another value';
  }
}

function describeObject({ shape }: Definition & { type: 'object' }): string {
  const required = Object.keys(shape).filter((key) => isRequired(shape[key]!));
  return required.length > 0 ? `an object with ${listed(required, 'and')}` : 'an object { … }';
}

/** Whether a key of this schema must be there. */
export const isRequired = (schema: Schema): boolean => schema._zod.optin !== 'optional';

function describeUnion(def: Definition & { type: 'union' }, big: boolean): string {
  const { discriminator } = def as { discriminator?: string };
  if (discriminator) return `an object with ${JSON.stringify(discriminator)}`;
  const options = def.options.map(definitionOf);
  if (options.every((option) => option.type === 'tuple')) return lists(options);
  const parts = def.options.map((option) => describe(option, big));
  return parts.length > 2 ? `${parts.slice(0, -1).join(', ')}, or ${parts.at(-1)}` : parts.join(' or ');
}

const lists = (tuples: readonly (Definition & { type: 'tuple' })[]): string =>
  `a list of ${tuples.map((def) => def.items.length).join(' or ')} ${plural(tuples[0]!.items[0]!)}`;

function plural(schema: Schema): string {
  const def = definitionOf(schema);
  if (def.type === 'string') return 'names';
  if (def.type === 'union' && !('discriminator' in def)) return def.options.map(plural).join(' or ');
  return describe(schema)
    .replace(/^an? /, '')
    .replace(/(number|object)/, '$1s');
}

/** The texts an enum, a literal or a choice among them takes. */
export function namesOf(schema: Schema): string[] {
  const def = definitionOf(schema);
  if (def.type === 'enum') return Object.values(def.entries).map(String);
  if (def.type === 'literal')
    return def.values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  if (def.type === 'union')
    return def.options.flatMap((option) => (definitionOf(option).type === 'object' ? [] : namesOf(option)));
  return [];
}

/** "of at least 1", "from 0 to 1", "greater than 0 and at most 1" … */
function bounds(checks: readonly z.core.$ZodCheck[] = [], big: boolean): string {
  let least: Bound | undefined;
  let most: Bound | undefined;
  for (const check of checks) {
    const def = check._zod.def as unknown as Bound & { check: string };
    if (def.check === 'greater_than' && !(least && least.value > def.value)) least = def;
    if (def.check === 'less_than') most = def;
  }
  if (most?.value === largest && !big) most = undefined;
  if (least?.inclusive && most?.inclusive) return ` from ${least.value} to ${most.value}`;
  const words = [
    ...(least ? [least.inclusive ? `of at least ${least.value}` : `greater than ${least.value}`] : []),
    ...(most ? [most.inclusive ? `at most ${most.value}` : `less than ${most.value}`] : []),
  ];
  return words.length > 0 ? ` ${words.join(' and ')}` : '';
}

interface Bound {
  value: number;
  inclusive: boolean;
}
