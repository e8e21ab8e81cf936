import { translate } from '../engine/words.ts';

/** What `l10n.t` does not do for us: labels within sentences, sentences with markup in them. */

/** The translations of this page, by the English text; undefined where it is in English. */
export let bundle: Record<string, string> | undefined;

/** Puts the page into another language. */
export function speak(contents: Record<string, string>): void {
  bundle = contents;
  translate(contents);
}

/** A label within a sentence; only in English is it surely small there. */
export const inSentence = (label: string): string => (bundle ? label : label.toLowerCase());

/** A text of the tables without the marks around names that the text editor's hover reads. */
export const plainly = (text: string): string => text.replaceAll('`', '');

/** Puts parts in the places of a sentence's {0}, {1} …: `woven(l10n.t('{0} undoes it'), html`<kbd>Ctrl+Z</kbd>`)`. */
export const woven = (sentence: string, ...parts: readonly unknown[]): unknown[] =>
  sentence.split(/\{(\d+)\}/).map((piece, i) => (i % 2 === 0 ? piece : parts[Number(piece)]));
