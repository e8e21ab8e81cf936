import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { runCommand } from '../workbench/index.ts';
import { screenshot } from '../workbench/screenshots.ts';
import { openSamples, Panel } from './panel.ts';

/** What a hand does with a mouse, or with a keyboard: each on things found by role and name. */
interface Hand {
  press(what: Locator): Promise<void>;
  choose(list: Locator, value: string): Promise<void>;
  /** Selects a layer. */
  go(layer: string): Promise<void>;
}

/** A convolutional classifier of handwritten digits, from an empty file. */
async function build(panel: Panel, hand: Hand): Promise<void> {
  const { frame } = panel;
  const item = (name: string) => frame.getByRole('menuitem', { name, exact: true });
  const box = (name: string) => panel.inspector().getByRole('combobox', { name });
  await hand.press(frame.getByRole('button', { name: /^Digits, blank/ }));
  await panel.layer('flatten, flatten, 64').waitFor();
  const add = async (after: string, type: string, drawn: string) => {
    await hand.press(panel.button(`Add layer after ${after}`));
    await hand.press(item(type));
    await panel.layer(drawn).waitFor();
  };
  await hand.go('flatten');
  await add('input', 'Convolution 2D', 'conv2d, conv2d, 6×6×8');
  await add('conv2d', 'Max pooling 2D', 'max_pool2d, max_pool2d, 3×3×8');
  await hand.go('flatten');
  await add('flatten', 'Dense', 'dense, dense, 16');
  await hand.choose(box('Activation'), 'leaky_relu');
}

describe('a network from an empty file', function () {
  this.timeout(240_000);
  let opened: Awaited<ReturnType<typeof openSamples>>;

  before(async () => {
    opened = await openSamples([], { ownFiles: { 'by-mouse.nn.json': '' } });
    await fs.writeFile(path.join(opened.folder, 'by-keyboard.nn.json'), '');
    // What is not there in a while will not come.
    opened.workbench.page.setDefaultTimeout(20_000);
  });

  after(() => opened.close());

  /** Opens the empty file of this name, lets a hand build in it, and gives what was saved. */
  async function built(name: string, hand: (panel: Panel) => Hand): Promise<{ panel: Panel; text: string }> {
    const { page } = opened.workbench;
    const file = path.join(opened.folder, name);
    if (name !== 'by-mouse.nn.json') {
      await runCommand(page, 'Go to File...');
      await page.locator('.quick-input-widget input').first().fill(name);
      await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
      await page.keyboard.press('Enter');
    }
    const panel = await Panel.find(page, () => document.querySelector('.is-empty') !== null);
    await build(panel, hand(panel)).catch(async (error: unknown) => {
      throw new Error(`${String(error)}; see ${await screenshot(page, name)}`);
    });
    let text = '';
    for (let i = 0; i < 20 && !text.includes('leaky_relu'); i++) {
      await page.keyboard.press('Control+s');
      await page.waitForTimeout(200);
      text = await fs.readFile(file, 'utf8');
    }
    return { panel, text };
  }

  const mouse = (panel: Panel): Hand => ({
    press: (what) => what.click(),
    // A native list opens outside the page, where no test can point.
    choose: async (list, value) => void (await list.selectOption(value)),
    go: (layer) => panel.layer(new RegExp(`^${layer},`)).click({ position: { x: 4, y: 4 } }),
  });

  /** Tab to it, then Enter, arrows or letters: nothing is focused but by keys. */
  function keyboard(panel: Panel): Hand {
    const { page } = opened.workbench;
    const isFocused = (what: Locator) =>
      what
        .evaluate((element) => element === document.activeElement || element.contains(document.activeElement))
        .catch(() => false);
    async function tabTo(what: Locator): Promise<void> {
      await what.first().waitFor();
      for (let i = 0; i < 150; i++) {
        if (await isFocused(what.first())) return;
        await page.keyboard.press('Tab');
        // Past the last control the workbench is next: back into the panel.
        if ((await panel.frame.evaluate(() => document.hasFocus())) === false)
          await runCommand(page, 'View: Focus Active Editor Group');
      }
      throw new Error(`Tab never reaches ${String(what)}`);
    }
    return {
      async press(what) {
        if ((await what.getAttribute('role')) === 'menuitem') {
          for (let i = 0; i < 40 && !(await isFocused(what)); i++) await page.keyboard.press('ArrowDown');
        } else await tabTo(what);
        await page.keyboard.press('Enter');
      },
      async choose(list, value) {
        await tabTo(list);
        await page.keyboard.type(value);
      },
      async go(layer) {
        await tabTo(panel.layers().getByRole('option', { selected: true }));
        await page.keyboard.press('Home');
        for (let i = 0; i < 20; i++) {
          const name = await panel.frame.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
          if (name.startsWith(`${layer},`)) return;
          await page.keyboard.press('ArrowRight');
          await page.waitForTimeout(50);
        }
        throw new Error(`the arrows never reach ${layer}`);
      },
    };
  }

  it('is built with the mouse alone, and again with the keyboard alone: the same file, which learns its digits', async () => {
    const { panel, text } = await built('by-mouse.nn.json', mouse);
    await panel.button('Train').click();
    await panel.statusLike(/^Completed/, 90_000);
    const { rows } = await panel.table('Accuracy');
    const best = Math.max(...rows.map((row) => row[2]!).filter(Number.isFinite));
    assert.ok(best >= 0.95, `validation accuracy ${best}`);
    await panel.button('Reset').click();
    assert.equal((await built('by-keyboard.nn.json', keyboard)).text, text);
  });
});
