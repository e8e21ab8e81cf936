/**
 * A real VS Code workbench for the end-to-end tests, in a profile of its own: on Linux x64 the one from the npm registry in a
 * headless Chromium, elsewhere the desktop's. Tests drive `page` with playwright.
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Frame, type Page } from 'playwright-core';
import { browserArguments, installBrowser } from '../../scripts/browser.mjs';
import { installWorkbench, workbenchSupported } from '../../scripts/workbench/install.mjs';
import { startServer } from '../../scripts/workbench/server.mjs';
import { openDesktop } from './desktop.ts';

/** The repository's root: the extension under development. */
export const root = path.resolve(import.meta.dirname, '../..');

export interface WorkbenchOptions {
  /** Folder or `.code-workspace` to open; absent: an empty window. */
  folder?: string;
  /** Opened in editors at the start. */
  files?: readonly string[];
  /** Packaged extensions to install first. */
  vsix?: readonly string[];
  /** Extensions loaded from source folders; `[root]` is ours. */
  extensionDevelopmentPath?: readonly string[];
  /** Leaves out the built-in extensions, not those under development. */
  disableExtensions?: boolean;
  /** A test module to run in the extension host; its end settles `exit`. */
  extensionTestsPath?: string;
  /** User settings from the start on; see `configure`. */
  settings?: Settings;
  env?: NodeJS.ProcessEnv;
  viewport?: { width: number; height: number };
  /** Cross-origin isolated, as `code --enable-coi`. */
  isolated?: boolean;
  chromiumArgs?: readonly string[];
  /** What the extension host prints while tests run inside it. */
  onLog?: (kind: string, args: unknown[]) => void;
}

export type Settings = Record<string, unknown>;

export interface Workbench {
  page: Page;
  /** The address the page was opened at; empty on the desktop. */
  url: string;
  /** The tests' exit code; only with `extensionTestsPath`. */
  exit: Promise<number>;
  /** Replaces the user settings while VS Code runs. */
  configure(settings: Settings): Promise<void>;
  /** What the server printed, for failure messages. */
  log(): string;
  close(): Promise<void>;
}

/** What `configure` was last given, for helpers that only know the page. */
const workbenches = new WeakMap<Page, { workbench: Workbench; settings: Settings }>();

/** Opens VS Code and waits for its editor area. Close it in `after`, or the test process lingers. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'rectifier-workbench-'));
  const workbench = workbenchSupported ? await openInBrowser(options, folder) : await openDesktop(options, folder);
  if (!options.extensionTestsPath) {
    try {
      await workbench.page.waitForSelector('.monaco-workbench .part.editor', { timeout: 60_000 });
    } catch (error) {
      await workbench.close();
      throw error;
    }
  }
  workbenches.set(workbench.page, { workbench, settings: options.settings ?? {} });
  return workbench;
}

async function openInBrowser(options: WorkbenchOptions, folder: string): Promise<Workbench> {
  const { settings, vsix, isolated, extensionTestsPath, onLog, viewport = { width: 1280, height: 800 } } = options;
  const [first] = options.files ?? [];
  const env = { HOME: folder, ...(first && { RECTIFIER_OPEN: first }), ...options.env };
  const executablePath = await installBrowser();
  const server = await startServer({
    home: await installWorkbench(),
    data: path.join(folder, 'server'),
    ...{ env, ...(settings && { settings }), ...(vsix && { vsix }), ...(isolated && { isolated }) },
  });
  const removeFolder = () => fs.rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  try {
    const context = await chromium.launchPersistentContext(path.join(folder, 'browser'), {
      executablePath,
      viewport,
      colorScheme: 'dark',
      env: { ...process.env, HOME: folder },
      args: [...browserArguments(), ...(options.chromiumArgs ?? [])],
    });
    const page = context.pages()[0] ?? (await context.newPage());
    let finish: (code: number) => void = () => undefined;
    const exit = new Promise<number>((resolve) => (finish = resolve));
    if (extensionTestsPath) {
      await page.exposeFunction('codeAutomationExit', finish);
      await page.exposeFunction('codeAutomationLog', (kind: string, args: unknown[]) => onLog?.(kind, args));
    }
    const url = server.address(options);
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    const close = async () => {
      // leaving the workbench first saves its slow farewell to a server that is about to go
      page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
      await page.goto('about:blank', { timeout: 3000 }).catch(() => undefined);
      await server.stop();
      await context.close();
      await removeFolder();
    };
    return { page, url, exit, configure: server.configure, log: server.log, close };
  } catch (error) {
    await server.stop();
    await removeFolder();
    throw error;
  }
}

/** Adds user settings to a running workbench. */
export async function changeSettings(page: Page, settings: Settings): Promise<void> {
  const known = workbenches.get(page);
  if (!known) throw new Error('this page was not opened by openWorkbench');
  known.settings = { ...known.settings, ...settings };
  await known.workbench.configure(known.settings);
}

/**
 * Runs a command by its title in the palette, e.g. `Rectifier: Train`. An extension's commands appear only once VS Code has found
 * it, hence the retries.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const input = page.locator('.quick-input-widget input').first();
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
  for (let attempt = 0; ; attempt++) {
    await page.keyboard.press('F1');
    try {
      // It goes again when an editor that opens takes the keyboard.
      await input.fill(`>${title}`, { timeout: 5000 });
      await row.waitFor({ timeout: 2500 });
      await row.click();
      return;
    } catch (error) {
      if (attempt === 12) throw error;
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
    }
  }
}

/** The extension's own document inside a webview: the first one in which `predicate` (evaluated there) holds. */
export async function webviewFrame(
  page: Page,
  predicate: () => boolean = () => true,
  timeout = 60_000,
): Promise<Frame> {
  for (const start = Date.now(); ;) {
    for (const frame of page.frames()) {
      if (!frame.url().includes('/fake.html')) continue;
      if (await frame.evaluate(predicate).catch(() => false)) return frame;
    }
    if (Date.now() - start > timeout) {
      const seen = page.frames().map((frame) => frame.url().slice(0, 90));
      throw new Error(`no webview like ${predicate.toString()} within ${timeout} ms; frames: ${seen.join(' | ')}`);
    }
    await page.waitForTimeout(100);
  }
}
