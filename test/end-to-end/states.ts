import fs from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { root, runCommand, webviewFrame } from '../workbench/index.ts';
import { screenshot, setTheme, type Theme } from '../workbench/screenshots.ts';
import { Panel } from './panel.ts';

/** One state of the panel: the file it is of, what is done to get there, and what its pictures show. */
export interface State {
  readonly name: string;
  readonly file: string;
  readonly shows: string;
  readonly reach?: (panel: Panel) => Promise<void>;
}

const dense = (id: string, more: object = {}) => ({ id, type: 'dense', units: 64, ...more });
const sigmoid = { id: 'output', type: 'dense', units: 1, activation: 'sigmoid', weights: 'glorot_uniform' };
const deep = (count: number, epochs: number) => ({
  version: 1,
  data: { source: 'circles', samples: 400 },
  layers: [...Array.from({ length: count }, (_, i) => dense(`hidden${i + 1}`)), sigmoid],
  training: { optimizer: { name: 'sgd', learningRate: 0.01 }, epochs },
});
const circles = {
  version: 1,
  seed: 1,
  data: { source: 'circles' },
  layers: [dense('hidden', { units: 50 }), sigmoid],
  training: { optimizer: { name: 'sgd', learningRate: 0.05 }, epochs: 300 },
};
const dying = {
  version: 1,
  data: { source: 'circles', scale: { method: 'minmax', range: [-1, 1] } },
  layers: [dense('hidden1'), dense('hidden2'), sigmoid],
  training: { optimizer: { name: 'sgd', learningRate: 3 }, batchSize: 32, epochs: 60 },
};

/** Files of the states, beside the samples. */
export const stateFiles: Readonly<Record<string, string>> = {
  'dying.nn.json': JSON.stringify(dying, null, 2),
  'deep.nn.json': JSON.stringify(deep(20, 12), null, 2),
  'hundred.nn.json': JSON.stringify(deep(100, 3), null, 2),
  'problem.nn.json': JSON.stringify({ ...dying, layers: [dense('hidden', { units: -5 }), sigmoid] }, null, 2),
  'empty.nn.json': '',
  'circles.nn.json': JSON.stringify(circles, null, 2),
  'running.nn.json': JSON.stringify({ ...deep(6, 1_000_000), seed: 1 }, null, 2),
  'none.nn.json': JSON.stringify({ version: 1, data: { source: 'moons' }, layers: [] }, null, 2),
};

const train = async (panel: Panel) => {
  await panel.button('Train').click();
  await panel.statusLike(/^(Completed|Diverged)/, 180_000);
};
const tab = (name: string) => (panel: Panel) => panel.frame.getByRole('tab', { name, exact: true }).click();

const runsPage = (page: Page) => webviewFrame(page, () => document.querySelector('.runs') !== null);
const seedsOf = async (sweep: Locator, count: number) => {
  const seeds = sweep.getByRole('spinbutton', { name: 'Seeds' });
  await seeds.fill(String(count));
  await seeds.press('Enter');
};

export const states: readonly State[] = [
  { name: 'opened', file: 'digits-cnn.nn.json', shows: 'A network before its first run.' },
  {
    name: 'palette',
    file: 'digits-cnn.nn.json',
    shows: 'The palette of layers, at the end.',
    reach: (panel) => panel.button('Add layer').click(),
  },
  {
    name: 'trained',
    file: 'digits-cnn.nn.json',
    shows: 'After a run: curves, confusion matrix, feature maps, the selected layer’s units.',
    async reach(panel) {
      await panel.page.keyboard.press('Escape');
      await train(panel);
      await panel.layer(/^dense1,/).click();
    },
  },
  {
    name: 'output',
    file: 'digits-cnn.nn.json',
    shows: 'What the network answers, and its surest mistakes.',
    reach: tab('Output'),
  },
  { name: 'unit', file: 'digits-cnn.nn.json', shows: 'What one unit looks for.', reach: tab('Unit') },
  {
    name: 'table',
    file: 'digits-cnn.nn.json',
    shows: 'A chart’s numbers as a table.',
    async reach(panel) {
      await tab('Overview')(panel);
      await panel.table('Loss');
    },
  },
  {
    name: 'dying',
    file: 'dying.nn.json',
    shows: 'Units that died, the problems they are, and their fixes.',
    async reach(panel) {
      await train(panel);
      await panel.layer(/^hidden2,/).click();
    },
  },
  {
    name: 'autopsy',
    file: 'dying.nn.json',
    shows: 'Why a unit died: the step, and what moved it.',
    async reach(panel) {
      await panel.frame
        .getByRole('gridcell', { name: /dead since steps/ })
        .first()
        .focus();
      await panel.page.keyboard.press('Enter');
      await panel.frame.locator('.autopsy canvas').first().waitFor();
    },
  },
  {
    name: 'compared',
    file: 'dying.nn.json',
    shows: 'A fix made and trained again, beside the run before.',
    async reach(panel) {
      const again = panel.frame.getByRole('list', { name: 'Problems' }).getByRole('button', { name: /again|Train/i });
      await again.first().click();
      await panel.statusLike(/^Completed/, 120_000);
    },
  },
  {
    name: 'deep',
    file: 'deep.nn.json',
    shows: 'Twenty layers: a strip each, the selected one open; charts by layer become heat maps.',
    async reach(panel) {
      await train(panel);
      await panel.layer(/^hidden8,/).click();
    },
  },
  {
    name: 'folded',
    file: 'deep.nn.json',
    shows: 'The same with equal layers folded to one card.',
    reach: (panel) => panel.button('Fold equal layers').click(),
  },
  {
    name: 'actual-size',
    file: 'deep.nn.json',
    shows: 'The same in full size, with the overview below.',
    async reach(panel) {
      await panel.button('Fold equal layers').click();
      await panel.button('Actual size').click();
    },
  },
  {
    name: 'hundred',
    file: 'hundred.nn.json',
    shows: 'A hundred layers, a column each.',
    async reach(panel) {
      await train(panel);
      await panel.layer(/^hidden40,/).click();
    },
  },
  {
    name: 'layers',
    file: 'hundred.nn.json',
    shows: 'All layers in a table, those with problems first.',
    async reach(panel) {
      const rate = panel.frame.getByRole('spinbutton', { name: 'Learning rate' });
      await rate.fill('0.3');
      await rate.press('Enter');
      await train(panel);
      await panel.button('Keep run 2').click();
      await tab('Layers')(panel);
      await panel.figure('Layers').getByRole('row').nth(3).click();
    },
  },
  {
    name: 'problem',
    file: 'problem.nn.json',
    shows: 'A file with an error: the last drawing stays, or none; the error names place and remedy.',
  },
  { name: 'no-layers', file: 'none.nn.json', shows: 'A network without layers.' },
  { name: 'empty', file: 'empty.nn.json', shows: 'An empty file: templates and samples.' },
  {
    name: 'training',
    file: 'running.nn.json',
    shows: 'A run under way.',
    async reach(panel) {
      await panel.button('Train').click();
      await panel.layer(/^hidden3,/).click();
      await panel.statusLike(/^Epoch \d{3}/);
    },
  },
  {
    name: 'runs',
    file: 'circles.nn.json',
    shows: 'Compare Runs: two networks, one of them with two seeds, laid over each other.',
    async reach(panel) {
      await panel.layer(/^hidden,/).click();
      await train(panel);
      await panel.inspector().getByRole('combobox', { name: 'Activation' }).selectOption('tanh');
      await train(panel);
      const seed = panel.frame.getByRole('spinbutton', { name: 'Seed' });
      await seed.fill('2');
      await seed.press('Enter');
      await train(panel);
      await runCommand(panel.page, 'Rectifier: Compare Runs');
      await (await runsPage(panel.page)).getByRole('figure', { name: 'Loss' }).locator('canvas').waitFor();
    },
  },
  {
    name: 'swept',
    file: 'circles.nn.json',
    shows: 'A sweep that is done: a small chart and a row for each combination.',
    async reach({ page }) {
      const frame = await runsPage(page);
      await frame.getByRole('button', { name: 'Sweep…' }).click();
      const sweep = frame.getByRole('region', { name: 'Sweep' });
      for (const name of ['he_normal', 'glorot_normal', 'orthogonal']) await sweep.getByLabel(name).check();
      const rates = sweep.getByRole('textbox', { name: 'Learning rates' });
      await rates.fill('0.01, 0.1');
      await rates.press('Enter');
      await seedsOf(sweep, 3);
      await sweep.getByRole('button', { name: 'Start Sweep' }).click();
      await sweep.getByRole('status').filter({ hasText: '18 runs, 18 of them recorded' }).waitFor();
    },
  },
  {
    name: 'sweeping',
    file: 'circles.nn.json',
    shows: 'A sweep under way, which went on where there were runs already.',
    async reach({ page }) {
      const sweep = (await runsPage(page)).getByRole('region', { name: 'Sweep' });
      await seedsOf(sweep, 25);
      await sweep.getByRole('button', { name: 'Go On' }).click();
      await sweep.getByRole('button', { name: 'Cancel' }).waitFor();
    },
  },
];

const sizes = [
  { width: 1280, height: 800 },
  { width: 760, height: 700 },
] as const;
const themes: Readonly<Record<string, Theme>> = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
};

/** Opens a file by its name in the designer. */
export async function openFile(page: Page, name: string): Promise<Panel> {
  // What a state changed is saved, so that nothing asks.
  await page.keyboard.press('Control+s');
  await page.waitForTimeout(500);
  await runCommand(page, 'View: Close All Editors');
  const shown = () => document.querySelector('.app') !== null;
  for (let attempt = 0; ; attempt++) {
    await runCommand(page, 'Go to File...');
    await page.locator('.quick-input-widget input').first().fill(name);
    await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
    await page.waitForTimeout(300);
    await page.keyboard.press('Enter');
    const found = await webviewFrame(page, shown, 15_000)
      .catch(async () => {
        // What the workbench opened before it had found the extension, as text, it opens so again.
        await runCommand(page, 'Rectifier: Open in Designer');
        return webviewFrame(page, shown, 15_000);
      })
      .catch((error: unknown) => error);
    if (!(found instanceof Error)) break;
    if (attempt === 2) throw new Error(`${found.message}; see ${await screenshot(page, 'no-state')}`);
  }
  return Panel.find(page, shown);
}

/** Pictures of what is on the screen, in each theme and size, small enough to keep: `docs/states/<name>-<theme>-<width>.webp`. */
export async function takePictures(page: Page, name: string): Promise<void> {
  const folder = path.join(root, 'docs', 'states');
  await fs.mkdir(folder, { recursive: true });
  const session = await page.context().newCDPSession(page);
  await page.mouse.move(640, 0);
  for (const [kind, theme] of Object.entries(themes)) {
    await setTheme(page, theme);
    for (const { width, height } of sizes) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(700); // charts are drawn one a frame, and the layout of nested pages follows later
      const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 16 });
      await fs.writeFile(path.join(folder, `${name}-${kind}-${width}.webp`), Buffer.from(data, 'base64'));
    }
  }
  await page.setViewportSize(sizes[0]);
  await session.detach();
}

/** The page that shows them all. */
export async function writeIndex(): Promise<void> {
  const picture = (name: string, kind: string, width: number) =>
    `[${kind} ${width}](states/${name}-${kind}-${width}.webp)`;
  const parts = states.map(({ name, shows }) => {
    const links = Object.keys(themes).flatMap((kind) => sizes.map(({ width }) => picture(name, kind, width)));
    return `## ${name}\n\n${shows}\n\n![${name}](states/${name}-dark-1280.webp)\n\n${links.join(' · ')}\n`;
  });
  const head =
    '# Every state of the panel\n\nMade by `npm test -- --only end-to-end --update-docs`: dark, light and high contrast, 1280 × 800 and 760 × 700.\n';
  await fs.writeFile(path.join(root, 'docs', 'states.md'), [head, ...parts].join('\n'));
}
