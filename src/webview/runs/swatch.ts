import { svg, html, type TemplateResult } from 'lit';
import { css, theme, type Rgb, type Theme } from '../theme.ts';

const colors: readonly ((theme: Theme) => Rgb)[] = [
  ({ train }) => train,
  ({ validation }) => validation,
  ({ gradient }) => gradient,
  ({ good }) => good,
  ({ foreground }) => foreground,
  ({ dead }) => dead,
];
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** How the lines of a compared group look: twelve ways that also differ without colour. */
export const lookOf = (index: number): { color: (theme: Theme) => Rgb; dash: readonly number[] } => ({
  color: colors[index % colors.length]!,
  dash: dashes[index % dashes.length]!,
});

/** A piece of the line. */
export function swatch(index: number): TemplateResult {
  const { color, dash } = lookOf(index);
  return html`<svg class="swatch" viewBox="0 0 22 6" aria-hidden="true">
    ${svg`<line x1="0" y1="3" x2="22" y2="3" stroke=${css(color(theme()))} stroke-width="2" stroke-dasharray=${dash.join(' ')}></line>`}
  </svg>`;
}
