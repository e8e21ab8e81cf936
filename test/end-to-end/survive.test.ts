import assert from 'node:assert/strict';
import { runCommand } from '../workbench/index.ts';
import { screenshot } from '../workbench/screenshots.ts';
import { openSamples, Panel, saveIn } from './panel.ts';

/** A run outlives the page it is shown in: saving, renaming, reloading and moving its file take nothing from it but moments. */
describe('a run that outlives its page', function () {
  this.bail(true);
  this.timeout(240_000);
  let opened: Awaited<ReturnType<typeof openSamples>>;
  let panel: Panel;
  const epochs = 200_000;

  before(async () => {
    opened = await openSamples([]);
    const { page } = opened.workbench;
    await runCommand(page, 'Rectifier: New Network…');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows
      .filter({ hasText: /Two circles/ })
      .first()
      .click();
    panel = await Panel.find(page);
    await panel.button(/^Loss/).click();
    const field = panel.inspector().getByRole('spinbutton', { name: 'Epochs' });
    await field.fill(String(epochs));
    await field.press('Enter');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(opened.workbench.page, 'survive-failed');
  });

  after(() => opened.close());

  const training = new RegExp(`^Epoch (\\d+) of ${epochs}, loss`);
  const epoch = async () => Number(training.exec(await panel.statusLike(training))![1]);

  /** What the run bar shows goes beyond an epoch: it says so ten times a second, the status only every five. */
  async function movesOn(from: number, what: string) {
    const shown = panel.frame.locator('.standing b').first();
    const start = Date.now();
    while (Number((await shown.textContent())!.replace(/\D/g, '')) <= from) {
      assert.ok(Date.now() - start < 30_000, `${what}: it stands at epoch ${from}`);
      await panel.page.waitForTimeout(50);
    }
  }

  /** The run goes on in the page that is there now; nothing before `least` is missing from it, and the curve has no gap. */
  async function goesOn(least: number, what: string) {
    panel = await Panel.find(opened.workbench.page);
    const first = await epoch();
    assert.ok(first >= least, `${what}: from epoch ${least} to ${first}`);
    await movesOn(first, what);
    await screenshot(opened.workbench.page, `survived-${what}`);
  }

  it('starts on an untitled file', async () => {
    assert.equal(await opened.workbench.page.locator('.tab').first().textContent(), 'Untitled-1.nn.json');
    await panel.button('Train').click();
    await panel.statusLike(training);
  });

  it('goes on when the file is saved under a name', async () => {
    const { page } = opened.workbench;
    const before = await epoch();
    await page.keyboard.press('Control+s');
    const written = await saveIn(page, opened.folder, 'saved.nn.json');
    await page.locator('.tab', { hasText: 'saved.nn.json' }).waitFor();
    assert.match(written.toString(), /"epochs": 200000/);
    await goesOn(before, 'save');
  });

  it('goes on when the file is renamed', async () => {
    const { page } = opened.workbench;
    const before = await epoch();
    await runCommand(page, 'File: Reveal Active File in Explorer View');
    const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'saved.nn.json' });
    await row.click();
    await page.keyboard.press('F2');
    await page.locator('.explorer-folders-view input').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('renamed.nn.json');
    await page.keyboard.press('Enter');
    await page.locator('.tab', { hasText: 'renamed.nn.json' }).waitFor();
    await goesOn(before, 'rename');
  });

  it('goes on when its tab is moved to another group', async () => {
    const { page } = opened.workbench;
    const before = await epoch();
    await panel.layers().focus();
    await runCommand(page, 'View: Move Editor into Right Group');
    await goesOn(before, 'group');
  });

  it('goes on from its last checkpoint when the window is reloaded', async () => {
    const { page } = opened.workbench;
    const before = await epoch();
    // A checkpoint is five seconds old at most, and a busy machine may take a moment to write it.
    await page.waitForTimeout(10_000);
    await page.reload();
    await goesOn(before, 'reload');
  });

  it('has one curve, from its first step to its last and without a gap', async () => {
    await panel.button('Pause').click();
    await panel.statusLike(/^Paused/);
    const { rows } = await panel.table('Loss');
    const steps = rows.map(([step]) => step!).sort((a, b) => a - b);
    assert.ok(steps.length >= 100, `${steps.length} rows`);
    const gaps = steps.slice(1).map((step, i) => step - steps[i]!);
    const usual = [...gaps].sort((a, b) => a - b)[gaps.length >> 1]!;
    assert.ok(Math.min(...gaps) > 0, 'a step is there twice');
    assert.ok(Math.max(...gaps) <= 4 * usual, `a gap of ${Math.max(...gaps)} steps where ${usual} are usual`);
  });

  it('stands where it was when its tab is closed and opened again, and goes on by one click', async () => {
    const { page } = opened.workbench;
    await panel.button('Train').click();
    await panel.statusLike(training);
    await page.waitForTimeout(3000);
    await runCommand(page, 'View: Close Editor');
    await page.locator('.tab', { hasText: 'renamed.nn.json' }).waitFor({ state: 'detached' });
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'renamed.nn.json' }).dblclick();
    panel = await Panel.find(page);
    const stood = /^Paused\. Epoch (\d+) of/.exec(await panel.statusLike(/^Paused/));
    assert.ok(Number(stood![1]) > 0);
    await panel.button('Train').click();
    await goesOn(Number(stood![1]), 'closed');
  });

  it('is forgotten by Reset', async () => {
    const { page } = opened.workbench;
    await panel.button('Pause').click();
    await panel.statusLike(/^Paused/);
    await panel.button('Reset').click();
    await panel.statusLike(/^Not trained yet$/);
    await page.waitForTimeout(500);
    await page.reload();
    // The workbench may not have kept yet that the tab was open.
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'renamed.nn.json' }).dblclick();
    panel = await Panel.find(page);
    await panel.statusLike(/^Not trained yet$/);
  });

  it('goes on when its tab is moved to a window of its own', async () => {
    const { page } = opened.workbench;
    await panel.button('Train').click();
    const before = await epoch();
    await page.waitForTimeout(8000);
    const window = page.context().waitForEvent('page');
    await panel.layers().focus();
    await runCommand(page, 'View: Move Editor into New Window');
    panel = await Panel.find(await window);
    const first = await epoch();
    assert.ok(first >= before, `from epoch ${before} to ${first}`);
    await movesOn(first, 'window');
  });
});
