import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { Autopsy, Moment } from '../../engine/autopsy/autopsy.ts';
import { sentences } from '../../engine/autopsy/sentences.ts';
import { button } from '../controls.ts';
import { inactivity, type DrawnLayer } from '../document.ts';
import { compact, count } from '../format.ts';
import { icon } from '../icons.ts';
import { painted } from '../painted.ts';
import { Autopsies, type OpenAutopsy } from '../run/autopsies.ts';
import type { Panel } from '../store.ts';
import { styled } from '../styled.ts';
import { autopsyHeight, autopsyWidth, drawAutopsy } from './autopsyPicture.ts';

/** The autopsy that is open, above the fields of the layer it is of. */
export function autopsyView(panel: Panel, drawn: DrawnLayer): TemplateResult | typeof nothing {
  const { open } = panel.autopsies;
  if (!open || open.death.layer !== drawn.layer.id || open.run !== panel.runOf(drawn)) return nothing;
  const { unit, layer } = open.death;
  const close = () => panel.closeAutopsy();
  return html`<section
    class="autopsy"
    aria-label=${l10n.t('Autopsy of unit {0} of {1}', unit, layer)}
    aria-busy=${!open.found && !open.failure}
    tabindex="-1"
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close();
    }}
  >
    <div class="field-label">
      <b
        >${inactivity(drawn) === 'negative' ? l10n.t('Unit {0}: why is it always negative?', unit) : l10n.t('Unit {0}: why did it die?', unit)}</b
      ><span class="grow"></span>
      <button
        class="icon-button"
        aria-label=${l10n.t('Close the autopsy')}
        title=${l10n.t('Close (Esc)')}
        @click=${close}
      >
        ${icon('close')}
      </button>
    </div>
    <div aria-live="polite">
      ${open.failure ? html`<p>${open.failure}</p>` : open.found ? words(open.found) : nothing}
    </div>
    ${open.failure ? nothing : open.found ? result(open.found) : progress(open, close)}
  </section>`;
}

/** The way to the autopsy from the layer's figures: of the unit the keyboard is on if that is dead, else of the first that is. */
export function autopsyButton(panel: Panel, drawn: DrawnLayer): TemplateResult | typeof nothing {
  const run = panel.runOf(drawn);
  const { id } = drawn.layer;
  const units = Array.from(run?.units.get(id)?.state ?? [], (_, unit) => unit);
  const isDead = (unit: number) => run !== undefined && Autopsies.deathOf(run, id, unit) !== undefined;
  const unit = isDead(panel.view.unit) ? panel.view.unit : units.find(isDead);
  if (unit === undefined) return nothing;
  return button({
    content:
      inactivity(drawn) === 'negative'
        ? l10n.t('Why is unit {0} always negative?', unit)
        : l10n.t('Why did unit {0} die?', unit),
    class: 'compact',
    title: l10n.t(
      'Makes the run again to find the exact step, and what did it. Also Enter, or a click, on a dead unit of the map.',
    ),
    click: () => panel.openAutopsy(drawn, unit),
  });
}

function progress({ step, death }: OpenAutopsy, cancel: () => void): TemplateResult {
  const done = Math.min(1, step / Math.max(1, death.foundDead));
  return html`<p class="small secondary">
      ${l10n.t('Making the run again to find the exact step: {0} of {1}.', count(step), count(death.foundDead))}
    </p>
    <div
      class="bar"
      role="progressbar"
      aria-label=${l10n.t('The run made again')}
      aria-valuemin="0"
      aria-valuemax=${death.foundDead}
      aria-valuenow=${Math.min(step, death.foundDead)}
    >
      <i style=${styled({ width: `${100 * done}%` })}></i>
    </div>
    ${button({ content: l10n.t('Cancel'), class: 'compact', click: cancel })}`;
}

function words(found: Autopsy): TemplateResult {
  const { stride, step, revivals, interval } = found;
  const [from, to] = interval;
  return html`${sentences(found).map((sentence) => html`<p>${sentence}</p>`)}
  ${
    stride > 1
      ? html`<p class="small secondary">
          ${l10n.t(
            'Steps {0} to {1} were looked at every {2}: a shorter revival after step {3} would not show.',
            count((from ?? 0) + 1),
            count(to),
            count(stride),
            count(step),
          )}
        </p>`
      : nothing
  }
  ${
    revivals > 0
      ? html`<p class="small secondary">
          ${
            revivals === 1
              ? l10n.t('After step {0} it had died and come back once before.', count(from ?? 0))
              : l10n.t('After step {0} it had died and come back {1} times before.', count(from ?? 0), count(revivals))
          }
        </p>`
      : nothing
  }`;
}

function result(found: Autopsy): TemplateResult {
  return html`<canvas
      role="img"
      aria-label=${pictureText(found)}
      ${painted(autopsyWidth, autopsyHeight(found), (g, theme) => drawAutopsy(g, theme, found), [found])}
    ></canvas>
    ${figures(found)}`;
}

function pictureText({ moments, step, samples, blow }: Autopsy): string {
  const [first, last] = [moments[0]!, moments.at(-1)!];
  const way = l10n.t(
    'Steps {from} to {to}, death at {step}: active on {active} of {samples} samples, then {activeThen}; largest weighted sum {sum}, then {sumThen}.',
    {
      ...{ from: first.step, to: last.step, step, samples, active: first.active, activeThen: last.active },
      ...{ sum: compact(first.largest), sumThen: compact(last.largest) },
    },
  );
  if (!blow) return way;
  const { weights, bias, inputs } = blow.parts;
  const parts = [compact(weights), compact(bias), compact(inputs)] as const;
  return `${way} ${l10n.t('The step moved the sum by weights {0}, bias {1}, inputs {2}.', ...parts)}`;
}

/** Before and after, number by number. */
function figures({ moments, step, blow, samples }: Autopsy): TemplateResult {
  const at = (wanted: number) => moments.find((moment) => moment.step === wanted);
  const [before, after] = [at(step - 1), at(step)];
  const both = (name: string, value: (moment: Moment) => unknown) =>
    line(name, before && value(before), after && value(after));
  return html`<table class="health before-after">
    <tr>
      <td></td>
      <th scope="col">${before ? l10n.t('step {0}', count(step - 1)) : ''}</th>
      <th scope="col">${l10n.t('step {0}', count(step))}</th>
    </tr>
    ${both(l10n.t('Active, of {0}', count(samples)), ({ active }) => count(active))}
    ${both(l10n.t('Largest weighted sum'), ({ largest }) => compact(largest))}
    ${after?.weightNorm === null ? nothing : both(l10n.t('Norm of its weights'), ({ weightNorm }) => compact(weightNorm))}
    ${after?.bias === null ? nothing : both(l10n.t('Bias'), ({ bias }) => compact(bias))}
    ${
      blow
        ? html`${blow.inputMeans ? line(l10n.t('Mean of its inputs'), ...blow.inputMeans.map((mean) => compact(mean))) : nothing}
          ${blow.weightGradient === null ? nothing : line(l10n.t('Gradient of its weights'), '', compact(blow.weightGradient))}
          ${blow.biasGradient === null ? nothing : line(l10n.t('Gradient of its bias'), '', compact(blow.biasGradient))}
          ${line(l10n.t('Learning rate'), '', compact(blow.learningRate))}`
        : nothing
    }
  </table>`;
}

const line = (name: string, ...values: readonly unknown[]): TemplateResult =>
  html`<tr>
    <th scope="row">${name}</th>
    ${values.map((value) => html`<td>${value}</td>`)}
  </tr>`;
