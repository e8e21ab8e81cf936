import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { activations } from '../src/engine/activations/index.ts';
import { initializers } from '../src/engine/initializers.ts';
import type { Fix } from '../src/engine/spec/fix.ts';
import { optimizers } from '../src/engine/spec/optimizers.ts';
import { losses } from '../src/engine/spec/trainingFields.ts';

/** Put on every letter of a text that is translated. */
const accent = '\u0301';
const bundle = path.resolve(import.meta.dirname, '..', 'l10n', 'bundle.l10n.json');

/** A language that nobody speaks: English with an accent on every letter, so that no two letters stand side by side but in what is not translated. */
const accented = (): Record<string, string> =>
  Object.fromEntries(
    Object.keys(JSON.parse(fs.readFileSync(bundle, 'utf8')) as object).map((message) => [
      message,
      message.replace(/\{\d+\}|\p{L}/gu, (part) => (part.startsWith('{') ? part : part + accent)),
    ]),
  );

/** Lets the tests around it run in that language. */
export function inAccents(): void {
  before(() => l10n.config({ contents: accented() }));
  after(() => l10n.config({ contents: {} }));
}

/** What a text is in English. */
export const english = (text: string): string => text.replaceAll(accent, '');

/** JSON's own words, and the names of things. */
const same = ['true', 'false', 'UTF'];

/** The words of a text that were not translated, but for what stands in quotes, which is a name, and what `own` has too: the person's words. */
export const untranslated = (text: string, own = ''): string[] =>
  (text.replace(/"[^"]*"/g, '').match(/[\p{L}_][\p{L}\p{N}_]+/gu) ?? []).filter(
    (word) => !same.includes(word) && !own.includes(word),
  );

/** Names of the file format, which are the same in every language. */
const names = [...activations, ...initializers, ...optimizers, ...losses]
  .map((row) => (typeof row === 'string' ? row : row.name))
  .join();

/** What people read of a finding in the network `text` is in their language. */
export function assertTranslated(text: string, message: string, fixes: readonly Fix[]): void {
  for (const words of [message, ...fixes.map(({ title }) => title)])
    assert.deepEqual(untranslated(words, text + names), [], words);
}
