/**
 * Builds everything in `dist`: extension (desktop and browser), webview and its worker, command line, kernels, JSON schema.
 *
 *     node scripts/build.mjs [--minify] [--watch]
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import esbuild from 'esbuild';
import { main, root, run, say, seconds, Trouble } from './console.mjs';
import { compileKernels, kernelsPlugin } from './kernels.mjs';

/** @import { BuildOptions, Plugin } from 'esbuild' */

const dist = path.join(root, 'dist');

/**
 * Options shared by all bundles. The target matters beyond syntax: without it esbuild decodes embedded bytes with
 * `Uint8Array.fromBase64`, which Node 20 does not have.
 * @param {boolean} minify
 * @returns {BuildOptions & { plugins: Plugin[] }}
 */
export const sharedOptions = (minify) => ({
  absWorkingDir: root,
  bundle: true,
  target: ['chrome120', 'node20'],
  mainFields: ['module', 'browser', 'main'], // some packages' `main` is a wrapper that cannot be bundled
  loader: { '.wasm': 'binary', '.wgsl': 'text', '.svg': 'text' },
  minify,
  sourcemap: minify ? false : 'linked',
  logLevel: 'warning',
  legalComments: 'eof',
  plugins: [kernelsPlugin],
});

/**
 * Each module of the extension takes VS Code's API as it is. Of `import *` esbuild makes a copy a module, of four hundred names each: more than half of the
 * time that activation took.
 * @type {Plugin}
 */
const apiUncopied = {
  name: 'apiUncopied',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]extension[\\/].*\.ts$/ }, async ({ path: file }) => {
      const text = await fs.readFile(file, 'utf8');
      const contents = text.replace("import * as vscode from 'vscode';", "import vscode = require('vscode');");
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * Leaves out modules of which nothing is used: the first picture is written into each page.
 * @type {Plugin}
 */
const onlyWhatIsUsed = {
  name: 'onlyWhatIsUsed',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ resolveDir, path: file }) => ({
      path: path.resolve(resolveDir, file),
      sideEffects: false,
    }));
  },
};

/**
 * The bundles, by what they are for.
 * @param {boolean} minify
 * @returns {BuildOptions[]}
 */
function bundles(minify) {
  const shared = sharedOptions(minify);
  const extension = {
    ...shared,
    entryPoints: ['src/extension/main.ts'],
    external: ['vscode'],
    plugins: [...shared.plugins, apiUncopied],
    format: /** @type {const} */ ('cjs'),
  };
  return [
    { ...extension, platform: 'node', mainFields: ['module', 'main'], outfile: 'dist/extension.cjs' },
    { ...extension, platform: 'browser', outfile: 'dist/extension.browser.cjs' },
    {
      ...shared,
      entryPoints: ['src/webview/main.ts'],
      platform: 'browser',
      format: 'iife',
      outfile: 'dist/webview.js',
    },
    {
      ...shared,
      plugins: [...shared.plugins, onlyWhatIsUsed],
      entryPoints: ['src/webview/firstPicture.ts'],
      platform: 'browser',
      format: 'iife',
      outfile: 'dist/firstPicture.js',
    },
    {
      ...shared,
      entryPoints: ['src/engine/worker/worker.ts'],
      platform: 'browser',
      format: 'iife',
      outfile: 'dist/worker.js',
    },
    {
      ...shared,
      entryPoints: ['src/engine/node/cli.ts'],
      platform: 'node',
      format: 'cjs',
      mainFields: ['module', 'main'],
      banner: { js: '#!/usr/bin/env node' },
      outfile: 'dist/cli.cjs',
    },
  ];
}

/** The schema is made by the rows that parse the files, so it is a program run, not a file copied. */
async function writeSchema() {
  const { code } = await run(process.execPath, ['--import', 'tsx', path.join(root, 'scripts', 'schema.ts')]);
  if (code !== 0)
    throw new Trouble('The JSON schema could not be written.', 'read the message above: scripts/schema.ts failed.');
}

/** @param {boolean} minify */
export async function build(minify) {
  const start = performance.now();
  await fs.mkdir(dist, { recursive: true });
  await compileKernels();
  const results = await Promise.allSettled([
    ...bundles(minify).map((options) => esbuild.build(options)),
    writeSchema(),
  ]);
  const failed = results.filter((result) => result.status === 'rejected');
  if (failed.length)
    throw new Trouble(
      `The build failed in ${failed.length} of ${results.length} parts.`,
      'mend what the messages above name.',
    );
  await fs.chmod(path.join(dist, 'cli.cjs'), 0o755);
  const files = await Promise.all(
    (await fs.readdir(dist))
      .filter((name) => !name.endsWith('.map'))
      .map(async (name) => ({ name, size: (await fs.stat(path.join(dist, name))).size })),
  );
  say(`  ${files.map(({ name, size }) => `${name} ${Math.ceil(size / 1024)} KB`).join(', ')}`);
  say(`  built ${minify ? 'for production ' : ''}in ${seconds(performance.now() - start)}`);
}

/** Builds again whenever a source changes, until stopped. The lines it prints are what `.vscode/tasks.json` waits for. */
async function watch() {
  await fs.mkdir(dist, { recursive: true });
  await compileKernels();
  await writeSchema();
  /** @type {Plugin} */
  const report = {
    name: 'report',
    setup(build) {
      build.onStart(() => say('[watch] build started'));
      build.onEnd(({ errors }) =>
        say(`[watch] build finished: ${build.initialOptions.outfile}, ${errors.length} errors`),
      );
    },
  };
  for (const options of bundles(false)) {
    const context = await esbuild.context({ ...options, plugins: [...(options.plugins ?? []), report] });
    await context.watch();
  }
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: { minify: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false } },
  });
  await main(async () => (values.watch ? watch() : build(values.minify)));
}
