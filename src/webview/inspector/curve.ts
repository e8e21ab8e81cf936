import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { formulaOf } from '../../engine/activations/formula/index.ts';
import { activationRow, functionOf, type Activation, type ActivationRow } from '../../engine/activations/index.ts';
import type { HistogramLook } from '../../engine/look/look.ts';
import type { DrawnLayer } from '../document.ts';
import { compact } from '../format.ts';
import { magnification } from '../numbers.ts';
import { painted } from '../painted.ts';
import type { Panel } from '../store.ts';
import { css, mix, type Theme } from '../theme.ts';
import { histogramBelow, histogramOf } from './histogram.ts';
import { overlayChoice, overlaysOf, type Overlay } from './overlays.ts';

const width = 262;

/** Beside the charts, in a narrow window, the inspector is low: the curve leaves room for what is below it. */
const isBeside = (): boolean => innerWidth < 960 && innerWidth >= 640 && innerHeight > 480;

/** f and f′ of the layer's activation, or what it does where it has no curve. */
export function activationCurve(panel: Panel, drawn: DrawnLayer): TemplateResult {
  const begun = drawn.layer.fields.activation;
  const row = begun && activationRow(begun.name);
  if (!begun || !row) return html``;
  const seen = histogramOf(panel, drawn);
  const { slopes } = seen ?? {};
  // What is learned on the way is drawn as it now is.
  const activation = slopes ? { ...begun, parameters: { ...begun.parameters, initial: slopes[1] } } : begun;
  const formula = html`<div class="note" title=${row.source}>${formulaText(activation)}</div>
    ${slopes ? learned(slopes) : nothing}`;
  if (row.kind !== 'elementwise')
    return html`${formula}
      <p class="small secondary">${row.doc}</p>`;
  const reach = Math.max(seen?.reach ?? 0, usualReach(row));
  const overlays = overlaysOf(panel, activation);
  const height = isBeside() ? 56 : 84;
  return html`<canvas
      class="curve"
      role="img"
      aria-label=${l10n.t('Curve of {0} and its derivative', row.label)}
      ${painted(width, height, (g, theme) => drawCurve(g, theme, height, activation, reach, overlays), [
        JSON.stringify(activation),
        reach,
        overlays.map(({ name }) => name).join(),
      ])}
    ></canvas>
    ${seen ? histogramBelow(seen, activation, reach, width, isBeside()) : html``}
    ${overlayChoice(panel, activation, formula)}`;
}

/** PReLU's slopes as the run has left them; where all are one, that one. */
const learned = ([least, mean, greatest]: NonNullable<HistogramLook['slopes']>): TemplateResult =>
  html`<div class="note">
    ${
      least === greatest
        ? l10n.t('slope now {0}', compact(mean))
        : l10n.t('slopes now {0} to {1}, mean {2}', compact(least), compact(greatest), compact(mean))
    }
  </div>`;

/** As its row writes it; of a formula of one's own, which stands above the curve, the derivative that the program worked out. */
function formulaText({ name, formula }: Activation): string {
  if (formula === undefined) return activationRow(name).formula;
  return `f′(x) = ${formulaOf(formula).derivativeText ?? l10n.t('… (too long to show)')}`;
}

/** How far the axis goes while nothing is known of the weighted sums. */
const usualReach = ({ saturation }: ActivationRow): number => (saturation === undefined ? 3 : saturation + 1);

function drawCurve(
  g: CanvasRenderingContext2D,
  theme: Theme,
  height: number,
  activation: Activation,
  reach: number,
  overlays: readonly Overlay[],
): void {
  const row = activationRow(activation.name);
  const { value, derivative } = functionOf(activation);
  const xs = Array.from({ length: width + 1 }, (_, i) => -reach + (2 * reach * i) / width);
  const f = xs.map((x) => value(x));
  // A derivative is computed from the output or the input, as its row says.
  const slope = xs.map((x, i) => derivative(row.backwardFrom === 'output' ? f[i]! : x));
  const known = [...f, ...slope, 0].filter(Number.isFinite);
  const highest = Math.min(reach, Math.max(...known)) * 1.1;
  const lowest = Math.max(-reach, Math.min(...known)) * 1.1;
  const top = highest || -0.12 * lowest || 1;
  const bottom = lowest - 0.12 * top;
  const y = (v: number) => height - 2 - ((v - bottom) / (top - bottom)) * (height - 4);
  g.fillStyle = css(mix(theme.side, theme.foreground, 0.035));
  g.fillRect(0, 0, width, height);
  g.strokeStyle = css(theme.line);
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(0, Math.round(y(0)) + 0.5);
  g.lineTo(width, Math.round(y(0)) + 0.5);
  g.moveTo(width / 2 + 0.5, 0);
  g.lineTo(width / 2 + 0.5, height);
  g.stroke();
  const curve = (values: readonly number[], color: string, dash: number[], thickness: number) => {
    g.strokeStyle = color;
    g.lineWidth = thickness;
    g.setLineDash(dash);
    g.beginPath();
    values.forEach((v, i) => g.lineTo(i, y(v)));
    g.stroke();
    g.setLineDash([]);
  };
  for (const { value, dash } of overlays) curve(xs.map(value), css(theme.foreground, 0.75), dash, 1);
  const magnified = magnification(slope, top, bottom);
  const scaled = slope.map((v) => v * magnified);
  curve(scaled, css(theme.secondary), [4, 3], 1.25);
  curve(f, css(theme.train), [], 1.75);
  g.font = theme.font;
  g.fillStyle = css(theme.foreground);
  const clear = (v: number) => Math.min(height - 4, Math.max(11, v));
  g.fillText('f', width - 12, clear(y(f[width - 12]!) + (f[width - 12]! > top * 0.6 ? 16 : -6)));
  g.fillStyle = css(theme.secondary);
  const name = magnified === 1 ? 'f′' : `f′ × ${magnified}`;
  g.fillText(name, 6, clear(y(scaled[10]!) + (scaled[10]! > top * 0.6 ? 22 : -6)));
}
