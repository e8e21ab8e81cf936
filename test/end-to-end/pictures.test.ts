import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { root, runCommand } from '../workbench/index.ts';
import { screenshot, themeNames } from '../workbench/screenshots.ts';
import { assertAccessible } from './accessible.ts';
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
      for (const tab of ['Layers', 'Output', 'Unit', 'Overview']) {
        await panel.frame.getByRole('tab', { name: tab, exact: true }).click();
        await assertAccessible(panel.frame, `${theme}, ${tab}`);
        if (tab !== 'Overview') await screenshot(page, `${name}-${tab.toLowerCase()}`);
      }
      await screenshot(page, `${name}-760`, { theme, width: 760, height: 700, docs: theme === 'Default Dark Modern' });
      assert.equal(await overhang(panel), 0);
      assert.deepEqual(await cut(panel), []);
    }
    await screenshot(page, 'low', { width: 1280, height: 650 });
    assert.deepEqual(await cut(panel), []);
  });
});

describe('what axe says of the panel', function () {
  this.timeout(180_000);
  let opened: Awaited<ReturnType<typeof openSamples>>;

  before(async () => {
    const text = await fs.readFile(path.join(root, 'samples', 'two-circles.nn.json'), 'utf8');
    const file = { 'two-circles.nn.json': text.replace('"epochs": 500', '"epochs": 60') };
    opened = await openSamples([], { ownFiles: file });
  });

  after(() => opened.close());

  it('is nothing serious, in any other state', async () => {
    const { page } = opened.workbench;
    const panel = await Panel.find(page);
    await assertAccessible(panel.frame, 'not trained');
    for (const part of ['Data: circles', 'Loss and training', 'Defaults']) {
      await panel.button(part).click();
      await assertAccessible(panel.frame, part);
    }
    await panel.layer(/^hidden,/).click();
    await panel.button('Add layer').click();
    await panel.frame.getByRole('menuitem', { name: 'Dropout', exact: true }).waitFor();
    await assertAccessible(panel.frame, 'the palette');
    await page.keyboard.press('Escape');
    await panel.button('Train').click();
    await assertAccessible(panel.frame, 'training');
    await panel.statusLike(/Completed/);
    await panel.table('Loss');
    await assertAccessible(panel.frame, 'a table');
    const file = path.join(opened.folder, 'two-circles.nn.json');
    const text = await fs.readFile(file, 'utf8');
    await foldsEqualLayers(panel, file);
    for (const [state, broken] of [
      ['a problem', text.replace('"units": 50', '"units": -5')],
      ['an empty file', ''],
      ['no layers', '{ "version": 1, "data": { "source": "circles" }, "layers": [] }'],
    ] as const) {
      await fs.writeFile(file, broken);
      if (broken === '') await panel.frame.getByRole('heading', { name: 'New network' }).waitFor();
      else await panel.frame.getByRole('list', { name: 'Problems' }).waitFor();
      await assertAccessible(panel.frame, state);
    }
  });
});

/** Equal layers become one card and come back, by mouse and by key; in full size the diagram has an overview. */
async function foldsEqualLayers(panel: Panel, file: string): Promise<void> {
  const { page } = panel;
  const hidden = Array.from({ length: 14 }, (_, i) => ({ id: `h${i + 1}`, type: 'dense', units: 8 }));
  const output = { id: 'output', type: 'dense', units: 1, activation: 'sigmoid' };
  const network = { version: 1, data: { source: 'circles' }, layers: [...hidden, output] };
  await fs.writeFile(file, JSON.stringify(network, null, 2));
  await panel.button('Fold equal layers').click();
  const folded = panel.layer(/^h1 to h14, 14 equal layers folded, dense, 8$/);
  await folded.click();
  assert.equal(await panel.layers().getByRole('option').count(), 2);
  await page.keyboard.press('ArrowRight');
  await panel
    .layers()
    .getByRole('option', { name: /^output/, selected: true })
    .waitFor();
  await page.keyboard.press('ArrowLeft');
  await assertAccessible(panel.frame, 'folded');
  await page.keyboard.press('Enter');
  await panel.layer('h14, dense, 8').waitFor();
  await page.keyboard.press('z');
  await panel.frame.getByRole('scrollbar', { name: 'Overview of the layers' }).press('End');
  await panel.layer(/^output/).click();
  await assertAccessible(panel.frame, 'in full size');
  await page.keyboard.press('z');
}

/** Fixes and charts of which a part is in view: each is there whole, axis and all, or out of sight. */
const cut = (panel: Panel): Promise<(string | null)[]> =>
  panel.frame.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.split > *, .figures > figure, [role=tab][aria-selected=true]')]
      .filter((part) => {
        const box = part.getBoundingClientRect();
        const room = part.closest('.fixes, .figures, .tabs')!.getBoundingClientRect();
        const seen = box.top < room.bottom - 1 && box.bottom > room.top + 1;
        return seen && (box.bottom > room.bottom + 1 || box.right > room.right + 1 || box.left < room.left - 1);
      })
      .map((part) => part.ariaLabel ?? part.textContent),
  );

/** Pixels of the page that are beyond its right edge. */
const overhang = (panel: Panel): Promise<number> =>
  panel.frame.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
