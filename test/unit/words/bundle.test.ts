import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { tableWords } from '../../../scripts/words.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const json = async (file: string): Promise<Record<string, string>> =>
  JSON.parse(await fs.readFile(path.join(root, file), 'utf8')) as Record<string, string>;

interface Call {
  readonly at: string;
  /** The message, where it is a literal. */
  readonly message?: string;
  /** Arguments it is given: how many, or by which names; undefined where they are spread out. */
  readonly given?: number | readonly string[];
  /** It is made when its module is loaded. */
  readonly early: boolean;
}

/** Every call of `l10n.t` under a folder. */
async function callsIn(folder: string): Promise<Call[]> {
  const names = (await fs.readdir(path.join(root, folder), { recursive: true })).filter((name) => name.endsWith('.ts'));
  const calls: Call[] = [];
  for (const name of names) {
    const text = await fs.readFile(path.join(root, folder, name), 'utf8');
    const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText())) {
        const [message, ...rest] = node.arguments;
        const at = `${folder}/${name.replaceAll(path.sep, '/')}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
        const [only] = rest;
        const given = rest.some(ts.isSpreadElement)
          ? undefined
          : only && ts.isObjectLiteralExpression(only)
            ? undefined
            : rest.length;
        const literal = message && ts.isStringLiteralLike(message) ? { message: message.text } : {};
        const early = !ts.findAncestor(node, ts.isFunctionLike);
        calls.push({ at, early, ...literal, ...(given === undefined ? {} : { given }) });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return calls;
}

const numbers = (message: string): number[] => [...message.matchAll(/\{(\d+)\}/g)].map(([, digits]) => Number(digits));

describe('The words to translate', () => {
  let calls: Call[];
  before(async () => {
    calls = await callsIn('src');
  });

  it('are whole literals', () => {
    assert.deepEqual(
      calls.filter(({ message }) => message === undefined).map(({ at }) => at),
      [],
    );
  });

  it('are in l10n/bundle.l10n.json, and no others: run npm run l10n', async () => {
    const bundle = Object.keys(await json('l10n/bundle.l10n.json'));
    const used = new Set([...calls.map(({ message }) => message), ...tableWords()]);
    assert.deepEqual([...used].sort(), bundle.sort());
  });

  it('are looked up by the engine when they are wanted: a worker hears of its language once its modules are loaded', () => {
    const early = calls.filter(({ at, early }) => early && at.startsWith('src/engine/'));
    assert.deepEqual(early, []);
  });

  it('have a place for each of their arguments', () => {
    for (const { at, message = '', given } of calls) {
      const places = new Set(numbers(message));
      // A sentence that is woven with markup gets its parts later.
      if (typeof given === 'number' && given > 0) assert.equal(given, places.size, `${at}: ${message}`);
      assert.deepEqual([...places].sort(), [...places.keys()].map((_, i) => i).sort(), `${at}: ${message}`);
    }
  });
});

describe('The manifest', () => {
  /** Everything in it that a person reads. */
  function shown(value: unknown, key = '', found: string[] = []): string[] {
    if (typeof value === 'string') {
      if (/^(title|description|userDescription|displayName|label|(markdown)?(enum)?descriptions?)$/i.test(key))
        found.push(value);
    } else if (Array.isArray(value)) {
      for (const item of value) shown(item, key, found);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, item] of Object.entries(value)) if (name !== 'inputSchema') shown(item, name, found);
    }
    return found;
  }

  it('takes every word from package.nls.json, and needs all that is there', async () => {
    const texts = shown(await json('package.json'));
    const words = await json('package.nls.json');
    // The product's name is the same everywhere.
    const keys = texts.filter((text) => text !== 'Rectifier');
    assert.ok(keys.length > 60, String(keys.length));
    for (const key of keys) assert.match(key, /^%[\w.-]+%$/);
    assert.deepEqual([...new Set(keys)].map((key) => key.slice(1, -1)).sort(), Object.keys(words).sort());
  });
});
