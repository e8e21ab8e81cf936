import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { inactivity, type DrawnLayer } from '../document.ts';
import { compact, count, percent } from '../format.ts';
import { painted } from '../painted.ts';
import { layerColumn } from '../run/runState.ts';
import type { Panel } from '../store.ts';
import { css, type Theme } from '../theme.ts';
import { autopsyButton } from './autopsy.ts';
import { bandPicture, figureHeight as height, figureWidth as width } from './band.ts';
import { updateBand } from './bands.ts';
import { newest, type Value } from '../run/history.ts';

/** The layer's figures, as of the newest record. */
export function health(panel: Panel, drawn: DrawnLayer): TemplateResult | typeof nothing {
  const { layer } = drawn;
  const run = panel.runOf(drawn);
  const metrics = run?.metricsOf(layer.id);
  if (!run || !metrics) return nothing;
  const inactive = inactivity(drawn);
  const mortal = inactive !== 'never';
  const of = count(metrics.units);
  const past = (kind: Parameters<typeof layerColumn>[0]) => run.history.column(layerColumn(kind, layer.id));
  const logs = (values: readonly Value[]) =>
    values.map((value) => (value === null || value <= 0 ? null : Math.log10(value)));
  return html`<div class="rule"></div>
    <div class="field">
      <div class="field-label">
        <span>${l10n.t('Health')}</span><span class="grow"></span
        ><span class="numbers">${l10n.t('step {0}', count(run.latest?.step ?? 0))}</span>
      </div>
      <table class="health">
        ${line(inactive === 'negative' ? l10n.t('Always negative') : l10n.t('Dead'), mortal ? html`<b>${count(metrics.dead)}</b> / ${of}` : '–', mortal ? past('dead') : undefined, metrics.dead > 0)}
        ${line(l10n.t('Nearly dead'), mortal ? count(metrics.nearlyDead) : '–')}
        ${line(l10n.t('Sparsity'), percent(metrics.sparsity), past('sparsity'))}
        ${line(l10n.t('Saturated'), `${count(metrics.saturated)} / ${of}`)}
        ${line(l10n.t('Gradient norm'), compact(metrics.gradientNorm), logs(past('gradient')))}
        <tr>
          <th scope="row">${l10n.t('Update : weight')}</th>
          <td>${compact(metrics.updateRatio)}</td>
          <td>${metrics.updateRatio ? bandPicture(updateBand, metrics.updateRatio) : nothing}</td>
        </tr>
      </table>
      <p class="small secondary">${l10n.t('Band: healthy, 3e−4 to 3e−3. Ticks: too low 1e−6, too high 0.1.')}</p>
      ${autopsyButton(panel, drawn)}
    </div>`;
}

const line = (name: string, value: unknown, past?: readonly Value[], bad = false): TemplateResult =>
  html`<tr>
    <th scope="row">${name}</th>
    <td>${value}</td>
    <td>
      ${
        past
          ? html`<canvas
              aria-hidden="true"
              ${painted(width, height, (g, theme) => sparkline(g, theme, past, bad), [past.length, newest(past), bad])}
            ></canvas>`
          : nothing
      }
    </td>
  </tr>`;

function sparkline(g: CanvasRenderingContext2D, theme: Theme, values: readonly Value[], bad: boolean): void {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known, known.every((value) => value >= 0) ? 0 : Infinity);
  const high = Math.max(...known, low + 1e-12);
  const y = (v: number) => height - 2 - ((v - low) / (high - low)) * (height - 4);
  g.strokeStyle = css(theme.line);
  g.beginPath();
  g.moveTo(0, height - 1.5);
  g.lineTo(width, height - 1.5);
  g.stroke();
  g.strokeStyle = g.fillStyle = css(bad ? theme.warning : theme.secondary);
  g.lineWidth = 1.25;
  g.beginPath();
  known.forEach((v, i) => g.lineTo((i / Math.max(1, known.length - 1)) * (width - 3), y(v)));
  g.stroke();
  const last = known.at(-1);
  if (last !== undefined) g.fillRect(width - 4, y(last) - 1.5, 3, 3);
}
