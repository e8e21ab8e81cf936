import { Panel } from '../end-to-end/panel.ts';
import { runCommand } from '../workbench/index.ts';
import { deepNetwork, openBench } from './bench.ts';
import { median, type Row } from './report.ts';

const times = 5;

/** How long VS Code says our extension took to activate: loading its code, and its `activate`. */
export async function activation(): Promise<Row[]> {
  const opened = await openBench({ 'small.nn.json': deepNetwork(2, 16, 100) });
  try {
    const { page } = opened.workbench;
    const taken: number[] = [];
    for (let i = 0; i < times; i++) {
      if (i > 0) await page.reload({ waitUntil: 'domcontentloaded' });
      await Panel.find(page);
      await runCommand(page, 'Developer: Show Running Extensions');
      const row = page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: /rectifier/i }).first();
      const text = await row.locator('.activation-time').textContent();
      const found = /(\d+)\s*ms/.exec(text ?? '');
      if (!found) throw new Error(`no activation time in "${text}"`);
      taken.push(Number(found[1]));
      await runCommand(page, 'View: Close Editor');
    }
    return [
      {
        what: `activation, median of ${times}`,
        measured: `${median(taken)} ms (${taken.join(', ')})`,
        wanted: '≤ 50 ms',
        met: median(taken) <= 50,
      },
    ];
  } finally {
    await opened.close();
  }
}
