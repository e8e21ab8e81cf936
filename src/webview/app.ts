import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { charts } from './charts/charts.ts';
import { comparison } from './comparison.ts';
import { button } from './controls.ts';
import { palette } from './designer/palette.ts';
import { empty } from './empty.ts';
import { frame } from './frame.ts';
import { inspector } from './inspector/inspector.ts';
import { problems } from './problems.ts';
import type { Panel } from './store.ts';

/** The whole panel; `room` as `frame` takes it, and without `details` the network alone. */
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
  if (!details) return frame(panel, drawing, room);
  return frame(panel, drawing, room, {
    comparison: comparison(panel),
    charts: charts(panel),
    inspector: panel.view.inspector ? inspector(panel, drawing) : nothing,
    palette: palette(panel),
  });
}
