import * as l10n from '@vscode/l10n';
import { html, type TemplateResult } from 'lit';
import { activationRow, functionOf, type Activation } from '../../engine/activations/index.ts';
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

/** Which bins of weighted sums leave their unit inactive, or with no gradient: those of a ReLU below 0, of min(x, 0) above. */
export function idleBins({ counts, reach }: HistogramLook, activation: Activation): boolean[] {
  const { inactive, backwardFrom } = activationRow(activation.name);
  const { value, derivative } = functionOf(activation);
  return Array.from(counts, (_, i) => {
    const z = ((2 * i + 1) / counts.length - 1) * reach;
    return (inactive === 'negative' && z < 0) || derivative(backwardFrom === 'output' ? value(z) : z) === 0;
  });
}

/** The weighted sums under the curve, on the same axis of ±`reach`: what leaves its unit idle is grey. */
export function histogramBelow(
  seen: HistogramLook,
  activation: Activation,
  reach: number,
  width: number,
  low: boolean,
): TemplateResult {
  const { below } = seen;
  const height = low ? 32 : 52;
  return html`<canvas
      class="curve below"
      role="img"
      aria-label=${l10n.t('Histogram of z: {0} below 0, from {1} to {2}', percent(below), compact(-seen.reach), compact(seen.reach))}
      ${painted(width, height, (g, theme) => draw(g, theme, [width, height], seen, idleBins(seen, activation), reach), [seen, reach, JSON.stringify(activation)])}
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
  idle: readonly boolean[],
  reach: number,
): void {
  g.fillStyle = css(mix(theme.side, theme.foreground, 0.035));
  g.fillRect(0, 0, width, height);
  const most = Math.max(1, ...counts);
  const span = (width * own) / reach;
  const left = (width - span) / 2;
  const pitch = span / counts.length;
  const [grey, blue] = [css(mix(theme.side, theme.foreground, 0.4)), css(theme.train)];
  counts.forEach((n, i) => {
    if (n === 0) return;
    const bar = Math.max(1, (n / most) * (height - 6));
    g.fillStyle = idle[i] ? grey : blue;
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
