import fs from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { Panel } from '../end-to-end/panel.ts';
import { runCommand } from '../workbench/index.ts';
import { deepNetwork, inPage, openBench, profiled, type BenchOptions } from './bench.ts';
import { median, quantile, ms, spread, type Row } from './report.ts';

const keystrokes = 100;
/** Of a fast typist. */
const between = 80;

/** From key to painted letter in a text editor, beside a designer that stands still and beside one that trains 20 × 512 units. */
export async function typing({ profile }: BenchOptions): Promise<Row[]> {
  const opened = await openBench({ 'deep.nn.json': deepNetwork(20, 512, 160) });
  try {
    const { page } = opened.workbench;
    const panel = await Panel.find(page);
    await panel.layer(/^hidden10,/).click();
    await fs.writeFile(path.join(opened.folder, 'notes.txt'), '');
    await runCommand(page, 'Go to File...');
    await page.locator('.quick-input-widget input').first().fill('notes.txt');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'notes.txt' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.monaco-editor .view-lines').first().waitFor();
    // It goes to a group of its own, and the designer comes into view again.
    await runCommand(page, 'View: Move Editor into Next Group');
    await panel.layers().waitFor();
    const write = async (name: string) => {
      await runCommand(page, 'View: Focus Last Editor Group');
      await type(page, 20);
      return profiled(page, name, profile, () => type(page, keystrokes));
    };
    const still = await write('typing-still');
    await panel.button('Train').click();
    await panel.statusLike(/^Epoch [1-9]/);
    const training = await write('typing-training');
    await panel.button('Pause').click();
    await panel.statusLike(/Paused/);
    const after = await write('typing-paused');
    const without = [...still, ...after];
    const ratio = median(training) / median(without);
    return [
      { what: 'beside a designer that stands still', measured: spread(without) },
      { what: 'beside one that trains', measured: spread(training) },
      {
        what: 'median ÷ median',
        measured: `${ratio.toFixed(2)} (p95 ${ms(quantile(training, 0.95))} to ${ms(quantile(without, 0.95))} ms)`,
        wanted: '≤ 1.1',
        met: ratio <= 1.1,
      },
    ];
  } finally {
    await opened.close();
  }
}

/** Types so many letters; gives the milliseconds of each from the key to the frame after the one that showed it. */
async function type(page: Page, count: number): Promise<number[]> {
  await inPage(page, () => {
    const latencies: number[] = [];
    const pressed: number[] = [];
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      for (const time of pressed.splice(0)) latencies.push(performance.now() - time);
    };
    const down = (event: KeyboardEvent) => pressed.push(event.timeStamp);
    addEventListener('keydown', down, true);
    const lines = document.activeElement!.closest('.monaco-editor')!.querySelector('.view-lines')!;
    // Written within the frame: the message comes after it.
    const observer = new MutationObserver(() => port2.postMessage(0));
    observer.observe(lines, { subtree: true, childList: true, characterData: true });
    Object.assign(globalThis, {
      stopTyping: () => {
        observer.disconnect();
        removeEventListener('keydown', down, true);
        return latencies;
      },
    });
  });
  for (let i = 0; i < count; i++) {
    await page.keyboard.press(i % 8 === 7 ? 'Space' : 'abcdefg'[i % 8]!);
    await page.waitForTimeout(between);
  }
  await page.waitForTimeout(300);
  return inPage(page, () => (globalThis as unknown as { stopTyping(): number[] }).stopTyping());
}
