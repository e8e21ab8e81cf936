import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { activations } from '../../engine/activations/index.ts';
import { initializers } from '../../engine/initializers.ts';
import { penalties } from '../../engine/layers/trainable.ts';
import { schedules } from '../../engine/schedules.ts';
import { isRequired, type Field } from '../../engine/spec/fields.ts';
import { optimizers } from '../../engine/spec/optimizers.ts';
import { icon } from '../icons.ts';
import { inSentence } from '../words.ts';
import { controlOf } from './control.ts';
import { helpNote, helpSign, type Explained } from './help.ts';
import type { Place } from './place.ts';

/** All fields of a place. */
export const fieldRows = (place: Place, shown = (_key: string): boolean => true): TemplateResult[] =>
  Object.entries(place.fields)
    .filter(([key]) => shown(key))
    .map(([key, field]) => fieldRow(place, key, field));

/** One field: label, where its value comes from, and the control its table asks for. */
function fieldRow(place: Place, key: string, field: Field): TemplateResult {
  const { panel } = place;
  return html`<div class="field ${isOwn(place, key) && cascades(place, field) ? 'own' : ''} of-${field.control}">
    <div class="field-label" title=${field.doc}>
      ${field.control === 'switch' ? controlOf(place, key, field) : html`<span>${field.label}</span>`}
      ${helpSign(panel, key, field.label)}<span class="grow"></span>${origin(place, key, field)}
    </div>
    ${helpNote(panel, key, [field, ...explained(place, key, field)])}
    ${field.control === 'switch' ? nothing : controlOf(place, key, field)}
  </div>`;
}

/** What a field's help says beside the field itself: the value that is chosen, and what that can be told. */
function explained({ values }: Place, key: string, { control }: Field): Explained[] {
  if (control === 'regularization') return Object.values(penalties);
  const rows = { activation: activations, initializer: initializers, optimizer: optimizers, schedule: schedules }[
    control as string
  ];
  const { name } = (values[key] ?? {}) as { name?: string };
  const row = rows?.find((row) => row.name === name);
  return row ? [row, ...Object.values<Field>(row.parameters)] : [];
}

const isOwn = ({ written }: Place, key: string) => written[key] !== undefined;

/** Whether a field that is left out is the network's default: only a layer's can be. */
const cascades = ({ drawn }: Place, field: Field): boolean => drawn !== undefined && field.cascades === true;

/** Whether the value is written or a default, with the way to the other. */
function origin(place: Place, key: string, field: Field): unknown {
  const { panel } = place;
  // A source of the kind "file" needs its path.
  if (isRequired(field) || key === 'path') return nothing;
  const network = cascades(place, field);
  if (isOwn(place, key)) {
    if (!panel.editable) return nothing;
    return html`<button
      class="link"
      title=${
        network
          ? l10n.t('Takes the field out of the layer; the network’s default applies then')
          : l10n.t('Takes the field out of the file; the default applies then')
      }
      @click=${() => panel.edit(place.set([key], undefined))}
    >
      ${icon('undo')}${network ? l10n.t('use network default') : l10n.t('use default')}
    </button>`;
  }
  if (!network) return html`<span>${l10n.t('default')}</span>`;
  return html`<button
      class="link"
      title=${l10n.t('Shows the defaults of all layers, to change them')}
      @click=${() => panel.show('network')}
    >
      ${l10n.t('network default')}
    </button>
    ${
      panel.editable
        ? html`<button
            class="link icon-only"
            aria-label=${l10n.t('Set {0} for this layer', inSentence(field.label))}
            title=${l10n.t('Writes the value into this layer, so that it no longer follows the network’s default')}
            @click=${() => panel.edit(place.set([key], ownValue(place, key)))}
          >
            ${icon('pin')}
          </button>`
        : nothing
    }`;
}

/** What to write so that the layer keeps the value it has now. */
function ownValue({ drawing, values }: Place, key: string): unknown {
  const defaults = drawing.written['defaults'] as Record<string, unknown> | undefined;
  if (defaults?.[key] !== undefined) return defaults[key];
  const value = values[key];
  if (key === 'bias')
    return value === false ? false : ((value as { parameters?: { value?: number } }).parameters?.value ?? 0);
  return typeof value === 'object' && value !== null && 'name' in value ? value.name : value;
}
