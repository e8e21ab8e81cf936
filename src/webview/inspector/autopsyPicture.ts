import * as l10n from '@vscode/l10n';
import type { Autopsy, Moment } from '../../engine/autopsy/autopsy.ts';
import { compact, count } from '../format.ts';
import { css, mix, type Rgb, type Theme } from '../theme.ts';

export const autopsyWidth = 262;
const plots = { active: { top: 18, height: 40 }, largest: { top: 78, height: 56 } };
const axis = 150;
const row = 18;

/** With what moved the sum below the curves, where there is such a thing. */
export const autopsyHeight = ({ blow }: Autopsy): number => axis + 4 + (blow ? 20 + 5 * row : 0);

/** Active samples and the largest weighted sum, step by step, with the step of death marked; then what moved the sum in that step. */
export function drawAutopsy(g: CanvasRenderingContext2D, theme: Theme, found: Autopsy): void {
  const { moments, step, samples, edge } = found;
  const [first, last] = [moments[0]!.step, moments.at(-1)!.step];
  const x = (at: number) => 1 + ((at - first) / Math.max(1, last - first)) * (autopsyWidth - 2);
  g.font = theme.font;
  g.fillStyle = css(mix(theme.side, theme.foreground, 0.035));
  for (const { top, height } of Object.values(plots)) g.fillRect(0, top, autopsyWidth, height);

  const most = Math.max(1, ...moments.map(({ active }) => active));
  const { active, largest } = plots;
  const activeY = (value: number) => active.top + active.height - 2 - (value / most) * (active.height - 6);
  const sums = moments.map((moment) => moment.largest);
  const [low, high] = [Math.min(...sums, edge ?? Infinity), Math.max(...sums, edge ?? -Infinity)];
  const sumY = (value: number) =>
    largest.top + largest.height - 4 - ((value - low) / Math.max(high - low, 1e-12)) * (largest.height - 8);

  if (edge !== null) line(g, theme.secondary, [0, sumY(edge), autopsyWidth, sumY(edge)], [3, 3]);
  const mark = Math.round(x(step)) + 0.5;
  for (const { top, height } of Object.values(plots)) line(g, theme.dead, [mark, top, mark, top + height], []);
  curve(g, theme.train, moments, x, ({ active }) => activeY(active));
  curve(g, theme.foreground, moments, x, ({ largest }) => sumY(largest));

  label(g, theme.secondary, l10n.t('active samples, most {0} of {1}', count(most), count(samples)), 0, active.top - 6);
  label(
    g,
    theme.secondary,
    l10n.t('largest weighted sum, {0} to {1}', compact(high), compact(low)),
    0,
    largest.top - 6,
  );
  label(g, theme.secondary, count(first), 0, axis);
  if (last > first) label(g, theme.secondary, count(last), autopsyWidth, axis, 'right');
  const text = l10n.t('step {0}', count(step));
  const half = g.measureText(text).width / 2;
  const room = g.measureText(count(last)).width + 8;
  label(g, theme.dead, text, Math.min(Math.max(mark, room + half), autopsyWidth - room - half), axis, 'center');
  if (found.blow) drawParts(g, theme, found);
}

/** From the sum before to the sum after, by the parts that moved it. */
function drawParts(g: CanvasRenderingContext2D, theme: Theme, { blow, moments, step, edge }: Autopsy): void {
  const at = (wanted: number) => moments.find((moment) => moment.step === wanted)?.largest ?? 0;
  const [before, after] = [at(step - 1), at(step)];
  const { weights, bias, inputs } = blow!.parts;
  const rows: { name: string; from: number; to: number; color: Rgb; text: string }[] = [];
  const zero = edge ?? 0;
  rows.push({ name: l10n.t('before'), from: zero, to: before, color: theme.secondary, text: compact(before) });
  let reached = before;
  for (const [name, part] of [
    [l10n.t('weights'), weights],
    [l10n.t('bias'), bias],
    [l10n.t('inputs'), inputs],
  ] as const) {
    const moved = part ?? 0;
    const text = part === null ? '–' : `${moved > 0 ? '+' : ''}${compact(moved)}`;
    rows.push({ name, from: reached, to: reached + moved, color: moved < 0 ? theme.dead : theme.good, text });
    reached += moved;
  }
  rows.push({ name: l10n.t('after'), from: zero, to: after, color: theme.secondary, text: compact(after) });

  const ends = rows.flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const [left, right] = [52, autopsyWidth - 52];
  const x = (value: number) => left + ((value - low) / Math.max(high - low, 1e-12)) * (right - left);
  const top = axis + 20;
  label(g, theme.secondary, l10n.t('what moved the sum in that step'), 0, top - 4);
  line(g, theme.secondary, [x(zero), top, x(zero), top + 5 * row], [3, 3]);
  for (const [i, { name, from, to, color, text }] of rows.entries()) {
    const y = top + i * row;
    label(g, theme.foreground, name, 0, y + 13);
    label(g, theme.foreground, text, autopsyWidth, y + 13, 'right');
    g.fillStyle = css(color);
    g.fillRect(Math.min(x(from), x(to)), y + 4, Math.max(1, Math.abs(x(to) - x(from))), row - 7);
  }
}

function curve(
  g: CanvasRenderingContext2D,
  color: Rgb,
  moments: readonly Moment[],
  x: (step: number) => number,
  y: (moment: Moment) => number,
): void {
  g.strokeStyle = css(color);
  g.lineWidth = 1.5;
  g.beginPath();
  for (const moment of moments) g.lineTo(x(moment.step), y(moment));
  g.stroke();
}

function line(
  g: CanvasRenderingContext2D,
  color: Rgb,
  [x1, y1, x2, y2]: [number, number, number, number],
  dash: number[],
): void {
  g.strokeStyle = css(color);
  g.lineWidth = 1;
  g.setLineDash(dash);
  g.beginPath();
  g.moveTo(x1, y1);
  g.lineTo(x2, y2);
  g.stroke();
  g.setLineDash([]);
}

function label(
  g: CanvasRenderingContext2D,
  color: Rgb,
  text: string,
  x: number,
  y: number,
  align: CanvasTextAlign = 'left',
): void {
  g.fillStyle = css(color);
  g.textAlign = align;
  g.fillText(text, x, y);
}
