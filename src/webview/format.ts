import * as l10n from '@vscode/l10n';

/** Numbers as the panel shows them. */

const narrow = '\u202f';
const units = ['', 'k', 'M', 'G'];

/** A count with narrow gaps between thousands: 4 417. */
export const count = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, narrow);

/** A layer's id where there is room for few letters: "hidden12" as "h12", so that what tells it from others is in view. */
export function shortId(id: string): string {
  const number = /\d+$/.exec(id)?.[0];
  return id.length > 4 && number ? `${id[0]}${number}` : id;
}

/** "hidden1–20". */
export function idRange(first: string, last: string): string {
  const [stem] = first.split(/\d+$/);
  return `${first}–${stem && last.startsWith(stem) ? last.slice(stem.length) : last}`;
}

/** Two or three significant digits, scientific when very small or large; "–" for a missing value. */
export function compact(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 10_000) return minus(String(value));
  if (size >= 0.001 && size < 10_000)
    return minus(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1)))));
  return value.toExponential(1).replace('e-', 'e−').replace('e+', 'e').replace('.0e', 'e').replace(/^-/, '−');
}

const minus = (text: string) => text.replace(/^-/, '−');

/** As `compact`, without zeros at the end: for what a person wrote, and for axes. */
export const plain = (value: number): string =>
  compact(value, 3)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');

export const percent = (share: number): string => `${Math.round(share * 100)}${narrow}%`;

/** A large number in thousands, millions or billions, to two digits or in whole ones: 4.4 k, 133 k. */
export function short(n: number): string {
  let unit = 0;
  // 999 500 is 1 M, not 1000 k.
  while (unit + 1 < units.length && n / 1000 ** unit >= 999.5) unit++;
  const value = n / 1000 ** unit;
  return unit === 0 ? String(n) : `${Number(value.toPrecision(value < 100 ? 2 : 3))}${narrow}${units[unit]}`;
}

/** "1 run", "3 runs". */
export const runsText = (n: number): string => (n === 1 ? l10n.t('1 run') : l10n.t('{0} runs', count(n)));
