import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { Corruption, Scale, Split } from '../../engine/spec/dataFields.ts';
import type { Field, NamedRow } from '../../engine/spec/fields.ts';
import { checkbox, numberField, select } from '../controls.ts';
import { setOptimizer } from '../edits.ts';
import { plain } from '../format.ts';
import { icon } from '../icons.ts';
import { parameter } from './named.ts';
import type { Place } from './place.ts';
import { valueField } from './valueField.ts';

/** Controls of the fields of data and training whose values are of a shape of their own. */

/** Another optimiser begins with its own defaults: a learning rate that suits one does not suit the next. That one is in the run bar. */
export function optimizer(place: Place, field: Field, rows: readonly NamedRow[]): TemplateResult {
  const { panel, drawing } = place;
  const { optimizer } = drawing.network.training;
  const own = place.written['optimizer'];
  const row = rows.find(({ name }) => name === optimizer.name);
  const values: Readonly<Record<string, unknown>> = { ...optimizer, betas: [optimizer.beta1, optimizer.beta2] };
  return html`${select({
    label: field.label,
    value: optimizer.name,
    choices: rows.map(({ name, label }) => ({ value: name, label })),
    title: row?.doc,
    disabled: !panel.editable,
    class: own === undefined ? 'inherited' : '',
    change: (name) => panel.edit(place.set(['optimizer'], name)),
  })}
  ${Object.entries(row?.parameters ?? {})
    .filter(([key]) => key !== 'learningRate')
    .map(([key, field]) =>
      parameter(place, field, values[key], typeof own !== 'object' || own === null || !(key in own), (value) =>
        panel.edit(setOptimizer(drawing, key, value)),
      ),
    )}`;
}

/** A number, or all there are. */
export function batch({ panel, values, written, set }: Place, key: string, field: Field): TemplateResult {
  const value = values[key] as number | 'all';
  return html`<div class="columns wide-narrow">
    ${numberField({
      label: field.label,
      value: value === 'all' ? undefined : value,
      whole: true,
      minimum: 1,
      maximum: 2 ** 31 - 1,
      placeholder: value === 'all' ? l10n.t('all') : undefined,
      title: field.doc,
      disabled: !panel.editable || value === 'all',
      inherited: written[key] === undefined,
      change: (value) => panel.setBatchSize(value),
    })}
    ${checkbox(l10n.t('all samples'), value === 'all', (all) => panel.edit(set([key], all ? 'all' : undefined)), !panel.editable)}
  </div>`;
}

/** What training keeps is what the other parts leave, so that they always add up to 1. */
export function split({ panel, values, written, set }: Place, key: string): TemplateResult {
  const { train, validation, test } = values[key] as Split;
  const rounded = (share: number) => Number(share.toFixed(6));
  const part = (name: 'validation' | 'test', label: string, value: number, other: number) =>
    html`<div>
      ${numberField({
        label,
        value,
        whole: false,
        minimum: 0,
        fault: (value) => (rounded(value + other) < 1 ? undefined : l10n.t('Something must be left to train on.')),
        disabled: !panel.editable,
        inherited: written[key] === undefined,
        change(value) {
          const parts = { validation, test, [name]: value };
          panel.edit(
            set([key], {
              ...{ train: rounded(1 - value - other), validation: parts.validation },
              ...(parts.test > 0 ? { test: parts.test } : {}),
            }),
          );
        },
      })}<span class="secondary small" aria-hidden="true">${label}</span>
    </div>`;
  return html`<div class="columns three">
    <div>
      <output class="control" aria-label=${l10n.t('Training part')}>${plain(train)}</output
      ><span class="secondary small" aria-hidden="true">${l10n.t('training')}</span>
    </div>
    ${part('validation', l10n.t('validation'), validation, test)} ${part('test', l10n.t('test'), test, validation)}
  </div>`;
}

export function scale({ panel, values, written, set }: Place, key: string, field: Field): TemplateResult {
  const scale = values[key] as Scale;
  const range = scale.method === 'minmax' ? scale.range : undefined;
  const end = (label: string, at: 0 | 1) =>
    numberField({
      label,
      value: range?.[at],
      whole: false,
      fault: (value) =>
        (at === 0 ? value < range![1] : value > range![0])
          ? undefined
          : l10n.t('The first number must be less than the second.'),
      disabled: !panel.editable,
      change: (value) => panel.edit(set([key, 'range', at], value)),
    });
  return html`${select({
    label: field.label,
    value: scale.method,
    choices: ['none', 'standardize', 'minmax'].map((name) => ({ value: name, label: name })),
    title: field.doc,
    disabled: !panel.editable,
    class: written[key] === undefined ? 'inherited' : '',
    change: (method) => panel.edit(set([key], method === 'minmax' ? { method, range: [0, 1] } : method)),
  })}
  ${
    range
      ? html`<div class="columns three parameter">
          <span class="secondary small">${l10n.t('Range')}</span>
          ${end(l10n.t('Least value'), 0)} ${end(l10n.t('Greatest value'), 1)}
        </div>`
      : nothing
  }`;
}

export function corruption({ panel, values, set }: Place, key: string, field: Field): TemplateResult {
  const corrupt = values[key] as Corruption | undefined;
  return html`${select({
    label: field.label,
    value: corrupt?.kind ?? 'none',
    choices: ['none', 'gaussian', 'mask'].map((name) => ({ value: name, label: name })),
    title: field.doc,
    disabled: !panel.editable,
    class: corrupt ? '' : 'inherited',
    change: (kind) => panel.edit(set([key], kind === 'none' ? undefined : { kind, amount: corrupt?.amount ?? 0.3 })),
  })}
  ${
    corrupt
      ? html`<div class="columns parameter">
          <span class="secondary small">${l10n.t('Amount')}</span>
          ${numberField({
            label: l10n.t('Amount'),
            value: corrupt.amount,
            whole: false,
            minimum: 0,
            maximum: corrupt.kind === 'mask' ? 1 : undefined,
            title: corrupt.kind === 'mask' ? l10n.t('The share of values set to 0') : l10n.t('Standard deviation'),
            disabled: !panel.editable,
            change: (value) => panel.edit(set([key, 'amount'], value)),
          })}
        </div>`
      : nothing
  }`;
}

/** A path, typed or chosen. */
export function dataFile(place: Place, key: string, field: Field): TemplateResult {
  const { panel } = place;
  const choose = (text: string, kind: 'file' | 'folder') =>
    html`<button class="link" ?disabled=${!panel.editable} @click=${() => void panel.chooseData(key, kind)}>
      ${icon('file')}${text}
    </button>`;
  return html`${valueField(field, place.values[key], !panel.editable, (value) => panel.edit(place.set([key], value)))}
    <div class="links">
      ${choose(l10n.t('Choose file…'), 'file')}
      ${key === 'path' ? choose(l10n.t('Folder of pictures…'), 'folder') : nothing}
    </div>`;
}
