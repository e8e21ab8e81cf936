/** To a billionth: 0.145 × 100 is 14.499999999999998, which must tie with 0.855 × 100. */
const exactly = (value: number) => Math.round(value * 1e9) / 1e9;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Whole numbers that add up to `total` in the ratio of `weights`: largest remainder, ties to the earlier. */
export function apportion(total: number, weights: readonly number[]): number[] {
  const all = sum(weights);
  const quotas = weights.map((weight) => exactly((weight * total) / all));
  const whole = quotas.map(Math.floor);
  return handOut(total, whole, quotas.map(Math.ceil), quotas);
}

/** Gives out what `least` leaves of `total`, one each in the order of what they lack of their quota, none over its `most`. */
function handOut(
  total: number,
  least: readonly number[],
  most: readonly number[],
  quotas: readonly number[],
): number[] {
  const shares = [...least];
  const lack = quotas.map((quota, i) => exactly(quota - least[i]!));
  const order = [...shares.keys()].sort((a, b) => lack[b]! - lack[a]! || a - b);
  let left = total - sum(shares);
  while (left > 0) {
    for (const i of order) {
      if (left === 0 || shares[i]! >= most[i]!) continue;
      shares[i]!++;
      left--;
    }
  }
  return shares;
}

/**
 * How many rows of each class go to each part: `[part][class]`, adding up to the parts' sizes and to the classes' counts. A part's
 * quota of a class is size × count ÷ all. The first part's are rounded by largest remainder; the later ones' too, but no
 * further than leaves the parts after them their own quotas, rounded. So every share is its quota rounded up or down, unless
 * the parts before leave no such choice.
 */
export function stratify(sizes: readonly number[], counts: readonly number[]): number[][] {
  const all = sum(counts);
  const quotas = sizes.map((size) => counts.map((count) => exactly((size * count) / all)));
  const left = [...counts];
  return sizes.map((size, part) => {
    const own = quotas[part]!;
    const later = quotas.slice(part + 1);
    const leave = (round: (value: number) => number) =>
      left.map((rows, i) => rows - sum(later.map((quota) => round(quota[i]!))));
    const [upTo, from] = [leave(Math.floor), leave(Math.ceil)];
    for (let slack = 0; ; slack++) {
      const least = own.map((quota, i) => clamp(Math.max(Math.floor(quota), from[i]!) - slack, left[i]!));
      const most = own.map((quota, i) => clamp(Math.min(Math.ceil(quota), upTo[i]!) + slack, left[i]!));
      if (sum(least) > size || sum(most) < size || least.some((share, i) => share > most[i]!)) continue;
      const shares = handOut(size, least, most, own);
      for (const [i, share] of shares.entries()) left[i]! -= share;
      return shares;
    }
  });
}

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);
