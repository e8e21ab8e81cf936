import { html, nothing, type TemplateResult } from 'lit';
import { button } from './controls.ts';
import { icon } from './icons.ts';
import { changesText, compare, differences, ruleChanges } from './run/comparison.ts';
import type { Run } from './run/runState.ts';
import type { Panel } from './store.ts';

/** The run beside the one before it, whose curves are drawn in dashes: what was changed, and what that did. */
export function comparison(panel: Panel): TemplateResult | typeof nothing {
  const { run, before } = panel.training;
  if (!run?.latest || !before?.latest) return nothing;
  const columns = compare(before, run);
  const [then, now] = [`Run ${before.number}`, `Run ${run.number}`];
  return html`<section class="comparison" aria-label="Comparison with run ${before.number}">
    <div class="head">
      ${verdict(before, run)}<span class="grow"></span>
      ${button({ content: `Keep run ${run.number}`, appearance: 'primary', click: () => panel.keepRun() })}
      ${button({
        content: html`${icon('undo')}Back to run ${before.number}`,
        title: `Puts the file back as it was for run ${before.number}`,
        disabled: !panel.editable,
        click: () => panel.backToRun(),
      })}
    </div>
    <table>
      <thead>
        <tr>
          <th scope="col"><span class="visually-hidden">run</span></th>
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
          <th scope="row">difference</th>
          ${columns.map(
            ({ difference, better }) =>
              html`<td class=${better ? 'good' : ''}>
                ${difference}${better === undefined ? nothing : better ? ' ✓' : ' ✗'}<span class="visually-hidden"
                  >${better === undefined ? '' : better ? 'better' : 'worse'}</span
                >
              </td>`,
          )}
        </tr>
      </tbody>
    </table>
  </section>`;
}

/** "dying_relu no longer fires · learningRate 3 → 0.3". */
function verdict(before: Run, run: Run): TemplateResult {
  const { gone, fresh } = ruleChanges(before, run);
  const changes = differences(before.drawing, run.drawing);
  const same =
    before.drawing.network.seed === run.drawing.network.seed ? `, same seed ${run.drawing.network.seed}` : '';
  // A rule that needs more steps to fire has not been cleared yet.
  const settled = run.state === 'ended';
  return html`${settled && gone.length > 0 ? html`<span class="good">${icon('ok')}</span>` : nothing}
    <span
      class="verdict clip"
      title=${changes.map(({ field, before, now }) => `${field}: ${before} → ${now}`).join('\n')}
      >${settled && gone.length > 0 ? html`<b>${gone.join(', ')}</b> no longer ${gone.length === 1 ? 'fires' : 'fire'} · ` : nothing}
      ${fresh.length > 0 ? html`<b>${fresh.join(', ')}</b> ${fresh.length === 1 ? 'fires' : 'fire'} now · ` : nothing}
      ${changesText(changes)}${same}</span
    >`;
}
