import type { Scale } from '../spec/dataFields.ts';
import type { Dataset } from './dataset.ts';
import type { Drawn } from './sources.ts';

/**
 * Fits a scaling on the training rows alone, column by column: x becomes (x − shift) ÷ divisor. For pictures `columns` is the channels
 * and a row holds `perRow` of each, one after another. `standardize` takes mean and population σ, as scikit-learn's
 * StandardScaler; a constant column is divided by 1, or mapped to the range's low end.
 */
export function fitScaling(
  features: Drawn['features'],
  train: Uint32Array,
  columns: number,
  perRow: number,
  scale: Scale,
): Dataset['scaling'] {
  const shift = new Float64Array(columns);
  const divisor = new Float64Array(columns).fill(1);
  if (scale.method === 'none') return { shift, divisor };
  const size = train.length * perRow;
  for (let column = 0; column < columns; column++) {
    const each = (visit: (value: number) => void) => {
      for (const row of train) for (let i = 0; i < perRow; i++) visit(features[(row * perRow + i) * columns + column]!);
    };
    let sum = 0;
    let least = Infinity;
    let most = -Infinity;
    each((value) => {
      sum += value;
      if (value < least) least = value;
      if (value > most) most = value;
    });
    // Asked of the values: rounding gives even a constant column a mean that differs from it, and so a σ above 0.
    const constant = least === most;
    if (scale.method === 'standardize') {
      const mean = constant ? least : sum / size;
      let squares = 0;
      each((value) => (squares += (value - mean) ** 2));
      shift[column] = mean;
      divisor[column] = constant ? 1 : Math.sqrt(squares / size);
    } else {
      const [low, high] = scale.range;
      divisor[column] = constant ? 1 : (most - least) / (high - low);
      shift[column] = least - low * divisor[column]!;
    }
  }
  return { shift, divisor };
}

/** Scales all rows, in float64, and rounds to float32; float32 values in place, as a second copy of pictures might not fit. */
export function applyScaling(features: Drawn['features'], { shift, divisor }: Dataset['scaling']): Float32Array {
  const columns = shift.length;
  const scaled = features instanceof Float32Array ? features : new Float32Array(features.length);
  for (let i = 0; i < scaled.length; i++) scaled[i] = (features[i]! - shift[i % columns]!) / divisor[i % columns]!;
  return scaled;
}
