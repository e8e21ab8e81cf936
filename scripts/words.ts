/**
 * Adds the words of the engine's tables to `l10n/bundle.l10n.json`, where `vscode-l10n-dev` has put those of the calls of `l10n.t`.
 *
 *     npm run l10n
 */
import { rewrite } from './manifest.ts';
import { changeTexts } from '../src/engine/words.ts';

/** Two words beside each other, or a capitalised one in front; what is not is a name or a formula, the same in every language. */
const isProse = (text: string): boolean => /\p{L}{2,}[,:;.]? \p{L}|^\p{Lu}\p{Ll}+(?![\p{L}\d])/u.test(text);

/** Names, labels and help in the rows of the engine's tables. */
export function tableWords(): string[] {
  const words = new Set<string>();
  changeTexts((text) => {
    if (isProse(text)) words.add(text);
    return text;
  });
  return [...words];
}

if (process.argv[1] === import.meta.filename)
  await rewrite<Record<string, string>>('l10n/bundle.l10n.json', (called) => ({
    ...called,
    ...Object.fromEntries(tableWords().map((text) => [text, text])),
  }));
