import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import type { HistogramLook } from '../../engine/look/look.ts';
import type { DrawnLayer } from '../document.ts';
import { compact, percent } from '../format.ts';
import { painted } from '../painted.ts';
import type { Panel } from '../store.ts';
import { css, mix, type Theme } from '../theme.ts';

/** How often the layer's weighted sums had which value when the run last showed them. */
export function histogramOf(panel: Panel, drawn: DrawnLayer): HistogramLook | undefined {
  const seen = panel.runOf(drawn)?.look?.histogram;
  return seen?.layer === drawn.layer.id ? seen : undefined;
}

/** The weighted sums under the curve, on the same axis of ±`reach`: what is below 0 is grey. */
export function histogramBelow(seen: HistogramLook, reach: number, width: number, low: boolean): TemplateResult {
  const { below } = seen;
  const height = low ? 32 : 52;
  return html`<canvas
      class="curve below"
      role="img"
      aria-label=${l10n.t('Histogram of z: {0} below 0, from {1} to {2}', percent(below), compact(-seen.reach), compact(seen.reach))}
      ${painted(width, height, (g, theme) => draw(g, theme, [width, height], seen, reach), [seen, reach])}
    ></canvas>
    <div class="ends small secondary numbers">
      <span>${compact(-reach)}</span><span>${l10n.t('{0} of z below 0', percent(below))}</span
      ><span>${compact(reach)}</span>
    </div>`;
}

function draw(
  g: CanvasRenderingContext2D,
  theme: Theme,
  [width, height]: readonly [number, number],
  { counts, reach: own }: HistogramLook,
  reach: number,
): void {
  g.fillStyle = css(mix(theme.side, theme.foreground, 0.035));
  g.fillRect(0, 0, width, height);
  const most = Math.max(1, ...counts);
  const span = (width * own) / reach;
  const left = (width - span) / 2;
  const pitch = span / counts.length;
  const [below, above] = [css(mix(theme.side, theme.foreground, 0.4)), css(theme.train)];
  counts.forEach((n, i) => {
    if (n === 0) return;
    const bar = Math.max(1, (n / most) * (height - 6));
    g.fillStyle = i < counts.length / 2 ? below : above;
    g.fillRect(left + i * pitch, height - bar, Math.max(0.75, pitch - (pitch > 3 ? 1 : 0)), bar);
  });
  g.strokeStyle = css(theme.line);
  g.beginPath();
  g.moveTo(width / 2 + 0.5, 0);
  g.lineTo(width / 2 + 0.5, height);
  g.stroke();
  g.font = theme.font;
  g.fillStyle = css(theme.secondary);
  g.fillText('z', width / 2 + 5, 11);
}
