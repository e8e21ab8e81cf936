import type { Page } from 'playwright-core';
import { Panel } from '../end-to-end/panel.ts';
import { webviewFrame } from '../workbench/index.ts';
import { chooseFile, deepNetwork, inPage, openBench, profiled, type BenchOptions } from './bench.ts';
import { median, ms, type Row } from './report.ts';

const times = 7;

/** From Enter on a file's name to its network on the screen: of a window in which a designer has been open before. */
export async function opening({ profile }: BenchOptions): Promise<Row[]> {
  const files = {
    'warm.nn.json': deepNetwork(2, 16, 100),
    'small.nn.json': deepNetwork(2, 50, 1000),
    'deep.nn.json': deepNetwork(20, 512, 1000),
    'hundred.nn.json': deepNetwork(100, 512, 1000),
  };
  const opened = await openBench({ 'warm.nn.json': files['warm.nn.json'] });
  try {
    const { page } = opened.workbench;
    const { writeFile } = await import('node:fs/promises');
    for (const [name, text] of Object.entries(files)) await writeFile(`${opened.folder}/${name}`, text);
    await Panel.find(page);
    await page.addInitScript(`globalThis.__name ??= (f) => f; (${noteDrawing.toString()})()`);
    const rows: Row[] = [];
    for (const [name, what, wanted] of [
      ['small.nn.json', '2-50-50-1', 500],
      ['deep.nn.json', '20 × 512', 500],
      ['hundred.nn.json', '100 × 512', 500],
    ] as const) {
      const taken: number[] = [];
      await profiled(page, `opening-${name.split('.')[0]}`, profile, async () => {
        for (let i = 0; i < times; i++) taken.push(await open(page, name));
      });
      const [first, ...warm] = taken;
      rows.push({
        what: `${what}, median of ${warm.length}`,
        measured: `${ms(median(warm))} ms (${ms(Math.min(...warm))} to ${ms(Math.max(...warm))}; the first ${ms(first!)})`,
        wanted: `≤ ${wanted} ms`,
        met: median(warm) <= wanted,
      });
    }
    return rows;
  } finally {
    await opened.close();
  }
}

/** In each new page of a panel: notes when its layers have first been painted. A page written anew keeps its timers, not its frames and observers. */
function noteDrawing(): void {
  if (window === window.top) return;
  const drawn = () => document.querySelector('[role=listbox] [role=option]') !== null;
  const note = () => {
    const { port1, port2 } = new MessageChannel();
    // After the frame that is being drawn.
    port1.onmessage = () => Object.assign(globalThis, { drawnAt: performance.timeOrigin + performance.now() });
    port2.postMessage(0);
  };
  const timer = setInterval(() => {
    if (document.body?.dataset['page'] === undefined) return;
    clearInterval(timer);
    if (drawn()) return note();
    const observer = new MutationObserver(() => {
      if (!drawn()) return;
      observer.disconnect();
      note();
    });
    observer.observe(document.body, { childList: true, subtree: true });
  }, 1);
}

/** Opens a file by its name and closes it again; gives the milliseconds to its drawing. */
async function open(page: Page, name: string): Promise<number> {
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
  const frame = await webviewFrame(page, () => 'drawnAt' in globalThis);
  const drawn = await inPage(frame, () => (globalThis as unknown as { drawnAt: number }).drawnAt);
  return drawn - (await inPage(page, () => (globalThis as unknown as { enteredAt: number }).enteredAt));
}
