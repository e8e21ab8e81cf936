/** One figure beside what is wanted of it. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly wanted?: string;
  readonly met?: boolean;
}

/** The value below which so much of the sample lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** `p50 16.7, p95 16.7, p99 33.3, max 50.0 ms`. */
export const spread = (values: readonly number[]): string =>
  `p50 ${ms(quantile(values, 0.5))}, p95 ${ms(quantile(values, 0.95))}, p99 ${ms(quantile(values, 0.99))}, max ${ms(quantile(values, 1))} ms`;

export const ms = (value: number): string => value.toFixed(1);

export function printRows(rows: readonly Row[]): void {
  for (const { what, measured, wanted, met } of rows) {
    const verdict = wanted === undefined ? '' : `   wanted ${wanted}: ${met ? 'met' : 'NOT met'}`;
    console.log(`  ${what.padEnd(44)} ${measured}${verdict}`);
  }
}
