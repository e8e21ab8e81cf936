import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { sketchOf } from '../../src/webview/sketch.ts';
import { openBrowser, openPage } from './page.ts';
import { soon } from './panel.ts';

const network = {
  version: 1,
  data: { source: 'circles' },
  layers: [
    { id: 'first', type: 'dense', units: 12 },
    { id: 'hidden', type: 'dense', units: 12, activation: 'leaky_relu', bias: 0.1 },
    { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform' },
  ],
  training: { optimizer: { name: 'sgd', learningRate: 3 }, epochs: 2000 },
};

/** A designer with a network in it, in a page of its own. */
async function designer(browser: Browser, options: Parameters<typeof openPage>[2] = {}) {
  const opened = await openPage(browser, 'designer', options);
  const settings = { backend: 'wasm', metricsPerSecond: 10 } as const;
  const text = JSON.stringify(network, null, 2);
  await opened.send({ type: 'init', fileName: 'circles.nn.json', text, version: 1, readOnly: false, settings });
  await opened.page.getByRole('option', { name: 'hidden, dense, 12' }).click();
  return opened;
}

const train = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page
    .getByRole('status', { name: 'Training status' })
    .filter({ hasText: /loss/ })
    .waitFor({ state: 'attached' });
};

/** Everything that can be worked with, by what it is called, that stays out of sight or under something else however far one scrolls. */
const unreachable = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, input, select, vscode-button, vscode-checkbox, [role=tab], [role=option]',
      ),
    ]
      .filter((element) => element.checkVisibility())
      .flatMap((element) => {
        element.scrollIntoView({ block: 'center', inline: 'center' });
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        const seen = document.elementFromPoint(x, y);
        const isSeen = seen !== null && (element.contains(seen) || seen.contains(element));
        const isWhole = left >= -1 && right <= innerWidth + 1;
        return isSeen && isWhole
          ? []
          : [`${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent.trim()}`];
      }),
  );

describe('a page of the panel by itself', function () {
  this.timeout(60_000);
  let browser: Browser;
  before(async () => (browser = await openBrowser()));
  after(() => browser.close());

  it('draws the text it was written with before the host has said a word, and makes then what was changed in it', async () => {
    const fileName = 'circles.nn.json';
    const text = JSON.stringify(network, null, 2);
    const { page, posted, send } = await openPage(browser, 'designer', { first: { fileName, text, version: 1 } });
    await page.getByRole('option', { name: 'hidden, dense, 12' }).click();
    const units = page.getByRole('spinbutton', { name: 'Units' });
    await units.fill('9');
    await units.press('Enter');
    const edits = () => posted.filter(({ type }) => type === 'edit').length;
    assert.equal(edits(), 0);
    const settings = { backend: 'wasm', metricsPerSecond: 10 } as const;
    const init = { type: 'init', fileName, readOnly: false, settings } as const;
    await send({ ...init, text, version: 1 });
    await page.getByRole('option', { name: 'hidden, dense, 9' }).waitFor();
    assert.equal(edits(), 1);
    // Written with a text that was older than the file: VS Code keeps a page's text when it moves the page.
    const moved = await openPage(browser, 'designer', { first: { fileName, text, version: 1 } });
    await moved.page.getByRole('option', { name: 'hidden, dense, 12' }).waitFor();
    await moved.send({ ...init, text: text.replaceAll('12', '7'), version: 4 });
    await moved.page.getByRole('option', { name: 'hidden, dense, 7' }).waitFor();
    await Promise.all([page.close(), moved.page.close()]);
  });

  it('draws the network before its program is there, and moves nothing of it when that takes over', async () => {
    const text = JSON.stringify(network, null, 2);
    const first = { fileName: 'circles.nn.json', text, version: 1 };
    const sketch = JSON.parse(JSON.stringify(sketchOf(text)));
    const { page, posted, release, send } = await openPage(browser, 'designer', { first, sketch });
    const places = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('.run-bar *, .head *, .card, .card .name, .shape, .problem, .more')].map(
          (element) => {
            const { x, y, width, height } = element.getBoundingClientRect();
            return [element.tagName, element.getAttribute('aria-label'), x, y, width, height];
          },
        ),
      );
    // What needs no program is alive already, and what does is done by it.
    await page.getByRole('option', { name: 'first, dense, 12' }).focus();
    await page.keyboard.press('ArrowRight');
    const selected = page.getByRole('option', { name: 'hidden, dense, 12', selected: true });
    await selected.waitFor();
    await page.getByRole('combobox', { name: 'Backend' }).selectOption('wasm');
    await selected.focus();
    const before = await places();
    release();
    await page.getByRole('spinbutton', { name: 'Units' }).waitFor();
    assert.equal(await page.locator('#first-picture').count(), 0);
    assert.ok(await selected.isVisible());
    assert.ok(await selected.evaluate((option) => option === document.activeElement));
    assert.ok(before.length > 60);
    assert.deepEqual(await places(), before);
    const settings = { backend: 'auto', metricsPerSecond: 10 } as const;
    await send({ type: 'init', ...first, readOnly: false, settings });
    const asked = await soon(page, 'backend asked for', async () => posted.find(({ type }) => type === 'saveBackend'));
    assert.deepEqual(asked, { type: 'saveBackend', backend: 'wasm' });
  });

  /** A page whose program comes when it is released, and a host that answers then. */
  async function early(text: string) {
    const first = { fileName: 'circles.nn.json', text, version: 1 };
    const sketch = JSON.parse(JSON.stringify(sketchOf(text)));
    const opened = await openPage(browser, 'designer', { first, sketch });
    const settings = { backend: 'wasm', metricsPerSecond: 10 } as const;
    const begin = async (by = text) => {
      opened.release();
      await opened.page.locator('#first-picture').waitFor({ state: 'detached' });
      await opened.send({ type: 'init', ...first, text: by, readOnly: false, settings });
    };
    const layers = () =>
      opened.page
        .getByRole('listbox', { name: 'Layers' })
        .getByRole('option')
        .evaluateAll((all) => all.map((option) => option.getAttribute('aria-label')?.split(',')[0]).join());
    const drawn = (wanted: string) =>
      soon(opened.page, wanted, async () => ((await layers()) === wanted ? true : undefined));
    const labels = () => opened.posted.flatMap((message) => (message.type === 'edit' ? [message.label] : []));
    return { ...opened, begin, drawn, labels };
  }

  it('makes every gesture that came before its program once that is there, in their order', async () => {
    const { page, begin, drawn, labels } = await early(JSON.stringify(network));
    const option = (name: RegExp) => page.getByRole('option', { name });
    await option(/^first/).click();
    await page.keyboard.press('Control+c');
    // What comes after a gesture that waits is of what that leaves.
    await page.keyboard.press('Delete');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Control+v');
    await page.keyboard.press('Alt+ArrowLeft');
    await page.keyboard.press('Alt+ArrowLeft');
    assert.deepEqual(labels(), []);
    await begin();
    await soon(page, 'four edits', async () => (labels().length === 4 ? true : undefined));
    await drawn('first,hidden,output');
    assert.deepEqual(labels(), ['Remove first', 'Paste a layer', 'Move first', 'Move first']);
    await page.close();
    // They were meant for the text that was seen.
    const changed = await early(JSON.stringify(network));
    await changed.page.getByRole('option', { name: /^first/ }).press('Delete');
    await changed.begin(JSON.stringify({ ...network, seed: 2 }));
    await changed.page.getByText('The text has changed meanwhile').waitFor();
    assert.deepEqual(changed.labels(), []);
    await changed.page.getByRole('option', { name: /^hidden/ }).press('Delete');
    await changed.drawn('first,output');
    await changed.page.close();
  });

  it('opens what was asked for before its program is there: the layer types, the text, the inspector', async () => {
    const [first, hidden, output] = network.layers;
    const saturating = { ...hidden, activation: 'sigmoid', weights: 'he_normal' };
    const text = JSON.stringify({ ...network, layers: [first, saturating, output] });
    for (const [ask, seen] of [
      [(page: Page) => page.getByText('Add layer', { exact: true }).click(), 'menu'],
      [(page: Page) => page.getByTitle('Show in the text').click(), 'openText'],
      [(page: Page) => page.getByRole('option', { name: 'first, dense, 12' }).press('Enter'), 'Units'],
      [(page: Page) => page.locator('.problem .fixes vscode-button').click(), 'edit'],
    ] as const) {
      const { page, posted, begin } = await early(text);
      await ask(page);
      await begin();
      if (seen === 'menu') await page.getByRole('menu', { name: 'Layer types' }).waitFor();
      else if (seen === 'Units')
        await soon(page, seen, async () =>
          (await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) === seen ? true : undefined,
        );
      else await soon(page, seen, async () => posted.find(({ type }) => type === seen));
      await page.close();
    }
  });

  it('goes on with what was under way when its program came: a drag, a click, a field typed into, how far it was scrolled', async () => {
    const deep = Array.from({ length: 40 }, (_, i) => ({ id: `h${i}`, type: 'dense', units: 8 + i }));
    const { page, begin, labels } = await early(JSON.stringify({ ...network, layers: [...deep, network.layers[2]] }));
    await page.getByRole('button', { name: 'Actual size' }).click();
    await page.locator('.diagram-scroll').evaluate((scroll) => scroll.scrollTo({ left: 300 }));
    const rate = page.getByRole('spinbutton', { name: 'Learning rate' });
    await rate.fill('0.5');
    await begin();
    await rate.press('End');
    await page.keyboard.type('1');
    assert.equal(await rate.inputValue(), '0.51');
    await page.keyboard.press('Enter');
    await soon(page, 'an edit', async () => labels()[0]);
    assert.equal(await page.locator('.diagram-scroll').evaluate((scroll) => scroll.scrollLeft), 300);
    await page.close();
    const saved = await early(JSON.stringify(network));
    await saved.page.getByRole('spinbutton', { name: 'Batch size' }).fill('9');
    await saved.page.keyboard.press('Control+s');
    await saved.begin();
    await soon(saved.page, 'saved', async () => saved.posted.find(({ type }) => type === 'save'));
    assert.deepEqual(saved.labels(), ['Set the batch size to 9']);
    await saved.page.close();
    const dragged = await early(JSON.stringify(network));
    const box = (await dragged.page.getByRole('option', { name: /^first/ }).boundingBox())!;
    await dragged.page.mouse.move(box.x + 20, box.y + 12);
    await dragged.page.mouse.down();
    await dragged.page.mouse.move(box.x + 60, box.y + 12);
    await dragged.begin();
    const hidden = (await dragged.page.getByRole('option', { name: /^hidden/ }).boundingBox())!;
    await dragged.page.mouse.move(hidden.x + hidden.width, box.y + 12);
    await dragged.page.locator('.drop-mark').waitFor();
    await dragged.page.mouse.up();
    await dragged.drawn('hidden,first,output');
    await dragged.page.close();
    const pressed = await early(JSON.stringify(network));
    await pressed.page.getByRole('button', { name: 'Defaults' }).hover();
    await pressed.page.mouse.down();
    await pressed.begin();
    await pressed.page.mouse.up();
    await pressed.page.getByRole('textbox', { name: 'Name' }).waitFor();
    await pressed.page.close();
  });

  it('of thousands of layers holds those that may soon be seen, each told where it stands, and reaches all of them', async () => {
    const deep = Array.from({ length: 2000 }, (_, i) => ({ id: `h${i}`, type: 'dense', units: 8 }));
    const text = JSON.stringify({ ...network, layers: [...deep, network.layers[2]] });
    const { page } = await openPage(browser, 'designer', { first: { fileName: 'deep.nn.json', text, version: 1 } });
    const options = page.getByRole('listbox', { name: 'Layers' }).getByRole('option');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-posinset'));
    const at = (place: string) => soon(page, place, async () => ((await focused()) === place ? true : undefined));
    await page.getByRole('option', { name: 'h0, dense, 8' }).click();
    assert.ok((await options.count()) < 800);
    await page.keyboard.press('End');
    await at('2001');
    assert.equal(await page.locator(':focus').getAttribute('aria-setsize'), '2001');
    await page.keyboard.press('ArrowLeft');
    await at('2000');
    // The one the keyboard is on stays, however far away one looks.
    await page.locator('.diagram-scroll').evaluate((scroll) => scroll.scrollTo({ left: scroll.scrollWidth / 2 }));
    await page.getByRole('option', { name: 'h1000, dense, 8' }).locator('.inside > *').first().waitFor();
    await at('2000');
    assert.ok((await options.count()) < 800);
    await page.keyboard.press('Home');
    await at('1');
    await page.getByRole('option', { name: 'h3, dense, 8' }).waitFor();
    await page.close();
  });

  it('at 200 % is no wider than its window, and everything in it can be reached', async () => {
    // What 1280 × 800 is at 200 %.
    const { page } = await designer(browser, { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
    await train(page);
    for (const selected of ['Data: circles', 'Loss and training', 'Defaults', undefined]) {
      if (selected) await page.getByRole('button', { name: selected }).click();
      else await page.getByRole('option', { name: 'hidden, dense, 12' }).click();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
      assert.deepEqual(await unreachable(page), [], selected ?? 'a layer');
    }
    await page.getByRole('tab', { name: 'Layers' }).click();
    await page.getByRole('table', { name: 'Health of the layers' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    assert.deepEqual(await unreachable(page), [], 'the table of layers');
    await page.close();
  });

  it('keeps what stands on narrow cards within their padding', async () => {
    const { page, send } = await designer(browser);
    const hidden = Array.from({ length: 7 }, (_, i) => ({ id: `hidden${i}`, type: 'dense', units: 1000 }));
    const layers = [...hidden, network.layers[2]!];
    await send({ type: 'document', text: JSON.stringify({ ...network, layers }), version: 2 });
    await page.getByRole('option', { name: 'hidden6, dense, 1000' }).click();
    const beyond = await page.evaluate(() =>
      [...document.querySelectorAll('.card.level-M .row > *')].flatMap((text) => {
        const over = text.getBoundingClientRect().right - (text.closest('.card')!.getBoundingClientRect().right - 7);
        return over > 0 ? [`${text.getAttribute('data-text') ?? text.textContent}: ${over}`] : [];
      }),
    );
    assert.deepEqual(beyond, []);
    assert.ok((await page.locator('.card.narrowest .parameter-row').count()) > 0);
    await page.close();
  });

  it('has a table of all layers, worst first, sorted by click and key, whose rows select', async () => {
    const { page, posted } = await designer(browser);
    await page.getByRole('tab', { name: 'Layers' }).click();
    const table = page.getByRole('table', { name: 'Health of the layers' });
    const names = () => table.getByRole('rowheader').allInnerTexts();
    const header = (name: string) => table.getByRole('columnheader', { name, exact: true });
    const sorted = (name: string, how: string) =>
      header(name)
        .and(page.locator(`[aria-sort=${how}]`))
        .waitFor();
    // Before any training: shapes, parameters, σ by the initialiser, and the look at step 0.
    await header('Gradient norm').waitFor();
    assert.deepEqual((await names()).sort(), ['first', 'hidden', 'output']);
    assert.equal(await header('Update : weight').count(), 0);
    await train(page);
    await page.getByRole('listitem').filter({ hasText: 'dying_relu' }).first().waitFor();
    await header('Update : weight').waitFor();
    await sorted('Problems', 'descending');
    assert.match(await table.getByRole('row').nth(1).innerText(), /error:|warning:/);
    await header('Layer').getByRole('button').click();
    await sorted('Layer', 'ascending');
    assert.equal(await table.locator('[aria-sort]').count(), 1);
    assert.deepEqual(await names(), ['first', 'hidden', 'output']);
    await header('Layer').getByRole('button').press('Enter');
    await sorted('Layer', 'descending');
    assert.deepEqual(await names(), ['output', 'hidden', 'first']);
    // One stop of Tab for the rows: that of the selected layer.
    await table.getByRole('button', { name: 'hidden', exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'first, dense, 12', selected: true }).waitFor();
    assert.equal(await table.locator('tbody [tabindex="0"]').innerText(), 'first');
    await table.getByRole('row').filter({ hasText: 'hidden' }).getByRole('cell').nth(2).click();
    await page.getByRole('option', { name: 'hidden, dense, 12', selected: true }).waitFor();
    await page.getByRole('button', { name: 'CSV', exact: true }).click();
    const file = await soon(page, 'the numbers', async () => posted.find(({ type }) => type === 'saveFile'));
    assert.ok(file?.type === 'saveFile');
    assert.equal(file.name, 'circles layers.csv');
    const [head, row] = Buffer.from(Object.values(file.bytes)).toString().split('\r\n');
    assert.match(head!, /^layer,type,shape,parameters,activation,units,dead,.*,rules$/);
    assert.match(row!, /^output,dense,1,13,sigmoid,1,,/);
    await page.close();
  });

  it('walks by keyboard through the table of hundreds of layers, of which it makes those near what is seen', async () => {
    const { page, send } = await designer(browser);
    const layers = Array.from({ length: 300 }, (_, i) => ({ id: `h${i}`, type: 'dense', units: 2 }));
    const output = network.layers[2]!;
    await send({ type: 'document', text: JSON.stringify({ ...network, layers: [...layers, output] }), version: 2 });
    await page.getByRole('tab', { name: 'Layers' }).click();
    const table = page.getByRole('table', { name: 'Health of the layers' });
    const row = (name: string) => table.getByRole('button', { name, exact: true });
    await table.getByRole('columnheader', { name: 'Layer', exact: true }).getByRole('button').click();
    await row('h0').focus();
    assert.equal(await table.getAttribute('aria-rowcount'), '302');
    const focused = (name: string) => page.locator('.layer-table button:focus', { hasText: name }).waitFor();
    for (const [key, name] of [
      ['End', 'output'],
      ['ArrowUp', 'h299'],
      ['Home', 'h0'],
    ] as const) {
      await page.keyboard.press(key);
      await focused(name);
    }
    for (let i = 0; i < 40; i++) await page.keyboard.press('ArrowDown');
    await focused('h40');
    assert.ok((await table.getByRole('row').count()) < 45);
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'h40, dense, 2', selected: true }).waitFor();
    // A row that is scrolled far away leaves the keyboard in the table.
    await page.locator('.layers-figure .table-scroll').evaluate((scroll) => scroll.scrollTo(0, 5000));
    await page.locator('.layers-figure .table-scroll:focus').waitFor();
    await page.close();
  });

  it('stands still where the system asks for less motion', async () => {
    const { page } = await designer(browser, { reducedMotion: 'reduce' });
    await train(page);
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .filter(({ playState }) => playState === 'running')
        .map((animation) => String((animation.effect as KeyframeEffect | null)?.target?.className)),
    );
    assert.deepEqual(moving, []);
    await page.close();
  });

  it('changes nothing by Ctrl+S, whatever has the focus', async () => {
    const { page, posted, send } = await designer(browser);
    const values = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLInputElement>('input, select, vscode-checkbox')].map(
          ({ value, checked }) => `${value} ${checked}`,
        ),
      );
    for (const selected of ['Data: circles', 'Loss and training', undefined]) {
      if (selected) await page.getByRole('button', { name: selected }).click();
      else await page.getByRole('option', { name: 'hidden, dense, 12' }).click();
      await page.waitForTimeout(50);
      const before = await values();
      for (const field of await page.locator('input, select, vscode-checkbox, vscode-button, [role=tab]').all()) {
        if (!(await field.isEnabled())) continue;
        await field.focus();
        await page.keyboard.press('Control+s');
      }
      assert.deepEqual(await values(), before, selected ?? 'a layer');
      assert.ok(before.length > 8);
    }
    const edits = () => posted.flatMap(({ type }) => (type === 'edit' || type === 'save' ? [type] : []));
    assert.deepEqual(edits(), []);
    // What is typed and not entered yet is meant, too; Escape takes it back, and goes back to the layer.
    const units = page.getByRole('spinbutton', { name: 'Units' });
    await units.fill('9');
    await units.press('Control+s');
    await page.getByRole('option', { name: 'hidden, dense, 9' }).waitFor();
    assert.deepEqual(edits(), ['edit', 'save']);
    await units.fill('8');
    await units.press('Escape');
    assert.equal(await units.inputValue(), '9');
    await units.press('Escape');
    assert.deepEqual(edits(), ['edit', 'save']);
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'hidden, dense, 9');
    // Nor does a file that is asked for and not chosen: the list goes on saying what the source is.
    await page.getByRole('button', { name: 'Data: circles' }).click();
    const source = page.getByRole('combobox', { name: 'Source' });
    const choose = async (path?: string) => {
      await source.selectOption('file');
      await page.waitForTimeout(100);
      assert.equal(await source.inputValue(), 'circles');
      const question = posted.filter(({ type }) => type === 'chooseFile').at(-1) as { request: number };
      await send({ type: 'chosen', request: question.request, ...(path ? { path } : {}) });
      await page.waitForTimeout(100);
    };
    await choose();
    assert.deepEqual([edits(), await source.inputValue()], [['edit', 'save'], 'circles']);
    await choose('iris.csv');
    await page.getByRole('textbox', { name: 'Path' }).waitFor();
    assert.deepEqual([edits(), await source.inputValue()], [['edit', 'save', 'edit'], 'file']);
    assert.deepEqual(await unreachable(page), [], 'the fields of a file');
    await page.close();
  });

  it('opens the help of a field by the keyboard, source included, and closes it again', async () => {
    const { page } = await designer(browser);
    const sign = page.getByRole('button', { name: 'Help for Initial weights' });
    await page.getByRole('combobox', { name: 'Activation' }).focus();
    for (let i = 0; i < 8 && !(await sign.evaluate((element) => element === document.activeElement)); i++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const note = page.getByRole('note').filter({ hasText: 'Where the kernel starts.' });
    await note.waitFor();
    assert.match((await note.textContent()) ?? '', /Glorot & Bengio 2010[^]*He, Zhang, Ren & Sun 2015/);
    assert.equal(await sign.getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('Enter');
    await note.waitFor({ state: 'detached' });
    await page.close();
  });

  it('hands layers on as JSON through the system’s clipboard, to another designer and to a text', async () => {
    const [one, other] = [await designer(browser), await designer(browser)];
    const ids = (page: Page) =>
      page
        .getByRole('listbox', { name: 'Layers' })
        .getByRole('option')
        .evaluateAll((all) => all.map((option) => option.getAttribute('aria-label')?.split(',')[0]));
    await one.page.bringToFront();
    await one.page.keyboard.press('Shift+ArrowLeft');
    await one.page.keyboard.press('Control+x');
    await one.page.getByRole('option', { name: 'first, dense, 12' }).waitFor({ state: 'detached' });
    assert.deepEqual(await ids(one.page), ['output']);
    await other.page.bringToFront();
    await other.page.keyboard.press('Control+v');
    await other.page.getByRole('option', { name: 'dense_1, dense, 12' }).waitFor({ state: 'attached' });
    // Their names are taken there.
    assert.deepEqual(await ids(other.page), ['first', 'hidden', 'dense', 'dense_1', 'output']);
    const text = await browser.newPage();
    await text.setContent('<textarea></textarea>');
    await text.locator('textarea').focus();
    await text.keyboard.press('Control+v');
    const pasted = JSON.parse(await text.locator('textarea').inputValue());
    assert.deepEqual(pasted, network.layers.slice(0, 2));
    for (const { page } of [one, other, { page: text }]) await page.close();
  });

  it('hands a chart to be saved as a picture and as numbers', async () => {
    const { page, posted, send } = await designer(browser);
    await train(page);
    await page.getByRole('tab', { name: 'Loss' }).click();
    const saved = async (kind: string) => {
      const before = posted.length;
      await page.getByRole('button', { name: kind, exact: true }).click();
      for (let i = 0; i < 50; i++) {
        const message = posted.slice(before).find(({ type }) => type === 'saveFile');
        if (message?.type === 'saveFile')
          return { name: message.name, bytes: Buffer.from(Object.values(message.bytes)) };
        await page.waitForTimeout(50);
      }
      throw new Error(`no ${kind} came`);
    };
    const picture = await saved('PNG');
    assert.equal(picture.name, 'circles loss.png');
    assert.equal(picture.bytes.subarray(1, 4).toString(), 'PNG');
    const numbers = await saved('CSV');
    assert.equal(numbers.name, 'circles loss.csv');
    const [head, first] = numbers.bytes.toString().split('\r\n');
    assert.equal(head, 'step,train,validation');
    assert.match(first ?? '', /^\d+,/);
    // Of classes, the confusion matrix as it is on the screen, with the words beside it.
    const output = { id: 'output', type: 'dense', units: 10, activation: 'softmax' };
    const digits = {
      ...network,
      training: { epochs: 3 },
      data: { source: 'glyphs', samples: 200 },
      layers: [{ id: 'flat', type: 'flatten' }, output],
    };
    await send({ type: 'document', text: JSON.stringify(digits), version: 2 });
    await page.getByRole('option', { name: /^output, dense, 10/ }).click();
    await train(page);
    await page.getByRole('tab', { name: 'Output' }).click();
    await page.locator('.look-main canvas').waitFor();
    await page.getByText('completed', { exact: true }).waitFor();
    await page.waitForTimeout(300);
    const { bytes } = await saved('PNG');
    const same = await page.evaluate(async (base64) => {
      const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
      const figure = document.querySelector('.look-figure')!.getBoundingClientRect();
      const canvas = document.querySelector<HTMLCanvasElement>('.look-main canvas')!;
      const [saved, shown, words] = [
        [canvas, picture, 0, 0] as const,
        [
          canvas,
          canvas,
          canvas.getBoundingClientRect().left - figure.left,
          canvas.getBoundingClientRect().top - figure.top,
        ] as const,
        [document.querySelector('.worst li .small')!, picture, 0, 0] as const,
      ].map(([of, from, x, y]) => {
        const { left, top, width, height } = of.getBoundingClientRect();
        const part = Object.assign(document.createElement('canvas'), { width, height });
        const g = part.getContext('2d')!;
        g.translate(Math.round(figure.left - left), Math.round(figure.top - top));
        g.drawImage(from, x, y);
        return [...g.getImageData(0, 0, width, height).data];
      });
      const opaque = shown!.flatMap((value, i) => (i % 4 === 3 && value === 255 ? [i - 3, i - 2, i - 1] : []));
      return {
        matrix: opaque.filter((i) => Math.abs(saved![i]! - shown![i]!) < 40).length / opaque.length,
        opaque: opaque.length,
        colours: new Set(words!.flatMap((value, i) => (i % 4 === 0 ? [value] : []))).size,
      };
    }, bytes.toString('base64'));
    assert.ok(same.opaque > 10_000 && same.matrix > 0.9 && same.colours > 4, JSON.stringify(same));
    await page.close();
  });
});
