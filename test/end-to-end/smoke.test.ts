import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openWorkbench, runCommand, type Workbench } from '../workbench/index.ts';
import { screenshot } from '../workbench/screenshots.ts';

describe('the workbench', () => {
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'rectifier-empty-'));
    workbench = await openWorkbench({ folder });
  });

  after(async () => {
    await workbench.close();
    await fs.rm(folder, { recursive: true });
  });

  it('opens an empty folder and runs commands of the palette', async () => {
    const { page } = workbench;
    await runCommand(page, 'File: New Untitled Text File');
    await page.getByRole('tab', { name: /Untitled-1/ }).waitFor();
    assert.ok(await screenshot(page, 'smoke', { theme: 'Default Light Modern' }));
    await screenshot(page, 'smoke-contrast', { theme: 'Default High Contrast', width: 900, height: 600 });
  });
});
