/** Pictures of the workbench: kept under `.cache/screenshots` for looking at, and in the documents on request. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { changeSettings, root } from './index.ts';

/** Theme names as the setting takes them, and the class that VS Code puts on the workbench. */
const themes = {
  'Default Dark Modern': 'vs-dark',
  'Default Light Modern': 'vs',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
} as const;

export type Theme = keyof typeof themes;

export const themeNames = Object.keys(themes) as Theme[];

/** Switches the colour theme by its setting and waits until it is on. */
export async function setTheme(page: Page, theme: Theme): Promise<void> {
  const shown = page.locator(`.monaco-workbench.${themes[theme]}`);
  for (let attempt = 0; ; attempt++) {
    await changeSettings(page, {
      'workbench.colorTheme': theme,
      'window.autoDetectColorScheme': false,
      'window.autoDetectHighContrast': false,
    });
    try {
      return await shown.waitFor({ timeout: 4000 });
    } catch (error) {
      if (attempt === 5) throw error; // a watched file's change is now and then not noticed: written again, it is
    }
  }
}

export interface ScreenshotOptions {
  theme?: Theme;
  width?: number;
  height?: number;
  /** One of the documents' pictures: `npm test -- --update-docs` renews it in `media/screenshots`. */
  docs?: boolean;
}

/** Takes a picture of the whole window. Returns the file. */
export async function screenshot(
  page: Page,
  name: string,
  { theme, width, height, docs = false }: ScreenshotOptions = {},
): Promise<string> {
  const size = page.viewportSize();
  if (width || height)
    await page.setViewportSize({ width: width ?? size?.width ?? 1280, height: height ?? size?.height ?? 800 });
  if (theme) await setTheme(page, theme);
  await page.waitForTimeout(300); // the layout and colours of nested webviews follow a few frames later
  const file = path.join(root, '.cache', 'screenshots', `${name}.png`);
  await page.screenshot({ path: file });
  if (docs && process.env['RECTIFIER_UPDATE_DOCS']) {
    const folder = path.join(root, 'media', 'screenshots');
    await fs.mkdir(folder, { recursive: true });
    await fs.copyFile(file, path.join(folder, `${name}.png`));
  }
  return file;
}
