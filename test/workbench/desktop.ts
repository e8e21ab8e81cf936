/** The same workbench as the desktop has it, for machines that cannot run the one from the npm registry. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { _electron } from 'playwright-core';
import { run } from '../../scripts/console.mjs';
import type { Settings, Workbench, WorkbenchOptions } from './index.ts';

const quietSettings: Settings = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.openRepositoryInParentFolders': 'never',
};

/** Downloads VS Code once and starts it with a profile under `folder`. */
export async function openDesktop(options: WorkbenchOptions, folder: string): Promise<Workbench> {
  const executablePath = await downloadAndUnzipVSCode();
  const profile = [
    `--user-data-dir=${path.join(folder, 'user')}`,
    `--extensions-dir=${path.join(folder, 'extensions')}`,
  ];
  const configure = async (settings: Settings) => {
    await fs.mkdir(path.join(folder, 'user/User'), { recursive: true });
    await fs.writeFile(path.join(folder, 'user/User/settings.json'), JSON.stringify({ ...quietSettings, ...settings }));
  };
  await configure(options.settings ?? {});
  for (const file of options.vsix ?? []) {
    const [cli = '', ...args] = resolveCliArgsFromVSCodeExecutablePath(executablePath, { reuseMachineInstall: true });
    const windows = process.platform === 'win32';
    const { code, output } = await run(windows ? `"${cli}"` : cli, [...args, ...profile, '--install-extension', file], {
      quiet: true,
      shell: windows,
    });
    if (code !== 0) throw new Error(`VS Code refused ${file}:\n${output}`);
  }
  const app = await _electron.launch({
    executablePath,
    env: { ...process.env, ...options.env } as Record<string, string>,
    args: [
      ...(options.folder ? [options.folder] : []),
      ...(options.files ?? []),
      ...profile,
      ...(options.extensionDevelopmentPath ?? []).map((place) => `--extensionDevelopmentPath=${place}`),
      ...['--disable-workspace-trust', '--skip-welcome', '--skip-release-notes', '--disable-updates', '--no-sandbox'],
      ...(options.isolated ? ['--enable-coi'] : []),
      ...(options.chromiumArgs ?? []),
    ],
  });
  const page = await app.firstWindow();
  if (options.viewport) await page.setViewportSize(options.viewport);
  const close = async () => {
    await app.close();
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  return { page, url: '', exit: new Promise(() => undefined), configure, log: () => '', close };
}
