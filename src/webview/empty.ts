import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { button } from './controls.ts';
import { templates } from '../engine/templates.ts';
import { icon } from './icons.ts';
import { painted } from './painted.ts';
import { drawTemplate, side } from './templatePicture.ts';
import type { Panel } from './store.ts';
import { woven } from './words.ts';

/** A key by the name it has on the keyboard. */
const key = (name: string): TemplateResult => html`<kbd>${name}</kbd>`;

/** A file with nothing in it yet: ways to begin. */
export function empty(panel: Panel): TemplateResult {
  return html`<main class="empty" aria-label=${l10n.t('New network')}>
    <div class="narrow">
      <h1>${l10n.t('New network')}</h1>
      <p class="secondary">
        ${l10n.t('This file is empty. Pick a start: it becomes text you own, and one undo takes it back.')}
      </p>
      <h2>${l10n.t('Templates')}</h2>
      <div class="templates">
        ${templates.map(
          ({ label, detail, text }) =>
            html`<button
              class="template"
              ?disabled=${!panel.mendable}
              @click=${() => panel.fill(text, l10n.t('Start from {0}', label))}
            >
              <canvas
                aria-hidden="true"
                ${painted(side, side, (g, theme) => drawTemplate(g, theme, text), [])}
              ></canvas>
              <span><b>${label}</b><span class="secondary small">${detail}</span></span>
            </button>`,
        )}
      </div>
      <h2>${l10n.t('Or')}</h2>
      <div class="starts">
        ${button({ content: html`${icon('beaker')}${l10n.t('Open Experiment…')}`, click: () => panel.openExperiment() })}
        ${button({ content: html`${icon('code')}${l10n.t('Open as Text')}`, click: () => panel.openText() })}
      </div>
      <h2>${l10n.t('Worth knowing')}</h2>
      <dl class="keys">
        <dt><kbd>←</kbd> <kbd>→</kbd></dt>
        <dd>
          ${woven(
            l10n.t('walk through the layers; {0} moves one, {1} removes it, {2} edits it'),
            html`${key(l10n.t('Alt'))} <kbd>←</kbd> <kbd>→</kbd>`,
            key(l10n.t('Delete')),
            key(l10n.t('Enter')),
          )}
        </dd>
        <dt>${key(l10n.t('Shift'))} <kbd>←</kbd> <kbd>→</kbd></dt>
        <dd>
          ${woven(l10n.t('selects several layers; {0} and {1} copy and paste them as JSON'), key(l10n.t('Ctrl+C')), key(l10n.t('Ctrl+V')))}
        </dd>
        <dt>${key(l10n.t('Ctrl+Z'))}</dt>
        <dd>${l10n.t('undoes any change: every gesture is one small edit of the file')}</dd>
        <dt>${key(l10n.t('Ctrl+Enter'))}</dt>
        <dd>${l10n.t('trains and pauses; on your own machine, with no Python, no server and no account')}</dd>
        <dt><kbd>T</kbd></dt>
        <dd>${l10n.t('on a chart shows its numbers as a table')}</dd>
      </dl>
    </div>
  </main>`;
}
