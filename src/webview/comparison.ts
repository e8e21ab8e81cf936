import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { button } from './controls.ts';
import { icon } from './icons.ts';
import { changesText, compare, differences, ruleChanges } from './run/comparison.ts';
import type { Run } from './run/runState.ts';
import type { Panel } from './store.ts';
import { woven } from './words.ts';

/** The run beside the one before it, whose curves are drawn in dashes: what was changed, and what that did. */
export function comparison(panel: Panel): TemplateResult | typeof nothing {
  const { run, before } = panel.training;
  if (!run?.latest || !before?.latest) return nothing;
  const columns = compare(before, run);
  const [then, now] = [l10n.t('Run {0}', before.number), l10n.t('Run {0}', run.number)];
  return html`<section class="comparison" aria-label=${l10n.t('Comparison with run {0}', before.number)}>
    <div class="head">
      ${verdict(before, run)}<span class="grow"></span>
      ${button({ content: l10n.t('Keep run {0}', run.number), appearance: 'primary', click: () => panel.keepRun() })}
      ${button({
        content: html`${icon('undo')}${l10n.t('Back to run {0}', before.number)}`,
        title: l10n.t('Puts the file back as it was for run {0}', before.number),
        disabled: !panel.editable,
        click: () => panel.backToRun(),
      })}
    </div>
    <table>
      <thead>
        <tr>
          <th scope="col"><span class="visually-hidden">${l10n.t('run')}</span></th>
          ${columns.map(({ label }) => html`<th scope="col">${label}</th>`)}
        </tr>
      </thead>
      <tbody class="numbers">
        <tr class="secondary">
          <th scope="row"><i class="dashed"></i>${then}</th>
          ${columns.map(({ before }) => html`<td>${before}</td>`)}
        </tr>
        <tr>
          <th scope="row"><i></i>${now}</th>
          ${columns.map(({ now }) => html`<td>${now}</td>`)}
        </tr>
        <tr>
          <th scope="row">${l10n.t('difference')}</th>
          ${columns.map(
            ({ difference, better }) =>
              html`<td class=${better ? 'good' : ''}>
                ${difference}${better === undefined ? nothing : better ? ' ✓' : ' ✗'}<span class="visually-hidden"
                  >${better === undefined ? '' : better ? l10n.t('better') : l10n.t('worse')}</span
                >
              </td>`,
          )}
        </tr>
      </tbody>
    </table>
  </section>`;
}

const bold = (rules: readonly string[]): TemplateResult => html`<b>${rules.join(', ')}</b>`;

/** "dying_relu no longer fires · learningRate 3 → 0.3". */
function verdict(before: Run, run: Run): TemplateResult {
  const { gone, fresh } = ruleChanges(before, run);
  const changes = differences(before.drawing, run.drawing);
  const { seed } = run.drawing.network;
  const changed =
    before.drawing.network.seed === seed
      ? l10n.t('{0}, same seed {1}', changesText(changes), seed)
      : changesText(changes);
  // A rule that needs more steps to fire has not been cleared yet.
  const settled = run.state === 'ended';
  return html`${settled && gone.length > 0 ? html`<span class="good">${icon('ok')}</span>` : nothing}
    <span
      class="verdict clip"
      title=${changes.map(({ field, before, now }) => `${field}: ${before} → ${now}`).join('\n')}
      >${settled && gone.length > 0 ? html`${woven(gone.length === 1 ? l10n.t('{0} no longer fires') : l10n.t('{0} no longer fire'), bold(gone))} · ` : nothing}
      ${fresh.length > 0 ? html`${woven(fresh.length === 1 ? l10n.t('{0} fires now') : l10n.t('{0} fire now'), bold(fresh))} · ` : nothing}
      ${changed}</span
    >`;
}
