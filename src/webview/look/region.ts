import type { CurveLook, RegionLook } from '../../engine/look/look.ts';
import { compact, plain } from '../format.ts';
import { css, mix, type Rgb, type Theme } from '../theme.ts';

type Context = CanvasRenderingContext2D;

/** Colours of the classes in order; shapes tell them apart too. */
export const classColors = (theme: Theme): readonly Rgb[] => [
  theme.train,
  theme.validation,
  theme.gradient,
  theme.good,
];

/** The mark of a class: round, pointed, square, in turn. */
export function classMark(g: Context, theme: Theme, x: number, y: number, group: number, radius: number): void {
  const colors = classColors(theme);
  g.fillStyle = css(colors[group % colors.length] ?? theme.foreground);
  g.beginPath();
  if (group % 3 === 0) g.arc(x, y, radius, 0, 7);
  else if (group % 3 === 1) {
    g.moveTo(x, y - radius * 1.35);
    g.lineTo(x + radius * 1.3, y + radius);
    g.lineTo(x - radius * 1.3, y + radius);
  } else g.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  g.fill();
}

/** What the network says of each point of the plane, with a line where it changes its mind; `points`: the data over it, the wrong ones ringed. */
export function drawRegion(g: Context, theme: Theme, size: number, look: RegionLook, points: boolean): void {
  const { cells, values, width } = look;
  const colors = classColors(theme);
  const image = new ImageData(cells, cells);
  // A number to predict has no classes: from its least to its largest.
  const numbers = width === 1 && !look.isClass ? ends(values) : { low: 0, high: 1 };
  const at = (column: number, row: number) => (row * cells + column) * width;
  const ramp = Array.from({ length: 65 }, (_, i) => mix(dim(theme, colors[0]!), dim(theme, colors[1]!), i / 64));
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const start = at(column, row);
      let color: Rgb;
      if (width === 1) {
        const share = (values[start]! - numbers.low) / (numbers.high - numbers.low || 1);
        color = ramp[Math.round(64 * Math.max(0, Math.min(1, share)))] ?? theme.line;
      } else {
        const best = largest(values, start, width);
        const sure = Math.max(0, (values[start + best]! - 1 / width) / (1 - 1 / width));
        color = mix(theme.background, colors[best % colors.length]!, 0.12 + 0.4 * sure);
      }
      // Rows of a picture go down, those of the plane up.
      image.data.set([...color, 255], ((cells - 1 - row) * cells + column) * 4);
    }
  }
  const small = new OffscreenCanvas(cells, cells);
  small.getContext('2d')?.putImageData(image, 0, 0);
  g.imageSmoothingEnabled = true;
  g.drawImage(small, 0, 0, size, size);
  g.strokeStyle = css(theme.foreground);
  g.lineWidth = 1.25;
  if (width === 1 && look.isClass) contour(g, size, cells, (column, row) => values[at(column, row)]! - 0.5);
  if (width > 1) {
    for (let k = 0; k < width; k++) {
      contour(g, size, cells, (column, row) => {
        const start = at(column, row);
        const others = Math.max(...Array.from({ length: width }, (_, j) => (j === k ? -Infinity : values[start + j]!)));
        return values[start + k]! - others;
      });
    }
  }
  if (points) drawData(g, theme, size, look);
}

/** Softened towards the background, so that points stand out. */
const dim = (theme: Theme, color: Rgb): Rgb => mix(theme.background, color, 0.5);

function largest(values: Float32Array, start: number, width: number): number {
  let best = 0;
  for (let k = 1; k < width; k++) if (values[start + k]! > values[start + best]!) best = k;
  return best;
}

function ends(values: Float32Array): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** The line on which a value is 0, by marching squares: each square of four cells is crossed between its corners of unlike sign. */
function contour(g: Context, size: number, cells: number, value: (column: number, row: number) => number): void {
  const pitch = size / cells;
  const x = (column: number) => (column + 0.5) * pitch;
  const y = (row: number) => size - (row + 0.5) * pitch;
  g.beginPath();
  for (let row = 0; row + 1 < cells; row++) {
    for (let column = 0; column + 1 < cells; column++) {
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const;
      const v = corners.map(([column, row]) => value(column, row));
      const crossings = corners.flatMap(([c, r], i) => {
        const next = (i + 1) % 4;
        if (v[i]! > 0 === v[next]! > 0) return [];
        const share = v[i]! / (v[i]! - v[next]!);
        const [c2, r2] = corners[next]!;
        return [[x(c + (c2 - c) * share), y(r + (r2 - r) * share)] as const];
      });
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        g.moveTo(...crossings[i]!);
        g.lineTo(...crossings[i + 1]!);
      }
    }
  }
  g.stroke();
}

const mostPoints = 600;

function drawData(g: Context, theme: Theme, size: number, { points, low, high, isClass }: RegionLook): void {
  const stride = Math.max(1, Math.ceil(points.length / 4 / mostPoints));
  const wrong: [number, number][] = [];
  for (let i = 0; i < points.length / 4; i += stride) {
    const [px, py, actual, predicted] = points.subarray(4 * i, 4 * i + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const x = ((px - low[0]) / (high[0] - low[0])) * size;
    const y = size - ((py - low[1]) / (high[1] - low[1])) * size;
    classMark(g, theme, x, y, isClass ? actual : 0, 1.7);
    if (isClass && actual !== predicted) wrong.push([x, y]);
  }
  g.strokeStyle = css(theme.foreground);
  g.lineWidth = 1;
  for (const [x, y] of wrong) {
    g.beginPath();
    g.arc(x, y, 4.5, 0, 7);
    g.stroke();
  }
}

/** The fitted curve over the data, or predictions by what is true, with the ends of both axes. */
export function drawCurve(
  g: Context,
  theme: Theme,
  width: number,
  height: number,
  { x, y, points }: Pick<CurveLook, 'x' | 'y' | 'points'>,
): void {
  const xs = ends(x);
  const all = Float32Array.from([...y, ...points.filter((_, i) => i % 2 === 1)]);
  const ys = ends(all);
  const [left, bottom] = [38, 16];
  const px = (v: number) => left + ((v - xs.low) / (xs.high - xs.low || 1)) * (width - left - 6);
  const py = (v: number) => height - bottom - ((v - ys.low) / (ys.high - ys.low || 1)) * (height - bottom - 8);
  g.strokeStyle = css(theme.grid);
  g.fillStyle = css(theme.secondary);
  g.font = theme.font;
  g.lineWidth = 1;
  for (const share of [0, 0.5, 1]) {
    const v = ys.low + share * (ys.high - ys.low);
    g.beginPath();
    g.moveTo(left, Math.round(py(v)) + 0.5);
    g.lineTo(width - 6, Math.round(py(v)) + 0.5);
    g.stroke();
    g.textAlign = 'right';
    // A middle that is all but 0 is 0.
    g.fillText(Math.abs(v) < 0.02 * (ys.high - ys.low) ? '0' : plain(v), left - 4, py(v) + 4);
  }
  g.textAlign = 'left';
  g.fillText(compact(xs.low), left, height - 3);
  g.textAlign = 'right';
  g.fillText(compact(xs.high), width - 6, height - 3);
  g.textAlign = 'left';
  const count = points.length / 2;
  const stride = Math.max(1, Math.ceil(count / mostPoints));
  g.save();
  g.beginPath();
  g.rect(left, 0, width - left, height - bottom + 2);
  g.clip();
  for (let i = 0; i < count; i += stride) classMark(g, theme, px(points[2 * i]!), py(points[2 * i + 1]!), 0, 1.4);
  g.strokeStyle = css(theme.validation);
  g.lineWidth = 2;
  g.beginPath();
  x.forEach((v, i) => g.lineTo(px(v), py(y[i]!)));
  g.stroke();
  g.restore();
}
