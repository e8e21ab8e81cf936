import { parse } from '../engine/spec/parse.ts';
import { css, type Theme } from './theme.ts';

const side = 64;

/** A template's layers as bars, as high as they have units, between its data and its output. */
export function drawTemplate(g: CanvasRenderingContext2D, theme: Theme, text: string): void {
  const layers = parse(text).network?.layers ?? [];
  const heights = layers.map(({ fields }) => {
    const units = fields.units ?? (fields as { filters?: number }).filters;
    return typeof units === 'number' ? Math.min(52, 8 + 8 * Math.log2(units)) : 6;
  });
  const pitch = Math.min(16, (side - 8) / heights.length);
  const left = (side - pitch * heights.length) / 2;
  g.strokeStyle = css(theme.line);
  g.beginPath();
  g.moveTo(2, side / 2);
  g.lineTo(side - 2, side / 2);
  g.stroke();
  heights.forEach((height, i) => {
    g.fillStyle = css(i === heights.length - 1 ? theme.validation : height > 6 ? theme.train : theme.secondary);
    g.fillRect(left + i * pitch + 1, (side - height) / 2, pitch - 3, height);
  });
}
