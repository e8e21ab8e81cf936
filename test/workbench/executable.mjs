#!/usr/bin/env node
/**
 * Stands in for VS Code's executable, so that an unchanged `runTests()` of @vscode/test-electron finds its extension host in the
 * workbench from the npm registry: takes the same command line, prints what the tests print, exits with their code.
 */
import fs from 'node:fs';
import path from 'node:path';
import { register } from 'tsx/esm/api';

register();
const { openWorkbench } = await import('./index.ts');

/** The tests as a whole may take this long. */
const limit = 10 * 60_000;

/** What the workbench itself prints to its console, of no use to a reader of test results. */
const noise =
  /^(%c|Resolv|Timed out waiting for authentication|Creating a socket|Ignoring fetching|Updating additional|\[(lifecycle|AgentHost|AccountPolicyGate|reconnection-grace|Service Worker))/;

/** @param {string} name */
const all = (name) =>
  process.argv.flatMap((argument) => (argument.startsWith(`--${name}=`) ? [argument.slice(name.length + 3)] : []));

const [extensionTestsPath] = all('extensionTestsPath');
const [userData] = all('user-data-dir');
const folder = process.argv.slice(2).find((argument) => !argument.startsWith('-'));

const workbench = await openWorkbench({
  ...(folder && { folder }),
  ...(extensionTestsPath && { extensionTestsPath }),
  extensionDevelopmentPath: all('extensionDevelopmentPath'),
  disableExtensions: process.argv.includes('--disable-extensions'),
  settings: settings(userData),
  onLog: (_kind, args) => {
    if (!noise.test(String(args[0]))) console.log(...args);
  },
});
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void workbench.close().then(() => process.exit(130)));
const late = new Promise((resolve) => setTimeout(resolve, limit, 'late').unref());
const code = await Promise.race([workbench.exit, late]);
if (code === 'late')
  console.error(`The tests did not end within ${limit / 60_000} minutes.\n${workbench.log().slice(-2000)}`);
await workbench.close();
process.exit(typeof code === 'number' ? code : 124);

/** @param {string | undefined} folder */
function settings(folder) {
  const file = path.join(folder ?? '', 'User', 'settings.json');
  return folder && fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
}
