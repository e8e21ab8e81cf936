import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { parse } from '../../src/engine/spec/parse.ts';
import { readSafetensors } from '../../src/engine/weights/safetensors.ts';
import { runCommand } from '../workbench/index.ts';
import { screenshot } from '../workbench/screenshots.ts';
import { assertAccessible } from './accessible.ts';
import { choosePlaceIn, openSamples, Panel, saveIn, soon, written } from './panel.ts';

const network = `{
  // Too large a step kills the units it throws below 0.
  "version": 1,
  "data": { "source": "circles", "scale": { "method": "minmax", "range": [-1, 1] } },
  "layers": [
    { "id": "hidden1", "type": "dense", "units": 64 },
    { "id": "hidden2", "type": "dense", "units": 64 },
    { "id": "output", "type": "dense", "units": 1, "activation": "sigmoid", "weights": "glorot_uniform" }
  ],
  "training": { "optimizer": { "name": "sgd", "learningRate": 3 }, "batchSize": 32, "epochs": 60 }
}
`;

/** What no other tool does: it dies, the panel says so and how to mend it, one press mends it, and the two runs stand side by side. */
describe('units that die, and the edit that mends it', function () {
  this.timeout(180_000);
  let opened: Awaited<ReturnType<typeof openSamples>>;
  let panel: Panel;
  let file: string;

  before(async () => {
    opened = await openSamples([], { ownFiles: { 'dying.nn.json': network } });
    file = path.join(opened.folder, 'dying.nn.json');
    panel = await Panel.find(opened.workbench.page);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await screenshot(opened.workbench.page, 'dying-failed');
  });

  after(() => opened.close());

  const problem = (text: string | RegExp) =>
    panel.frame.getByRole('list', { name: 'Problems' }).getByRole('listitem').filter({ hasText: text });

  it('shows how a layer stands before any training', async () => {
    await panel.layer(/^hidden2/).click();
    const before = panel.inspector().getByRole('region', { name: 'Before training' });
    await before.getByText('step 0, seed 0').waitFor();
    const text = ((await before.textContent()) ?? '').replace(/\s+/g, ' ');
    assert.match(text, /Zeros 52 % Dead 5 \/ 64 .*σ of outputs [\d.]+ .*Gradient norm [\d.]+ .*Born dead 0 %/);
  });

  it('shows the dying layer on the layer itself and among the problems', async () => {
    await panel.button('Train').click();
    await panel.statusLike(/^Completed/);
    const dying = problem('dying_relu').filter({ hasText: 'hidden2' });
    await dying.waitFor();
    assert.match((await dying.textContent()) ?? '', /\d+ of 64 units of "hidden2" are dead/);
    await panel
      .layer(/^hidden2/)
      .locator('.badge')
      .waitFor();
    // VS Code's own Problems know it too.
    const { page } = opened.workbench;
    await page
      .locator('[id="status.problems"]')
      .getByRole('button', { name: /^(Errors|Warnings): \d/ })
      .waitFor();
    await screenshot(page, 'dying');
    // Whatever the rules offer, the file is changed by nobody but the person.
    assert.equal(await page.locator('.tab.dirty').count(), 0);
  });

  it('opens a dead unit by keyboard: the exact step it died at, and what did it', async () => {
    const { page } = opened.workbench;
    await panel.layer(/^hidden2/).click();
    const cell = panel.frame.getByRole('gridcell', { name: /dead since steps/ }).first();
    const [, unit, from, to] = /unit (\d+), dead since steps (\d+)–(\d+)/.exec(
      (await cell.getAttribute('aria-label'))!,
    )!;
    await cell.focus();
    await page.keyboard.press('Enter');
    const autopsy = panel.inspector().getByRole('region', { name: `Autopsy of unit ${unit} of hidden2` });
    await autopsy.getByText(/died at step/).waitFor();
    const step = Number(/died at step (\d+): .* \d+ of 800 samples/.exec((await autopsy.textContent())!)![1]);
    assert.ok(step >= Number(from) && step <= Number(to), `${step} is not in ${from}–${to}`);
    await autopsy.getByRole('img', { name: new RegExp(`death at ${step}.*weights .*, bias .*, inputs `) }).waitFor();
    assert.match((await autopsy.textContent())!, /That update .* \d+ of its 64 inputs (was|were) dead already/);
    await screenshot(page, 'autopsy');
    await assertAccessible(panel.frame, 'with an autopsy open');
    await page.keyboard.press('Escape');
    await autopsy.waitFor({ state: 'detached' });
    for (let i = 0; i < 20 && !(await cell.evaluate((element) => element === document.activeElement)); i++)
      await page.waitForTimeout(50);
    assert.ok(await cell.evaluate((element) => element === document.activeElement), 'the keyboard is back on the unit');
  });

  it('makes the first fix by keyboard and trains again with the same seed', async () => {
    const { page } = opened.workbench;
    const fix = problem('dying_relu')
      .first()
      .getByRole('button', { name: 'Set the learning rate to 0.3, and train again' });
    await fix.focus();
    await page.keyboard.press('Enter');
    const comparison = panel.frame.getByRole('region', { name: 'Comparison with run 1' });
    await comparison.waitFor();
    await panel.statusLike(/^Completed/);
    const text = (await comparison.textContent()) ?? '';
    assert.match(text, /dying_relu.* no longer fires?/);
    assert.match(text, /learningRate 3 → 0\.3, same seed 0/);
    assert.match(text, /dead hidden2/);
    assert.equal(await problem('dying_relu').count(), 0);
    // In a small window too the cards are whole, with the numbers below them; so is each key of a chart, or it is not in view.
    for (const [width, height] of [
      [1060, 700],
      [1280, 800],
    ] as const) {
      const before = await panel.frame.evaluate(() => innerWidth);
      await page.setViewportSize({ width, height });
      await panel.frame.waitForFunction((before) => innerWidth !== before, before);
      const fits = () =>
        panel.frame.locator('#diagram-scroll').evaluate((room) => room.scrollHeight <= room.clientHeight);
      for (let i = 0; i < 40 && !(await fits()); i++) await page.waitForTimeout(50);
      assert.ok(await fits(), `the cards are cut at ${width} × ${height}`);
      const cut = await panel.frame
        .locator('figcaption .key')
        .evaluateAll((keys) => keys.filter((key) => key.scrollWidth > key.clientWidth).map((key) => key.textContent));
      assert.deepEqual(cut, []);
    }
    await screenshot(page, 'mended');
    const { columns } = await panel.table('Loss');
    assert.deepEqual(columns, ['step', 'train', 'validation', 'run 1']);
  });

  it('is undone by Ctrl+Z: the file is back byte for byte', async () => {
    const { page } = opened.workbench;
    await panel.layers().focus();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+s');
    const rate = panel.frame.getByRole('spinbutton', { name: 'Learning rate' });
    for (let i = 0; i < 50 && (await rate.inputValue()) !== '3'; i++) await page.waitForTimeout(100);
    assert.equal(await rate.inputValue(), '3');
    assert.equal(await fs.readFile(file, 'utf8'), network);
  });

  it('goes back to the run before, file and figures', async () => {
    await panel.button('Back to run 1').click();
    await panel.frame.getByRole('region', { name: /^Comparison/ }).waitFor({ state: 'detached' });
    await problem('dying_relu').first().waitFor();
    assert.equal(await fs.readFile(file, 'utf8'), network);
  });

  /** Export… by keyboard, as far as the question where to. */
  const beginExport = async (format: string): Promise<void> => {
    const { page } = opened.workbench;
    const dialog = page.locator('.quick-input-title', { hasText: `Export: ${format}` });
    // On a busy machine the end of the palette may take the keyboard from the list of formats, which is then gone.
    for (let attempt = 0; attempt < 3 && !(await dialog.isVisible()); attempt++) {
      await runCommand(page, 'Rectifier: Export…');
      const choice = page.locator('.quick-input-list .monaco-list-row', { hasText: format }).first();
      await choice.waitFor({ timeout: 8000 }).catch(() => undefined);
      await page.keyboard.type(format);
      await page.keyboard.press('Enter');
      await dialog.waitFor({ timeout: 8000 }).catch(() => page.keyboard.press('Escape'));
    }
  };

  it('is exported by keyboard, in either format, with the weights of the run that is shown', async () => {
    const { page } = opened.workbench;
    const exported = async (format: string) => {
      await beginExport(format);
      return saveIn(page, opened.folder);
    };
    const text = (await exported('Network JSON')).toString();
    assert.match(text, /"units": 64,\s+"activation": "relu",\s+"weights": "he_normal",/);
    const full = parse(text);
    const { layers, training } = parse(network).network!;
    assert.deepEqual(full.problems, []);
    assert.deepEqual(full.network!.layers, layers);
    assert.deepEqual(full.network!.training, { ...training, loss: 'binary_crossentropy' });
    const { tensors, metadata } = readSafetensors(await exported('safetensors'));
    assert.deepEqual([metadata['network'], metadata['step']], [network, '1500']);
    assert.deepEqual(
      [...tensors].map(([name, { shape }]) => `${name} ${shape.join('×')}`),
      ['hidden1', 'hidden2', 'output'].flatMap((id, k) => [
        `${id}.weights ${k === 0 ? 2 : 64}×${k === 2 ? 1 : 64}`,
        `${id}.bias ${k === 2 ? 1 : 64}`,
      ]),
    );
  });

  it('asks before an export replaces a file beside the one that was named', async () => {
    const { page } = opened.workbench;
    const answer = async (button: string): Promise<string> => {
      await beginExport('PyTorch');
      const target = await choosePlaceIn(page, opened.folder, 'asked.py');
      const question = page.getByRole('dialog').filter({ hasText: 'asked.safetensors, which is there already' });
      await question.getByRole('button', { name: button }).click();
      return target;
    };
    const beside = path.join(opened.folder, 'asked.safetensors');
    await fs.writeFile(beside, 'mine');
    const target = await answer('Cancel');
    await assert.rejects(fs.access(target));
    assert.equal(await fs.readFile(beside, 'utf8'), 'mine');
    assert.match((await written(page, await answer('Replace'))).toString(), /import torch/);
    // It is written after the one that was named.
    const replaced = async () => (await fs.readFile(beside, 'utf8')) !== 'mine' || undefined;
    assert.ok(await soon(page, 'the weights beside it', replaced));
  });

  it('hands a chart out by keyboard, as a picture and as numbers', async () => {
    const { page } = opened.workbench;
    await panel.frame.getByRole('tab', { name: 'Loss' }).click();
    // Its numbers were left open, and there is no picture of a table.
    await panel.button('CSV').waitFor();
    assert.equal(await panel.button('PNG').count(), 0);
    await panel.figure('Loss').press('t');
    for (const [kind, start] of [
      ['PNG', /^.PNG/],
      ['CSV', /^step,train,validation\r\n\d+,/],
    ] as const) {
      await panel.button(kind).focus();
      await page.keyboard.press('Enter');
      assert.match((await saveIn(page, opened.folder)).toString('latin1'), start);
    }
  });

  it('goes along with its run when it is saved under another name', async () => {
    const { page } = opened.workbench;
    await panel.layers().focus();
    await page.keyboard.press('Control+Shift+s');
    assert.equal((await saveIn(page, opened.folder, 'other.nn.json')).toString(), network);
    await page.locator('.tab', { hasText: 'other.nn.json' }).waitFor();
    panel = await Panel.find(page);
    await panel.statusLike(/^Completed/);
    await problem('dying_relu').first().waitFor();
  });
});
