import type { Scale } from '../spec/network.ts';
import type { Dataset } from './dataset.ts';

/**
 * Fits a scaling on the training rows, column by column: x becomes (x − shift) ÷ divisor. For pictures `columns` is the channels
 * and a row holds `perRow` of each, one after another. A constant column is divided by 1, or mapped to the range's low end.
 */
export function fitScaling(
  features: Float64Array,
  train: Uint32Array,
  columns: number,
  perRow: number,
  scale: Scale,
): Dataset['scaling'] {
  const shift = new Float64Array(columns);
  const divisor = new Float64Array(columns).fill(1);
  if (scale.method === 'none') return { shift, divisor };
  for (let column = 0; column < columns; column++) {
    const each = (visit: (value: number) => void) => {
      for (const row of train) for (let i = 0; i < perRow; i++) visit(features[(row * perRow + i) * columns + column]!);
    };
    if (scale.method === 'standardize') {
      let sum = 0;
      each((value) => (sum += value));
      const mean = sum / (train.length * perRow);
      let squares = 0;
      each((value) => (squares += (value - mean) ** 2));
      shift[column] = mean;
      divisor[column] = Math.sqrt(squares / (train.length * perRow)) || 1;
    } else {
      let least = Infinity;
      let most = -Infinity;
      each((value) => {
        least = Math.min(least, value);
        most = Math.max(most, value);
      });
      const [low, high] = scale.range;
      divisor[column] = (most - least) / (high - low) || 1;
      shift[column] = least - low * divisor[column]!;
    }
  }
  return { shift, divisor };
}

/** Scales all rows and rounds to float32. */
export function applyScaling(features: Float64Array, { shift, divisor }: Dataset['scaling']): Float32Array {
  const columns = shift.length;
  return Float32Array.from(features, (value, i) => (value - shift[i % columns]!) / divisor[i % columns]!);
}
