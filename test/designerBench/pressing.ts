import type { Page } from 'playwright-core';
import { Panel } from '../end-to-end/panel.ts';
import { webviewFrame } from '../workbench/index.ts';
import { chooseFile, inPage, openBench, profiled, type BenchOptions } from './bench.ts';
import { median, ms, type Row } from './report.ts';

const times = 3;
/** How long a person looks at a network before Train is pressed, in milliseconds. */
const rest = 3000;

const dense = (units: number) => ({ type: 'dense', units });
const conv = (filters: number) => ({ type: 'conv2d', filters, kernelSize: 3, padding: 'same' });
const pool = { type: 'max_pool2d', poolSize: 2 };
const ten = { type: 'dense', units: 10, activation: 'softmax' };

/** The workloads a to d of `npm run bench`, on data that is drawn. */
const networks: Readonly<Record<string, { data: object; layers: object[]; optimizer: string; batchSize: number }>> = {
  a: {
    data: { source: 'circles', samples: 1000 },
    layers: [dense(8), dense(8), { type: 'dense', units: 1, activation: 'sigmoid' }],
    ...{ optimizer: 'sgd', batchSize: 10 },
  },
  b: {
    data: { source: 'glyphs', samples: 2560 },
    layers: [{ type: 'flatten' }, dense(512), dense(512), ten],
    ...{ optimizer: 'sgd', batchSize: 128 },
  },
  c: {
    data: { source: 'glyphs', samples: 1280 },
    layers: [conv(32), pool, conv(64), pool, { type: 'flatten' }, dense(128), ten],
    ...{ optimizer: 'adam', batchSize: 64 },
  },
  d: {
    data: { source: 'circles', samples: 2560 },
    layers: [...Array.from({ length: 20 }, () => dense(64)), { type: 'dense', units: 1, activation: 'sigmoid' }],
    ...{ optimizer: 'sgd', batchSize: 64 },
  },
};

const textOf = ({ data, layers, optimizer, batchSize }: (typeof networks)[string]): string =>
  JSON.stringify({
    ...{ version: 1, seed: 1, data },
    layers: layers.map((layer, index) => ({ id: `layer${index}`, ...layer })),
    training: { optimizer: { name: optimizer, learningRate: 0.001 }, batchSize, epochs: 1_000_000 },
  });

/** From Train, pressed first after a file was opened, to the first step on the screen, and pressed again after a reset. */
export async function pressing({ profile }: BenchOptions): Promise<Row[]> {
  const files = Object.fromEntries(
    Object.entries(networks).map(([name, network]) => [`${name}.nn.json`, textOf(network)]),
  );
  const opened = await openBench({ 'a.nn.json': files['a.nn.json']! });
  try {
    const { page } = opened.workbench;
    const { writeFile } = await import('node:fs/promises');
    for (const [name, text] of Object.entries(files)) await writeFile(`${opened.folder}/${name}`, text);
    await Panel.find(page);
    const rows: Row[] = [];
    for (const name of Object.keys(files)) {
      const first: number[] = [];
      const again: number[] = [];
      await profiled(page, `pressing-${name[0]!}`, profile, async () => {
        for (let i = 0; i < times; i++) {
          const panel = await open(page, name);
          await page.waitForTimeout(rest);
          first.push(await press(panel));
          await reset(panel);
          await page.waitForTimeout(rest);
          again.push(await press(panel));
          // A run that is left would be shown again.
          await reset(panel);
        }
      });
      rows.push({
        what: `${name[0]!}, median of ${times}`,
        measured: `${ms(median(first))} ms (${ms(Math.min(...first))} to ${ms(Math.max(...first))}); after a reset ${ms(median(again))} ms`,
        wanted: '≤ 100 ms',
        met: median(first) <= 100,
      });
    }
    return rows;
  } finally {
    await opened.close();
  }
}

/** Opens a file by its name, in place of what was open. */
async function open(page: Page, name: string): Promise<Panel> {
  await chooseFile(page, name);
  await page.keyboard.press('Enter');
  await webviewFrame(page, () => document.querySelector('[role=listbox] [role=option]') !== null);
  return Panel.find(page);
}

async function reset(panel: Panel): Promise<void> {
  await panel.button('Pause').click();
  await panel.statusLike(/Paused/);
  await panel.button('Reset').click();
  await panel.statusLike(/^(?!.*Paused)/);
}

/** Presses Train; the milliseconds until the panel tells of a step that is done. */
async function press(panel: Panel): Promise<number> {
  await inPage(panel.frame, () => {
    const standing = () => document.querySelector('.standing')?.textContent ?? '';
    let pressed = 0;
    addEventListener('click', (event) => (pressed ||= event.timeStamp), { capture: true, once: true });
    const observer = new MutationObserver(() => {
      if (!/step\s*[1-9]/i.test(standing())) return;
      observer.disconnect();
      Object.assign(globalThis, { firstStep: performance.now() - pressed });
    });
    Object.assign(globalThis, { firstStep: undefined });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await panel.button('Train').click();
  return (
    await panel.frame.waitForFunction(() => (globalThis as unknown as { firstStep?: number }).firstStep)
  ).jsonValue() as Promise<number>;
}
