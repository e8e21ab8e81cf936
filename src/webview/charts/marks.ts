import * as l10n from '@vscode/l10n';
import type uPlot from 'uplot';
import type { Run } from '../run/runState.ts';
import { css, theme } from '../theme.ts';
import { plain } from '../format.ts';
import type { Mark } from './plot.ts';

/** "learning rate 0.3 → 2": what was changed while training went on. */
export const settingMarks = ({ settings }: Run): Mark[] =>
  settings.map(({ step, setting, from, to }) => ({
    step,
    text:
      setting === 'learningRate'
        ? l10n.t('learning rate {0} → {1}', said(from), said(to))
        : l10n.t('batch {0} → {1}', said(from), said(to)),
  }));

const said = (value: number | 'all'): string => (value === 'all' ? l10n.t('all') : plain(value));

/** A dotted line and a diamond at each; the newest with its `words` where there is room. */
export function drawMarks(u: uPlot, marks: readonly Mark[], words: boolean): void {
  if (marks.length === 0) return;
  const g = u.ctx;
  const ratio = devicePixelRatio;
  const { left, top, width, height } = u.bbox;
  const colors = theme();
  g.save();
  g.strokeStyle = g.fillStyle = css(colors.foreground);
  g.lineWidth = ratio;
  for (const { step } of marks) {
    const x = u.valToPos(step, 'x', true);
    if (x < left || x > left + width) continue;
    g.setLineDash([2 * ratio, 2 * ratio]);
    g.beginPath();
    g.moveTo(x, top + 4 * ratio);
    g.lineTo(x, top + height);
    g.stroke();
    g.setLineDash([]);
    const size = 3.5 * ratio;
    g.beginPath();
    g.moveTo(x, top - size + 2 * ratio);
    g.lineTo(x + size, top + 2 * ratio);
    g.lineTo(x, top + size + 2 * ratio);
    g.lineTo(x - size, top + 2 * ratio);
    g.fill();
  }
  const last = marks.at(-1)!;
  if (!words) return g.restore();
  g.font = colors.font.replace('11px', `${11 * ratio}px`);
  const x = u.valToPos(last.step, 'x', true);
  const wide = g.measureText(last.text).width + 8 * ratio;
  const right = x + wide < left + width;
  if (right || x - wide > left) {
    g.textAlign = right ? 'left' : 'right';
    g.fillText(last.text, x + (right ? 7 : -7) * ratio, top + 6 * ratio);
  }
  g.restore();
}

/** A stripe over the values that are healthy. */
export function drawBand(u: uPlot, [low, high]: readonly [number, number]): void {
  const { left, top, width, height } = u.bbox;
  const y = (value: number) => Math.max(top, Math.min(top + height, u.valToPos(value, 'y', true)));
  u.ctx.save();
  u.ctx.fillStyle = css(theme().good, 0.18);
  u.ctx.fillRect(left, y(high), width, y(low) - y(high));
  u.ctx.restore();
}
