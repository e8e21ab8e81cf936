import { html, type TemplateResult } from 'lit';
import { initializerRow } from '../../engine/initializers.ts';
import type { DrawnLayer } from '../document.ts';
import { compact, count } from '../format.ts';

/** σ of a layer's first weights, by its initialiser and its fan; undefined where it has none, or they are not known. */
export function initialSigma({ layer, graph }: DrawnLayer): number | undefined {
  const { weights } = layer.fields;
  const kernel = graph?.parameters.find(({ role }) => role === 'weights');
  return weights && kernel && initializerRow(weights.name).sigma(kernel.fans, weights.parameters);
}

/** The initialiser's formula, and the σ it gives for this layer's fan. */
export function spread(drawn: DrawnLayer): TemplateResult {
  const { layer, graph } = drawn;
  const { weights } = layer.fields;
  if (!weights) return html``;
  const row = initializerRow(weights.name);
  const kernel = graph?.parameters.find(({ role }) => role === 'weights');
  const sigma = kernel ? html` → σ = ${compact(initialSigma(drawn), 3)}` : '';
  const fans = kernel ? `n_in ${count(kernel.fans.in)}, n_out ${count(kernel.fans.out)}` : '';
  return html`<div class="note" title="${row.doc}${row.source ? ` (${row.source})` : ''}">
    ${row.formula}${sigma}<br />${fans}
  </div>`;
}
