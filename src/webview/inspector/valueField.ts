import type { TemplateResult } from 'lit';
import type { Field } from '../../engine/spec/fields.ts';
import { textField } from '../controls.ts';
import { valueFault, valueOf, valueText } from '../values.ts';

/** A field without a control of its own, written as in the file: a list, an object, a word. */
export const valueField = (
  field: Field,
  value: unknown,
  disabled: boolean,
  change: (value: unknown) => void,
): TemplateResult =>
  textField({
    label: field.label,
    value: valueText(value),
    title: field.doc,
    disabled,
    fault: (text) => valueFault(field, text),
    change: (text) => change(valueOf(text)),
  });
