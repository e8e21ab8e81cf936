import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { optimizers } from '../../engine/spec/optimizers.ts';
import { trainingFields } from '../../engine/spec/trainingFields.ts';
import type { Field, Fields } from '../../engine/spec/fields.ts';
import { checkbox, numberField, select } from '../controls.ts';
import type { Drawing } from '../document.ts';
import { set, setOptimizer } from '../edits.ts';
import { icon } from '../icons.ts';
import { inSentence } from '../words.ts';
import { helpNote, helpSign } from './help.ts';
import { valueField } from './valueField.ts';
import type { Panel } from '../store.ts';

type Written = Readonly<Record<string, unknown>>;

/** The fields of the data or of training; what has no simple control is edited in the text. */
export function settings(
  panel: Panel,
  drawing: Drawing,
  title: string,
  key: 'data' | 'training',
  fields: Fields,
): TemplateResult {
  const written = (drawing.written[key] ?? {}) as Written;
  const shown = Object.entries(fields).filter(([name]) => applies(drawing, key, name));
  return html`<div class="inspector-head">
      <b>${title}</b><span class="grow"></span>
      <button
        class="icon-button"
        aria-label=${l10n.t('Show {0} in the text', key)}
        title=${l10n.t('Show in the text')}
        @click=${() => panel.openText(panel.offsetOf(key))}
      >
        ${icon('code')}
      </button>
    </div>
    <div class="inspector-body">
      ${key === 'training' ? optimizer(panel, drawing) : nothing}
      ${shown.map(([name, field]) => settingRow(panel, [key, name], field, written[name], drawing.network[key] as unknown as Written))}
    </div>`;
}

/** Keys that mean something for files alone, or for drawn sources alone; the optimiser and the batch size have controls of their own. */
const ofFiles = ['path', 'format', 'target', 'missing', 'inputShape', 'labels'];
const ofDrawn = ['samples', 'noise'];
const elsewhere = ['optimizer', 'batchSize'];

function applies({ network }: Drawing, key: string, name: string): boolean {
  if (key === 'training') return !elsewhere.includes(name);
  return !(network.data.source === 'file' ? ofDrawn : ofFiles).includes(name);
}

function settingRow(
  panel: Panel,
  path: readonly [string, string],
  field: Field,
  written: unknown,
  resolved: Written,
): unknown {
  const value = resolved[path[1]];
  const label = l10n.t('Set {0}', inSentence(field.label));
  const disabled = !panel.editable;
  const inherited = written === undefined;
  let control: TemplateResult;
  if (field.control === 'integer' || field.control === 'number') {
    control = numberField({
      label: field.label,
      value: value as number | undefined,
      whole: field.control === 'integer',
      minimum: field.minimum,
      maximum: field.maximum,
      title: field.doc,
      disabled,
      inherited,
      change: (value) => panel.edit(set(path, value, label)),
    });
  } else if (field.control === 'choice') {
    const automatic = field.optional ? [{ value: '', label: l10n.t('automatic') }] : [];
    control = select({
      label: field.label,
      value: typeof value === 'string' ? value : '',
      choices: [...automatic, ...(field.choices ?? []).map((name) => ({ value: name, label: name }))],
      title: field.doc,
      disabled,
      class: inherited ? 'inherited' : '',
      change: (name) => panel.edit(set(path, name || undefined, label)),
    });
  } else if (typeof value === 'boolean') {
    const box = checkbox(field.label, value, (value) => panel.edit(set(path, value, label)), disabled);
    return html`<div class="field" title=${field.doc}>
      <div class="field-label">${box}${helpSign(panel, path[1], field.label)}</div>
      ${helpNote(panel, path[1], [field])}
    </div>`;
  } else control = valueField(field, written ?? value, disabled, (value) => panel.edit(set(path, value, label)));
  return html`<div class="field ${field.control}">
    <div class="field-label" title=${field.doc}>
      <span>${field.label}</span>${helpSign(panel, path[1], field.label)}<span class="grow"></span
      >${inherited ? html`<span>${l10n.t('default')}</span>` : nothing}
    </div>
    ${helpNote(panel, path[1], [field])} ${control}
  </div>`;
}

/** Another optimiser begins with its own defaults: a learning rate that suits one does not suit the next. */
function optimizer(panel: Panel, drawing: Drawing): TemplateResult {
  const { name } = drawing.network.training.optimizer;
  const row = optimizers.find((row) => row.name === name);
  const field = trainingFields.optimizer;
  return html`<div class="field">
    <div class="field-label"><span>${l10n.t('Optimizer')}</span>${helpSign(panel, 'optimizer', field.label)}</div>
    ${helpNote(panel, 'optimizer', [field, ...(row ? [row, ...Object.values<Field>(row.parameters)] : [])])}
    ${select({
      label: l10n.t('Optimizer'),
      value: name,
      choices: optimizers.map(({ name, label }) => ({ value: name, label })),
      title: row?.doc,
      disabled: !panel.editable,
      change: (name) => panel.edit(set(['training', 'optimizer'], name, l10n.t('Use {0}', name))),
    })}
    ${parameters(panel, drawing)}
  </div>`;
}

/** What the optimiser can be told as a number; its learning rate is in the run bar. */
function parameters(panel: Panel, drawing: Drawing): TemplateResult[] {
  const { optimizer } = drawing.network.training;
  const own = (drawing.written['training'] as Written | undefined)?.['optimizer'];
  const table: Fields = optimizers.find(({ name }) => name === optimizer.name)?.parameters ?? {};
  return Object.entries(table)
    .filter(([key, { control }]) => control === 'number' && key !== 'learningRate')
    .map(
      ([key, field]) =>
        html`<div class="columns parameter">
          <span class="secondary small">${field.label}</span>
          ${numberField({
            label: field.label,
            value: (optimizer as unknown as Readonly<Record<string, number>>)[key],
            whole: false,
            minimum: field.minimum,
            maximum: field.maximum,
            title: field.doc,
            disabled: !panel.editable,
            inherited: typeof own !== 'object' || own === null || !(key in own),
            change: (value) => panel.edit(setOptimizer(drawing, key, value)),
          })}
        </div>`,
    );
}
