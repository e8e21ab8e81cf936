import type { ClassesLook } from '../../engine/look/look.ts';
import { css, mix, type Theme } from '../theme.ts';

/** Actual class by row, predicted class by column: the right ones on the diagonal, every mistake with its number. */
export function drawConfusion(
  g: CanvasRenderingContext2D,
  theme: Theme,
  width: number,
  height: number,
  { count, confusion }: ClassesLook,
  names: readonly string[],
): void {
  const margin = { left: Math.min(56, 8 + 7 * Math.max(...names.map(({ length }) => length))), top: 16 };
  const pitch = Math.max(2, Math.floor(Math.min((width - margin.left) / count, (height - margin.top) / count)));
  const rows = Array.from({ length: count }, (_, row) =>
    confusion.subarray(row * count, (row + 1) * count).reduce((sum, n) => sum + n, 0),
  );
  const most = Math.max(1, ...Array.from(confusion).filter((_, i) => i % (count + 1) !== 0));
  g.font = theme.font;
  g.textBaseline = 'middle';
  const step = Math.max(1, Math.ceil(14 / pitch));
  names.forEach((name, i) => {
    if (i % step !== 0) return;
    g.fillStyle = css(theme.secondary);
    const at = (i + 0.5) * pitch;
    g.textAlign = 'right';
    g.fillText(name, margin.left - 5, margin.top + at, margin.left - 6);
    g.textAlign = 'center';
    const fits = Math.max(1, Math.floor((pitch * step - 2) / 6));
    g.fillText(name.length > fits ? name.slice(0, fits) : name, margin.left + at, 7);
  });
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      const n = confusion[row * count + column]!;
      const right = row === column;
      const share = right ? n / Math.max(1, rows[row]!) : n / most;
      g.fillStyle = css(
        n === 0
          ? mix(theme.card, theme.foreground, 0.04)
          : right
            ? mix(theme.card, theme.train, 0.2 + 0.7 * share)
            : mix(theme.card, theme.validation, 0.25 + 0.45 * share),
      );
      const [x, y] = [margin.left + column * pitch, margin.top + row * pitch];
      g.fillRect(x, y, pitch - 1, pitch - 1);
      if (n > 0 && pitch >= (right ? 16 : 14)) {
        // The diagonal is strong: what is written on it has the colour of the page.
        g.fillStyle = css(right && share > 0.5 ? theme.background : theme.foreground);
        g.textAlign = 'center';
        g.fillText(String(n), x + pitch / 2, y + pitch / 2 + 0.5, pitch - 2);
      }
    }
  }
}
