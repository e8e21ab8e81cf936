import { Panel } from '../end-to-end/panel.ts';
import { countFrames, deepNetwork, openBench, profiled, type BenchOptions } from './bench.ts';
import { spread, type Row } from './report.ts';

/** A frame that was not missed: the clock of frames is only good to a tenth of a millisecond. */
const inTime = 16.7 + 0.15;

const share = (times: readonly number[]) => times.filter((time) => time <= inTime).length / times.length;

/** Frames while 20 hidden layers of 512 units train at full speed. */
export async function frames({ seconds, profile }: BenchOptions): Promise<Row[]> {
  const opened = await openBench({ 'deep.nn.json': deepNetwork(20, 512, 160) });
  try {
    const { page } = opened.workbench;
    const panel = await Panel.find(page);
    await panel.layer(/^hidden10,/).click();
    const quiet = await countFrames(panel);
    await page.waitForTimeout(3000);
    const idle = (await quiet()).panel;
    await panel.button('Train').click();
    await panel.statusLike(/^Epoch [1-9]/);
    const stop = await countFrames(panel);
    await profiled(page, 'frames', profile, () => page.waitForTimeout(seconds * 1000));
    const times = await stop();
    const status = await panel.status().textContent();
    return [
      { what: 'before training, 3 s', measured: spread(idle) },
      ...(['panel', 'page'] as const).map((where) => ({
        what: where === 'panel' ? `in the panel, training for ${seconds} s` : 'in the workbench’s page',
        measured: `${(100 * share(times[where])).toFixed(1)} % in time; ${spread(times[where])}`,
        wanted: '95 % ≤ 16.7 ms',
        met: share(times[where]) >= 0.95,
      })),
      { what: 'the run then', measured: status?.trim() ?? '' },
    ];
  } finally {
    await opened.close();
  }
}
