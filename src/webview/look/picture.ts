import { sizeOf, type Shape } from '../../engine/layers/index.ts';
import { css, mix, type Rgb, type Theme } from '../theme.ts';

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** A picture of as many values: a square in grey or in three colours where they make one, else a column. */
export function pictureOf(shape: Shape): Shape {
  if (shape.length === 3) return shape;
  const size = sizeOf(shape);
  for (const channels of [1, 3]) {
    const side = Math.sqrt(size / channels);
    if (Number.isInteger(side)) return [side, side, channels];
  }
  return [size, 1, 1];
}

/** A row of fewer numbers is hardly a picture. */
const fewest = 49;

/** What tells whether samples are pictures where their shape does not. */
interface Samples {
  readonly source: string | undefined;
  readonly task: string | undefined;
}

/** Drawn ones are, and a file's where it holds classes; points in a space of many dimensions are none. */
const mayBePictures = ({ source, task }: Samples): boolean =>
  source === 'glyphs' || source === 'shapes' || (source === 'file' && task === 'classification');

/** What samples are drawn as: a long row that makes a square is a picture without its sides. */
export function drawnAs(shape: Shape, samples: Samples): Shape {
  const picture = pictureOf(shape);
  return mayBePictures(samples) && sizeOf(shape) >= fewest && picture[1]! > 1 ? picture : shape;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The least and the largest value; a constant picture is all low. */
export function rangeOf(values: ArrayLike<number>, start = 0, step = 1): Range {
  let [low, high] = [Infinity, -Infinity];
  for (let i = start; i < values.length; i += step) {
    if (values[i]! < low) low = values[i]!;
    if (values[i]! > high) high = values[i]!;
  }
  return { low, high: high > low ? high : low + 1 };
}

/** Draws a picture of values, channels last, into a square: three channels as colours, one in the text's colour; of others the first. */
export function drawPicture(
  g: Context,
  theme: Theme,
  [x, y, size]: readonly [number, number, number],
  shape: Shape,
  values: ArrayLike<number>,
  range = rangeOf(values),
): void {
  const [height = 1, width = 1, channels = 1] = shape;
  if (channels === 3) {
    const share = (value: number) => Math.round((255 * (value - range.low)) / (range.high - range.low));
    paint(g, [x, y, size], height, width, (i) => [
      share(values[3 * i]!),
      share(values[3 * i + 1]!),
      share(values[3 * i + 2]!),
    ]);
  } else drawChannel(g, theme, [x, y, size], shape, values, 0, range);
}

const shades = 64;
let greys: { theme: Theme; ramp: readonly Rgb[] } | undefined;

function ramp(theme: Theme): readonly Rgb[] {
  if (greys?.theme !== theme) {
    const low = mix(theme.card, theme.foreground, 0.06);
    greys = {
      theme,
      ramp: Array.from({ length: shades }, (_, i) => mix(low, theme.foreground, i / (shades - 1))),
    };
  }
  return greys.ramp;
}

/** One channel of a picture, in the text's colour. */
export function drawChannel(
  g: Context,
  theme: Theme,
  square: readonly [number, number, number],
  [height = 1, width = 1, channels = 1]: Shape,
  values: ArrayLike<number>,
  channel: number,
  { low, high } = rangeOf(values, channel, channels),
): void {
  const colors = ramp(theme);
  paint(g, square, height, width, (i) => {
    const share = (values[i * channels + channel]! - low) / (high - low);
    return colors[Math.max(0, Math.min(shades - 1, Math.round(share * (shades - 1))))] ?? theme.line;
  });
}

/** Signed values: blue-white above 0, the other hue below, the card's colour at 0. */
export function drawSigned(
  g: Context,
  theme: Theme,
  square: readonly [number, number, number],
  [height = 1, width = 1, channels = 1]: Shape,
  values: ArrayLike<number>,
  channel = 0,
): void {
  let most = 1e-12;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  const sides = [signed(theme, theme.validation), signed(theme, theme.train)];
  paint(g, square, height, width, (i) => {
    const share = values[i * channels + channel]! / most;
    return sides[share < 0 ? 0 : 1]![Math.round(Math.abs(share) * (shades - 1))] ?? theme.line;
  });
}

const signed = (theme: Theme, hue: Rgb): readonly Rgb[] =>
  Array.from({ length: shades }, (_, i) => mix(theme.card, hue, i / (shades - 1)));

let small: OffscreenCanvas | undefined;

/** Pixel by pixel, then stretched: far faster than a rectangle a pixel. */
function paint(
  g: Context,
  [x, y, size]: readonly [number, number, number],
  height: number,
  width: number,
  color: (i: number) => Rgb,
): void {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const [red, green, blue] = color(i);
    image.data[4 * i] = red;
    image.data[4 * i + 1] = green;
    image.data[4 * i + 2] = blue;
    image.data[4 * i + 3] = 255;
  }
  small ??= new OffscreenCanvas(1, 1);
  small.width = width;
  small.height = height;
  small.getContext('2d')?.putImageData(image, 0, 0);
  const scale = size / Math.max(width, height);
  g.imageSmoothingEnabled = Math.max(width, height) > size;
  g.drawImage(small, x + (size - width * scale) / 2, y + (size - height * scale) / 2, width * scale, height * scale);
}

/** A thin frame, so that a dark picture has an edge. */
export function frame(g: Context, theme: Theme, [x, y, size]: readonly [number, number, number]): void {
  g.strokeStyle = css(theme.line);
  g.lineWidth = 1;
  g.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
}
