import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { textField } from '../controls.ts';
import type { Drawing } from '../document.ts';
import { set } from '../edits.ts';
import type { Panel } from '../store.ts';
import { expectations } from './expectations.ts';
import { fieldRows } from './field.ts';
import { partPlace } from './place.ts';
import { partHead } from './settings.ts';

/** What the network is called, what its layers take that do not say, and what its runs must show. */
export const networkSettings = (panel: Panel, drawing: Drawing): TemplateResult =>
  html`${partHead(panel, l10n.t('Network'), 'defaults')}
    <div class="inspector-body">
      <div class="field id">
        <div class="field-label"><span>${l10n.t('Name')}</span></div>
        ${textField({
          label: l10n.t('Name'),
          value: drawing.network.name,
          title: l10n.t('What people call the network; empty for the file’s own name'),
          disabled: !panel.editable,
          fault: () => undefined,
          change: (name) => panel.edit(set(['name'], name || undefined, l10n.t('Name the network'))),
        })}
      </div>
      <h2>${l10n.t('Defaults of all layers')}</h2>
      <p class="hint">${l10n.t('For every layer with weights that does not say.')}</p>
      ${fieldRows(partPlace(panel, drawing, 'defaults'))} ${expectations(panel, drawing)}
    </div>`;
