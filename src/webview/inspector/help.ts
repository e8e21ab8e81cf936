import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import type { Panel } from '../store.ts';
import { plainly } from '../words.ts';

/** What help there is of a field, of the value chosen in it, or of one of that value's parameters: rows of the engine's tables. */
export interface Explained {
  readonly label: string;
  readonly doc: string;
  readonly advice?: string | undefined;
  readonly source?: string | undefined;
}

/** The sign beside a field's label that opens what there is to know of it. */
export const helpSign = (panel: Panel, key: string, label: string): TemplateResult => {
  const isOpen = panel.view.help === key;
  const name = l10n.t('Help for {0}', label);
  return html`<button
    class="link icon-only help-sign"
    aria-label=${name}
    title=${name}
    aria-expanded=${isOpen}
    aria-controls="help-${key}"
    @click=${() => {
      panel.view.help = isOpen ? undefined : key;
      panel.changed();
    }}
  >
    ${icon('help')}
  </button>`;
};

/** What a field does, when to choose what, and where that is from; then the same of what stands in it. */
export const helpNote = (
  panel: Panel,
  key: string,
  [field, ...more]: readonly [Explained, ...Explained[]],
): TemplateResult | typeof nothing =>
  panel.view.help === key
    ? html`<div class="help-note small" id="help-${key}" role="note">
        ${said(field)} ${more.map((row) => said(row, html`<b>${row.label}</b> `))}
      </div>`
    : nothing;

const said = ({ doc, advice, source }: Explained, name: unknown = nothing): TemplateResult =>
  html`<p>
    ${name}${plainly(doc)}
    ${plainly(advice ?? '')}${source ? html`<br /><cite class="secondary">${source}</cite>` : nothing}
  </p>`;
