import * as l10n from '@vscode/l10n';

/**
 * The next value up or down that a person would try: whole numbers by one, others by one in their leading digit
 * (0.01 → 0.02, 0.01 ↓ 0.009), so that a learning rate can be walked through its decades.
 */
export function nudge(value: number, direction: 1 | -1, whole: boolean): number {
  if (whole) return Math.round(value) + direction;
  if (value === 0) return direction * 0.01;
  const away = Math.sign(value) === direction;
  const size = Math.abs(value);
  // The small addend keeps 0.1, whose logarithm is not exact, in its own decade.
  let decade = 10 ** Math.floor(Math.log10(size) + 1e-9);
  if (!away && size < decade * 1.0000001) decade /= 10;
  const next = Math.sign(value) * (size + (away ? decade : -decade));
  return Number(next.toPrecision(12));
}

export interface NumberLimits {
  readonly whole: boolean;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  /** Why a number can't be taken, beyond its limits. */
  readonly fault?: ((value: number) => string | undefined) | undefined;
}

/** Why what was typed can't be taken; undefined if it can. */
export function numberFault(text: string, { whole, minimum, maximum, fault }: NumberLimits): string | undefined {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return l10n.t('A number is needed.');
  if (whole && !Number.isInteger(value)) return l10n.t('A whole number is needed.');
  if (minimum !== undefined && value < minimum) return l10n.t('At least {0}.', minimum);
  if (maximum !== undefined && value > maximum) return l10n.t('At most {0}.', maximum);
  return fault?.(value);
}

/** How many times larger a derivative is drawn to be read beside a function that reaches from `bottom` to `top`: 1, 2, 5, 10 … */
export function magnification(slope: readonly number[], top: number, bottom: number): number {
  const known = slope.filter(Number.isFinite);
  const [most, least] = [Math.max(0, ...known), Math.min(0, ...known)];
  const fits = (factor: number) => factor * most <= 0.8 * top && factor * least >= 0.95 * bottom;
  let best = 1;
  for (const factor of [2, 5, 10, 20, 50, 100]) if (most > 0 && fits(factor)) best = factor;
  return best;
}
