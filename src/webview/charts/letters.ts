import type uPlot from 'uplot';
import { css, theme } from '../theme.ts';
import type { Line } from './plot.ts';

/** Each line's letter at its end; those that would meet move apart, in the order of their ends. */
export function drawLetters(u: uPlot, lines: readonly Line[]): void {
  const ratio = devicePixelRatio;
  const colors = theme();
  const { left, top, width, height } = u.bbox;
  const ends = lines.flatMap(({ letter, color }, line) => {
    const values = u.data[line + 1];
    let last = (values?.length ?? 0) - 1;
    while (last >= 0 && typeof values![last] !== 'number') last--;
    if (letter === undefined || last < 0) return [];
    const x = Math.max(left, Math.min(u.valToPos(u.data[0][last]!, 'x', true), left + width)) + 3 * ratio;
    return { letter, color, x, y: u.valToPos(values![last]!, 'y', true) };
  });
  ends.sort((a, b) => a.y - b.y);
  const apart = spread(
    ends.map(({ y }) => y),
    12 * ratio,
    [top, top + height],
  );
  const g = u.ctx;
  g.save();
  g.font = `600 ${10 * ratio}px ${colors.font.replace(/^\S+ /, '')}`;
  g.textBaseline = 'middle';
  g.textAlign = 'left';
  ends.forEach(({ letter, color, x }, i) => {
    g.fillStyle = css(color(colors));
    g.fillText(letter, x, apart[i]!);
  });
  g.restore();
}

/** Places in ascending order, moved until each is `size` from the next and, as far as there is room, within its bounds. */
export function spread(places: readonly number[], size: number, [from, to]: readonly [number, number]): number[] {
  const apart = [...places];
  let free = from + size / 2;
  for (let i = 0; i < apart.length; i++) free = (apart[i] = Math.max(apart[i]!, free)) + size;
  free = to - size / 2;
  for (let i = apart.length - 1; i >= 0; i--) free = (apart[i] = Math.min(apart[i]!, free)) - size;
  return apart;
}
