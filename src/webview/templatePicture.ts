import { drawnSources } from '../engine/data/sources.ts';
import { parse } from '../engine/spec/parse.ts';
import type { Network } from '../engine/spec/network.ts';
import { drawPicture } from './look/picture.ts';
import { classMark } from './look/region.ts';
import { css, type Theme } from './theme.ts';

/** Side of the picture: the data above, the layers below. */
export const side = 72;
const data = 52;

/** A template's data, and its layers as bars, as high as they have units; the output is the last. */
export function drawTemplate(g: CanvasRenderingContext2D, theme: Theme, text: string): void {
  const { network } = parse(text);
  if (!network) return;
  g.save();
  g.translate((side - data) / 2, 0);
  drawData(g, theme, network);
  g.restore();
  drawLayers(g, theme, network);
}

/** Points of a plane, a digit, or a table whose last column is the target. */
function drawData(g: CanvasRenderingContext2D, theme: Theme, { data: { source, inputShape, noise } }: Network): void {
  if (source === 'file') return inputShape ? drawDigit(g, theme) : drawTable(g, theme);
  const samples = 160;
  const { features, targets } = drawnSources[source].draw(samples, noise ?? 0, 1);
  const reach = Math.max(...Float32Array.from(features, Math.abs));
  const place = (value: number) => data / 2 + (value / reach) * (data / 2 - 2);
  targets.forEach((group, i) => classMark(g, theme, place(features[2 * i]!), place(-features[2 * i + 1]!), group, 1.4));
}

function drawDigit(g: CanvasRenderingContext2D, theme: Theme): void {
  const { glyphs } = drawnSources;
  const { inputShape } = glyphs;
  const size = inputShape.reduce((a, b) => a * b, 1);
  const { features, targets } = glyphs.draw(40, 0, 1);
  const three = targets.indexOf(3);
  drawPicture(g, theme, [0, 0, data], inputShape, features.slice(three * size, (three + 1) * size));
}

function drawTable(g: CanvasRenderingContext2D, theme: Theme): void {
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 4; column++) {
      const color = row === 0 ? theme.secondary : column === 3 ? theme.validation : theme.train;
      g.fillStyle = css(color, row === 0 ? 0.8 : 0.35 + 0.15 * ((row * 3 + column * 5) % 4));
      g.fillRect(column * 13, 3 + row * 10, 11, 7);
    }
  }
}

function drawLayers(g: CanvasRenderingContext2D, theme: Theme, { layers }: Network): void {
  const heights = layers.map(({ fields }) => {
    const units = fields.units ?? (fields as { filters?: number }).filters;
    return typeof units === 'number' ? 4 + 1.8 * Math.log2(units) : 3;
  });
  const pitch = 9;
  const left = (side - pitch * heights.length) / 2;
  const middle = side - 8;
  g.strokeStyle = css(theme.line);
  g.beginPath();
  g.moveTo(left - 8, middle);
  g.lineTo(side - left + 8, middle);
  g.stroke();
  heights.forEach((height, i) => {
    g.fillStyle = css(i === heights.length - 1 ? theme.validation : height > 3 ? theme.train : theme.secondary);
    g.fillRect(left + i * pitch + 1, middle - height / 2, pitch - 2, height);
  });
}
