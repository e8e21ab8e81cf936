import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { select } from '../controls.ts';
import { before, nextInput, setField } from '../edits.ts';
import type { Drawing, DrawnLayer } from '../document.ts';
import { icon } from '../icons.ts';
import type { Panel } from '../store.ts';
import { helpNote, helpSign } from './help.ts';

const help = {
  label: l10n.t('Inputs'),
  doc: l10n.t(
    'The layers it reads; the one before unless another is chosen. Add and Concatenate join several: a skip connection.',
  ),
  source: l10n.t('He, Zhang, Ren & Sun 2016; Huang, Liu, van der Maaten & Weinberger 2017'),
};

/** Which layers a layer reads. */
export function inputs(panel: Panel, drawing: Drawing, drawn: DrawnLayer): TemplateResult {
  const { layer, index } = drawn;
  const own = drawn.written['inputs'] !== undefined;
  const write = (ids: readonly string[] | undefined) => panel.edit(setField(drawn, 'inputs', ids));
  const earlier = before(drawing, index);
  const spare = nextInput(drawing, index, layer.inputs);
  return html`<div class="field inputs">
    <div class="field-label" title=${help.doc}>
      <span>${l10n.t('Inputs')}</span>${helpSign(panel, 'inputs', l10n.t('Inputs'))}<span class="grow"></span>${
        !own
          ? html`<span>${l10n.t('the layer before')}</span>`
          : panel.editable && !joins(drawn)
            ? html`<button class="link" @click=${() => write(undefined)}>
                ${icon('undo')}${l10n.t('use the layer before')}
              </button>`
            : nothing
      }
    </div>
    ${helpNote(panel, 'inputs', [help])}
    ${layer.inputs.map(
      (id, k) =>
        html`<div class="columns wide-narrow">
          ${select({
            label: layer.inputs.length > 1 ? l10n.t('Input {0}', k + 1) : l10n.t('Input'),
            value: id,
            choices: earlier.map(({ id, shape }) => ({ value: id, label: `${id} · ${shape}` })),
            disabled: !panel.editable,
            class: own ? '' : 'inherited',
            change: (id) => write(layer.inputs.map((other, i) => (i === k ? id : other))),
          })}
          ${
            joins(drawn) && layer.inputs.length > 1
              ? html`<button
                  class="icon-button"
                  aria-label=${l10n.t('Remove input {0}', id)}
                  title=${l10n.t('Remove input {0}', id)}
                  ?disabled=${!panel.editable}
                  @click=${() => write(layer.inputs.filter((_, i) => i !== k))}
                >
                  ${icon('close')}
                </button>`
              : nothing
          }
        </div>`,
    )}
    ${
      joins(drawn) && spare !== undefined
        ? html`<button class="link" ?disabled=${!panel.editable} @click=${() => write([...layer.inputs, spare])}>
            ${icon('plus')}${l10n.t('Add an input')}
          </button>`
        : nothing
    }
  </div>`;
}

/** Whether it reads several layers. */
const joins = ({ row }: DrawnLayer): boolean => row.joins === true;
