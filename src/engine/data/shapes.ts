import type { Random } from '../random.ts';
import { between, clamp, pictures } from './pictures.ts';

/** Signed distance from a point to the edge, negative inside; the figure fits a circle of radius 1 about (0, 0). */
type Figure = (x: number, y: number) => number;
/** Corners one after another: x₀, y₀, x₁, y₁ … */
type Corners = readonly number[];

/** Corners on a circle, at angles from the top; those in between lie on a circle of radius `inner`. */
function star(points: number, inner?: number): Corners {
  const count = inner === undefined ? points : 2 * points;
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count;
    const radius = inner !== undefined && i % 2 === 1 ? inner : 1;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  }).flat();
}

/** A plus sign with arms as wide as 2 × `half`. */
const plus = (half: number): Corners => {
  const arm = [half, -1, half, -half, 1, -half];
  // The same arm in each quarter turn.
  return [0, 1, 2, 3].flatMap((quarter) => {
    const turned: number[] = [];
    for (let i = 0; i < arm.length; i += 2) {
      let [x, y] = [arm[i]!, arm[i + 1]!];
      for (let turn = 0; turn < quarter; turn++) [x, y] = [-y, x];
      turned.push(x, y);
    }
    return turned;
  });
};

/** The usual heart, x = 16 sin³ t and y = 13 cos t − 5 cos 2t − 2 cos 3t − cos 4t, of radius 1. */
const heart: Corners = Array.from({ length: 28 }, (_, i) => {
  const t = (2 * Math.PI * i) / 28;
  const y = 13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t);
  return [(16 * Math.sin(t) ** 3) / 17, -(y + 2.5) / 17];
}).flat();

/** Distance to the nearest edge; inside is where a ray to the right crosses edges an odd number of times. */
function polygon(corners: Corners): Figure {
  return (x, y) => {
    let nearest = Infinity;
    let inside = false;
    let x0 = corners[corners.length - 2]!;
    let y0 = corners[corners.length - 1]!;
    for (let i = 0; i < corners.length; i += 2) {
      const x1 = corners[i]!;
      const y1 = corners[i + 1]!;
      const dx = x1 - x0;
      const dy = y1 - y0;
      const along = clamp(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy));
      nearest = Math.min(nearest, (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2);
      if (y0 > y !== y1 > y && x < x0 + (dx * (y - y0)) / dy) inside = !inside;
      x0 = x1;
      y0 = y1;
    }
    return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
  };
}

const distance = (x: number, y: number): number => Math.sqrt(x * x + y * y);

/** Figures by the name of their class. */
const figures: Readonly<Record<string, Figure>> = {
  disc: (x, y) => distance(x, y) - 1,
  ring: (x, y) => Math.abs(distance(x, y) - 0.8) - 0.2,
  square: polygon(star(4)),
  triangle: polygon(star(3)),
  star: polygon(star(5, 0.42)),
  cross: polygon(plus(0.28)),
  bar: polygon([-1, -0.2, 1, -0.2, 1, 0.2, -1, 0.2]),
  arrow: polygon([-1, -0.2, 0.1, -0.2, 0.1, -0.65, 1, 0, 0.1, 0.65, 0.1, 0.2, -1, 0.2]),
  heart: polygon(heart),
  crescent: (x, y) => Math.max(distance(x, y) - 1, 0.85 - distance(x - 0.5, y)),
};
const names = Object.keys(figures);

type Colour = readonly [number, number, number];

/** Light figures of any colour, size, place and direction on a darker background that runs from one colour to a like one. */
export const shapes = pictures([32, 32, 3], names, ({ pixels, width, height }, label, random) => {
  const figure = figures[names[label]!]!;
  const radius = between(random, 8, 13);
  const [right, down] = [width, height].map((side) => between(random, radius + 1, side - radius - 1)) as [
    number,
    number,
  ];
  const angle = between(random, 0, 2 * Math.PI);
  const [cos, sin] = [Math.cos(angle) / radius, Math.sin(angle) / radius];
  const [near, far, colour] = colours(random);
  const light = between(random, 0, 2 * Math.PI);
  const [lightX, lightY] = [Math.cos(light) / width, Math.sin(light) / height];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = column + 0.5 - right;
      const y = row + 0.5 - down;
      const close = x * x + y * y < (radius + 1) ** 2;
      // A pixel's cover falls from 1 to 0 over one pixel about the edge.
      const cover = close ? clamp(0.5 - radius * figure(cos * x + sin * y, cos * y - sin * x)) : 0;
      const shade = clamp(0.5 + (column - width / 2) * lightX + (row - height / 2) * lightY);
      for (let channel = 0; channel < 3; channel++) {
        const behind = near[channel]! + shade * (far[channel]! - near[channel]!);
        pixels[(row * width + column) * 3 + channel] = behind + cover * (colour[channel]! - behind);
      }
    }
  }
});

/** How light a colour looks (luma of Rec. 601). */
const luma = ([red, green, blue]: Colour): number => 0.299 * red + 0.587 * green + 0.114 * blue;

/** Two of the background and a lighter one of the figure; drawn alike for every class, so that colour tells nothing. */
function colours(random: Random): readonly [Colour, Colour, Colour] {
  const any = (): Colour => [random.uniform(), random.uniform(), random.uniform()];
  const like = ([red, green, blue]: Colour): Colour => {
    const change = () => between(random, -0.15, 0.15);
    return [clamp(red + change()), clamp(green + change()), clamp(blue + change())];
  };
  for (;;) {
    const [near, colour] = [any(), any()];
    const far = like(near);
    if (luma(colour) - Math.max(luma(near), luma(far)) > 0.25) return [near, far, colour];
  }
}
