import { html, type TemplateResult } from 'lit';
import { painted } from '../painted.ts';
import { css, mix, type Theme } from '../theme.ts';

/** The size of a figure's little picture in the inspector. */
export const figureWidth = 84;
export const figureHeight = 16;

/** Where a figure is healthy, on a scale from `low` to `high`; a rule speaks up beyond a tick. */
export interface Band {
  readonly low: number;
  readonly high: number;
  readonly from: number;
  readonly to: number;
  readonly ticks?: readonly number[];
  /** Decades are as wide as each other; else the scale is even. */
  readonly log?: boolean;
}

export const within = ({ from, to }: Band, value: number): boolean => value >= from && value <= to;

/** The scale with the healthy part filled and a marker for now. */
export const bandPicture = (band: Band, value: number, width = figureWidth): TemplateResult =>
  html`<canvas
    aria-hidden="true"
    ${painted(width, figureHeight, (g, theme) => drawBand(g, theme, band, value, width), [value, JSON.stringify(band)])}
  ></canvas>`;

function drawBand(g: CanvasRenderingContext2D, theme: Theme, band: Band, value: number, width: number): void {
  const { low, high, from, to, ticks = [], log = false } = band;
  const along = (v: number) => (log ? Math.log(v) : v);
  const x = (v: number) => {
    const held = Math.min(high, Math.max(low, v));
    return ((along(held) - along(low)) / (along(high) - along(low))) * (width - 8) + 4;
  };
  g.fillStyle = css(mix(theme.side, theme.foreground, 0.12));
  g.fillRect(4, 6, width - 8, 4);
  g.fillStyle = css(theme.good);
  g.fillRect(x(from), 6, x(to) - x(from), 4);
  g.strokeStyle = css(theme.secondary);
  for (const limit of ticks) {
    g.beginPath();
    g.moveTo(Math.round(x(limit)) + 0.5, 4);
    g.lineTo(Math.round(x(limit)) + 0.5, 12);
    g.stroke();
  }
  g.fillStyle = css(theme.foreground);
  g.beginPath();
  g.moveTo(x(value), 9);
  g.lineTo(x(value) + 4, 16);
  g.lineTo(x(value) - 4, 16);
  g.fill();
  g.fillRect(x(value) - 0.75, 2, 1.5, 8);
}
