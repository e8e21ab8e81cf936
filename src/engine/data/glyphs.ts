import type { Random } from '../random.ts';
import { between, clamp, pictures, type Canvas } from './pictures.ts';

/**
 * One line of the pen through these points, in a box of 1 × 1 with y downwards: x₀, y₀, x₁, y₁ … Two points make a straight
 * line, more a curve, closed when it ends where it begins.
 */
type Stroke = readonly number[];

/** The ways to write each digit; strokes that meet share a point. */
const ways: readonly (readonly (readonly Stroke[])[])[] = [
  [[[0.5, 0, 0.24, 0.16, 0.15, 0.5, 0.24, 0.84, 0.5, 1, 0.76, 0.84, 0.85, 0.5, 0.76, 0.16, 0.5, 0]]],
  [
    [[0.5, 0, 0.5, 1]],
    [
      [0.28, 0.24, 0.54, 0],
      [0.54, 0, 0.54, 1],
    ],
    [
      [0.28, 0.22, 0.52, 0],
      [0.52, 0, 0.52, 1],
      [0.26, 1, 0.78, 1],
    ],
  ],
  [
    [
      [0.16, 0.24, 0.28, 0.06, 0.52, 0, 0.76, 0.1, 0.8, 0.32, 0.64, 0.56, 0.4, 0.78, 0.14, 1],
      [0.14, 1, 0.86, 1],
    ],
    [
      [
        0.18, 0.2, 0.34, 0.03, 0.58, 0, 0.78, 0.14, 0.74, 0.4, 0.5, 0.7, 0.28, 0.94, 0.13, 0.94, 0.16, 0.8, 0.36, 0.82,
        0.6, 0.97, 0.88, 0.92,
      ],
    ],
  ],
  [
    [
      [0.2, 0.12, 0.46, 0, 0.72, 0.1, 0.72, 0.34, 0.42, 0.46],
      [0.42, 0.46, 0.76, 0.56, 0.82, 0.8, 0.54, 1, 0.18, 0.9],
    ],
    [
      [0.2, 0.02, 0.78, 0.02],
      [0.78, 0.02, 0.44, 0.4],
      [0.44, 0.4, 0.76, 0.52, 0.8, 0.82, 0.5, 1, 0.18, 0.9],
    ],
  ],
  [
    [
      [0.64, 0, 0.12, 0.66],
      [0.12, 0.66, 0.9, 0.66],
      [0.64, 0, 0.64, 1],
    ],
    [
      [0.24, 0.02, 0.16, 0.54],
      [0.16, 0.54, 0.86, 0.54],
      [0.74, 0.02, 0.7, 1],
    ],
  ],
  [
    [
      [0.8, 0, 0.28, 0],
      [0.28, 0, 0.24, 0.44],
      [0.24, 0.44, 0.54, 0.38, 0.78, 0.52, 0.8, 0.8, 0.52, 1, 0.16, 0.9],
    ],
  ],
  [
    [[0.7, 0.02, 0.42, 0.2, 0.22, 0.52, 0.22, 0.84, 0.48, 1, 0.74, 0.88, 0.76, 0.64, 0.52, 0.5, 0.23, 0.66]],
    [[0.5, 0, 0.28, 0.3, 0.2, 0.68, 0.3, 0.95, 0.56, 1, 0.76, 0.84, 0.7, 0.6, 0.44, 0.56, 0.22, 0.76]],
  ],
  [
    [
      [0.16, 0.02, 0.84, 0.02],
      [0.84, 0.02, 0.56, 0.46, 0.42, 1],
    ],
    [
      [0.16, 0.02, 0.84, 0.02],
      [0.84, 0.02, 0.38, 1],
      [0.36, 0.5, 0.82, 0.5],
    ],
  ],
  [
    [
      [
        0.5, 0.46, 0.74, 0.28, 0.68, 0.06, 0.5, 0, 0.32, 0.06, 0.26, 0.28, 0.5, 0.46, 0.78, 0.66, 0.74, 0.92, 0.5, 1,
        0.26, 0.92, 0.22, 0.66, 0.5, 0.46,
      ],
    ],
  ],
  [
    [
      [0.78, 0.26, 0.54, 0.5, 0.28, 0.4, 0.26, 0.12, 0.52, 0, 0.74, 0.08, 0.78, 0.26],
      [0.78, 0.26, 0.74, 0.64, 0.6, 1],
    ],
    [
      [0.78, 0.26, 0.52, 0.5, 0.26, 0.38, 0.28, 0.1, 0.54, 0, 0.74, 0.08, 0.78, 0.26],
      [0.78, 0.26, 0.8, 0.66, 0.62, 0.98, 0.28, 0.92],
    ],
  ],
];

/** Straight pieces a curve is drawn with, between two of its points. */
const pieces = 5;

/** Digits as if by hand, white on black: each written one of a few ways, bent, slanted, turned, moved, with its own pen. */
export const glyphs = pictures([28, 28, 1], [...'0123456789'], (canvas, label, random) => {
  const choices = ways[label]!;
  const place = hand(random);
  const pen = between(random, 0.8, 1.6);
  const ink = between(random, 0.75, 1);
  for (const stroke of choices[random.below(choices.length)]!) {
    const line = curve(stroke);
    let [x0, y0] = place(line[0]!, line[1]!);
    for (let i = 2; i < line.length; i += 2) {
      const [x1, y1] = place(line[i]!, line[i + 1]!);
      segment(canvas, x0, y0, x1, y1, pen, ink);
      [x0, y0] = [x1, y1];
    }
  }
});

/** Where a writer puts a point of the box on the canvas: bent by slow waves, sheared, sized, turned by up to 12°, moved. */
function hand(random: Random): (x: number, y: number) => readonly [number, number] {
  const bend = () => ({ size: between(random, -0.07, 0.07), phase: between(random, 0, 2 * Math.PI) });
  const [bendX, bendY] = [bend(), bend()];
  const slant = between(random, -0.1, 0.3);
  const turn = (between(random, -12, 12) * Math.PI) / 180;
  const height = between(random, 14, 19);
  const width = height * between(random, 0.65, 1);
  // Smaller digits have more room to move.
  const room = Math.min(11.5 - height / 2, 3);
  const [right, down] = [14 + between(random, -room, room), 14 + between(random, -room, room)];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return (x, y) => {
    const bentX = x + bendX.size * Math.sin(5 * y + bendX.phase) - 0.5;
    const bentY = y + bendY.size * Math.sin(5 * x + bendY.phase) - 0.5;
    const wide = bentX * width - slant * bentY * height;
    const high = bentY * height;
    return [right + cos * wide - sin * high, down + sin * wide + cos * high];
  };
}

/** Points along a stroke: a Catmull–Rom spline, which goes through every point of it. */
function curve(stroke: Stroke): readonly number[] {
  const last = stroke.length / 2 - 1;
  if (last === 1) return stroke;
  const closed = stroke[0] === stroke[2 * last] && stroke[1] === stroke[2 * last + 1];
  const at = (i: number, axis: number) => {
    const inside = closed ? (i + last) % last : Math.min(Math.max(i, 0), last);
    return stroke[2 * inside + axis]!;
  };
  const line = [at(0, 0), at(0, 1)];
  for (let i = 0; i < last; i++) {
    for (let piece = 1; piece <= pieces; piece++) {
      const t = piece / pieces;
      for (const axis of [0, 1]) {
        const [a, b, c, d] = [at(i - 1, axis), at(i, axis), at(i + 1, axis), at(i + 2, axis)];
        line.push(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))));
      }
    }
  }
  return line;
}

/** Draws a line with round ends, of `pen` pixels to either side; where lines cross the brighter one stays. */
function segment(
  { pixels, width, height }: Canvas,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  pen: number,
  ink: number,
): void {
  const reach = pen + 0.5;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const squared = dx * dx + dy * dy;
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(width, Math.ceil(Math.max(x0, x1) + reach));
  const bottom = Math.min(height, Math.ceil(Math.max(y0, y1) + reach));
  for (let row = Math.max(0, Math.floor(Math.min(y0, y1) - reach)); row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const px = column + 0.5 - x0;
      const py = row + 0.5 - y0;
      const along = squared === 0 ? 0 : clamp((px * dx + py * dy) / squared);
      const distance = Math.sqrt((px - along * dx) ** 2 + (py - along * dy) ** 2);
      // A pixel's cover falls from 1 to 0 over one pixel about the edge.
      const value = ink * clamp(reach - distance);
      const i = row * width + column;
      if (value > pixels[i]!) pixels[i] = value;
    }
  }
}
