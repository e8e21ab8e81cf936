import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { bornDead } from '../../engine/rules/bornDead.ts';
import { explodingGradient } from '../../engine/rules/explodingGradient.ts';
import { limitsOf, type Rule } from '../../engine/rules/index.ts';
import { poorInitialization } from '../../engine/rules/poorInitialization.ts';
import { hiddenIds } from '../../engine/rules/structure.ts';
import { vanishingGradient } from '../../engine/rules/vanishingGradient.ts';
import { inactivity, type DrawnLayer } from '../document.ts';
import { compact, count, percent, plain } from '../format.ts';
import type { Panel } from '../store.ts';
import { bandPicture, within, type Band } from './band.ts';

/** About half of a ReLU layer's outputs are zero where its sums are as often negative as positive (Glorot et al. 2011). */
const zeros: Band = { low: 0, high: 1, from: 0.4, to: 0.6 };

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
  const limits = (rule: Rule) => limitsOf(rule, panel.settings.rules);
  const [gone, huge] = [limits(vanishingGradient)['norm']!, limits(explodingGradient)['norm']!];
  const chance = limits(bornDead)['chance']!;
  const ratio = limits(poorInitialization)['ratio']!;
  const norm: Band = { low: 1e-8, high: 1e4, from: gone, to: huge, log: true };
  return html`<table class="health">
      ${row(l10n.t('Zeros'), exact ? percent(layer.sparsity) : '–', exact ? zeros : undefined, layer.sparsity)}
      ${
        inactive === 'never'
          ? nothing
          : row(
              inactive === 'negative' ? l10n.t('Always negative') : l10n.t('Dead'),
              html`<b>${count(layer.dead)}</b> / ${count(layer.units)}`,
            )
      }
      ${row(l10n.t('σ of outputs'), compact(layer.stdActivation), spread(panel, drawn, ratio), layer.stdActivation)}
      ${row(l10n.t('Gradient norm'), compact(layer.gradientNorm), norm, layer.gradientNorm)}
      ${row(l10n.t('Born dead'), `${seen.bornDeadChance > 0 ? '≤ ' : ''}${percent(seen.bornDeadChance)}`, { low: 0, high: 1, from: 0, to: chance }, seen.bornDeadChance)}
    </table>
    <p class="small secondary">
      ${l10n.t(
        "Bands: healthy. About half zero; σ within {0} × of every other hidden layer's; gradient norm {1} to {2}. Born dead: seeds in which a whole hidden layer starts dead, at most.",
        ...[plain(ratio), plain(gone), plain(huge)],
      )}
    </p>`;
}

/** The band of a hidden layer's σ: where it is in proportion to all others. */
function spread(panel: Panel, { layer }: DrawnLayer, ratio: number): Band | undefined {
  const { graph } = panel.drawing ?? {};
  const hidden = graph ? hiddenIds(graph) : new Set();
  const all = (panel.previews.standing?.seen?.layers ?? []).flatMap(({ id, stdActivation }) =>
    hidden.has(id) ? stdActivation || [] : [],
  );
  if (!hidden.has(layer.id) || all.length < 2) return undefined;
  const from = Math.max(...all) / ratio;
  return { low: 1e-4, high: 1e4, from, to: Math.max(from, Math.min(...all) * ratio), log: true };
}

const row = (name: string, value: unknown, band?: Band, at?: number | null): TemplateResult =>
  html`<tr>
    <th scope="row">${name}</th>
    <td>
      ${value}${band && typeof at === 'number' && !within(band, at) ? html`<span class="visually-hidden">${l10n.t(', outside the healthy band')}</span>` : nothing}
    </td>
    <td>${band && typeof at === 'number' ? bandPicture(band, at) : nothing}</td>
  </tr>`;
