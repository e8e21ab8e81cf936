/** Finds or downloads VS Code for the desktop, and opens windows of it. */
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { onPath } from './browser.mjs';
import { root, run, say, tail } from './console.mjs';

/** @typedef {{ command: string, args: string[] }} Desktop how to start it, and what it always gets */

/** Our `engines.vscode`. */
const oldest = [1, 95];

/** Whether a window can appear at all. */
export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);

/**
 * The desktop's `code` from the PATH. The `code` of a remote window's terminal, of a browser's VS Code, or of Windows seen from WSL
 * is not it: those cannot load an extension from a folder on this side.
 * @returns {Promise<Desktop | undefined>}
 */
export async function findDesktop() {
  const command = onPath('code');
  if (!command) return undefined;
  const remote =
    process.env['VSCODE_IPC_HOOK_CLI'] ??
    process.env['WSL_DISTRO_NAME'] ??
    /remote-cli|vscode-server|vscode-remote|code-server/.exec(realpathSync(command))?.[0];
  if (remote) {
    say(`  ${command} belongs to a remote VS Code, not to this desktop: not used`);
    return undefined;
  }
  const desktop = { command, args: superUserArguments(path.join('.vscode-test', 'desktop')) };
  const { code, output } = await run(...shellSafe({ command, args: ['--version', ...desktop.args] }));
  const [major = 0, minor = 0] = (/^(\d+)\.(\d+)\.\d+/m.exec(output) ?? []).slice(1).map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = oldest;
  if (code !== 0 || major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    say(
      `  ${command} is no VS Code ${oldest.join('.')} or newer (${tail(output, 1) || `exit code ${code}`}): not used`,
    );
    return undefined;
  }
  return desktop;
}

/**
 * VS Code as @vscode/test-electron downloads it, with a profile of its own beside it.
 * @returns {Promise<Desktop | undefined>} undefined where it cannot be had
 */
export async function downloadDesktop() {
  const { downloadAndUnzipVSCode, resolveCliPathFromVSCodeExecutablePath } = await import('@vscode/test-electron');
  try {
    const executable = await downloadAndUnzipVSCode({ cachePath: path.join(root, '.vscode-test'), timeout: 15_000 });
    const profile = path.join(root, '.vscode-test', 'desktop');
    const args = [`--user-data-dir=${profile}`, `--extensions-dir=${path.join(profile, 'extensions')}`];
    return {
      command: resolveCliPathFromVSCodeExecutablePath(executable),
      args: [...args, ...superUserArguments(profile)],
    };
  } catch (error) {
    say(`  VS Code could not be downloaded: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/**
 * Opens a window; returns when VS Code has taken over.
 * @param {Desktop} desktop
 * @param {{ folder: string, file: string }} place
 * @returns {Promise<boolean>} false when it would not start
 */
export async function openDesktop({ command, args }, { folder, file }) {
  const { code, output } = await run(
    ...shellSafe({ command, args: [...args, '--new-window', `--extensionDevelopmentPath=${root}`, folder, file] }),
  );
  if (code !== 0) say(`  ${command} did not start: ${tail(output, 3)}`);
  return code === 0;
}

/**
 * Opens an address in the person's browser; nothing happens where there is none.
 * @param {string} url
 */
export function openInBrowser(url) {
  const child = spawn('xdg-open', [url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined); // the address is printed as well
  child.unref();
}

/**
 * The super user's VS Code on Linux wants to be told that it is meant.
 * @param {string} profile
 */
const superUserArguments = (profile) =>
  process.platform === 'linux' && process.getuid?.() === 0
    ? ['--no-sandbox', `--user-data-dir=${path.resolve(root, profile)}`]
    : [];

/**
 * Windows' `code.cmd` goes through a shell, which needs every argument quoted.
 * @param {Desktop} program
 * @returns {Parameters<typeof run>}
 */
function shellSafe({ command, args }) {
  const windows = process.platform === 'win32';
  /** @param {string} text */
  const quote = (text) => (windows ? `"${text}"` : text);
  return [quote(command), args.map(quote), { quiet: true, shell: windows }];
}
