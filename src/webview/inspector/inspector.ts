import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { takeBack, textField } from '../controls.ts';
import type { Drawing, DrawnLayer } from '../document.ts';
import { idFault } from '../edits.ts';
import { count } from '../format.ts';
import { icon } from '../icons.ts';
import type { Panel } from '../store.ts';
import { plainly } from '../words.ts';
import { autopsyView } from './autopsy.ts';
import { beforeTraining } from './beforeTraining.ts';
import { fieldRows } from './field.ts';
import { helpNote, helpSign } from './help.ts';
import { health } from './health.ts';
import { inputs } from './inputs.ts';
import { networkSettings } from './network.ts';
import { layerPlace } from './place.ts';
import { dataSettings, trainingSettings } from './settings.ts';

const idHelp = { label: l10n.t('Id'), doc: l10n.t('The name of the layer, in the file and in every figure.') };

/** What is selected, and its fields. Made from the tables of the engine: a new layer type needs nothing here. */
export function inspector(panel: Panel, drawing: Drawing): TemplateResult {
  const { selection } = panel.view;
  const layer = panel.selectedLayer;
  const parts = { data: dataSettings, training: trainingSettings, network: networkSettings };
  const content =
    typeof selection === 'string'
      ? parts[selection](panel, drawing)
      : layer
        ? layerFields(panel, drawing, layer)
        : html`<div class="inspector-body">
            <p class="hint">${l10n.t('Nothing is selected. Add a layer to begin.')}</p>
          </div>`;
  return html`<section
    class="inspector"
    role="region"
    aria-label=${l10n.t('Inspector')}
    @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && leaveField(panel, event)}
  >
    ${content}
  </section>`;
}

/** Escape takes back what was typed and not yet entered; where nothing was, it goes back to the layer, as Enter came from it. */
function leaveField(panel: Panel, event: KeyboardEvent): void {
  const field = event.target;
  if (!(field instanceof HTMLElement) || !panel.selectedLayer) return;
  if (field instanceof HTMLInputElement && takeBack(field)) return;
  document.querySelector<HTMLElement>('[role=listbox] [tabindex="0"]')?.focus();
}

function layerFields(panel: Panel, drawing: Drawing, drawn: DrawnLayer): TemplateResult {
  const { layer, row, index } = drawn;
  const chosen = panel.selectedLayers.length;
  return html`<div class="inspector-head">
      <b class="clip">${layer.id}</b
      ><span class="secondary small clip"
        >${l10n.t('{0} · {1} of {2}', row.label, count(index + 1), count(drawing.layers.length))}</span
      ><span class="grow"></span>
      <button
        class="icon-button"
        aria-label=${l10n.t('Show {0} in the text', layer.id)}
        title=${l10n.t('Show in the text')}
        @click=${() => panel.openText(panel.offsetOf(`layers.${index}`))}
      >
        ${icon('code')}
      </button>
    </div>
    <div class="inspector-body">
      ${chosen > 1 ? html`<p class="hint">${l10n.t('{0} layers are selected: a field is set in each that has it.', count(chosen))}</p>` : nothing}
      ${autopsyView(panel, drawn)} ${row.unitsField ? nothing : html`<p class="hint">${plainly(row.doc)}</p>`}
      ${row.joins ? inputs(panel, drawing, drawn) : nothing} ${fieldRows(layerPlace(panel, drawing, drawn))}
      ${row.joins || drawing.layers.length === 1 ? nothing : inputs(panel, drawing, drawn)}
      <div class="field id">
        <div class="field-label"><span>${l10n.t('Id')}</span>${helpSign(panel, 'id', l10n.t('Id'))}</div>
        ${helpNote(panel, 'id', [idHelp])}
        ${textField({
          label: l10n.t('Id'),
          value: layer.id,
          title: idHelp.doc,
          disabled: !panel.editable,
          fault: (id) => idFault(drawing, id),
          change: (id) => panel.renameLayer(drawn, id),
        })}
      </div>
      ${beforeTraining(panel, drawn)} ${health(panel, drawn)}
    </div>`;
}
