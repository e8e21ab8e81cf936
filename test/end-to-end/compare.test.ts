import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { runCommand, webviewFrame } from '../workbench/index.ts';
import { screenshot } from '../workbench/screenshots.ts';
import { openSamples, Panel } from './panel.ts';

/** Runs are recorded as they are made, and laid over each other. By roles and names alone. */
describe('comparing runs', function () {
  this.bail(true);
  this.timeout(180_000);
  let opened: Awaited<ReturnType<typeof openSamples>>;
  let frame: Frame;
  const refused: string[] = [];

  const region = (name: string): Locator => frame.getByRole('region', { name });
  const figure = (name: string): Locator => frame.getByRole('figure', { name, exact: true });
  const cells = async (row: Locator) => (await row.locator('th, td').allTextContents()).map((text) => text.trim());
  const overhang = () => frame.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

  before(async () => {
    opened = await openSamples(['two-circles.nn.json'], { settings: { 'rectifier.runsFolder': 'runs' } });
    const file = path.join(opened.folder, 'two-circles.nn.json');
    await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace('"epochs": 500', '"epochs": 60'));
    opened.workbench.page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text()) && /fake\.html|webview/.test(message.location().url))
        refused.push(message.text());
    });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(opened.workbench.page, 'compare-failed');
  });

  after(() => opened.close());

  it('records each run as a file in the folder of the setting', async () => {
    const panel = await Panel.find(opened.workbench.page);
    const runs = path.join(opened.folder, 'runs');
    const completed = async () => {
      const names = (await fs.readdir(runs).catch(() => [])).filter((name) => name.endsWith('.run.jsonl'));
      const texts = await Promise.all(names.map((name) => fs.readFile(path.join(runs, name), 'utf8')));
      return texts.filter((text) => text.includes('{"event":"end","reason":"completed"')).length;
    };
    let trained = 0;
    const train = async () => {
      await panel.button('Train').click();
      // Its file says it last.
      for (trained++; (await completed()) < trained;) await opened.workbench.page.waitForTimeout(100);
    };
    await panel.layer('hidden, dense, 50').click();
    await train();
    await panel.inspector().getByRole('combobox', { name: 'Activation' }).selectOption('tanh');
    await train();
    const seed = panel.frame.getByRole('spinbutton', { name: 'Seed' });
    await seed.fill('2');
    await seed.press('Enter');
    await train();
    for (let i = 0; i < 100 && (await fs.readdir(runs)).length < 3; i++)
      await opened.workbench.page.waitForTimeout(100);
    const files = (await fs.readdir(runs)).filter((name) => /^two-circles-\d{8}-\d{6}-\w{8}\.run\.jsonl$/.test(name));
    assert.equal(files.length, 3);
    const lines = (await fs.readFile(path.join(runs, files.sort()[0]!), 'utf8')).trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { event: string; [key: string]: unknown });
    assert.equal(events[0]!['reason'], 'completed');
    assert.equal(events[0]!['document'], 'two-circles.nn.json');
    assert.deepEqual([events[1]!.event, events.at(-1)!.event], ['start', 'end']);
    assert.ok(events.filter(({ event }) => event === 'metrics').length > 10);
  });

  it('lays both networks over each other, and names the field in which they differ', async () => {
    const { page } = opened.workbench;
    await runCommand(page, 'Rectifier: Compare Runs');
    frame = await webviewFrame(page, () => document.querySelector('.runs') !== null);
    const boxes = region('Recorded runs').getByRole('checkbox');
    await boxes.nth(1).waitFor();
    assert.match(
      (await boxes.first().getAttribute('aria-label')) ?? '',
      /hidden\.activation relu → tanh, 2 runs, seeds 1–2$/,
    );
    const legend = await frame.getByRole('list', { name: 'Legend' }).getByRole('listitem').allTextContents();
    assert.deepEqual(legend.length, 2);
    assert.match(legend[0]!, /2 runs/);
    const field = frame.getByRole('table', { name: 'Differing fields' }).getByRole('row').nth(1);
    assert.deepEqual(await cells(field), ['hidden.activation', 'tanh', 'relu']);
    const finals = frame.getByRole('table', { name: /^Final figures/ }).getByRole('row');
    const heads = await cells(finals.first());
    const first = await cells(finals.nth(1));
    assert.match(first[heads.indexOf('validation accuracy')]!, /^[01]?\.?\d+/);
    assert.equal(first[heads.indexOf('end')], 'completed');
    assert.match((await cells(finals.nth(2)))[heads.indexOf('dead units')]!, /^\d+$/);
  });

  it('draws both curves, and shows their numbers as a table by T', async () => {
    const { page } = opened.workbench;
    for (const name of ['Loss', 'Accuracy', 'Dead units', 'Gradient norms'])
      await figure(name).locator('canvas').waitFor();
    await page.mouse.move(0, 0);
    await screenshot(page, 'compare-dark-1280');
    await screenshot(page, 'compare-high-contrast-760', { theme: 'Default High Contrast', width: 760, height: 700 });
    assert.ok((await overhang()) <= 0);
    await page.setViewportSize({ width: 1280, height: 800 });
    await figure('Loss').focus();
    await page.keyboard.press('t');
    const rows = figure('Loss').getByRole('table').getByRole('row');
    await rows.nth(1).waitFor();
    assert.deepEqual(await cells(rows.first()), ['step', 'A median', 'A lowest', 'A highest', 'B']);
    const [, median, low, high, other] = (await cells(rows.nth(1))).map(Number);
    assert.ok(low! <= median! && median! <= high! && other! > 0, `${low} ${median} ${high} ${other}`);
  });

  it('shows a part of the steps in all charts, by key and by pointer, and all of them again', async () => {
    const { page } = opened.workbench;
    const whole = frame.getByRole('button', { name: 'whole run' });
    await figure('Accuracy').focus();
    await page.keyboard.press('+');
    await whole.waitFor();
    await page.keyboard.press('0');
    await whole.waitFor({ state: 'detached' });
    const { x, y, width, height } = (await figure('Dead units').locator('.u-over').boundingBox())!;
    await page.mouse.move(x + width / 4, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + height / 2, { steps: 4 });
    await page.mouse.up();
    await whole.waitFor();
    await screenshot(page, 'compare-part');
    await whole.click();
    await whole.waitFor({ state: 'detached' });
  });

  it('is worked by the keyboard: unchecked, a run leaves the comparison', async () => {
    const { page } = opened.workbench;
    const boxes = region('Recorded runs').getByRole('checkbox');
    await boxes.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    const legend = frame.getByRole('list', { name: 'Legend' }).getByRole('listitem');
    await legend.nth(1).waitFor({ state: 'detached' });
    await frame.getByRole('button', { name: 'Show 2 runs' }).press('Enter');
    await boxes.nth(3).waitFor();
  });

  it('deletes what is checked once that is confirmed', async () => {
    const { page } = opened.workbench;
    await frame.getByRole('button', { name: 'Delete 2…' }).click();
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' }).click();
    const boxes = region('Recorded runs').getByRole('checkbox');
    await boxes.nth(1).waitFor({ state: 'detached' });
    assert.equal((await fs.readdir(path.join(opened.folder, 'runs'))).length, 1);
  });

  it('sweeps an open network on several workers, and shows a chart and a row for each combination', async () => {
    const { page } = opened.workbench;
    await frame.getByRole('button', { name: 'Sweep…' }).click();
    const sweep = region('Sweep');
    for (const name of ['he_normal', 'he_uniform', 'orthogonal', 'lecun_normal']) await sweep.getByLabel(name).check();
    const rates = sweep.getByRole('textbox', { name: 'Learning rates' });
    await rates.fill('0.01, 0.1');
    await rates.press('Enter');
    const seeds = sweep.getByRole('spinbutton', { name: 'Seeds' });
    await seeds.fill('2');
    await seeds.press('Enter');
    const status = sweep.getByRole('status', { name: 'Sweep status' });
    await status.filter({ hasText: '16 runs' }).waitFor();
    await sweep.getByRole('button', { name: 'Start Sweep' }).click();
    await status.filter({ hasText: '16 runs, 16 of them recorded' }).waitFor();
    await frame.getByRole('figure', { name: 'Loss of H' }).locator('canvas').waitFor();
    const finals = frame.getByRole('table', { name: /^Final figures/ }).getByRole('row');
    assert.equal(await finals.count(), 9);
    assert.match((await cells(finals.nth(1)))[0]!, /learningRate 0\.1?.*weights \w+|weights \w+.*learningRate/);
    await page.mouse.move(0, 0);
    await screenshot(page, 'sweep-dark-1280', { theme: 'Default Dark Modern', width: 1280, height: 800 });
    assert.ok((await overhang()) <= 0);
  });

  it('goes on with what is missing when its runs are there in part', async () => {
    const runs = path.join(opened.folder, 'runs');
    const sweep = region('Sweep');
    const seeds = sweep.getByRole('spinbutton', { name: 'Seeds' });
    await seeds.fill('3');
    await seeds.press('Enter');
    const status = sweep.getByRole('status', { name: 'Sweep status' });
    await status.filter({ hasText: '24 runs, 16 of them recorded' }).waitFor();
    await sweep.getByRole('button', { name: 'Go On' }).click();
    await status.filter({ hasText: '24 runs, 24 of them recorded' }).waitFor();
    assert.equal((await fs.readdir(runs)).length, 1 + 24);
  });

  it('does nothing that the page’s content policy forbids', () => assert.deepEqual(refused, []));
});
