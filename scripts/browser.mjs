/** A Chromium for the tests: one that is installed, else one that we install. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root, run, say, tail, Trouble } from './console.mjs';

/**
 * Chrome, Chromium or Edge as the system has it, or what `RECTIFIER_BROWSER` names.
 * @returns {Promise<string | undefined>} the program
 */
export async function findBrowser() {
  const named = process.env['RECTIFIER_BROWSER'];
  if (named) {
    if (existsSync(named)) return named;
    throw new Trouble(`RECTIFIER_BROWSER names ${named}, which is not there.`, 'correct it or unset it.');
  }
  for (const candidate of candidates()) if (existsSync(candidate) && (await starts(candidate))) return candidate;
  const { chromium } = await import('playwright-core');
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
}

/**
 * The browser, installed when there is none: apt as root, else playwright's own download.
 * @returns {Promise<string>}
 */
export async function installBrowser() {
  const found = await findBrowser();
  if (found) return found;
  /** @type {string[]} */
  const failures = [];
  if (process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get')) {
    say('  no Chrome, Chromium or Edge: installing chromium with apt-get …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const update = await run('apt-get', ['update', '-q'], { env, quiet: true });
    const install = await run(
      'apt-get',
      ['install', '-yq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
      { env, quiet: true },
    );
    const browser = install.code === 0 ? await findBrowser() : undefined;
    if (browser) return browser;
    failures.push(
      `apt-get: ${tail(install.code === 0 ? 'it installed nothing that starts' : update.output + install.output, 5)}`,
    );
  }
  say("  downloading playwright's Chromium …");
  const cli = path.join(root, 'node_modules', 'playwright-core', 'cli.js');
  const download = await run(process.execPath, [cli, 'install', '--no-shell', 'chromium'], { quiet: true });
  const browser = await findBrowser();
  if (browser) return browser;
  failures.push(`playwright: ${tail(download.output, 5)}`);
  throw new Trouble(
    `There is no browser for the tests, and none could be installed.\n${failures.join('\n')}`,
    'install Chrome, Chromium or Edge (Debian: apt-get install chromium), or set RECTIFIER_BROWSER to one.',
  );
}

/**
 * Flags every browser of ours starts with: no network of its own, WebGPU in software where there is no GPU. The sandbox is given
 * up only where it cannot work: as root and in CI containers.
 * @returns {string[]}
 */
export function browserArguments() {
  const root = process.getuid?.() === 0;
  return [
    ...(root || process.env['CI'] ? ['--no-sandbox'] : []),
    ...[
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    '--enable-unsafe-webgpu',
  ];
}

function candidates() {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform === 'win32') {
    const places = ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) => process.env[name] ?? []);
    const programs = [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ];
    return places.flatMap((place) => programs.map((program) => path.join(place, program)));
  }
  return ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'].flatMap(
    (name) => onPath(name) ?? [],
  );
}

/**
 * A wrapper that only tells how to install the real thing is no browser. Windows' browsers print no version and are taken as they are.
 * @param {string} program
 */
async function starts(program) {
  return process.platform === 'win32' || (await run(program, ['--version'], { quiet: true })).code === 0;
}

/**
 * @param {string} name
 * @returns {string | undefined}
 */
export function onPath(name) {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    for (const extension of process.platform === 'win32' ? ['.cmd', '.exe'] : ['']) {
      const file = path.join(folder, name + extension);
      if (folder && existsSync(file)) return file;
    }
  }
  return undefined;
}
