import * as l10n from '@vscode/l10n';
import type * as z from 'zod/mini';
import { largest } from './fields.ts';
import { joined, listed } from './names.ts';

export type Schema = z.core.$ZodType;
export type Definition = z.core.$ZodTypes['_zod']['def'];

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
      return ('format' in def ? l10n.t('a whole number') : l10n.t('a number')) + bounds(def.checks, big);
    case 'string':
      if (!def.checks) return l10n.t('text');
      return def.checks.some((check) => check._zod.def.check === 'string_format')
        ? l10n.t('a name of letters, digits, "_" and "-" that starts with a letter or "_"')
        : l10n.t('text that is not empty');
    case 'boolean':
      return l10n.t('true or false');
    case 'enum':
      return l10n.t('one of {0}', listed(namesOf(schema)));
    case 'literal':
      return joined(def.values.map((value) => JSON.stringify(value)));
    case 'object': {
      const keys = requiredOf(def);
      return keys.length > 0 ? l10n.t('an object with {0}', listed(keys, 'and')) : l10n.t('an object { … }');
    }
    case 'array':
      return def.checks
        ? l10n.t('a list of one or more {0}', plural(def.element))
        : l10n.t('a list of {0}', plural(def.element));
    case 'tuple':
      return lists([def]);
    case 'union':
      return describeUnion(def, big);
    default:
      return l10n.t('another value');
  }
}

const requiredOf = ({ shape }: Definition & { type: 'object' }): string[] =>
  Object.keys(shape).filter((key) => isRequired(shape[key]!));

/** Whether a key of this schema must be there. */
export const isRequired = (schema: Schema): boolean => schema._zod.optin !== 'optional';

function describeUnion(def: Definition & { type: 'union' }, big: boolean): string {
  const { discriminator } = def as { discriminator?: string };
  if (discriminator) return l10n.t('an object with {0}', JSON.stringify(discriminator));
  const options = def.options.map(definitionOf);
  if (options.every((option) => option.type === 'tuple')) return lists(options);
  const parts = def.options.map((option) => describe(option, big));
  return parts.length > 2 ? l10n.t('{0}, or {1}', parts.slice(0, -1).join(', '), parts.at(-1)!) : joined(parts);
}

const lists = (tuples: readonly (Definition & { type: 'tuple' })[]): string =>
  l10n.t('a list of {0} {1}', joined(tuples.map((def) => String(def.items.length))), plural(tuples[0]!.items[0]!));

/** As `describe`, of several in a list. */
function plural(schema: Schema): string {
  const def = definitionOf(schema);
  switch (def.type) {
    case 'number':
      return ('format' in def ? l10n.t('whole numbers') : l10n.t('numbers')) + bounds(def.checks, false);
    case 'string':
      return l10n.t('names');
    case 'object':
      return l10n.t('objects with {0}', listed(requiredOf(def), 'and'));
    case 'union':
      return 'discriminator' in def
        ? l10n.t('objects with {0}', JSON.stringify(def.discriminator))
        : joined(def.options.map(plural));
    default:
      return describe(schema);
  }
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
  if (least?.inclusive && most?.inclusive) return ` ${l10n.t('from {0} to {1}', least.value, most.value)}`;
  const words = [
    ...(least
      ? [least.inclusive ? l10n.t('of at least {0}', least.value) : l10n.t('greater than {0}', least.value)]
      : []),
    ...(most ? [most.inclusive ? l10n.t('at most {0}', most.value) : l10n.t('less than {0}', most.value)] : []),
  ];
  return words.length > 0 ? ` ${joined(words, 'and')}` : '';
}

interface Bound {
  value: number;
  inclusive: boolean;
}
