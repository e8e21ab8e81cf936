import { html, type TemplateResult } from 'lit';
import type { Field, NamedRow } from '../../engine/spec/fields.ts';
import { formulaFault } from '../../engine/spec/formula.ts';
import { checkbox, select, textField } from '../controls.ts';
import { namedValue } from '../edits.ts';
import { pair } from './listControls.ts';
import { number } from './number.ts';
import type { Place } from './place.ts';
import { valueField } from './valueField.ts';

/** A list of named values, and controls for what the chosen one can be told. */
export function named(place: Place, key: string, field: Field, rows: readonly NamedRow[]): TemplateResult {
  const { panel, written } = place;
  const { name, parameters, ...rest } = place.values[key] as {
    name: string;
    parameters: Readonly<Record<string, number>>;
    formula?: string;
  };
  const row = rows.find((row) => row.name === name);
  const own = written[key] as Readonly<Record<string, unknown>> | string | undefined;
  return html`${select({
    label: field.label,
    value: name,
    choices: rows.map((row) => ({ value: row.name, label: row.name })),
    title: row?.doc,
    disabled: !panel.editable,
    class: own === undefined ? 'inherited' : '',
    change(name) {
      const chosen = rows.find((row) => row.name === name);
      if (chosen) panel.edit(place.set([key], namedValue(chosen)));
    },
  })}
  ${Object.entries(row?.parameters ?? {}).map(([name, field]) =>
    parameter(
      place,
      field,
      { ...parameters, ...rest }[name],
      typeof own !== 'object' || own[name] === undefined,
      (value) => {
        const { [name]: _, ...others } = typeof own === 'object' ? own : { name: row?.name, ...parameters, ...rest };
        panel.edit(place.set([key], { ...others, ...(value === undefined ? {} : { [name]: value }) }));
      },
    ),
  )}`;
}

/** One thing a named value can be told; emptied, it takes its default. */
export function parameter(
  place: Place,
  field: Field,
  value: unknown,
  inherited: boolean,
  change: (value: unknown) => void,
): TemplateResult {
  const disabled = !place.panel.editable;
  switch (field.control) {
    case 'formula':
      return html`<div class="formula">
        ${textField({
          label: field.label,
          value: typeof value === 'string' ? value : '',
          title: field.doc,
          disabled,
          fault: formulaFault,
          change,
        })}
      </div>`;
    case 'switch':
      return html`<div class="columns parameter">
        ${checkbox(field.label, value === true, (on) => change(on || undefined), disabled)}
      </div>`;
    case 'pair':
      return pair(place, field, value as readonly [number, number], inherited, change);
    default:
      return html`<div class="columns parameter">
        <span class="secondary small">${field.label}</span>
        ${
          field.control === 'integer' || field.control === 'number'
            ? number(place, [], field, { value: value as number | undefined, inherited, change })
            : valueField(field, value, disabled, change)
        }
      </div>`;
  }
}
