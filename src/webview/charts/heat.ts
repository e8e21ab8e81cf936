import type uPlot from 'uplot';
import type { Value } from '../run/history.ts';
import { css, mix, theme, type Rgb } from '../theme.ts';
import type { Line } from './plot.ts';

/** More lines than this cannot be told apart: they become rows of colour. */
export const mostLines = 6;

const shades = 64;

/** Rows of colour, first layer on top: the brighter the larger, by logarithm over all rows. */
export function drawHeat(
  u: uPlot,
  steps: readonly number[],
  rows: readonly Line[],
  selected: string | undefined,
  hue: Rgb,
): void {
  const colors = theme();
  const ramp = Array.from({ length: shades }, (_, i) => css(mix(colors.side, hue, i / (shades - 1))));
  const { from, span } = decades(rows);
  const g = u.ctx;
  const { left, top, width, height } = u.bbox;
  const rowHeight = height / rows.length;
  const edges = steps.map((step) => u.valToPos(step, 'x', true));
  g.save();
  rows.forEach(({ values }, row) => {
    const y = top + row * rowHeight;
    let start: { x: number; value: number } | undefined;
    // Each cell reaches from its record to the next, over records without a value; within a pixel the largest stands for all.
    values.forEach((value, i) => {
      if (value === null || !(value > 0)) return;
      const x = edges[i]!;
      if (start && x - start.x < 1) start.value = Math.max(start.value, value);
      else {
        if (start) fill(start.x, x, y, start.value);
        start = { x, value };
      }
    });
    // The last has no record to reach to: a few pixels, also at the very end of the axis.
    if (start) fill(Math.min(start.x, left + width - 3), Math.min(edges.at(-1)! + 2, left + width), y, start.value);
  });
  const row = rows.findIndex(({ label }) => label === selected);
  if (row >= 0) {
    g.strokeStyle = css(colors.foreground);
    g.lineWidth = devicePixelRatio;
    g.strokeRect(left, top + row * rowHeight, width, rowHeight);
  }
  g.restore();

  function fill(x: number, to: number, y: number, value: number): void {
    g.fillStyle = ramp[Math.round(((Math.log10(value) - from) / span) * (shades - 1))] ?? css(colors.side);
    g.fillRect(x, y, Math.max(1, to - x), Math.max(1, rowHeight - 1));
  }
}

function decades(rows: readonly Line[]): { from: number; span: number } {
  const known = rows.flatMap(({ values }) => values).filter((value): value is number => value !== null && value > 0);
  // A run may hold more values than a call takes arguments.
  const low = Math.log10(known.reduce((a, b) => Math.min(a, b), Infinity));
  const high = Math.log10(known.reduce((a, b) => Math.max(a, b), 0));
  return { from: low, span: high - low || 1 };
}

/** How much of the last layer's gradient reaches the first, at the newest record that has both. */
export function firstToLast(first: readonly Value[], last: readonly Value[]): number | null {
  for (let i = first.length - 1; i >= 0; i--) {
    const [a, b] = [first[i], last[i]];
    if (typeof a === 'number' && typeof b === 'number' && b > 0) return a / b;
  }
  return null;
}
