import { html, type TemplateResult } from 'lit';
import { initializerRow } from '../../engine/initializers.ts';
import type { DrawnLayer } from '../document.ts';
import { compact, count } from '../format.ts';

/** The initialiser's formula, and the σ it gives for this layer's fan. */
export function spread({ layer, graph }: DrawnLayer): TemplateResult {
  const { weights } = layer.fields;
  if (!weights) return html``;
  const row = initializerRow(weights.name);
  const kernel = graph?.parameters.find(({ role }) => role === 'weights');
  const sigma = kernel ? html` → σ = ${compact(row.sigma(kernel.fans, weights.parameters), 3)}` : '';
  const fans = kernel ? `n_in ${count(kernel.fans.in)}, n_out ${count(kernel.fans.out)}` : '';
  return html`<div class="note" title="${row.doc}${row.source ? ` (${row.source})` : ''}">
    ${row.formula}${sigma}<br />${fans}
  </div>`;
}
