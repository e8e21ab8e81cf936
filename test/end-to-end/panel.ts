import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { screenshot } from '../workbench/screenshots.ts';
import {
  openWorkbench,
  root,
  runCommand,
  webviewFrame,
  type Workbench,
  type WorkbenchOptions,
} from '../workbench/index.ts';

/** A workbench on a folder of its own with copies of some samples and files of the test's own, open, and our extension in it. */
export async function openSamples(
  names: readonly string[],
  { ownFiles = {}, ...options }: WorkbenchOptions & { ownFiles?: Readonly<Record<string, string>> } = {},
): Promise<{ workbench: Workbench; folder: string; close(): Promise<void> }> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'rectifier-samples-'));
  await fs.cp(path.join(root, 'samples', 'data'), path.join(folder, 'data'), { recursive: true });
  for (const name of names) await fs.copyFile(path.join(root, 'samples', name), path.join(folder, name));
  for (const [name, text] of Object.entries(ownFiles)) await fs.writeFile(path.join(folder, name), text);
  const files = [...names, ...Object.keys(ownFiles)].map((name) => path.join(folder, name));
  const workbench = await openWorkbench({ folder, files, extensionDevelopmentPath: [root], ...options });
  return {
    workbench,
    folder,
    async close() {
      await workbench.close();
      await fs.rm(folder, { recursive: true, force: true });
    },
  };
}

/** Answers the save dialog by keyboard, with the name it proposes or another one in `folder`; gives the file that is meant. */
export async function choosePlaceIn(page: Page, folder: string, name?: string): Promise<string> {
  const input = page.locator('.quick-input-widget input').first();
  await input.waitFor();
  // It proposes a place of its own first, once it has looked.
  const proposed = await soon(page, `a proposal in ${folder}`, async () => {
    const value = await input.inputValue();
    return value.startsWith(`${folder}${path.sep}`) ? value : undefined;
  });
  if (name !== undefined) await input.fill(path.join(folder, name));
  await page.keyboard.press('Enter');
  // The next one says what this one said until it has looked.
  await input.waitFor({ state: 'hidden' });
  return name === undefined ? proposed : path.join(folder, name);
}

/** The same, and gives what is written there. */
export const saveIn = async (page: Page, folder: string, name?: string): Promise<Buffer> =>
  written(page, await choosePlaceIn(page, folder, name));

/** What a file holds, once there is something in it. */
export const written = (page: Page, file: string): Promise<Buffer> =>
  soon(page, file, async () => {
    const bytes = await fs.readFile(file).catch(() => Buffer.alloc(0));
    return bytes.length > 0 ? bytes : undefined;
  });

/** What `look` finds within half a minute; fails by the name of what it did not find. */
export async function soon<T>(page: Page, what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`There is no ${what}.`);
    await page.waitForTimeout(50);
  }
}

/** The panel, found by roles and names alone, as a screen reader finds it. */
export class Panel {
  private constructor(
    readonly page: Page,
    readonly frame: Frame,
  ) {}

  static async find(
    page: Page,
    drawn = (): boolean => document.querySelector('[role=listbox]') !== null,
  ): Promise<Panel> {
    try {
      const frame = await webviewFrame(page, drawn, 20_000).catch(async () => {
        // On a busy machine the workbench may open its first file before it has found the extension: as text.
        await runCommand(page, 'Rectifier: Open in Designer');
        return webviewFrame(page, drawn);
      });
      // What is drawn before its program is there is not alive yet.
      const alive = () => document.querySelector('#first-picture, :not(:defined)') === null;
      await soon(page, 'panel that answers', async () => (await frame.evaluate(alive)) || undefined);
      return new Panel(page, frame);
    } catch (error) {
      const picture = await screenshot(page, 'no-panel');
      throw new Error(`${String(error)}; see ${picture}`);
    }
  }

  button = (name: string | RegExp): Locator => this.frame.getByRole('button', { name, exact: true });
  layers = (): Locator => this.frame.getByRole('listbox', { name: 'Layers' });
  layer = (name: string | RegExp): Locator => this.layers().getByRole('option', { name });
  inspector = (): Locator => this.frame.getByRole('region', { name: 'Inspector' });
  status = (): Locator => this.frame.getByRole('status', { name: 'Training status' });
  figure = (name: string): Locator => this.frame.getByRole('figure', { name, exact: true });

  /** The status once it matches; the text of it. */
  async statusLike(pattern: RegExp, timeout = 60_000): Promise<string> {
    const start = Date.now();
    for (;;) {
      const text = (await this.status().textContent())?.trim() ?? '';
      if (pattern.test(text)) return text;
      if (Date.now() - start > timeout) throw new Error(`the status is "${text}", not like ${pattern}`);
      await this.page.waitForTimeout(100);
    }
  }

  /** The numbers of a chart's table, one row a record: step, then a column a curve. Opened by T, and left open. */
  async table(name: string): Promise<{ columns: string[]; rows: number[][] }> {
    const figure = this.figure(name);
    const table = figure.getByRole('table');
    if (!(await table.isVisible())) {
      await figure.focus();
      await this.page.keyboard.press('t');
      await table.waitFor();
    }
    const columns = await table.getByRole('columnheader').allTextContents();
    // All at once: of hundreds of rows each would be a question to the browser.
    const cells = await table
      .getByRole('row')
      .evaluateAll((rows) =>
        rows.map((row) => Array.from(row.querySelectorAll('td, th[scope=row]'), (cell) => cell.textContent ?? '')),
      );
    const number = (cell: string) => Number(cell.trim().replaceAll('\u202f', '').replace('−', '-'));
    return {
      columns: columns.map((column) => column.trim()),
      rows: cells.filter((row) => row.length > 0).map((row) => row.map(number)),
    };
  }
}
