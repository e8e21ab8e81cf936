import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { bornDead } from '../../engine/rules/bornDead.ts';
import { poorInitialization } from '../../engine/rules/poorInitialization.ts';
import { inactivity, type DrawnLayer } from '../document.ts';
import { compact, count, percent, plain } from '../format.ts';
import type { Panel } from '../store.ts';
import { bandPicture, within, type Band } from './band.ts';
import { gradientBand, limitsIn, spreadBand, zerosBand } from './bands.ts';

/** How the layer stands before any training, as the file is now. */
export function beforeTraining(panel: Panel, drawn: DrawnLayer): TemplateResult | typeof nothing {
  const { standing } = panel.previews;
  const layer = panel.before(drawn);
  const failure = standing ? standing.failure : panel.cannotTrain;
  if (failure === undefined && !layer) return nothing;
  const state = standing?.working
    ? l10n.t('working …')
    : l10n.t('step 0, seed {0}', count(panel.drawing?.network.seed ?? 0));
  return html`<div class="rule"></div>
    <section class="field" aria-label=${l10n.t('Before training')}>
      <div class="field-label">
        <span>${l10n.t('Before training')}</span
        ><span class="grow"></span>${failure === undefined ? html`<span class="numbers">${state}</span>` : nothing}
      </div>
      ${failure === undefined ? figures(panel, drawn) : html`<p class="small secondary">${failure}</p>`}
    </section>`;
}

function figures(panel: Panel, drawn: DrawnLayer): TemplateResult | typeof nothing {
  const { seen } = panel.previews.standing ?? {};
  const layer = panel.before(drawn);
  if (!seen || !layer) return nothing;
  const inactive = inactivity(drawn);
  const exact = inactive === 'zero';
  const chance = limitsIn(panel, bornDead)['chance']!;
  const ratio = limitsIn(panel, poorInitialization)['ratio']!;
  const norm = gradientBand(panel);
  return html`<table class="health">
      ${row(l10n.t('Zeros'), exact ? percent(layer.sparsity) : '–', exact ? zerosBand : undefined, layer.sparsity)}
      ${
        inactive === 'never'
          ? nothing
          : row(
              inactive === 'negative' ? l10n.t('Always negative') : l10n.t('Dead'),
              html`<b>${count(layer.dead)}</b> / ${count(layer.units)}`,
            )
      }
      ${row(l10n.t('σ of outputs'), compact(layer.stdActivation), spreadBand(panel)(layer.id), layer.stdActivation)}
      ${row(l10n.t('Gradient norm'), compact(layer.gradientNorm), norm, layer.gradientNorm)}
      ${row(l10n.t('Born dead'), `${seen.bornDeadChance > 0 ? '≤ ' : ''}${percent(seen.bornDeadChance)}`, { low: 0, high: 1, from: 0, to: chance }, seen.bornDeadChance)}
    </table>
    <p class="small secondary">
      ${l10n.t(
        "Bands: healthy. About half zero; σ within {0} × of every other hidden layer's; gradient norm {1} to {2}. Born dead: seeds in which a whole hidden layer starts dead, at most.",
        ...[plain(ratio), plain(norm.from), plain(norm.to)],
      )}
    </p>`;
}

const row = (name: string, value: unknown, band?: Band, at?: number | null): TemplateResult =>
  html`<tr>
    <th scope="row">${name}</th>
    <td>
      ${value}${band && typeof at === 'number' && !within(band, at) ? html`<span class="visually-hidden">${l10n.t(', outside the healthy band')}</span>` : nothing}
    </td>
    <td>${band && typeof at === 'number' ? bandPicture(band, at) : nothing}</td>
  </tr>`;
