import * as l10n from '@vscode/l10n';

/** Words that read alike but for case, "_" and "-" are at distance 0: learning_rate, learningRate. */
const plain = (word: string): string => word.toLowerCase().replace(/[_\s-]/g, '');

export const alike = (a: string, b: string): boolean => plain(a) === plain(b);

/**
 * The known name that a person most likely meant, or undefined when none is near.
 * Distance: optimal string alignment (insert, remove, replace, swap neighbours).
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = plain(word.slice(0, 60));
  let best: string | undefined;
  // About one slip in three letters: beyond it a suggestion is a guess.
  let least = Math.floor(Math.max(wanted.length, 3) / 3) + 1;
  for (const name of known) {
    const candidate = plain(name);
    // "val", "acc": a word cut short.
    const cut = wanted.length >= 3 && candidate.startsWith(wanted);
    const distance = cut ? Math.min(1, candidate.length - wanted.length) : editDistance(wanted, candidate);
    if (distance < least && distance < name.length) {
      least = distance;
      best = name;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? previous[j - 2]! + 1 : Infinity;
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1, swap));
    }
    previous = row;
    row = next;
  }
  return row[b.length]!;
}

/** `"a", "b" or "c"`. */
export const listed = (names: readonly string[], last?: 'or' | 'and'): string =>
  joined(
    names.map((name) => JSON.stringify(name)),
    last,
  );

/** As `listed`, without quotes. */
export function joined(names: readonly string[], last: 'or' | 'and' = 'or'): string {
  const end = names.at(-1) ?? '';
  if (names.length < 2) return end;
  const start = names.slice(0, -1).join(', ');
  return last === 'or' ? l10n.t('{0} or {1}', start, end) : l10n.t('{0} and {1}', start, end);
}
