import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { banner } from './banner.ts';
import { charts } from './charts/charts.ts';
import { comparison } from './comparison.ts';
import { button } from './controls.ts';
import { diagram } from './designer/diagram.ts';
import { palette } from './designer/palette.ts';
import { empty } from './empty.ts';
import { inspector } from './inspector/inspector.ts';
import { problems } from './problems.ts';
import { runBar } from './runBar.ts';
import type { Panel } from './store.ts';

/**
 * The whole panel. `room` is what the diagram may use, as measured after the drawing before; without one it is left empty, to be measured. Without `details`
 * there is only the network, which is what a person waits for when a file opens; the room of the rest is kept.
 */
export function app(
  panel: Panel,
  room: { width: number; height: number } | undefined,
  details: boolean,
): TemplateResult | typeof nothing {
  const { document, drawing } = panel;
  if (!document) return nothing;
  if (document.empty) return html`<div class="app is-empty">${empty(panel)}</div>`;
  if (!drawing) {
    return html`<div class="app is-broken">
      <main class="empty" aria-label=${l10n.t('Unreadable network')}>
        <div class="narrow">
          <h1>${l10n.t('This network can’t be drawn yet')}</h1>
          <p class="secondary">${l10n.t('The drawing appears as soon as what is listed here is mended.')}</p>
          ${problems(panel)}
          <div class="starts">
            ${button({ content: l10n.t('Open as Text'), appearance: 'primary', click: () => panel.openText(document.problems[0]?.offset) })}
          </div>
        </div>
      </main>
    </div>`;
  }
  return html`<div class="app ${panel.view.inspector ? '' : 'no-inspector'}">
    ${runBar(panel, drawing)}
    <div class="stage">${banner(panel)} ${diagram(panel, drawing, room, details)}</div>
    <div class="findings">${details ? [comparison(panel), problems(panel)] : nothing}</div>
    ${details ? charts(panel) : nothing} ${details && panel.view.inspector ? inspector(panel, drawing) : nothing}
    ${palette(panel)}
  </div>`;
}
