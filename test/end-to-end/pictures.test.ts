import assert from 'node:assert/strict';
import { runCommand } from '../workbench/index.ts';
import { screenshot, themeNames } from '../workbench/screenshots.ts';
import { openSamples, Panel } from './panel.ts';

/** The panel in each kind of theme and both widths, for looking at; the README's pictures come from here. */
describe('pictures of the panel', function () {
  this.timeout(240_000);
  let opened: Awaited<ReturnType<typeof openSamples>>;

  before(async () => {
    opened = await openSamples(['digits-cnn.nn.json'], { settings: { 'workbench.colorTheme': 'Default Dark Modern' } });
    // The side bar leaves the panel narrower than the window.
    await runCommand(opened.workbench.page, 'View: Toggle Primary Side Bar Visibility');
  });

  after(() => opened.close());

  it('shows nothing wider than the window, in any theme', async () => {
    const { page } = opened.workbench;
    const panel = await Panel.find(page);
    await panel.button('Train').click();
    await panel.statusLike(/Completed/, 120_000);
    await panel.layer(/^dense1,/).click();
    await page.mouse.move(0, 0);
    for (const theme of themeNames) {
      const name = theme.replace('Default ', '').toLowerCase().replaceAll(' ', '-');
      await screenshot(page, `${name}-1280`, {
        theme,
        width: 1280,
        height: 800,
        docs: theme !== 'Default High Contrast Light',
      });
      assert.equal(await overhang(panel), 0);
      await screenshot(page, `${name}-760`, { theme, width: 760, height: 700, docs: theme === 'Default Dark Modern' });
      assert.equal(await overhang(panel), 0);
    }
  });
});

/** Pixels of the page that are beyond its right edge. */
const overhang = (panel: Panel): Promise<number> =>
  panel.frame.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
