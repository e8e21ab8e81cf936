/**
 * Runs test/integration inside a real extension host through @vscode/test-electron: on Linux x64 in the workbench from the npm
 * registry, elsewhere in the desktop VS Code that it downloads. The tests are bundled first; `vscode` and mocha are the host's.
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import esbuild from 'esbuild';
import { sharedOptions } from '../scripts/build.mjs';
import { workbenchSupported } from '../scripts/workbench/install.mjs';

const root = path.resolve(import.meta.dirname, '..');
const bundled = path.join(root, '.cache', 'integration');

await fs.rm(bundled, { recursive: true, force: true });
await esbuild.build({
  ...sharedOptions(false),
  entryPoints: ['test/integration/index.ts', 'test/integration/**/*.test.ts'],
  outdir: bundled,
  entryNames: '[name]',
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  format: 'cjs',
  mainFields: ['module', 'main'],
  external: ['vscode', 'mocha'],
});

// the tests may write: they get a copy of the samples
const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'rectifier-integration-'));
await fs.cp(path.join(root, 'samples'), folder, { recursive: true });
try {
  await runTests({
    ...(workbenchSupported && { vscodeExecutablePath: path.join(root, 'test', 'workbench', 'executable.mjs') }),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(bundled, 'index.cjs'),
    launchArgs: [folder, '--disable-extensions'],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await fs.rm(folder, { recursive: true, force: true });
}
