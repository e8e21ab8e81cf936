import type { HistogramLook } from './look.ts';
import type { Tapped } from './session.ts';

const bins = 48;
/** Ends of the axis: far enough apart that it does not jump from look to look. */
const reaches = [1, 1.5, 2, 3, 4, 6, 8, 10];

/** Counts a layer's weighted sums over all rows; undefined where it has none, or none is finite. */
export function histogram(tapped: Tapped, layer: string): HistogramLook | undefined {
  let [count, below, squares] = [0, 0, 0];
  const each = (visit: (z: number) => void) => {
    for (let row = 0; row < tapped.rows; row++) {
      for (const z of tapped.row({ layer, at: 'z' }, row) ?? []) if (Number.isFinite(z)) visit(z);
    }
  };
  let largest = 0;
  each((z) => {
    count++;
    if (z < 0) below++;
    squares += z * z;
    largest = Math.max(largest, Math.abs(z));
  });
  if (count === 0) return undefined;
  // A few values far out would press all others into the middle.
  const reach = roundUp(Math.min(largest, 4 * Math.sqrt(squares / count)));
  const counts = new Uint32Array(bins);
  each((z) => counts[Math.max(0, Math.min(bins - 1, Math.floor(((z / reach + 1) / 2) * bins)))]!++);
  return { layer, reach, counts, below: below / count };
}

function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const decade = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return (reaches.find((reach) => reach * decade >= value * (1 - 1e-9)) ?? 10) * decade;
}
