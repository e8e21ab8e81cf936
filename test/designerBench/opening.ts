import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { Panel } from '../end-to-end/panel.ts';
import { webviewFrame } from '../workbench/index.ts';
import { chooseFile, deepNetwork, inPage, openBench, profiled, type BenchOptions } from './bench.ts';
import { median, ms, type Row } from './report.ts';

const times = 5;

/** What is timed of an opening, from Enter on a file's name. */
const moments = {
  drawn: '',
  complete: ', inspector and charts too',
  answered: ', a key answered',
} as const;
type Moment = keyof typeof moments;

/**
 * From Enter on a file's name to its network on the screen, of a window in which a designer has been open before; to a key that is answered; and to all of the panel. Beside
 * it what VS Code itself takes for a custom editor that shows one line of HTML.
 */
export async function opening({ profile }: BenchOptions): Promise<Row[]> {
  const files = {
    'warm.nn.json': deepNetwork(2, 16, 100),
    'small.nn.json': deepNetwork(2, 50, 1000),
    'deep.nn.json': deepNetwork(20, 512, 1000),
    'hundred.nn.json': deepNetwork(100, 512, 1000),
    'line.floor': 'a line',
  };
  const vsix = await writeFloor();
  const opened = await openBench({ 'warm.nn.json': files['warm.nn.json'] }, { vsix: [vsix] });
  try {
    const { page } = opened.workbench;
    for (const [name, text] of Object.entries(files)) await fs.writeFile(`${opened.folder}/${name}`, text);
    await Panel.find(page);
    await page.addInitScript(`globalThis.__name ??= (f) => f; (${noteMoments.toString()})()`);
    const rows: Row[] = [];
    const measure = async ([name, what]: readonly [string, string], moment: Moment, wanted?: number) => {
      const taken: number[] = [];
      await profiled(page, `opening-${name.split('.')[0]}-${moment}`, profile, async () => {
        for (let i = 0; i < times; i++) taken.push(await open(page, name, moment));
      });
      const [first, ...warm] = taken;
      rows.push({
        what: `${what}${moments[moment]}, median of ${warm.length}`,
        measured: `${ms(median(warm))} ms (${ms(Math.min(...warm))} to ${ms(Math.max(...warm))}; the first ${ms(first!)})`,
        ...(wanted === undefined ? {} : { wanted: `≤ ${wanted} ms`, met: median(warm) <= wanted }),
      });
    };
    await measure(['line.floor', 'a line of HTML in an editor of its own'], 'drawn');
    const networks = [
      ['small.nn.json', '2-50-50-1'],
      ['deep.nn.json', '20 × 512'],
      ['hundred.nn.json', '100 × 512'],
    ] as const;
    for (const network of networks) await measure(network, 'drawn', 500);
    for (const network of networks) await measure(network, 'complete');
    // Keys change what is drawn: last.
    await page.addInitScript(`(${pressKeys.toString()})()`);
    for (const network of networks) await measure(network, 'answered');
    return rows;
  } finally {
    await opened.close();
  }
}

/** An extension of one editor, for `*.floor`: what no other can be faster than. */
async function writeFloor(): Promise<string> {
  const manifest = {
    ...{
      name: 'floor',
      publisher: 'rectifier-bench',
      version: '0.0.0',
      engines: { vscode: '^1.95.0' },
      main: './main.cjs',
    },
    contributes: {
      customEditors: [{ viewType: 'floor', displayName: 'Floor', selector: [{ filenamePattern: '*.floor' }] }],
    },
  };
  const code = `const { window } = require('vscode');
    const html = '<!DOCTYPE html><body data-page="floor"><div role="listbox"><div role="option">a line</div></div></body>';
    exports.activate = () => window.registerCustomEditorProvider('floor', {
      resolveCustomTextEditor(_, { webview }) {
        webview.options = { enableScripts: true };
        webview.html = html;
      },
    });`;
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'rectifier-floor-'));
  const file = path.join(folder, 'floor.vsix');
  const inside = { 'extension/package.json': strToU8(JSON.stringify(manifest)), 'extension/main.cjs': strToU8(code) };
  await fs.writeFile(file, zipSync(inside));
  return file;
}

/**
 * In each new page of a panel: notes when something has first been painted, once its layers are in it (VS Code shows a page when it has loaded; what is drawn
 * before nobody sees), and when inspector and controls are on the screen. A page written anew keeps its timers, not its frames and observers.
 */
function noteMoments(): void {
  if (window === window.top) return;
  const note = (name: string, at: number) => Object.assign(globalThis, { [name]: performance.timeOrigin + at });
  const timer = setInterval(() => {
    const [painted] = performance.getEntriesByName('first-contentful-paint');
    if (painted && document.querySelector('[role=listbox] [role=option]')) note('drawn', painted.startTime);
    if (!document.querySelector('.inspector select') || document.querySelector(':not(:defined)')) return;
    clearInterval(timer);
    requestAnimationFrame(() => setTimeout(() => note('complete', performance.now())));
  }, 5);
}

/** Presses a key again and again until another layer is selected, and notes when that is on the screen. */
function pressKeys(): void {
  if (window === window.top) return;
  const timer = setInterval(() => {
    const [first, ...others] = document.querySelectorAll('[role=listbox] [role=option]');
    if (!others.some((other) => other.getAttribute('aria-selected') === 'true'))
      return first?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    clearInterval(timer);
    const note = () => Object.assign(globalThis, { answered: performance.timeOrigin + performance.now() });
    requestAnimationFrame(() => setTimeout(note));
  }, 5);
}

/** Opens a file by its name and closes it again; gives the milliseconds to a moment. */
async function open(page: Page, name: string, moment: Moment): Promise<number> {
  await chooseFile(page, name);
  await inPage(page, () => {
    const down = (event: KeyboardEvent) => {
      if (event.key !== 'Enter') return;
      Object.assign(globalThis, { enteredAt: performance.timeOrigin + event.timeStamp });
      removeEventListener('keydown', down, true);
    };
    addEventListener('keydown', down, true);
  });
  await page.keyboard.press('Enter');
  const noted = {
    drawn: () => 'drawn' in globalThis,
    answered: () => 'answered' in globalThis,
    complete: () => 'complete' in globalThis,
  }[moment];
  const frame = await webviewFrame(page, noted);
  const at = await frame.evaluate((moment) => (globalThis as unknown as Record<Moment, number>)[moment], moment);
  return at - (await inPage(page, () => (globalThis as unknown as { enteredAt: number }).enteredAt));
}
