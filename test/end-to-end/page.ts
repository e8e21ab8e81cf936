import fs from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { browserArguments, installBrowser } from '../../scripts/browser.mjs';
import { applyEdits } from '../../src/engine/spec/edit.ts';
import type { FirstText, FromWebview, Sketch, ToWebview } from '../../src/webview/hostProtocol.ts';
import type { FromRuns, ToRuns } from '../../src/webview/runs/hostProtocol.ts';
import { root } from '../workbench/index.ts';

/** Never asked for over a network: what counts as this machine may use all of the browser's features. */
const address = 'http://localhost/panel';

/** As much of a theme as what is drawn depends on in size. */
const theme = '--vscode-font-family: sans-serif; --vscode-foreground: #ccc; --vscode-editor-background: #1f1f1f';

/** A browser for pages of ours without a workbench around them: seconds cheaper, where the workbench does not matter. */
export const openBrowser = async (): Promise<Browser> =>
  chromium.launch({ executablePath: await installBrowser(), args: browserArguments() });

/**
 * A page of the panel as `npm run build` left it, and a host that does what it is asked to with a text of its own. `bundle` stands where
 * the extension host puts translations, `first` the text the page is written with. With a `sketch` the program comes when `release` is called: until then
 * there is the first picture.
 */
export async function openPage(
  browser: Browser,
  kind: 'designer' | 'runs',
  {
    bundle,
    first,
    sketch,
    ...options
  }: BrowserContextOptions & { bundle?: object; first?: FirstText; sketch?: Sketch | undefined } = {},
): Promise<{
  page: Page;
  posted: (FromWebview | FromRuns)[];
  send: (message: ToWebview | ToRuns) => Promise<void>;
  release: () => void;
}> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  const read = (name: string) => fs.readFile(path.join(root, 'dist', name), 'utf8');
  const names = ['webview.js', 'webview.css', 'worker.js', 'firstPicture.js'];
  const [script, style, worker, picture] = await Promise.all(names.map(read));
  const json = (id: string, value: object | undefined) =>
    value ? `<script type="application/json" id="${id}">${JSON.stringify(value)}</script>` : '';
  const html = `<!DOCTYPE html><html lang="en" style="${theme}"><head><meta charset="UTF-8"><title>Panel</title><style>${style}</style></head>
    <body data-page="${kind}" data-worker="${address}/worker.js" data-program="${address}/webview.js">
    <script>const host = { postMessage: (message) => posted(message), getState() {}, setState() {} }; globalThis.acquireVsCodeApi = () => host;</script>
    ${json('bundle', bundle)}${json('first', first)}${json('sketch', sketch)}${sketch ? `<script>${picture}</script>` : ''}</body></html>`;
  await page.route(`${address}**`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.route(`${address}/worker.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: worker! }));
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(`${address}/webview.js`, async (route) => {
    await released;
    await route.fulfill({ contentType: 'text/javascript', body: script! });
  });
  const posted: (FromWebview | FromRuns)[] = [];
  const send = (message: ToWebview | ToRuns) => page.evaluate((data) => window.postMessage(data, '*'), message);
  let text = '';
  let version = 1;
  await page.exposeFunction('posted', async (message: FromWebview | FromRuns) => {
    posted.push(message);
    if (message.type !== 'edit') return;
    text = applyEdits(text, message.edits);
    await send({ type: 'document', text, version: ++version });
  });
  await page.goto(address);
  if (!sketch) await page.addScriptTag({ content: script! });
  return {
    page,
    posted,
    release,
    async send(message) {
      if (message.type === 'init' || message.type === 'document') ({ text, version } = message);
      await send(message);
    },
  };
}
