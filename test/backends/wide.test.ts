import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { browserArguments, findBrowser } from '../../scripts/browser.mjs';
import { sharedOptions } from '../../scripts/build.mjs';
import { steps } from './wideSteps.ts';
import './wasmSupport.ts';

/** Products for tiles of 16 columns and for lists of 64, with rows and columns left over, one block and more of them; convolutions and an update, of which V8 makes wide vectors too. */
const network = JSON.stringify({
  version: 1,
  seed: 4,
  data: { source: 'glyphs', samples: 200 },
  layers: [
    { id: 'flat', type: 'flatten' },
    { id: 'dense', type: 'dense', units: 200, activation: 'tanh' },
    { id: 'half', type: 'dense', units: 150, activation: 'relu' },
    { id: 'thin', type: 'dropout', rate: 0.5 },
    { id: 'narrow', type: 'dense', units: 64, activation: 'relu' },
    { id: 'output', type: 'dense', units: 10, activation: 'softmax' },
  ],
  training: { optimizer: 'adam', batchSize: 100 },
});
const pictures = JSON.stringify({
  version: 1,
  seed: 4,
  data: { source: 'glyphs', samples: 60 },
  layers: [
    { id: 'first', type: 'conv2d', filters: 16, kernelSize: 3, padding: 'same', activation: 'relu' },
    { id: 'pool', type: 'max_pool2d' },
    { id: 'second', type: 'conv2d', filters: 24, kernelSize: 3, padding: 'same', activation: 'relu' },
    { id: 'flat', type: 'flatten' },
    { id: 'output', type: 'dense', units: 10, activation: 'softmax' },
  ],
  training: { optimizer: 'sgd', batchSize: 30 },
});

describe('products for engines with 256-bit vectors', () => {
  it('give the bits that the others give', async () => {
    const kernels = readFileSync(new URL('../../dist/kernels-relaxed.wasm', import.meta.url));
    for (const text of [network, pictures])
      assert.deepEqual(await steps(kernels, text, 5, true), await steps(kernels, text, 5, false));
  });

  it('give them in a Chromium that makes such vectors, when all is compiled for them', async () => {
    const bundle = await build({
      ...sharedOptions(false),
      stdin: {
        contents: `import relaxed from 'kernels:relaxed';
          import { steps } from './test/backends/wideSteps.ts';
          globalThis.steps = (...rest) => steps(relaxed, ...rest);`,
        resolveDir: process.cwd(),
        loader: 'ts',
      },
      platform: 'browser',
      format: 'iife',
      sourcemap: false,
      write: false,
    });
    const executablePath = await findBrowser();
    assert.ok(executablePath, 'there is no Chrome, Chromium or Edge');
    const results: unknown[] = [];
    // Without the first compiler, the one that makes wide vectors compiles at once, and all of it.
    const wide = '--js-flags=--experimental-wasm-revectorize --no-liftoff';
    for (const [flags, isWide] of [
      [[], false],
      [[wide], true],
      [[wide], false],
    ] as const) {
      const browser = await chromium.launch({ executablePath, args: [...browserArguments(), ...flags] });
      try {
        const page = await browser.newPage();
        await page.addScriptTag({ content: bundle.outputFiles[0]!.text });
        for (const text of [network, pictures])
          results.push(
            await page.evaluate(
              ([text, isWide]) =>
                (globalThis as unknown as { steps: (...rest: unknown[]) => Promise<unknown> }).steps(text, 20, isWide),
              [text, isWide] as const,
            ),
          );
      } finally {
        await browser.close();
      }
    }
    assert.deepEqual(results.slice(2, 4), results.slice(0, 2));
    assert.deepEqual(results.slice(4), results.slice(0, 2));
  }).timeout(180_000);
});
