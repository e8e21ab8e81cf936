import { html, nothing, type TemplateResult } from 'lit';
import { button } from './controls.ts';
import { blockingError } from './document.ts';
import { icon } from './icons.ts';
import { endText } from './run/status.ts';
import type { Panel } from './store.ts';

/** Above the network: why it can't be changed, or what else has to be said now. */
export function banner(panel: Panel): TemplateResult | typeof nothing {
  const { document, training } = panel;
  if (!document) return nothing;
  const error = blockingError(document);
  if (error) {
    const shown = document.drawing
      ? ' The network below is the last that could be read, and cannot be changed until then.'
      : '';
    return note('error', `Line ${error.line}: ${error.message}${shown}`, open(panel, error.offset));
  }
  if (document.newerVersion)
    return note('info', 'This file was written by a newer Rectifier: it can be looked at, not changed.', open(panel));
  if (panel.view.notice) return note('warning', panel.view.notice);
  const { run, state } = training;
  if (run?.failure) return note('error', `Training failed: ${run.failure.message}`);
  if (state === 'ended' && run?.ended && run.ended.reason !== 'completed' && run.ended.reason !== 'stopped') {
    return note('error', `${endText(run)}. ${run.ended.reason === 'diverged' ? 'Try a lower learning rate.' : ''}`);
  }
  if (training.outdated) {
    const next = training.running ? 'Reset to train the new one.' : 'Train starts a new run with it.';
    return note('info', `The file changed since this run began; layers that changed show no figures. ${next}`);
  }
  if (panel.readOnly) return note('info', 'This file is read-only: it can be trained, not changed.');
  return nothing;
}

const open = (panel: Panel, offset?: number): TemplateResult =>
  button({ content: 'Open as Text', class: 'compact', click: () => panel.openText(offset) });

const note = (severity: 'error' | 'warning' | 'info', text: string, action: unknown = nothing): TemplateResult =>
  html`<div class="banner ${severity}" role=${severity === 'error' ? 'alert' : 'note'}>
    ${icon(severity)}<span class="grow">${text}</span>${action}
  </div>`;
