/**
 * `npm run package`: a production build as `rectifier.vsix`, held to its size.
 * What goes in is the allow-list in `.vscodeignore`.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { build } from './build.mjs';
import { main, root, run, say, step, Trouble } from './console.mjs';

export const vsix = path.join(root, 'rectifier.vsix');

const largest = 1.5 * 1024 * 1024;

/** Packs what is in `dist` now. */
export async function packageExtension() {
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const { code } = await run(process.execPath, [
    vsce,
    'package',
    '--no-dependencies',
    // the README's links and pictures are relative, which works in a clone; there is no public address to point them at
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--out',
    vsix,
  ]);
  if (code !== 0) throw new Trouble('vsce could not package the extension.', 'mend what it names above.');
  const { size } = await fs.stat(vsix);
  const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1024 / 1024).toFixed(2)} MB`;
  if (size > largest) {
    throw new Trouble(
      `rectifier.vsix has ${megabytes(size)}; it may have ${megabytes(largest)}.`,
      'look at its largest files: npx vsce ls --tree.',
    );
  }
  say(`rectifier.vsix: ${megabytes(size)} of at most ${megabytes(largest)}`);
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    await step('Building for production', () => build(true));
    await step('Packaging', packageExtension);
  });
}
