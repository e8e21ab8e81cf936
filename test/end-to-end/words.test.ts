import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { tableWords } from '../../scripts/words.ts';
import { activations } from '../../src/engine/activations/index.ts';
import { schedules } from '../../src/engine/schedules.ts';
import { initializers } from '../../src/engine/initializers.ts';
import { layers } from '../../src/engine/layers/index.ts';
import { rules } from '../../src/engine/rules/index.ts';
import { dataFields } from '../../src/engine/spec/dataFields.ts';
import { optimizers } from '../../src/engine/spec/optimizers.ts';
import { trainingFields } from '../../src/engine/spec/trainingFields.ts';
import type { Fields } from '../../src/engine/spec/fields.ts';
import type { RecordedEntry } from '../../src/engine/training/runFile.ts';
import type { Settings } from '../../src/webview/hostProtocol.ts';
import { root } from '../workbench/index.ts';
import { openBrowser, openPage } from './page.ts';

/** A language that nobody speaks: every sentence of ours stands in brackets. */
async function marked(): Promise<Record<string, string>> {
  const words = await fs.readFile(path.join(root, 'l10n', 'bundle.l10n.json'), 'utf8');
  return Object.fromEntries(Object.keys(JSON.parse(words)).map((message) => [message, `⟦${message}⟧`]));
}

/** What the panel shows or says, piece by piece, outside of any brackets. */
const unmarked = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const attributes: string[] = [];
    let shown = '';
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (node instanceof Element) {
        for (const name of ['aria-label', 'aria-description', 'title', 'placeholder', 'data-text', 'data-title'])
          attributes.push(node.getAttribute(name) ?? '');
        // A sentence may be woven with markup, so that its brackets stand in different pieces of text.
      } else if (!node.parentElement?.closest('script, style')) shown += `${node.textContent}\u0001`;
    }
    const left = [...attributes, shown].flatMap((text) => {
      let before;
      do {
        before = text;
        text = text.replace(/⟦[^⟦⟧]*⟧/g, '');
      } while (text !== before);
      return text.split('\u0001').map((piece) => piece.trim());
    });
    return [...new Set(left)].filter((text) => /\p{L}{2}/u.test(text));
  });

describe('the panel in another language', function () {
  this.timeout(30_000);
  let browser: Browser;
  before(async () => (browser = await openBrowser()));
  after(() => browser.close());

  const settings: Settings = { backend: 'wasm', metricsPerSecond: 10 };
  const start = { type: 'init', fileName: 'circles.nn.json', version: 1, readOnly: false, settings } as const;
  const network = {
    version: 1,
    data: { source: 'circles' },
    layers: [
      // What rules find before training, and in it.
      { id: 'hidden', type: 'dense', units: 12, weights: 'glorot_uniform' },
      { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform' },
    ],
    training: { optimizer: { name: 'sgd', learningRate: 3 }, epochs: 3 },
  };

  /** What is the same in every language: names of the file format, of networks and units. */
  const names = (of: Fields): string[] => Object.values(of).flatMap(({ choices = [] }) => choices);
  const translated = new Set(tableWords());
  const rows = [...activations, ...initializers, ...optimizers];
  const known = [
    ...layers.flatMap(({ type, fields }) => [type, ...names(fields)]),
    ...rows.flatMap(({ name, label, parameters }) => [name, label, ...names(parameters)]),
    ...[...activations, ...initializers].map(({ formula }) => formula),
    ...[dataFields, trainingFields].flatMap(names),
    // Of scale, corrupt and schedule, which are written out.
    ...['none', 'standardize', 'minmax', 'gaussian', 'mask', ...schedules.map(({ name }) => name)],
    ...['broken_json', 'duplicate_key', 'unknown_key', 'unknown_name', 'wrong_type', 'out_of_range', 'missing_key'],
    ...rules.map(({ id }) => id),
    ...[
      'circles.nn.json',
      'circles',
      'hidden',
      'output',
      'auto',
      'wasm',
      'webgpu',
      'simd',
      'relaxed',
      'epochs',
      'n_in',
      'n_out',
      'PNG',
      'CSV',
    ],
  ]
    .filter((text) => !translated.has(text))
    .sort((a, b) => b.length - a.length);
  const assertMarked = async (page: Page, state: string): Promise<void> => {
    const left = (await unmarked(page)).filter((text) => {
      const other = known.reduce((rest, word) => rest.replaceAll(word, ''), text.replaceAll('\u200b', ''));
      return /\p{L}{2}/u.test(other);
    });
    assert.deepEqual(left, [], state);
  };

  it('says nothing in English in any state', async () => {
    const { page, send } = await openPage(browser, 'designer', { bundle: await marked() });
    await send({ ...start, text: '' });
    await page.getByRole('heading', { name: '⟦New network⟧' }).waitFor();
    await assertMarked(page, 'an empty file');
    await send({ type: 'document', text: JSON.stringify({ ...network, sede: 1, layers: 0 }), version: 2 });
    await page.getByRole('button', { name: '⟦Change to "{0}"⟧'.replace('{0}', 'seed') }).waitFor();
    await assertMarked(page, 'a file with faults');
    await send({ type: 'document', text: JSON.stringify(network), version: 3 });
    const layer = page.getByRole('listbox', { name: '⟦Layers⟧' }).getByRole('option').first();
    await layer.waitFor();
    await page.getByText('activation_init_mismatch').first().waitFor();
    await assertMarked(page, 'not trained');
    await page.getByRole('tab', { name: '⟦Layers⟧' }).click();
    await page.getByRole('columnheader', { name: '⟦Gradient norm⟧' }).waitFor();
    await assertMarked(page, 'layers before training');
    await page.getByRole('button', { name: '⟦Add layer⟧', exact: true }).click();
    await page.getByRole('menuitem').first().waitFor();
    await assertMarked(page, 'the palette');
    await page.keyboard.press('Escape');
    for (const name of ['⟦Data: circles⟧', '⟦Loss and training⟧']) {
      await page.getByRole('button', { name }).click();
      await page.waitForTimeout(50);
      await assertMarked(page, name);
    }
    await layer.click();
    await page.getByRole('button', { name: '⟦Help for {0}⟧'.replace('{0}', '⟦Activation⟧') }).click();
    await page.getByRole('note').waitFor();
    await assertMarked(page, 'help');
    await page.getByRole('button', { name: '⟦Train⟧' }).click();
    await page.getByText('⟦completed⟧', { exact: true }).waitFor();
    await page.getByText('learning_rate_too_high').first().waitFor();
    await assertMarked(page, 'trained');
    await page.getByRole('columnheader', { name: '⟦Update : weight⟧' }).waitFor();
    await assertMarked(page, 'layers, trained');
    for (const tab of ['Loss', 'Output', 'Unit']) {
      await page.getByRole('tab', { name: `⟦${tab}⟧` }).click();
      await assertMarked(page, tab);
      await page.getByRole('button', { name: '⟦table⟧' }).click();
      await page.waitForTimeout(50);
      await assertMarked(page, `${tab} as a table`);
    }
  });

  it('says nothing in English in the page that compares runs', async () => {
    const { page, send } = await openPage(browser, 'runs', { bundle: await marked(), locale: 'de-DE' });
    await send({ type: 'runs', entries: [], folder: '⟦here⟧', ownFolder: false });
    await page.getByRole('heading', { name: '⟦No runs yet⟧' }).waitFor();
    await assertMarked(page, 'no runs');
    const entries = [1, 2, 3].map((seed) => {
      const training = { epochs: 3 + Math.floor(seed / 3) };
      const text = JSON.stringify({ ...network, seed, training });
      const final = {
        event: 'metrics',
        step: 9,
        epoch: 3,
        loss: 0.5,
        learningRate: 0.01,
        evaluated: { step: 9, samples: 9, of: 9 },
        layers: [],
      };
      const head = {
        event: 'run',
        run: String(seed),
        document: 'circles.nn.json',
        date: new Date().toISOString(),
        seed,
        backend: 'wasm',
        reason: 'completed',
        seconds: 1,
        final,
        expect: [],
        text,
      } as RecordedEntry['head'];
      return { file: `${seed}.run.jsonl`, head };
    });
    await send({ type: 'runs', entries, folder: '⟦here⟧', ownFolder: false });
    await send({ type: 'networks', networks: [{ document: 'a', name: 'circles', text: JSON.stringify(network) }] });
    await page.getByRole('checkbox').first().waitFor();
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    await page.getByRole('button', { name: '⟦Show {0} runs⟧'.replace('{0}', '2') }).click();
    await page.getByRole('button', { name: '⟦Sweep…⟧' }).click();
    await page.waitForTimeout(50);
    await assertMarked(page, 'runs, and a sweep');
    await page.getByRole('button', { name: '⟦small multiples⟧' }).click();
    await page.waitForTimeout(50);
    await assertMarked(page, 'small multiples');
  });
});
