import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { rulesPage, ruleSettings, ruleWords } from '../../../scripts/rules.ts';
import { rules } from '../../../src/engine/rules/index.ts';

const root = path.resolve(import.meta.dirname, '../../..');

describe('What people read of the rules', () => {
  it('is made from their rows: run scripts/rules.ts', async () => {
    assert.equal(await fs.readFile(path.join(root, 'docs', 'rules.md'), 'utf8'), await rulesPage());
    const manifest = JSON.parse(await fs.readFile(path.join(root, 'package.json'), 'utf8'));
    const { properties } = manifest.contributes.configuration;
    const settings = Object.entries(properties).filter(([key]) => key.startsWith('rectifier.rules.'));
    assert.deepEqual(Object.fromEntries(settings), ruleSettings());
    const words = JSON.parse(await fs.readFile(path.join(root, 'package.nls.json'), 'utf8'));
    const described = Object.entries(words).filter(([key]) => key.startsWith('setting.rules.'));
    assert.deepEqual(Object.fromEntries(described), ruleWords());
  });

  it('names each rule once, with a reason and a remedy of whole sentences', () => {
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
    for (const rule of rules) {
      const { id, reason, remedy } = rule;
      assert.match(id, /^[a-z]+(_[a-z]+)*$/);
      for (const text of [reason, remedy]) assert.match(text, /^\S.*\.$/, id);
      assert.ok(rule.check !== undefined || rule.watch !== undefined, id);
    }
  });
});
