import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { Panel } from '../end-to-end/panel.ts';
import { root, runCommand } from '../workbench/index.ts';
import { chooseFile, deepNetwork, openBench } from './bench.ts';
import { median, ms, type Row } from './report.ts';

const times = 3;

/**
 * How long VS Code says our extension took to activate, loading its code included; each time in a workbench of its own: where the first file is opened in a window
 * that has come to rest, and where the window opens with it and its own parts start on the same processors.
 */
export async function activation(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [where, once] of [
    ['in a window at rest', atRest],
    ['while a window starts', atStart],
  ] as const) {
    const taken: number[] = [];
    for (let i = 0; i < times; i++) taken.push(await once());
    rows.push({
      what: `activation ${where}, median of ${times}`,
      measured: `${median(taken)} ms (${taken.join(', ')})`,
      wanted: '≤ 50 ms',
      met: median(taken) <= 50,
    });
  }
  const alone = median(Array.from({ length: times }, loading));
  rows.push({
    what: `its code alone, loaded by Node, median of ${times}`,
    measured: `${ms(alone)} ms`,
    wanted: '≤ 50 ms',
    met: alone <= 50,
  });
  return rows;
}

/** How long our code takes to load where nothing else goes on: activation above shares its time with a window that starts. */
function loading(): number {
  const script = `
    const any = new Proxy(function () {}, { get: (_, key) => (key === 'prototype' ? {} : any), apply: () => '' });
    // As many names as VS Code's has.
    const api = { l10n: any, DiagnosticSeverity: {}, ...Object.fromEntries(Array.from({ length: 400 }, (_, i) => ['name' + i, {}])) };
    require('node:module')._load = ((load) => (name, ...rest) => (name === 'vscode' ? api : load(name, ...rest)))(require('node:module')._load);
    const start = performance.now();
    require(${JSON.stringify(path.join(root, 'dist', 'extension.cjs'))});
    console.log(performance.now() - start);`;
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
}

const network = { 'small.nn.json': deepNetwork(2, 16, 100) };

async function atStart(): Promise<number> {
  const opened = await openBench(network);
  try {
    return await told(opened.workbench.page);
  } finally {
    await opened.close();
  }
}

async function atRest(): Promise<number> {
  const opened = await openBench({ 'notes.txt': '' });
  try {
    const { page } = opened.workbench;
    for (const [name, text] of Object.entries(network)) await fs.writeFile(path.join(opened.folder, name), text);
    await page.waitForTimeout(8000);
    await chooseFile(page, 'small.nn.json');
    await page.keyboard.press('Enter');
    return await told(page);
  } finally {
    await opened.close();
  }
}

/** What VS Code says once a panel is there. */
async function told(page: Page): Promise<number> {
  await Panel.find(page);
  // The list draws the rows in sight alone, the slowest first.
  await page.setViewportSize({ width: 1280, height: 2400 });
  await runCommand(page, 'Developer: Show Running Extensions');
  const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: /rectifier/i }).first();
  const text = await row.locator('.activation-time').textContent();
  const found = /(\d+)\s*ms/.exec(text ?? '');
  if (!found) throw new Error(`no activation time in "${text}"`);
  return Number(found[1]);
}
