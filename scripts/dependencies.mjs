/** Sees to it that the right Node runs us and that npm's packages are there. Uses nothing but Node itself. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { npm, root, run, say, step, Trouble } from './console.mjs';

/** The oldest Node that works, as package.json's `engines` says too. */
const oldestNode = [20, 19];

/** Fails on an old Node; installs the packages of package-lock.json where they are missing or others. */
export async function prepare() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = oldestNode;
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    throw new Trouble(
      `This is Node ${process.versions.node}; Rectifier needs ${oldestNode.join('.')} or newer.`,
      'install a newer Node.',
    );
  }
  if (await upToDate()) return;
  await step('Installing dependencies (npm ci)', async () => {
    const { code } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code === 0) return;
    throw new Trouble(
      'npm could not install the dependencies.',
      'check the network and the configured npm registry (npm ping), then try again.',
    );
  });
}

/**
 * For scripts that import TypeScript, once packages are there: starts this one anew with tsx, and gives how that ended; undefined where it runs
 * with tsx already.
 * @param {string} script
 */
export async function withTypeScript(script) {
  if (process.env['RECTIFIER_TSX']) return undefined;
  const env = { ...process.env, RECTIFIER_TSX: '1' };
  return (await run(process.execPath, ['--import', 'tsx', script, ...process.argv.slice(2)], { env })).code;
}

/** Whether what npm last installed is what the lockfile names; packages for other platforms are rightly absent. */
async function upToDate() {
  const wanted = await packages('package-lock.json');
  const installed = await packages('node_modules/.package-lock.json').catch(() => undefined);
  if (!installed) return false;
  const differs = Object.entries(wanted).find(
    ([name, { version, optional }]) =>
      name !== '' && installed[name]?.version !== version && !(optional && !installed[name]),
  );
  if (differs) say(`  ${differs[0]} is not the one that package-lock.json names`);
  return !differs;
}

/**
 * @param {string} lockfile
 * @returns {Promise<Record<string, { version: string, optional?: boolean }>>}
 */
async function packages(lockfile) {
  /** @type {{ packages: Record<string, { version: string, optional?: boolean }> }} */
  const content = JSON.parse(await fs.readFile(path.join(root, lockfile), 'utf8'));
  return content.packages;
}
