import type uPlot from 'uplot';
import { css, theme } from '../theme.ts';
import type { Line } from './plot.ts';

/** Each line's letter at its end; those that would meet stand below each other. */
export function drawLetters(u: uPlot, lines: readonly Line[]): void {
  const ratio = devicePixelRatio;
  const colors = theme();
  const [width, height] = [9 * ratio, 12 * ratio];
  const { left, top } = u.bbox;
  const taken: { x: number; y: number }[] = [];
  const g = u.ctx;
  g.save();
  g.font = `600 ${10 * ratio}px ${colors.font.replace(/^\S+ /, '')}`;
  g.textBaseline = 'middle';
  g.textAlign = 'left';
  lines.forEach(({ letter, color }, line) => {
    const values = u.data[line + 1];
    let last = (values?.length ?? 0) - 1;
    while (last >= 0 && typeof values![last] !== 'number') last--;
    if (letter === undefined || last < 0) return;
    const x = Math.max(left, Math.min(u.valToPos(u.data[0][last]!, 'x', true), left + u.bbox.width)) + 3 * ratio;
    let y = Math.max(top + height / 2, u.valToPos(values![last]!, 'y', true));
    while (taken.some((at) => Math.abs(at.x - x) < width && Math.abs(at.y - y) < height)) y += height;
    taken.push({ x, y });
    g.fillStyle = css(color(colors));
    g.fillText(letter, x, y);
  });
  g.restore();
}
