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
  const sums = new Float64Array(columns);
  const least = new Float64Array(columns).fill(Infinity);
  const most = new Float64Array(columns).fill(-Infinity);
  // Loops, and not a function for each value: of pictures there are millions.
  for (const row of train) {
    let at = row * perRow * columns;
    for (let i = 0; i < perRow; i++) {
      for (let column = 0; column < columns; column++) {
        const value = features[at++]!;
        sums[column]! += value;
        if (value < least[column]!) least[column] = value;
        if (value > most[column]!) most[column] = value;
      }
    }
  }
  /** Mean and σ of a column whose largest value is `unit`, in which they are worked out. */
  const ofExtremes = (column: number, unit: number): [mean: number, sigma: number] => {
    const values = Float64Array.from(
      { length: size },
      (_, i) => features[(train[Math.floor(i / perRow)]! * perRow + (i % perRow)) * columns + column]! / unit,
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / size;
    return [mean * unit, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size) * unit];
  };
  // Asked of the values: rounding gives even a constant column a mean that differs from it, and so a σ above 0.
  const constant = least.map((value, column) => Number(value === most[column]));
  if (scale.method === 'standardize') {
    for (let column = 0; column < columns; column++)
      shift[column] = constant[column] ? least[column]! : sums[column]! / size;
    const squares = new Float64Array(columns);
    for (const row of train) {
      let at = row * perRow * columns;
      for (let i = 0; i < perRow; i++)
        for (let column = 0; column < columns; column++) squares[column]! += (features[at++]! - shift[column]!) ** 2;
    }
    for (let column = 0; column < columns; column++) {
      divisor[column] = constant[column] ? 1 : Math.sqrt(squares[column]! / size);
      // Sums of squares that a float64 does not hold, or takes for 0.
      if (divisor[column] === 0 || !Number.isFinite(divisor[column]))
        [shift[column], divisor[column]] = ofExtremes(
          column,
          Math.max(Math.abs(least[column]!), Math.abs(most[column]!)),
        );
    }
  } else {
    const [low, high] = scale.range;
    for (let column = 0; column < columns; column++) {
      divisor[column] = constant[column] ? 1 : (most[column]! - least[column]!) / (high - low);
      shift[column] = least[column]! - low * divisor[column]!;
    }
  }
  return { shift, divisor };
}

/** Scales all rows, in float64, and rounds to float32; float32 values in place, as a second copy of pictures might not fit. */
export function applyScaling(features: Drawn['features'], { shift, divisor }: Dataset['scaling']): Float32Array {
  const columns = shift.length;
  const scaled = features instanceof Float32Array ? features : new Float32Array(features.length);
  for (let i = 0; i < scaled.length;) {
    for (let column = 0; column < columns; column++, i++)
      scaled[i] = (features[i]! - shift[column]!) / divisor[column]!;
  }
  return scaled;
}
