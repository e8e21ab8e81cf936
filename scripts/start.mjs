/**
 * `npm start`: sets up what is missing, builds, and opens VS Code with the extension and a network in the designer.
 *
 *     npm start -- [--file path] [--no-open] [--port N]
 *
 * --file     the network file to open; its folder is opened with it (samples/digits-cnn.nn.json)
 * --no-open  open no window: serve the workbench and print its address
 * --port     for the served workbench; any free one if left out
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main, root, say, step, Trouble } from './console.mjs';
import { prepare } from './dependencies.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: { file: { type: 'string' }, port: { type: 'string' }, 'no-open': { type: 'boolean', default: false } },
  });
  const file = networkFile(values.file);
  const place = { folder: path.dirname(file), file };
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Trouble(`${values.port} is no port.`, 'give a number below 65536.');

  await prepare();
  const { build } = await import('./build.mjs');
  await step('Building Rectifier', () => build(false));

  const { downloadDesktop, findDesktop, hasDisplay, openDesktop, openInBrowser } = await import('./desktop.mjs');
  const windows = hasDisplay() && !values['no-open'];
  if (windows) {
    const opened = await step('Opening VS Code', async () => {
      for (const source of [findDesktop, downloadDesktop]) {
        const desktop = await source();
        if (desktop && (await openDesktop(desktop, place))) return true;
      }
      return false;
    });
    if (opened) return say(`VS Code has ${path.relative(root, file)} open in the designer.`);
  }

  const { installWorkbench, workbenchSupported } = await import('./workbench/install.mjs');
  if (!workbenchSupported) {
    throw new Trouble(
      'There is no VS Code here that can be opened.',
      'install VS Code so that `code` is on the PATH, then run npm start again.',
    );
  }
  const home = await step('Setting up VS Code from the npm registry', installWorkbench);
  const { startServer } = await import('./workbench/server.mjs');
  const server = await startServer({
    ...{ home, data: path.join(root, '.vscode-test', 'workbench-data'), port },
    env: { RECTIFIER_OPEN: path.resolve(file) },
  });
  const address = server.address({ folder: place.folder, files: [file], extensionDevelopmentPath: [root] });
  say(`\nVS Code is at ${address}\n`);
  say('Open it in Chrome, Chromium, Edge or Firefox; from another machine, forward the port first. Ctrl+C stops it.');
  if (windows) openInBrowser(address);

  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  const asked = new Promise((resolve) => signals.forEach((signal) => process.once(signal, () => resolve(true))));
  const stopped = await Promise.race([asked, orphaned(), server.ended.then(() => false)]);
  await server.stop();
  if (!stopped) throw new Trouble(`VS Code's server has ended:\n${server.log()}`, 'run npm start again.');
  say('\nStopped.');
});

/**
 * @param {string | undefined} named
 * @returns {string}
 */
function networkFile(named) {
  const candidates = named
    ? [path.resolve(named)]
    : ['digits-cnn', 'two-circles'].map((name) => path.join(root, 'samples', `${name}.nn.json`));
  const found = candidates.find((file) => existsSync(file));
  if (found) return found;
  throw new Trouble(
    `There is no ${candidates[0]}.`,
    named ? 'name an existing network file.' : 'restore the samples folder: git checkout samples.',
  );
}

/**
 * npm starts us in a shell; when that is killed we would run on unseen.
 * @returns {Promise<boolean>}
 */
function orphaned() {
  const parent = process.ppid;
  return new Promise((resolve) => {
    if (process.env['npm_lifecycle_event']) setInterval(() => process.ppid !== parent && resolve(true), 1000).unref();
  });
}
