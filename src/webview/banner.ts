import * as l10n from '@vscode/l10n';
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
    const text = document.drawing
      ? l10n.t(
          'Line {0}: {1} The network below is the last that could be read, and cannot be changed until then.',
          error.line,
          error.message,
        )
      : l10n.t('Line {0}: {1}', error.line, error.message);
    return note('error', text, open(panel, error.offset));
  }
  if (document.newerVersion)
    return note(
      'info',
      l10n.t('This file was written by a newer Rectifier: it can be looked at, not changed.'),
      open(panel),
    );
  if (panel.view.notice) return note('warning', panel.view.notice);
  const { run, state } = training;
  if (run?.failure) return note('error', l10n.t('Training failed: {0}', run.failure.message));
  if (state === 'ended' && run?.ended && run.ended.reason !== 'completed' && run.ended.reason !== 'stopped') {
    const end = endText(run);
    return note(
      'error',
      run.ended.reason === 'diverged' ? l10n.t('{0}. Try a lower learning rate.', end) : l10n.t('{0}.', end),
    );
  }
  if (training.outdated) {
    return note(
      'info',
      training.running
        ? l10n.t(
            'The file changed since this run began; layers that changed show no figures. Reset to train the new one.',
          )
        : l10n.t(
            'The file changed since this run began; layers that changed show no figures. Train starts a new run with it.',
          ),
    );
  }
  if (panel.readOnly) return note('info', l10n.t('This file is read-only: it can be trained, not changed.'));
  return nothing;
}

const open = (panel: Panel, offset?: number): TemplateResult =>
  button({ content: l10n.t('Open as Text'), class: 'compact', click: () => panel.openText(offset) });

const note = (severity: 'error' | 'warning' | 'info', text: string, action: unknown = nothing): TemplateResult =>
  html`<div class="banner ${severity}" role=${severity === 'error' ? 'alert' : 'note'}>
    ${icon(severity)}<span class="grow">${text}</span>${action}
  </div>`;
