import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { activations } from '../../engine/activations/index.ts';
import { initializers, type Initializer } from '../../engine/initializers.ts';
import { penalties } from '../../engine/layers/trainable.ts';
import { schedules } from '../../engine/schedules.ts';
import type { Field } from '../../engine/spec/fields.ts';
import { optimizers } from '../../engine/spec/optimizers.ts';
import { checkbox, numberField, select } from '../controls.ts';
import { activationCurve } from './curve.ts';
import { batch, corruption, dataFile, optimizer, scale, split } from './partControls.ts';
import { columns, shape } from './listControls.ts';
import { named } from './named.ts';
import { number } from './number.ts';
import type { Place } from './place.ts';
import { spread } from './spread.ts';
import { valueField } from './valueField.ts';

/** What a field's value is changed with, as its table asks for it. */
export function controlOf(place: Place, key: string, field: Field): unknown {
  const { panel, drawn } = place;
  const value = place.values[key];
  switch (field.control) {
    case 'integer':
    case 'number':
      return number(place, [key], field);
    case 'switch':
      return checkbox(field.label, value === true, (on) => panel.edit(place.set([key], on)), !panel.editable);
    case 'source':
    case 'choice':
      return select({
        label: field.label,
        value: typeof value === 'string' ? value : '',
        choices: [
          ...(field.optional ? [{ value: '', label: l10n.t('automatic') }] : []),
          ...(field.choices ?? []).map((name) => ({ value: name, label: name })),
        ],
        title: field.doc,
        disabled: !panel.editable,
        class: place.written[key] === undefined ? 'inherited' : '',
        change(name) {
          // A file has a name, which the person has to say first.
          if (field.control === 'source' && name === 'file' && place.values['path'] === undefined)
            void panel.chooseData('path', 'file');
          else panel.edit(place.set([key], name || undefined));
        },
      });
    case 'size':
      return size(place, key, field);
    case 'activation':
      return html`${named(place, key, field, activations)} ${drawn && activationCurve(panel, drawn)}`;
    case 'initializer':
      return html`${named(place, key, field, initializers)} ${drawn && spread(drawn)}`;
    case 'schedule':
      return named(place, key, field, schedules);
    case 'optimizer':
      return optimizer(place, field, optimizers);
    case 'bias':
      return bias(place, key, field);
    case 'regularization':
      return regularization(place, key);
    case 'batch':
      return batch(place, key, field);
    case 'file':
      return dataFile(place, key, field);
    case 'split':
      return split(place, key);
    case 'scale':
      return scale(place, key, field);
    case 'corruption':
      return corruption(place, key, field);
    case 'shape':
      return shape(place, key, field);
    case 'columns':
      return columns(place, key, field);
    case 'formula':
    case 'pair':
    case 'none':
      return valueField(field, value, !panel.editable, (value) => panel.edit(place.set([key], value)));
  }
}

/** One number for a square; two where the file says two. */
function size(place: Place, key: string, field: Field): TemplateResult {
  const { panel } = place;
  const value = place.values[key] as number | readonly [number, number];
  const whole = { whole: true, minimum: 1 };
  if (typeof value === 'number') {
    return html`<div class="columns wide-narrow">
      ${number(place, [key], field, whole)}
      <button class="link" ?disabled=${!panel.editable} @click=${() => panel.edit(place.set([key], [value, value]))}>
        ${l10n.t('height × width')}
      </button>
    </div>`;
  }
  const [height, width] = value;
  const side = (label: string, value: number, pair: (n: number) => readonly [number, number]) =>
    number(place, [key], field, {
      ...{ ...whole, label, value },
      change: (n) => panel.edit(place.set([key], n === undefined ? undefined : pair(n))),
    });
  return html`<div class="columns two">
    ${side(l10n.t('{0}, height', field.label), height, (n) => [n, width])}
    ${side(l10n.t('{0}, width', field.label), width, (n) => [height, n])}
  </div>`;
}

function bias({ panel, values, written, set }: Place, key: string, field: Field): TemplateResult {
  const value = values[key] as Initializer | false;
  const constant = value && value.name === 'constant' ? value.parameters['value'] : undefined;
  return html`<div class="columns wide-narrow">
    ${numberField({
      label: field.label,
      value: constant,
      whole: false,
      placeholder: value === false ? l10n.t('none') : (value?.name ?? ''),
      title: field.doc,
      disabled: !panel.editable || value === false,
      inherited: written[key] === undefined,
      change: (value) => panel.edit(set([key], value)),
    })}
    ${checkbox(l10n.t('no bias'), value === false, (none) => panel.edit(set([key], none ? false : 0)), !panel.editable)}
  </div>`;
}

const regularization = (place: Place, key: string): TemplateResult =>
  html`<div class="columns three">
    ${Object.entries(penalties).map(
      ([penalty, field]) =>
        html`<div>
          ${number(place, [key, penalty], field)}<span class="secondary small" aria-hidden="true">${field.label}</span>
        </div>`,
    )}
  </div>`;
