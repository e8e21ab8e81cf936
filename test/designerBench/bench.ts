/** What the parts share: networks, the designer in a workbench of its own, and what is read out of the browser. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { CDPSession, Frame, Page } from 'playwright-core';
import { openSamples, type Panel } from '../end-to-end/panel.ts';
import { root, runCommand, type WorkbenchOptions } from '../workbench/index.ts';

export interface BenchOptions {
  readonly seconds: number;
  readonly steps: number;
  readonly profile: boolean;
}

/** So many hidden layers of so many units, on points. `samples` and batches of 32: a record after each pass over them. */
export function deepNetwork(layers: number, units: number, samples: number): string {
  return JSON.stringify({
    version: 1,
    seed: 1,
    data: { source: 'circles', samples, split: { train: 0.8, validation: 0.2 } },
    layers: [
      ...Array.from({ length: layers }, (_, i) => ({ id: `hidden${i + 1}`, type: 'dense', units })),
      { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' },
    ],
    training: { optimizer: { name: 'sgd', learningRate: 0.001 }, batchSize: 32, epochs: 1_000_000 },
  });
}

/** A designer in a workbench that shows nothing else, the side bar out of the way. */
export async function openBench(ownFiles: Readonly<Record<string, string>>, options: WorkbenchOptions = {}) {
  return openSamples([], {
    ownFiles,
    ...options,
    settings: { 'workbench.sideBar.location': 'left', 'breadcrumbs.enabled': false, ...options.settings },
  });
}

/** Closes what is open and looks a file up by its name: Enter opens it. */
export async function chooseFile(page: Page, name: string): Promise<void> {
  await runCommand(page, 'View: Close All Editors');
  for (let i = 0; i < 100 && page.frames().some((frame) => frame.url().includes('/fake.html')); i++)
    await page.waitForTimeout(50);
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget input').first().fill(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
  await page.waitForTimeout(500);
}

/** Runs a function in a page. What runs this code names its inner functions by a helper that the page lacks. */
export const inPage = <T>(frame: Frame | Page, body: () => T): Promise<T> =>
  frame.evaluate(`globalThis.__name ??= (f) => f; (${body.toString()})()`);

/** Counts the time from frame to frame, in the workbench's page and in the panel's, until `stop`. */
export async function countFrames(panel: Panel): Promise<() => Promise<{ page: number[]; panel: number[] }>> {
  const begin = () => {
    const times: number[] = [];
    let last: number | undefined;
    let going = true;
    const tick = (now: number) => {
      if (last !== undefined) times.push(now - last);
      last = now;
      if (going) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    Object.assign(globalThis, {
      stopFrames: () => {
        going = false;
        return times;
      },
    });
  };
  const end = () => (globalThis as unknown as { stopFrames(): number[] }).stopFrames();
  const mainFrame = panel.page.mainFrame();
  await Promise.all([inPage(mainFrame, begin), inPage(panel.frame, begin)]);
  return async () => {
    const [page, frame] = await Promise.all([inPage(mainFrame, end), inPage(panel.frame, end)]);
    return { page, panel: frame };
  };
}

/** Bytes in use after a collection: of the page with its frames, and of the process that draws it and trains in it. */
export async function memory(session: CDPSession): Promise<{ heap: number; process: number }> {
  for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return { heap: usedSize, process: await residentBytes() };
}

/** Of the largest process of ours that draws pages, on Linux; NaN elsewhere. */
async function residentBytes(): Promise<number> {
  const ids = (await fs.readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const read = (id: string, file: string) => fs.readFile(`/proc/${id}/${file}`, 'utf8').catch(() => '');
  const known = await Promise.all(
    ids.map(async (id) => {
      const status = await read(id, 'status');
      const number = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? NaN);
      const renderer = (await read(id, 'cmdline')).includes('--type=renderer');
      return [Number(id), { parent: number('PPid'), bytes: number('VmRSS') * 1024, renderer }] as const;
    }),
  );
  const processes = new Map(known);
  const ours = (id: number): boolean =>
    id === process.pid || (processes.has(id) && id > 1 && ours(processes.get(id)!.parent));
  return known.reduce(
    (most, [id, { bytes, renderer }]) => (renderer && ours(id) && !(bytes <= most) ? bytes : most),
    NaN,
  );
}

/** Runs a part and, if asked to, writes where its time went. */
export async function profiled<T>(page: Page, name: string, wanted: boolean, part: () => Promise<T>): Promise<T> {
  if (!wanted) return part();
  const session = await page.context().newCDPSession(page);
  const events: unknown[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...value));
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  const includedCategories = ['devtools.timeline', 'cc', 'v8.execute', 'disabled-by-default-v8.cpu_profiler'];
  await session.send('Tracing.start', { traceConfig: { includedCategories } });
  const result = await part();
  await session.send('Tracing.end');
  await complete;
  const file = path.join(root, '.cache', `designer-${name}.trace.json`);
  await fs.writeFile(file, JSON.stringify({ traceEvents: events }));
  console.log(`  ${path.relative(root, file)}`);
  return result;
}
