import { activationRow, functionOf, type Activation } from '../../engine/activations/index.ts';
import { drawPicture } from '../look/picture.ts';
import { classMark } from '../look/region.ts';
import { css, type Theme } from '../theme.ts';
import type { Preview } from './preview.ts';

type Context = CanvasRenderingContext2D;

/** What an activation looks like over −3…3, small. Softmax has no curve of its own: a rising one stands for it. */
export function drawGlyph(g: Context, theme: Theme, width: number, height: number, activation: Activation): void {
  const row = activationRow(activation.name);
  // Those without a curve of their own: e^x for softmax, two pieces for maxout.
  const pictured = { rows: (x: number) => Math.exp(x - 3), pieces: (x: number) => Math.max(-x / 2, x) };
  const f = row.kind === 'elementwise' ? functionOf(activation).value : pictured[row.kind];
  // A formula may go beyond all bounds, or stop.
  const values = Array.from({ length: 33 }, (_, i) => f(-3 + (6 * i) / 32)).map((v) => Math.max(-9, Math.min(9, v)));
  const known = values.filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const y = (v: number) => height - 2 - ((v - low) / (high - low || 1)) * (height - 4);
  g.lineWidth = 1;
  g.strokeStyle = css(theme.line);
  g.beginPath();
  g.moveTo(0, Math.round(y(0)) + 0.5);
  g.lineTo(width, Math.round(y(0)) + 0.5);
  g.stroke();
  g.strokeStyle = css(theme.foreground);
  g.lineWidth = 1.4;
  g.lineJoin = 'round';
  g.beginPath();
  values.forEach((v, i) => {
    if (Number.isFinite(v)) g.lineTo(1 + ((width - 2) * i) / 32, y(v));
  });
  g.stroke();
}

/** Samples of the data in a square. */
export function drawPreview(g: Context, theme: Theme, size: number, preview: Preview): void {
  if (preview.kind === 'points') drawPoints(g, theme, size, preview.points);
  else drawPictures(g, theme, size, preview);
}

function drawPoints(
  g: Context,
  theme: Theme,
  size: number,
  points: Extract<Preview, { kind: 'points' }>['points'],
): void {
  const reach = 1.08 * Math.max(...points.map(({ x, y }) => Math.max(Math.abs(x), Math.abs(y))), 1e-9);
  const at = (v: number) => ((v / reach + 1) / 2) * size;
  const radius = size > 100 ? 1.4 : 1;
  for (const { x, y, group } of points) classMark(g, theme, at(x), size - at(y), group, radius);
}

function drawPictures(
  g: Context,
  theme: Theme,
  size: number,
  { height, width, channels, pictures }: Extract<Preview, { kind: 'pictures' }>,
): void {
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const pitch = size / columns;
  const side = Math.floor(pitch) - 3;
  pictures.forEach((picture, i) => {
    const square = [(i % columns) * pitch, Math.floor(i / columns) * pitch, side] as const;
    drawPicture(g, theme, square, [height, width, channels], picture);
  });
}
