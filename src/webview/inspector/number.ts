import type { TemplateResult } from 'lit';
import type { Field } from '../../engine/spec/fields.ts';
import { numberField } from '../controls.ts';
import type { Path } from '../edits.ts';
import type { NumberLimits } from '../numbers.ts';
import { refusal } from '../values.ts';
import type { Place } from './place.ts';

/** A spin button that lets through only what the field's own check accepts. Emptied, it goes back to the default. */
export function number(
  { panel, values, written, set }: Place,
  path: Path,
  field: Field,
  {
    value = under(values, path) as number | undefined,
    label = field.label,
    inherited = under(written, path) === undefined,
    change = (value: unknown) => panel.edit(set(path, value)),
    ...limits
  }: Partial<NumberLimits> & {
    value?: number | undefined;
    label?: string;
    inherited?: boolean;
    change?: (value: number | undefined) => void;
  } = {},
): TemplateResult {
  return numberField({
    label,
    value,
    whole: field.control === 'integer',
    minimum: field.minimum,
    maximum: field.maximum,
    fault: (value) => refusal(field, value),
    ...limits,
    title: field.doc,
    disabled: !panel.editable,
    inherited,
    change,
    ...(field.default === undefined ? {} : { emptied: () => change(undefined) }),
  });
}

/** The value at a path, undefined where there is none on the way. */
const under = (value: unknown, path: Path): unknown =>
  path.reduce((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);
