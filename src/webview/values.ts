import * as l10n from '@vscode/l10n';
import { describe } from '../engine/spec/describe.ts';
import type { Field } from '../engine/spec/fields.ts';

/** A value as a person types it: JSON, but words without quotes. */
export const valueText = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** What was typed: JSON if it is any, nothing if it is empty, else a word. */
export function valueOf(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Why a field cannot hold what was typed; undefined if it can. Empty takes it out of the file. */
export function valueFault(field: Field, text: string): string | undefined {
  const value = valueOf(text);
  if (value === undefined)
    return field.default !== undefined || field.optional ? undefined : l10n.t('A value is needed.');
  return refusal(field, value);
}

/** What a field's own check wants in place of a value; undefined if it takes it. */
export const refusal = ({ schema }: Field, value: unknown): string | undefined =>
  schema.safeParse(value).success ? undefined : l10n.t('It must be {0}.', describe(schema));
