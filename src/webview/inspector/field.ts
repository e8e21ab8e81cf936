import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { activations } from '../../engine/activations/index.ts';
import { initializers } from '../../engine/initializers.ts';
import { penalties } from '../../engine/layers/trainable.ts';
import type { Field, NamedRow } from '../../engine/spec/fields.ts';
import { formulaFault } from '../../engine/spec/formula.ts';
import { checkbox, numberField, select, textField } from '../controls.ts';
import type { Drawing, DrawnLayer } from '../document.ts';
import { namedValue, set, setField } from '../edits.ts';
import { icon } from '../icons.ts';
import type { NumberLimits } from '../numbers.ts';
import type { Panel } from '../store.ts';
import { activationCurve } from './curve.ts';
import { helpNote, helpSign, type Explained } from './help.ts';
import { spread } from './spread.ts';
import { inSentence } from '../words.ts';
import { valueField } from './valueField.ts';

export interface FieldContext {
  readonly panel: Panel;
  readonly drawing: Drawing;
  readonly drawn: DrawnLayer;
}

/** One field of a layer: label, where its value comes from, and the control its table asks for. */
export function fieldRow(context: FieldContext, key: string, field: Field): TemplateResult {
  const control = controlOf(context, key, field);
  return html`<div class="field ${isOwn(context, key) && field.cascades ? 'own' : ''} ${field.control}">
    <div class="field-label" title=${field.doc}>
      <span>${field.label}</span>${helpSign(context.panel, key, field.label)}<span class="grow"></span
      >${origin(context, key, field)}
    </div>
    ${helpNote(context.panel, key, [field, ...explained(context, key, field)])} ${control}
  </div>`;
}

/** What a field's help says beside the field itself: the value that is chosen, and what that can be told. */
function explained({ drawn }: FieldContext, key: string, { control }: Field): Explained[] {
  if (control === 'regularization') return Object.values(penalties);
  const rows = { activation: activations, initializer: initializers }[control as string];
  const { name } = (drawn.layer.fields[key] ?? {}) as { name?: string };
  const row = rows?.find((row) => row.name === name);
  return row ? [row, ...Object.values<Field>(row.parameters)] : [];
}

const isOwn = ({ drawn }: FieldContext, key: string) => drawn.written[key] !== undefined;

/** Whether the value is the layer's own or the network's, with the way to the other. */
function origin(context: FieldContext, key: string, field: Field): unknown {
  const { panel, drawn } = context;
  const removable = field.cascades ?? field.default !== undefined;
  if (isOwn(context, key)) {
    if (!removable || !panel.editable) return nothing;
    const text = field.cascades ? l10n.t('use network default') : l10n.t('use default');
    return html`<button
      class="link"
      title=${
        field.cascades
          ? l10n.t('Takes the field out of the layer; the network’s default applies then')
          : l10n.t('Takes the field out of the layer; the default applies then')
      }
      @click=${() => panel.edit(setField(drawn, key, undefined))}
    >
      ${icon('undo')}${text}
    </button>`;
  }
  const text = field.cascades ? l10n.t('network default') : l10n.t('default');
  if (!field.cascades || !panel.editable) return removable ? html`<span>${text}</span>` : nothing;
  return html`<span>${text}</span
    ><button
      class="link icon-only"
      aria-label=${l10n.t('Set {0} for this layer', inSentence(field.label))}
      title=${l10n.t('Writes the value into this layer, so that it no longer follows the network’s default')}
      @click=${() => panel.edit(setField(drawn, key, ownValue(context, key)))}
    >
      ${icon('pin')}
    </button>`;
}

/** What to write so that the layer keeps the value it has now. */
function ownValue({ drawing, drawn }: FieldContext, key: string): unknown {
  const defaults = drawing.written['defaults'] as Record<string, unknown> | undefined;
  if (defaults?.[key] !== undefined) return defaults[key];
  const value = drawn.layer.fields[key];
  if (key === 'bias')
    return value === false ? false : ((value as { parameters?: { value?: number } }).parameters?.value ?? 0);
  return typeof value === 'object' && value !== null && 'name' in value ? value.name : value;
}

function controlOf(context: FieldContext, key: string, field: Field): unknown {
  const { drawn } = context;
  const value = drawn.layer.fields[key];
  switch (field.control) {
    case 'integer':
    case 'number':
      return number(context, key, field, field.label, value as number | undefined, (value) =>
        setField(drawn, key, value),
      );
    case 'choice':
      return select({
        label: field.label,
        value: typeof value === 'string' ? value : '',
        choices: (field.choices ?? []).map((name) => ({ value: name, label: name })),
        title: field.doc,
        disabled: !context.panel.editable,
        class: isOwn(context, key) ? '' : 'inherited',
        change: (name) => context.panel.edit(setField(drawn, key, name)),
      });
    case 'size':
      return size(context, key, field);
    case 'activation':
      return html`${namedSelect(context, key, field, activations)} ${activationCurve(context.panel, drawn)}`;
    case 'initializer':
      return html`${namedSelect(context, key, field, initializers)} ${spread(drawn)}`;
    case 'bias':
      return bias(context, key, field);
    case 'regularization':
      return regularization(context, key);
    case 'formula':
    case 'none':
      return valueField(field, value, !context.panel.editable, (value) =>
        context.panel.edit(setField(drawn, key, value)),
      );
  }
}

/** A spin button that lets through only what the field's own check accepts. */
function number(
  { panel, drawn }: FieldContext,
  key: string,
  field: Field,
  label: string,
  value: number | undefined,
  gesture: (value: number) => ReturnType<typeof setField>,
  limits: Partial<NumberLimits> = {},
): TemplateResult {
  return numberField({
    label,
    value,
    whole: field.control === 'integer',
    minimum: field.minimum,
    maximum: field.maximum,
    fault: (value) => (field.schema.safeParse(value).success ? undefined : field.doc),
    ...limits,
    title: field.doc,
    disabled: !panel.editable,
    inherited: drawn.written[key] === undefined,
    change: (value) => panel.edit(gesture(value)),
  });
}

/** One number for a square; two where the file says two. */
function size(context: FieldContext, key: string, field: Field): TemplateResult {
  const { drawn, panel } = context;
  const value = drawn.layer.fields[key] as number | readonly [number, number];
  const whole = { whole: true, minimum: 1 };
  if (typeof value === 'number') {
    return html`<div class="columns wide-narrow">
      ${number(context, key, field, field.label, value, (n) => setField(drawn, key, n), whole)}
      <button
        class="link"
        ?disabled=${!panel.editable}
        @click=${() => panel.edit(setField(drawn, key, [value, value]))}
      >
        ${l10n.t('height × width')}
      </button>
    </div>`;
  }
  const [height, width] = value;
  return html`<div class="columns two">
    ${number(context, key, field, l10n.t('{0}, height', field.label), height, (n) => setField(drawn, key, [n, width]), whole)}
    ${number(context, key, field, l10n.t('{0}, width', field.label), width, (n) => setField(drawn, key, [height, n]), whole)}
  </div>`;
}

/** A list of named values, and spin buttons for what the chosen one can be told. */
function namedSelect(
  context: FieldContext,
  key: string,
  field: Field,
  rows: readonly (NamedRow & { formula: string })[],
): TemplateResult {
  const { panel, drawn } = context;
  const { name, parameters, ...rest } = drawn.layer.fields[key] as {
    name: string;
    parameters: Readonly<Record<string, number>>;
    formula?: string;
  };
  const change = (parameter: string, value: unknown) =>
    setField(drawn, key, { name, ...parameters, ...rest, [parameter]: value });
  const row = rows.find((row) => row.name === name);
  return html`${select({
    label: field.label,
    value: name,
    choices: rows.map((row) => ({ value: row.name, label: row.name })),
    title: row?.doc,
    disabled: !panel.editable,
    class: isOwn(context, key) ? '' : 'inherited',
    change(name) {
      const chosen = rows.find((row) => row.name === name);
      if (chosen) panel.edit(setField(drawn, key, namedValue(chosen)));
    },
  })}
  ${Object.entries(row?.parameters ?? {}).map(([parameter, field]) =>
    field.control === 'formula'
      ? html`<div class="formula">
          ${textField({
            label: field.label,
            value: rest.formula ?? '',
            title: field.doc,
            disabled: !panel.editable,
            fault: formulaFault,
            change: (value) => panel.edit(change(parameter, value)),
          })}
        </div>`
      : html`<div class="columns parameter">
          <span class="secondary small">${field.label}</span>
          ${number(context, key, field, field.label, parameters[parameter], (value) => change(parameter, value))}
        </div>`,
  )}`;
}

function bias(context: FieldContext, key: string, field: Field): TemplateResult {
  const { panel, drawn } = context;
  const value = drawn.layer.fields.bias;
  const constant = value && value.name === 'constant' ? value.parameters['value'] : undefined;
  return html`<div class="columns wide-narrow">
    ${numberField({
      label: field.label,
      value: constant,
      whole: false,
      placeholder: value === false ? l10n.t('none') : (value?.name ?? ''),
      title: field.doc,
      disabled: !panel.editable || value === false,
      inherited: !isOwn(context, key),
      change: (value) => panel.edit(setField(drawn, key, value)),
    })}
    ${checkbox(l10n.t('no bias'), value === false, (none) => panel.edit(setField(drawn, key, none ? false : 0)), !panel.editable)}
  </div>`;
}

function regularization(context: FieldContext, key: string): TemplateResult {
  const { drawn } = context;
  const values = drawn.layer.fields.regularization as unknown as Readonly<Record<string, number>>;
  return html`<div class="columns three">
    ${Object.entries(penalties).map(
      ([penalty, field]) =>
        html`<div>
          ${number(context, key, field, field.label, values[penalty], (value) =>
            set(['layers', drawn.index, key, penalty], value, l10n.t('Set {0} of {1}', field.label, drawn.layer.id)),
          )}<span class="secondary small" aria-hidden="true">${field.label}</span>
        </div>`,
    )}
  </div>`;
}
