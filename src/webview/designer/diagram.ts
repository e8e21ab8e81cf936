import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { styled } from '../styled.ts';
import { button } from '../controls.ts';
import type { DrawnLayer, Drawing } from '../document.ts';
import { compact, count, short, shortId } from '../format.ts';
import { icon } from '../icons.ts';
import { painted } from '../painted.ts';
import type { Panel } from '../store.ts';
import { inputCard, layerCard, lossCard, nearView, type Standing } from './card.ts';
import { dropMark } from './drag.ts';
import { drawFlow, ribbonPoints } from './flow.ts';
import { foldCard } from './foldCard.ts';
import { foldAt, foldedOf, foldsOf, toggleFolds, type Fold } from './folds.ts';
import { diagramClipboard, diagramKey } from './keys.ts';
import { layOut, type CardKind, type Layout, type Skip } from './layout.ts';
import { legend } from './legend.ts';
import { overview, toggleActual } from './overview.ts';
import { unitGrid, unitTip } from './unitGrid.ts';

export const hasUnits = ({ row }: DrawnLayer): boolean => row.unitsField !== undefined || 'activation' in row.fields;

function kindOf(layer: DrawnLayer): CardKind {
  if (hasUnits(layer)) return 'units';
  return Object.values(layer.row.fields).some(({ control }) => control === 'size') ? 'plain' : 'slim';
}

let last: { readonly of: readonly unknown[]; readonly layout: Layout } | undefined;

/** Where everything stands in the room there is: the very same layout as long as nothing it depends on changes. */
export function layoutOf(panel: Panel, drawing: Drawing, room: { width: number; height: number }): Layout {
  const { folded, opened, actual } = panel.view;
  const selected = panel.selectedLayer?.index ?? -1;
  const of = [drawing, room.width, room.height, selected, folded, opened, actual];
  if (last && of.every((value, i) => value === last?.of[i])) return last.layout;
  const { layers } = drawing;
  const kinds = layers.map(kindOf);
  last = { of, layout: layOut({ kinds, selected, skips: skipsOf(layers), folds: foldedOf(panel), actual, ...room }) };
  return last.layout;
}

/** Connections from others than the layer before. */
function skipsOf(layers: readonly DrawnLayer[]): Skip[] {
  const places = new Map([['input', -1], ...layers.map(({ layer, index }) => [layer.id, index] as const)]);
  return layers.flatMap(({ layer, index }) =>
    layer.inputs.flatMap((id) => {
      const from = places.get(id);
      return from === undefined || from >= index - 1 ? [] : [{ from, to: index }];
    }),
  );
}

/** The network from left to right: forward on top, the gradient's way back below. Without `details` what is seen of it. */
export function diagram(
  panel: Panel,
  drawing: Drawing,
  room: { width: number; height: number } | undefined,
  details: boolean,
): TemplateResult {
  const selected = panel.selectedLayer?.index ?? -1;
  const layout = room && layoutOf(panel, drawing, room);
  return html`<main class="diagram" aria-label=${l10n.t('Network')}>
    ${head(panel, drawing, layout)}
    <div
      class="diagram-scroll"
      id="diagram-scroll"
      @scroll=${(event: Event) => {
        panel.view.scrolled = (event.currentTarget as HTMLElement).scrollLeft;
        panel.changed();
      }}
    >
      ${layout && drawing.layers.length === 0 ? noLayers() : nothing}
      ${layout ? strip(panel, drawing, layout, selected, details) : nothing}
    </div>
    ${layout ? overview(panel, drawing, layout, room.width) : nothing} ${legend(panel.training.run?.drawing ?? drawing)}
  </main>`;
}

function head(panel: Panel, drawing: Drawing, layout: Layout | undefined): TemplateResult {
  const { network, layers, graph } = drawing;
  const { view } = panel;
  const depth = layers.length === 1 ? l10n.t('1 layer') : l10n.t('{0} layers', count(layers.length));
  const size = graph
    ? [
        depth,
        l10n.t('{0} parameters', count(graph.parameterCount)),
        l10n.t('{0} multiply-adds', short(graph.multiplyAdds)),
      ]
    : [depth];
  return html`<div class="head">
    <h1 title=${network.name || panel.fileName}>${network.name || panel.fileName}</h1>
    <span class="secondary small" title=${size.join(' · ')}>${size.join(' · ')}</span><span class="grow"></span>
    ${headToggle(
      l10n.t('Defaults'),
      l10n.t('The network’s name, the defaults of its layers, and what a run must show'),
      view.selection === 'network' && view.inspector,
      () => panel.show(view.selection === 'network' ? { index: 0 } : 'network'),
    )}
    ${
      foldsOf(drawing).length > 0
        ? headToggle(l10n.t('Fold equal layers'), l10n.t('Fold equal layers (F)'), view.folded, () =>
            toggleFolds(panel),
          )
        : nothing
    }
    ${
      view.actual || (layout && layout.level !== 'L')
        ? headToggle(l10n.t('Actual size'), l10n.t('Actual size (Z)'), view.actual, () => toggleActual(panel))
        : nothing
    }
    ${button({
      content: html`${icon('plus')}${l10n.t('Add layer')}`,
      class: 'compact',
      title: l10n.t('Add a layer at the end'),
      disabled: !panel.editable,
      click: (event) => panel.openPalette(layers.length, event.currentTarget as HTMLElement),
    })}
  </div>`;
}

const headToggle = (name: string, title: string, pressed: boolean, click: () => void): TemplateResult =>
  html`<button class="toggle" aria-pressed=${pressed} title=${title} @click=${click}>${name}</button>`;

const noLayers = () =>
  html`<p class="hint centred">
    ${l10n.t('No layers yet. “Add layer” puts the first one between the data and the loss.')}
  </p>`;

function strip(panel: Panel, drawing: Drawing, layout: Layout, selected: number, details: boolean): TemplateResult {
  const { layers } = drawing;
  const size = { width: `${layout.width}px`, height: `${layout.height}px` };
  const run = panel.training.run;
  const points = ribbonPoints(drawing, layout, run, (drawn) => panel.before(drawn));
  // Not every layer reads the one before it; the loss does.
  const reads = [
    ...layers.map(({ layer, index }) => layer.inputs.includes(layers[index - 1]?.layer.id ?? 'input')),
    true,
  ];
  const seen = seenOf(panel, layout);
  return html`<div
    class="strip level-${layout.level} ${layout.low ? 'low' : ''} ${layout.flat ? 'flat' : ''} ${layout.thin ? 'thin' : ''}"
    style=${styled(size)}
  >
    <canvas
      class="flow"
      aria-hidden="true"
      style=${styled({ left: `${seen.from}px` })}
      ${painted(
        seen.to - seen.from,
        layout.height,
        (g, theme) => {
          g.translate(-seen.from, 0);
          drawFlow(g, theme, layout, points, reads);
        },
        [layout, seen.from, reads.join(), points.map(({ norm }) => norm).join()],
      )}
    ></canvas>
    ${inputCard(panel, drawing, layout)}
    <div
      class="cards"
      role="listbox"
      aria-label=${l10n.t('Layers')}
      aria-orientation="horizontal"
      aria-multiselectable="true"
      style=${styled(listPlace(layout))}
      tabindex="-1"
      @keydown=${(event: KeyboardEvent) => diagramKey(panel, event)}
      @copy=${(event: ClipboardEvent) => diagramClipboard(panel, event)}
      @cut=${(event: ClipboardEvent) => diagramClipboard(panel, event)}
      @paste=${(event: ClipboardEvent) => diagramClipboard(panel, event)}
    >
      ${repeat(
        standing(panel, layers, layout),
        ({ layer }) => layer.layer.id,
        ({ layer, fold, ...stands }) =>
          fold ? foldCard(panel, layers, fold, layout, stands) : layerCard(panel, layer, layout, stands),
      )}
    </div>
    ${lossCard(panel, drawing, layout)} ${shapes(drawing, layout)} ${details ? inserts(panel, layers, layout) : nothing}
    ${points.map(({ x, norm, index }) =>
      index === undefined || norm === null || (layout.level === 'S' && !sparse(layers.length, index, selected))
        ? nothing
        : html`<span
            class="ribbon-value"
            style=${styled({ left: `${x}px`, top: `${layout.top + layout.ribbon + 2 + 6 * layout.flow}px` })}
            >${compact(norm)}</span
          >`,
    )}
    ${details ? unitGrid(panel, layout) : nothing} ${unitTip(panel, layout)} ${dropMark(panel, layout)}
  </div>`;
}

/** Of more cards than this only those are in the page that are not far out of view. */
const mostCards = 256;

/** The cards that are in the page: those one may soon see, and the one the keyboard is on. */
function standing(
  panel: Panel,
  layers: readonly DrawnLayer[],
  layout: Layout,
): (Standing & { readonly layer: DrawnLayer; readonly fold: Fold | undefined })[] {
  const [near, soon] = [nearView(panel, 1 / 4), nearView(panel, 1 / 2)];
  const chosen = new Set(panel.selectedLayers);
  const selected = panel.selectedLayer;
  const kept = selected?.index ?? 0;
  const cards = layers
    .map((layer) => ({ layer, fold: foldAt(layout.folds, layer.index) }))
    .filter(({ layer: { index }, fold }) => (fold?.from ?? index) === index);
  const few = cards.length <= mostCards;
  return cards.flatMap(({ layer, fold }, i) => {
    const { index } = layer;
    const card = layout.cards[index]!;
    const last = fold?.to ?? index;
    if (!few && !soon(card) && !(index <= kept && kept <= last) && panel.view.drag?.index !== index) return [];
    const among = few ? {} : { among: { place: i + 1, of: cards.length } };
    return [{ layer, fold, chosen, selected, near: near(card), ...among }];
  });
}

/** What is painted of a wide diagram, in steps of a window's width: a canvas has an end, a network none. */
function seenOf({ view }: Panel, { width }: Layout): { from: number; to: number } {
  const from = Math.max(0, (Math.floor(view.scrolled / innerWidth) - 1) * innerWidth);
  return { from, to: Math.min(width, from + 3 * innerWidth) };
}

/** The list spans its layers. */
function listPlace({ cards, input, top, cardHeight }: Layout): Record<string, string> {
  const [first = input, last = input] = [cards[0], cards.at(-1)];
  return {
    left: `${first.x}px`,
    top: `${top}px`,
    width: `${last.x + last.width - first.x}px`,
    height: `${cardHeight}px`,
  };
}

/** In a deep network only some numbers have room. */
function sparse(depth: number, index: number, selected: number): boolean {
  const last = depth - 1;
  // About eight of them, however deep.
  const step = Math.max(4, Math.ceil(depth / 32) * 4);
  if (index === 0 || index === last || index === selected) return true;
  return index % step === 0 && Math.abs(index - selected) > step / 2 && last - index > step / 2;
}

/** Width of a letter over the cards, about. */
const letter = 7;

/** What flows along each connector, where it has changed. */
function shapes({ layers, data }: Drawing, layout: Layout): TemplateResult[] {
  const input = data?.inputShape.join('×') ?? '?';
  const texts = [input, ...layers.map(({ shapeText }) => shapeText)];
  const cards = [layout.input, ...layout.cards, layout.loss];
  const top = `${layout.top - 16}px`;
  // Where strips have no room for words, a name stands over every tenth, if it has the room.
  if (layout.thin) {
    let free = 0;
    return layers.flatMap(({ layer, index }) => {
      const { x, width, level } = layout.cards[index]!;
      const name = shortId(layer.id);
      const [middle, half] = [x + width / 2, (name.length * letter) / 2];
      if (index % 10 !== 9 || level !== 'S' || middle - half < free) return [];
      free = middle + half + letter;
      return [html`<span class="shape" style=${styled({ left: `${middle}px`, top })}>${name}</span>`];
    });
  }
  return texts.flatMap((text, i) => {
    if (layout.level !== 'L' && text === texts[i - 1]) return [];
    const [from, to] = [cards[i]!, cards[i + 1]!];
    if (from === to) return [];
    const middle = (from.x + from.width + to.x) / 2;
    return [html`<span class="shape" style=${styled({ left: `${middle}px`, top })}>${text}</span>`];
  });
}

/** A button in each gap, to put a layer there. */
function inserts(panel: Panel, layers: readonly DrawnLayer[], layout: Layout): unknown[] {
  const cards = [layout.input, ...layout.cards, layout.loss];
  // Two stops of the Tab key, before and behind the selected layer, however many there are.
  const selected = panel.selectedLayer?.index ?? -1;
  const near = nearView(panel, 1 / 4);
  return ['input', ...layers.map(({ layer }) => layer.id)].map((id, gap) => {
    const [from, to] = [cards[gap]!, cards[gap + 1]!];
    const reachable = gap === selected || gap === selected + 1;
    if (from === to || !(reachable || near(from))) return nothing;
    const at = { left: `${(from.x + from.width + to.x) / 2 - 8}px`, top: `${layout.top + layout.line - 8}px` };
    const label = l10n.t('Add layer after {0}', id);
    return html`<button
      class="insert"
      style=${styled(at)}
      tabindex=${reachable ? 0 : -1}
      aria-label=${label}
      title=${label}
      ?disabled=${!panel.editable}
      @click=${(event: Event) => panel.openPalette(gap, event.currentTarget as HTMLElement)}
    >
      ${icon('plus')}
    </button>`;
  });
}
