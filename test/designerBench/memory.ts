import { Panel } from '../end-to-end/panel.ts';
import { memory as measure, openBench, profiled, type BenchOptions } from './bench.ts';
import type { Row } from './report.ts';

const network = (steps: number) =>
  JSON.stringify({
    version: 1,
    seed: 1,
    data: { source: 'circles', samples: 250, split: { train: 0.8, validation: 0.2 } },
    layers: [
      { id: 'hidden1', type: 'dense', units: 8 },
      { id: 'hidden2', type: 'dense', units: 8 },
      { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' },
    ],
    training: { optimizer: { name: 'sgd', learningRate: 0.05 }, batchSize: 10, epochs: Math.ceil(steps / 20) },
  });

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** What the page holds after a tenth, three tenths and all of a long run of a small network. */
export async function memory({ steps, profile }: BenchOptions): Promise<Row[]> {
  const opened = await openBench({ 'small.nn.json': network(steps) });
  try {
    const { page } = opened.workbench;
    const panel = await Panel.find(page);
    await panel.layer(/^hidden1,/).click();
    const session = await page.context().newCDPSession(page);
    const rows: Row[] = [{ what: 'before', measured: text(await measure(session)) }];
    await panel.button('Train').click();
    const heaps: number[] = [];
    for (const share of [0.1, 0.3, 1]) {
      const step = share * steps;
      await profiled(page, `memory-${share}`, profile, () => reach(panel, step / 20));
      const found = await measure(session);
      heaps.push(found.heap);
      rows.push({ what: `after ${Math.round(step).toLocaleString('en')} steps`, measured: text(found) });
    }
    const growth = heaps.at(-1)! / heaps[0]! - 1;
    rows.push({
      what: 'growth of the heap from the first to the last',
      measured: `${(100 * growth).toFixed(1)} %`,
      wanted: '≤ 3 %',
      met: growth <= 0.03,
    });
    return rows;
  } finally {
    await opened.close();
  }
}

const text = ({ heap, process }: { heap: number; process: number }) =>
  `heap ${megabytes(heap)}${Number.isNaN(process) ? '' : `, process ${megabytes(process)}`}`;

/** Until so many epochs are done. */
async function reach(panel: Panel, epochs: number): Promise<void> {
  for (;;) {
    const status = (await panel.status().textContent()) ?? '';
    if (/^Completed/.test(status.trim())) return;
    const epoch = Number(/^\s*Epoch ([\d\s\u202f,]+) of/.exec(status)?.[1]?.replace(/\D/g, '') ?? 0);
    if (epoch >= epochs) return;
    await panel.page.waitForTimeout(500);
  }
}
