/** What a sweep varies: the values to try of one field. */
export interface Varied<V> {
  readonly path: string;
  readonly values: readonly V[];
}

/** Every combination of the values, the last field changing fastest; of nothing varied, the one that sets nothing. */
export const combinationsOf = <V>(varied: readonly Varied<V>[]): (readonly [path: string, value: V])[][] =>
  varied.reduce<(readonly [string, V])[][]>(
    (before, { path, values }) => before.flatMap((own) => values.map((value) => [...own, [path, value] as const])),
    [[]],
  );

/** Of sorted numbers. */
export const median = (sorted: readonly number[]): number =>
  (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
