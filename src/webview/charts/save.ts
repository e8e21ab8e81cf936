import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { Panel } from '../store.ts';
import type { FigureName, TabName } from '../view.ts';
import { css, theme } from '../theme.ts';
import type { Line } from './plot.ts';

/** A chart's numbers by step, unrounded; what was not measured is empty. */
export const csv = (steps: readonly number[], lines: readonly Line[]): string =>
  csvOf([
    ['step', ...lines.map(({ label }) => label)],
    ...steps.map((step, i) => [step, ...lines.map(({ values }) => values[i] ?? null)]),
  ]);

/** Rows as RFC 4180 has them; null is empty. */
export const csvOf = (rows: readonly (readonly (string | number | null)[])[]): string =>
  rows.map((row) => `${row.map((value) => quoted(String(value ?? ''))).join(',')}\r\n`).join('');

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What a figure is saved as, but for the kind of file. */
const fileName = (panel: Panel, name: TabName): string =>
  `${panel.fileName.replace(/\.nn\.json$/i, '')} ${name.toLowerCase()}`.replace(/[^\w .-]+/g, '-').slice(0, 70);

/** Buttons that save a figure's picture, while it is one, and, where there are some, its numbers. */
export const saveButtons = (panel: Panel, name: FigureName, numbers?: () => string): TemplateResult => {
  const picture = html`<button
    class="toggle"
    title=${l10n.t('Save the picture as PNG')}
    @click=${(event: Event) => void savePicture(panel, `${fileName(panel, name)}.png`, event)}
  >
    PNG
  </button>`;
  return html`${panel.view.tables.has(name) ? nothing : picture}${numbers ? csvButton(panel, name, numbers) : nothing}`;
};

/** A button that saves a figure's numbers. */
export const csvButton = (panel: Panel, name: TabName, numbers: () => string): TemplateResult =>
  html`<button
    class="toggle"
    title=${l10n.t('Save the numbers as CSV')}
    @click=${() => panel.saveFile(`${fileName(panel, name)}.csv`, new TextEncoder().encode(numbers()))}
  >
    CSV
  </button>`;

/** All canvases of the figure as they stand, on the panel's background. */
async function savePicture(panel: Panel, name: string, { currentTarget }: Event): Promise<void> {
  const figure = (currentTarget as Element).closest('figure');
  const drawn = [...(figure?.querySelectorAll('canvas') ?? [])].filter(({ width }) => width > 0);
  if (!figure || drawn.length === 0) return;
  const ratio = devicePixelRatio;
  const frame = figure.getBoundingClientRect();
  const canvas = new OffscreenCanvas(Math.round(frame.width * ratio), Math.round(frame.height * ratio));
  const g = canvas.getContext('2d');
  if (!g) return;
  g.fillStyle = css(theme().side);
  g.fillRect(0, 0, canvas.width, canvas.height);
  for (const part of drawn) {
    const box = part.getBoundingClientRect();
    g.drawImage(
      part,
      (box.left - frame.left) * ratio,
      (box.top - frame.top) * ratio,
      box.width * ratio,
      box.height * ratio,
    );
  }
  drawWords(g, figure, frame, ratio);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  panel.saveFile(name, new Uint8Array(await blob.arrayBuffer()));
}

/** What is words on the page is words in the picture, but for buttons and what only a screen reader hears. */
function drawWords(g: OffscreenCanvasRenderingContext2D, figure: Element, frame: DOMRect, ratio: number): void {
  g.textBaseline = 'middle';
  const walker = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { parentElement: parent, textContent } = node;
    const text = textContent?.trim().replace(/\s+/g, ' ');
    if (!parent || !text || parent.closest('button, select, .visually-hidden')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    // Over several lines it is drawn in one, as narrow as it has to be.
    const box = range.getBoundingClientRect();
    if (box.width === 0 || box.bottom > frame.bottom) continue;
    const { fontWeight, fontSize, fontFamily, color } = getComputedStyle(parent);
    g.font = `${fontWeight} ${parseFloat(fontSize) * ratio}px ${fontFamily}`;
    g.fillStyle = color;
    const [x, y] = [box.left - frame.left, box.top + box.height / 2 - frame.top];
    g.fillText(text, x * ratio, y * ratio, (frame.width - x) * ratio);
  }
}
