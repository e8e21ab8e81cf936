/** Translated text with markup in it. The translations themselves are `l10n.t`'s, from `@vscode/l10n`; `bundle.ts` hands them over. */

/** Puts parts in the places of a sentence's {0}, {1} …: `woven(l10n.t('{0} undoes it'), html`<kbd>Ctrl+Z</kbd>`)`. */
export const woven = (sentence: string, ...parts: readonly unknown[]): unknown[] =>
  sentence.split(/\{(\d+)\}/).map((piece, i) => (i % 2 === 0 ? piece : parts[Number(piece)]));
