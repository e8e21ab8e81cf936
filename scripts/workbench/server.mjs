/** Starts the installed VS Code server and makes the addresses that open it. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { run, tail, Trouble } from '../console.mjs';

/**
 * `ide.localhost` and the webviews' `<hash>.ide.localhost` are one site, so that a browser lets the webview register its service
 * worker, but different origins, as on the desktop. Browsers resolve `*.localhost` themselves; Node does not.
 */
export const host = 'ide.localhost';

/** What settings default to in every workbench we start: quiet, offline, and saving as the desktop does (the web build's default is `afterDelay`). */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'files.autoSave': 'off',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.openRepositoryInParentFolders': 'never',
  // a known association makes the workbench wait for the extension that owns it, even on its first start
  'workbench.editorAssociations': { '*.nn.json': 'rectifier.designer' },
};

/**
 * @typedef {object} ServerOptions
 * @property {string} home what `installWorkbench` returned
 * @property {string} data a folder for user data, extensions and logs
 * @property {number} [port] 0 or absent: any free one
 * @property {Record<string, unknown>} [settings] user settings, known to the page from the start
 * @property {readonly string[]} [vsix] extensions to install first
 * @property {NodeJS.ProcessEnv} [env] for the server and its extension host
 * @property {boolean} [isolated] cross-origin isolated, as `code --enable-coi` is
 *
 * @typedef {object} Place what a window shows
 * @property {string} [folder] a folder or `.code-workspace`
 * @property {readonly string[]} [files] opened in editors
 * @property {readonly string[]} [extensionDevelopmentPath]
 * @property {string} [extensionTestsPath]
 * @property {boolean} [disableExtensions]
 *
 * @typedef {object} Server
 * @property {number} port
 * @property {(place: Place) => string} address
 * @property {(settings: Record<string, unknown>) => Promise<void>} configure replaces the settings given at the start
 * @property {Promise<void>} ended
 * @property {() => string} log
 * @property {() => Promise<void>} stop
 */

/**
 * @param {ServerOptions} options
 * @returns {Promise<Server>}
 */
export async function startServer({ home, data, port: wantedPort = 0, settings, vsix = [], env, isolated = false }) {
  const vscode = path.join(home, 'vscode');
  const node = path.join(home, 'node');
  /** @type {{ commit: string, quality: string }} */
  const { commit, quality } = JSON.parse(await fs.readFile(path.join(vscode, 'product.json'), 'utf8'));
  const port = await freePort(wantedPort);
  const token = randomBytes(16).toString('hex');
  const preload = new URL('./preload.cjs', import.meta.url).pathname;

  /** @param {Record<string, unknown>} own */
  const configure = async (own) => {
    // of the two places, the user's is read at the start and the machine's is watched as well
    for (const place of ['User', 'Machine']) {
      await fs.mkdir(path.join(data, place), { recursive: true });
      await fs.writeFile(path.join(data, place, 'settings.json'), JSON.stringify(own, null, 2));
    }
  };
  if (settings) await configure(settings);

  const serverEnv = {
    ...process.env,
    EXTENSIONS_GALLERY: '{"serviceUrl":""}', // keeps it off the network
    RECTIFIER_WEBVIEW_ENDPOINT: `http://{{uuid}}.${host}:${port}/${quality}-${commit}/static/out/vs/workbench/contrib/webview/browser/pre/`,
    RECTIFIER_SETTINGS: JSON.stringify({ ...quietSettings, ...settings }),
    RECTIFIER_SERVER_OWNER: String(process.pid),
    ...(isolated ? { RECTIFIER_SERVER_ISOLATED: '1' } : {}),
    ...env,
  };
  const common = [
    ...[path.join(vscode, 'out', 'server-main.js'), '--server-data-dir', data, '--user-data-dir', data],
    ...['--extensions-dir', path.join(data, 'extensions'), '--accept-server-license-terms', '--telemetry-level', 'off'],
  ];
  for (const file of vsix) {
    const { code, output } = await run(node, [...common, '--install-extension', file], { env: serverEnv, quiet: true });
    if (code !== 0 || !/successfully installed/.test(output)) throw new Error(`VS Code refused ${file}:\n${output}`);
  }

  const child = spawn(
    node,
    [
      ...['--require', preload, ...common, '--host', '127.0.0.1', '--port', String(port), '--connection-token', token],
      // the web build loads an extension from a folder only with the test driver on
      ...['--disable-workspace-trust', '--enable-smoke-test-driver'],
    ],
    { env: serverEnv, stdio: ['ignore', 'pipe', 'pipe'], detached: true }, // a group of its own: stopped with all its children
  );
  let log = '';
  child.stdout.on('data', (/** @type {Buffer} */ chunk) => (log += chunk.toString()));
  child.stderr.on('data', (/** @type {Buffer} */ chunk) => (log += chunk.toString()));
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => child.on('close', () => resolve()));
  const kill = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // it has ended already
    }
  };
  process.on('exit', kill);
  const stop = async () => {
    kill();
    await ended;
    process.off('exit', kill);
  };

  for (let waited = 0; ; waited += 100) {
    const answer = await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined);
    if (answer?.ok) break;
    if (child.exitCode !== null || waited > 30_000) {
      await stop();
      throw new Trouble(
        `VS Code's server did not start:\n${tail(log)}`,
        'delete .vscode-test and run the command again.',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  /** @param {string} file */
  const uri = (file) => `vscode-remote://${host}:${port}${encodeURI(path.resolve(file))}`;
  /** @param {Place} place */
  const address = (place) => {
    const payload = [
      ...(place.extensionDevelopmentPath ?? []).map((folder) => ['extensionDevelopmentPath', uri(folder)]),
      ...(place.extensionTestsPath ? [['extensionTestsPath', uri(place.extensionTestsPath)]] : []),
      ...(place.files ?? []).map((file) => ['openFile', uri(file)]),
      ...(place.disableExtensions ? [['disableExtensions', 'true']] : []),
    ];
    const query = new URLSearchParams({ tkn: token });
    if (place.folder)
      query.set(place.folder.endsWith('.code-workspace') ? 'workspace' : 'folder', path.resolve(place.folder));
    else query.set('ew', 'true');
    if (payload.length) query.set('payload', JSON.stringify(payload));
    if (isolated) query.set('vscode-coi', '3');
    return `http://${host}:${port}/?${query.toString()}`;
  };
  return { port, address, configure, ended, log: () => log, stop };
}

/**
 * @param {number} wanted 0: any
 * @returns {Promise<number>}
 */
function freePort(wanted) {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.on('error', () =>
      reject(
        new Trouble(`Port ${wanted} is taken.`, 'choose another with --port, or leave --port out for any free one.'),
      ),
    );
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
    });
  });
}
