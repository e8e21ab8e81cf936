import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { sizeOf, type Shape } from '../../engine/layers/layer.ts';
import { largest, type Field } from '../../engine/spec/fields.ts';
import { numberField, select } from '../controls.ts';
import { icon } from '../icons.ts';
import { pictureOf } from '../look/picture.ts';
import { refusal } from '../values.ts';
import type { Place } from './place.ts';
import { valueField } from './valueField.ts';

/** Controls of fields whose value is a list: numbers side by side, and a choice of columns. */

/** Two numbers under one name, each with a box of its own. */
export function pair(
  { panel }: Place,
  field: Field,
  value: readonly [number, number],
  inherited: boolean,
  change: (value: readonly [number, number] | undefined) => void,
): TemplateResult {
  const one = (label: string, at: 0 | 1) => {
    const replaced = (n: number): readonly [number, number] => (at === 0 ? [n, value[1]] : [value[0], n]);
    return numberField({
      ...{ label, value: value[at], whole: false, title: field.doc, inherited, disabled: !panel.editable },
      fault: (n) => refusal(field, replaced(n)),
      change: (n) => change(replaced(n)),
      emptied: () => change(undefined),
    });
  };
  return html`<div class="columns three parameter">
    <span class="secondary small">${field.label}</span>
    ${one(l10n.t('{0}, first', field.label), 0)} ${one(l10n.t('{0}, second', field.label), 1)}
  </div>`;
}

/** A row of numbers, or a picture of so many rows, columns and channels; what the data have, where the field may be left out. */
export function shape(place: Place, key: string, field: Field): TemplateResult {
  const { panel, drawing, set } = place;
  const value = place.values[key] as Shape | undefined;
  const write = (shape: Shape | undefined) => panel.edit(set([key], shape));
  const side = (label: string, name: string, at: number) =>
    html`<div>
      ${numberField({
        ...{ label, value: value?.[at], whole: true, minimum: 1, maximum: largest },
        ...{ title: field.doc, disabled: !panel.editable },
        change: (n) => write(value?.map((side, i) => (i === at ? n : side))),
      })}<span class="secondary small" aria-hidden="true">${name}</span>
    </div>`;
  const kind = value === undefined ? '' : value.length === 1 ? 'row' : 'picture';
  return html`${select({
    label: field.label,
    value: kind,
    choices: [
      ...(field.optional ? [{ value: '', label: l10n.t('from the data') }] : []),
      { value: 'row', label: l10n.t('a row of numbers') },
      { value: 'picture', label: l10n.t('a picture') },
    ],
    title: field.doc,
    disabled: !panel.editable,
    class: value ? '' : 'inherited',
    change(kind) {
      const now = value ?? drawing.data?.inputShape ?? [1];
      write(kind === '' ? undefined : kind === 'row' ? [sizeOf(now)] : pictureOf(now));
    },
  })}
  ${
    kind === 'row'
      ? html`<div class="columns three parameter">
          ${side(l10n.t('{0}, numbers', field.label), l10n.t('numbers'), 0)}
        </div>`
      : kind === 'picture'
        ? html`<div class="columns three parameter">
            ${side(l10n.t('{0}, height', field.label), l10n.t('height'), 0)}
            ${side(l10n.t('{0}, width', field.label), l10n.t('width'), 1)}
            ${side(l10n.t('{0}, channels', field.label), l10n.t('channels'), 2)}
          </div>`
        : nothing
  }`;
}

/** Two of a file's arrays, by their names: inputs and labels. */
function arrays({ panel, values, written, set }: Place, key: string, field: Field, known: readonly string[]) {
  const value = values[key] as string | readonly string[] | undefined;
  const [x = 'x', y = 'y'] = typeof value === 'object' ? value : value === undefined ? [] : ['x', value];
  const one = (label: string, at: 0 | 1, name: string) =>
    html`<div class="columns parameter">
      <span class="secondary small" aria-hidden="true">${label}</span>
      ${select({
        label: l10n.t('{0}, {1}', field.label, label),
        value: name,
        choices: [...new Set([name, ...known])].map((value) => ({ value, label: value })),
        title: field.doc,
        disabled: !panel.editable,
        class: written[key] === undefined ? 'inherited' : '',
        change: (name) => panel.edit(set([key], at === 0 ? [name, y] : [x, name])),
      })}
    </div>`;
  return html`${one(l10n.t('inputs'), 0, x)} ${one(l10n.t('labels'), 1, y)}`;
}

/** More columns than this are not laid out as a list. */
const most = 1000;

/** Columns of a table, chosen by name; typed while it is not known which there are. */
export function columns(place: Place, key: string, field: Field): TemplateResult {
  const { panel, drawing, set } = place;
  const value = place.values[key] as string | number | readonly (string | number)[] | undefined;
  if (drawing.arrays?.length) return arrays(place, key, field, drawing.arrays);
  const known = drawing.columns ?? [];
  if (known.length === 0 || known.length > most)
    return valueField(field, value, !panel.editable, (value) => panel.edit(set([key], value)));
  const chosen = value === undefined ? [] : typeof value === 'object' ? value : [value];
  const write = (list: readonly (string | number)[]) =>
    panel.edit(set([key], list.length > 1 ? list : (list[0] ?? undefined)));
  const nameOf = (column: string | number) =>
    typeof column === 'string' ? column : l10n.t('column {0}', String(column));
  /** A file may name by its number what has a name, too. */
  const placeOf = (column: string | number) => (typeof column === 'number' ? column : known.indexOf(column.trim()));
  const row = (column: string | number | undefined, k: number) => {
    const at = column === undefined ? -1 : placeOf(column);
    const isKnown = known[at] !== undefined;
    return html`<div class="columns wide-narrow">
      ${select({
        label: chosen.length > 1 ? l10n.t('{0} {1}', field.label, k + 1) : field.label,
        value: isKnown ? String(at) : '',
        choices: [
          ...(column === undefined ? [{ value: '', label: l10n.t('the last: {0}', nameOf(known.at(-1)!)) }] : []),
          ...(column !== undefined && !isKnown ? [{ value: '', label: nameOf(column) }] : []),
          ...known.map((name, i) => ({ value: String(i), label: nameOf(name) })),
        ],
        title: field.doc,
        disabled: !panel.editable,
        class: column === undefined ? 'inherited' : '',
        change(at) {
          const to = known[Number(at)];
          if (at !== '' && to !== undefined)
            write(chosen.length > 0 ? chosen.map((old, i) => (i === k ? to : old)) : [to]);
        },
      })}
      ${
        chosen.length > 1
          ? html`<button
              class="icon-button"
              aria-label=${l10n.t('Remove target {0}', nameOf(column!))}
              title=${l10n.t('Remove target {0}', nameOf(column!))}
              ?disabled=${!panel.editable}
              @click=${() => write(chosen.filter((_, i) => i !== k))}
            >
              ${icon('close')}
            </button>`
          : nothing
      }
    </div>`;
  };
  const taken = new Set(chosen.length > 0 ? chosen.map(placeOf) : [known.length - 1]);
  const spare = known.filter((_, i) => !taken.has(i)).at(-1);
  // One column must be left to learn from.
  const isMore = spare !== undefined && taken.size < known.length - 1;
  return html`${chosen.length > 0 ? chosen.map(row) : row(undefined, 0)}
  ${
    isMore
      ? html`<button
          class="link"
          ?disabled=${!panel.editable}
          @click=${() => write([...(chosen.length > 0 ? chosen : [known.at(-1)!]), spare])}
        >
          ${icon('plus')}${l10n.t('Add a target')}
        </button>`
      : nothing
  }`;
}
