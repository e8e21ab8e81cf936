import { html, type TemplateResult } from 'lit';
import { button } from './controls.ts';
import { templates } from '../engine/templates.ts';
import { icon } from './icons.ts';
import { painted } from './painted.ts';
import { drawTemplate } from './templatePicture.ts';
import type { Panel } from './store.ts';

/** A file with nothing in it yet: ways to begin. */
export function empty(panel: Panel): TemplateResult {
  return html`<main class="empty" aria-label="New network">
    <div class="narrow">
      <h1>New network</h1>
      <p class="secondary">This file is empty. Pick a start: it becomes text you own, and one undo takes it back.</p>
      <h2>Templates</h2>
      <div class="templates">
        ${templates.map(
          ({ label, detail, text }) =>
            html`<button
              class="template"
              ?disabled=${!panel.mendable}
              @click=${() => panel.fill(text, `Start from ${label}`)}
            >
              <canvas aria-hidden="true" ${painted(64, 64, (g, theme) => drawTemplate(g, theme, text), [])}></canvas>
              <span><b>${label}</b><span class="secondary small">${detail}</span></span>
            </button>`,
        )}
      </div>
      <h2>Or</h2>
      <div class="starts">
        ${button({ content: html`${icon('beaker')}Open Experiment…`, click: () => panel.openExperiment() })}
        ${button({ content: html`${icon('code')}Open as Text`, click: () => panel.openText() })}
      </div>
      <h2>Worth knowing</h2>
      <dl class="keys">
        <dt><kbd>←</kbd> <kbd>→</kbd></dt>
        <dd>
          walk through the layers; <kbd>Alt</kbd> <kbd>←</kbd> <kbd>→</kbd> moves one, <kbd>Delete</kbd> removes it,
          <kbd>Enter</kbd> edits it
        </dd>
        <dt><kbd>Shift</kbd> <kbd>←</kbd> <kbd>→</kbd></dt>
        <dd>selects several layers; <kbd>Ctrl+C</kbd> and <kbd>Ctrl+V</kbd> copy and paste them as JSON</dd>
        <dt><kbd>Ctrl+Z</kbd></dt>
        <dd>undoes any change: every gesture is one small edit of the file</dd>
        <dt><kbd>Ctrl+Enter</kbd></dt>
        <dd>trains and pauses; on your own machine, with no Python, no server and no account</dd>
        <dt><kbd>T</kbd></dt>
        <dd>on a chart shows its numbers as a table</dd>
      </dl>
    </div>
  </main>`;
}
