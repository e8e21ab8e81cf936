import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { button } from '../controls.ts';
import { icon } from '../icons.ts';
import { compared } from './compared.ts';
import { sweepForm } from './sweepForm.ts';
import { list } from './list.ts';
import type { RunsPanel } from './store.ts';

/** The page that compares recorded runs. */
export function runsApp(panel: RunsPanel): TemplateResult | typeof nothing {
  const { entries } = panel;
  if (!entries) return nothing;
  if (entries.length + panel.unreadable === 0 && !panel.sweeping.open) return empty(panel);
  return html`<div class="runs">
    ${list(panel)}
    <div class="runs-main">${sweepForm(panel.sweeping)} ${compared(panel)}</div>
  </div>`;
}

const empty = (panel: RunsPanel): TemplateResult =>
  html`<section class="empty" aria-label=${l10n.t('No runs yet')}>
    <div class="narrow">
      <h1>${l10n.t('No runs yet')}</h1>
      <p class="secondary">
        ${l10n.t(
          'Train a network: every run is recorded and listed here, to be laid over others. Change something and train again; what was changed and what that did stands side by side.',
        )}
      </p>
      <div class="starts">
        ${button({ content: html`${icon('beaker')}${l10n.t('Open Experiment…')}`, appearance: 'primary', click: () => panel.post({ type: 'openExperiment' }) })}
        ${button({ content: html`${icon('play')}${l10n.t('Sweep…')}`, click: () => panel.sweeping.toggle() })}
        ${button({ content: html`${icon('file')}${l10n.t('Choose a Folder for Runs')}`, click: () => panel.post({ type: 'chooseFolder' }) })}
      </div>
    </div>
  </section>`;
