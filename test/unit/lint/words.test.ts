import assert from 'node:assert/strict';
import { Linter } from 'eslint';
import { wordsRule } from '../../../scripts/lint/words.mjs';

/** What the rule finds shown to people and not put through `t`. */
function found(code: string, options: object[] = []): string[] {
  const config: Linter.Config = {
    plugins: { rectifier: { rules: { words: wordsRule } } },
    rules: { 'rectifier/words': ['error', ...options] },
  };
  return new Linter().verify(code, [config]).map(({ message }) => /^"(.*?)" is shown/.exec(message)?.[1] ?? message);
}

const refused: [code: string, ...texts: string[]][] = [
  ['html`<p>epoch</p>`', 'epoch'],
  ['html`<p>${n} of ${m}</p>`', 'of'],
  ['html`<section aria-label="Charts"></section>`', 'Charts'],
  ['html`<section aria-label="Units of ${id}"></section>`', 'Units of'],
  ['html`<button title=${open ? "hide" : "show"}></button>`', 'hide', 'show'],
  ['html`<p>${open ? "hide" : more && "show"}</p>`', 'hide', 'show'],
  ['html`<p>${`unit ${n}`}</p>`', 'unit …'],
  ['button({ label: "step" })', 'step'],
  ['const text = "Try a lower learning rate."', 'Try a lower learning rate.'],
  ['const text = `Line ${n}: ${message}`', 'Line …: …'],
  ['throw new Error("Out of reach")', 'Out of reach'],
  ['drawnText("dead", "secondary small")', 'dead'],
  ['showInformationMessage("Copy")', 'Copy'],
];

const allowed = [
  'html`<p class="secondary small" data-page="runs">${l10n.t("epoch")} · ${n} ×</p>`',
  'html`<p class=${open ? "open" : "shut"}>${l10n.t("{0} of {1}", n, m)}</p>`',
  'html`<section aria-label=${vscode.l10n.t("Units of {0}", id)}>PNG</section>`',
  'import { t } from "a module"; const path = ["layers", 0, "units"];',
  'switch (name) { case "Dead units": f(name === "Gradient norms", key === "ArrowLeft"); }',
  'log.warn("A run could not be read"); document.querySelector("main .card")',
];

describe('the lint rule for words that people read', () => {
  for (const [code, ...texts] of refused) it(`refuses ${code}`, () => assert.deepEqual(found(code), texts));
  for (const code of allowed) it(`allows ${code}`, () => assert.deepEqual(found(code), []));

  it('lets rows of the engine’s tables through, but not what its rules find', () => {
    const row = `layer({ label: "Dense", when: (n) => \`More than \${n} units.\`, fields: { units: integer("Units", "How many units.") } })`;
    assert.deepEqual(found(row, [{ engine: true }]), []);
    assert.deepEqual(found(row), ['Dense', 'More than … units.', 'Units', 'How many units.']);
    const finding = '({ layer, message: `All ${n} units are dead.`, fixes: [{ title: "Use tanh", set }] })';
    assert.deepEqual(found(finding, [{ engine: true }]), ['All … units are dead.', 'Use tanh']);
  });
});
