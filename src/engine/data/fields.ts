import * as l10n from '@vscode/l10n';

/** What the fields of a text table say. */
export const isMissing = (field: string): boolean => field === '' || /^[-+]?nan$/i.test(field);
export const isNumber = (field: string): boolean => field !== '' && Number.isFinite(numberOf(field));

/** NaN for what is no decimal number; the language's own other notations (0x10) are none. */
export function numberOf(field: string): number {
  return /^0[box]/i.test(field) ? Number.NaN : Number(field);
}

export const hasDecimalComma = (field: string): boolean => /^[-+]?\d[\d.]*,\d+$/.test(field);

/** Why a field can't be read as a number, and what to do. */
export function notANumber(field: string, name: string, remedy: string): string {
  const shown = field.length > 40 ? `${field.slice(0, 40)}…` : field;
  if (hasDecimalComma(field))
    return l10n.t('"{0}" in "{1}" has a decimal comma; write decimals with a point', shown, name);
  return l10n.t('"{0}" in "{1}" is not a number; {2}', shown, name, remedy);
}
