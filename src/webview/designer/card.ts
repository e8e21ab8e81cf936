import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { styled } from '../styled.ts';
import { inactivity, type Drawing, type DrawnLayer } from '../document.ts';
import { compact, count, percent, shortId } from '../format.ts';
import { icon } from '../icons.ts';
import { painted, type Paint } from '../painted.ts';
import type { Panel } from '../store.ts';
import type { Selection } from '../view.ts';
import { worstOf } from './badge.ts';
import { startDrag } from './drag.ts';
import { layOutUnits, type CardLayout, type Layout, type UnitLayout } from './layout.ts';
import { drawGlyph, drawPreview } from './pictures.ts';
import { drawBars, drawField, drawFields, drawMaps } from '../look/cards.ts';
import { drawnAs, drawPicture } from '../look/picture.ts';
import { showsBars, showsField, showsFields, showsMaps } from '../look/wants.ts';
import type { Run, UnitChange } from '../run/runState.ts';
import { theme, type Theme } from '../theme.ts';
import type { UnitSnapshot } from '../../engine/training/events.ts';
import {
  byActivity,
  drawColumn,
  drawRings,
  drawUnit,
  drawUnits,
  noRings,
  plain,
  plainUnits,
  unitState,
} from './unitMap.ts';

/** Steps for which a unit that died or revived keeps its ring. */
const ringSteps = 40;

/** `carried`: how far by the pointer. */
export const place = (
  { x, width }: CardLayout,
  { cardHeight }: Layout,
  left: number,
  top: number,
  carried?: { readonly dx: number; readonly dy: number },
): unknown =>
  styled({
    ...{ left: `${x - left}px`, width: `${width}px`, top: `${top}px`, height: `${cardHeight}px` },
    ...(carried ? { transform: `translate(${carried.dx}px, ${carried.dy}px)` } : {}),
  });

/** The cells of a layer's map: square in a card, a narrow column in a strip, one below the other where they are bars. */
export function unitsLayout(panel: Panel, drawn: DrawnLayer, { map, level }: CardLayout): UnitLayout {
  const units = drawn.graph?.units ?? 0;
  if (level === 'S') return layOutUnits(units, map.width, map.height, 6);
  if (showsBars(panel, drawn)) {
    return { columns: 1, rows: units, pitch: Math.max(1, Math.floor(map.height / units)), space: 1 };
  }
  if (showsField(panel, drawn)) {
    return { columns: 1, rows: 1, pitch: Math.min(map.width, map.height), space: 0 };
  }
  const side = restoredSide(panel, drawn);
  if (side !== undefined) {
    const pitch = Math.max(1, Math.floor(Math.min(map.width, map.height) / side));
    return { columns: side, rows: units / side, pitch, space: pitch >= 6 ? 1 : 0 };
  }
  return layOutUnits(units, map.width, map.height, showsMaps(drawn) || showsFields(panel, drawn) ? 42 : 24);
}

/** Of units that restore a picture, a row: their map is one, too. */
function restoredSide({ drawing }: Panel, { index, graph }: DrawnLayer): number | undefined {
  const { network, layers = [], data } = drawing ?? {};
  if (network?.training.target !== 'input' || index < layers.length - 1 || !data) return undefined;
  const [height, width, channels] = drawnAs(data.inputShape, { source: network.data.source, task: data.task });
  return channels === 1 && graph?.units === height! * width! ? width : undefined;
}

/** How a card stands in the list. */
export interface Standing {
  /** The selected layers, of which `selected` is the one that has the keyboard. */
  readonly chosen: ReadonlySet<DrawnLayer>;
  readonly selected: DrawnLayer | undefined;
  /** What is far out of view is filled when it comes near. */
  readonly near: boolean;
  /** Where it stands among how many, where not all are in the page. */
  readonly among?: { readonly place: number; readonly of: number };
}

export function layerCard(
  panel: Panel,
  drawn: DrawnLayer,
  layout: Layout,
  { chosen, selected: current, near, among }: Standing,
): TemplateResult {
  const selected = drawn === current;
  const { layer, row, index } = drawn;
  const card = layout.cards[index]!;
  const thin = layout.thin && card.level === 'S';
  const slim = !thin && !hasMap(drawn) && card.width <= 28;
  return html`<div
    id="layer-${index}"
    class="card level-${card.level} ${narrowness(card)} ${slim ? 'slim' : ''} ${thin ? 'column' : ''} ${chosen.has(drawn) ? 'selected' : ''} ${panel.view.drag?.index === index ? 'dragged' : ''}"
    role="option"
    aria-selected=${chosen.has(drawn)}
    aria-label="${layer.id}, ${layer.type}, ${drawn.shapeText}"
    aria-posinset=${among?.place ?? nothing}
    aria-setsize=${among?.of ?? nothing}
    title=${card.level === 'S' ? layer.id : nothing}
    tabindex=${selected || (index === 0 && !current) ? 0 : -1}
    style=${place(card, layout, layout.cards[0]!.x, 0, panel.view.drag?.index === index ? panel.view.drag : undefined)}
    @pointerdown=${(event: PointerEvent) => startDrag(panel, drawn, layout, event)}
    @click=${(event: MouseEvent) => {
      const { hovered } = panel.view;
      panel.select({ id: layer.id, index }, event.shiftKey);
      // The unit that was clicked is the one asked about.
      if (hovered?.layer === index) panel.focusUnit(index, hovered.unit);
      (event.currentTarget as HTMLElement).focus({ preventScroll: true });
    }}
    @focus=${() => {
      if (!selected) panel.select({ id: layer.id, index });
    }}
  >
    <div class="inside" aria-hidden="true">
      ${
        !near
          ? nothing
          : thin
            ? hasMap(drawn)
              ? unitColumn(panel, drawn, card)
              : nothing
            : slim
              ? html`<span class="sideways">${layer.id}</span>`
              : html`<div class="row">
                    <span class="name">${nameIn(panel, drawn, card)}</span>${badge(panel, drawn)}
                  </div>
                  <div class="row secondary small type-row">${drawnText(typeText(drawn, row.label), 'clip')}</div>
                  <div class="row small activation-row">${activationLine(drawn, card)}</div>
                  ${hasMap(drawn) || hasPictures(drawn, card) ? unitMap(panel, drawn, card) : nothing}
                  <div class="row small numbers count-row">${deadCount(panel, drawn, card)}</div>
                  <span class="grow"></span>
                  <div class="row secondary small numbers parameter-row">
                    ${drawnText(parametersText(drawn), 'clip')}
                  </div>`
      }
    </div>
  </div>`;
}

export const hasMap = ({ row, shape }: DrawnLayer) =>
  (row.unitsField !== undefined || 'activation' in row.fields) && shape !== undefined;

/** What a window makes of pictures is shown too, though it has no units of its own. */
const hasPictures = (drawn: DrawnLayer, { level, width }: CardLayout) =>
  level !== 'S' && width >= 60 && showsMaps(drawn);

const parametersText = ({ graph }: DrawnLayer): string =>
  graph && graph.parameterCount > 0 ? l10n.t('{0} params', count(graph.parameterCount)) : '';

/** "Dense · 64", "Convolution 2D 3×3". */
export function typeText({ row, layer }: DrawnLayer, label: string): string {
  const short = { conv2d: l10n.t('Conv'), max_pool2d: l10n.t('Max') }[row.type as string] ?? label;
  const window = Object.entries(row.fields).find(([, field]) => field.control === 'size')?.[0];
  const size = window === undefined ? undefined : layer.fields[window];
  if (typeof size === 'number') return `${short} ${size}×${size}`;
  if (Array.isArray(size)) return `${short} ${size.join('×')}`;
  return row.unitsField ? `${short} · ${String(layer.fields[row.unitsField])}` : short;
}

function activationLine({ layer, shapeText }: DrawnLayer, card: CardLayout): unknown {
  const { activation } = layer.fields;
  if (!activation) return drawnText(shapeText, 'secondary');
  const [width, height] = card.level === 'S' ? [18, 12] : [26, 16];
  return html`<canvas
      aria-hidden="true"
      ${painted(width, height, (g, theme) => drawGlyph(g, theme, width, height, activation), [JSON.stringify(activation)])}
    ></canvas>
    ${card.level === 'S' ? nothing : drawnText(activation.formula ?? activation.name, 'secondary clip')}`;
}

/** `still`: a picture alone, which no pointer asks about. */
export function unitMap(panel: Panel, drawn: DrawnLayer, card: CardLayout, still = false): TemplateResult {
  const { layer, graph, index } = drawn;
  const units = graph?.units ?? 0;
  const cells = unitsLayout(panel, drawn, card);
  const run = panel.runOf(drawn);
  const known = knownUnits(panel, drawn);
  const step = run?.latest?.step ?? 0;
  const changes = run && cells.pitch > noRings ? recentChanges(run.changes.get(layer.id), step) : [];
  const picture = card.level === 'S' ? undefined : pictured(panel, drawn, run);
  const width = picture?.wide ? card.map.width : cells.columns * cells.pitch;
  const draw: Paint = (g, theme) => {
    if (picture) picture.draw(g, theme, cells, known, width);
    else if (known) drawUnits(g, theme, cells, units, known);
    drawRings(g, theme, cells, picture && !showsMaps(drawn) && !showsFields(panel, drawn) ? [] : changes);
  };
  const blank = !picture && !known && changes.length === 0;
  return html`<canvas
    class="map"
    aria-hidden="true"
    style=${styled(blank ? plainUnits(theme(), cells, units, devicePixelRatio) : {})}
    @pointermove=${(event: PointerEvent) => {
      if (still) return;
      const column = picture?.wide ? 0 : Math.floor(event.offsetX / cells.pitch);
      const unit = Math.floor(event.offsetY / cells.pitch) * cells.columns + column;
      panel.hoverUnit(column < cells.columns && unit < units ? { layer: index, unit } : undefined);
    }}
    @pointerleave=${() => panel.hoverUnit(undefined)}
    @click=${(event: Event) => {
      // The first click selects the layer, another opens the unit it is on.
      const { hovered } = panel.view;
      if (panel.selectedLayer?.index !== index || hovered?.layer !== index) return;
      if (panel.openAutopsy(drawn, hovered.unit)) event.stopPropagation();
    }}
    ${painted(width, cells.rows * cells.pitch, blank ? undefined : draw, [
      blank,
      known,
      picture?.of,
      units,
      cells.pitch,
      changes.map(({ unit, state }) => `${unit}${state}`).join(),
    ])}
  ></canvas>`;
}

/** The units of a layer in a column a few pixels wide. */
function unitColumn(panel: Panel, drawn: DrawnLayer, { map: { width, height } }: CardLayout): TemplateResult {
  const known = knownUnits(panel, drawn);
  return html`<canvas
    class="map"
    aria-hidden="true"
    @pointermove=${({ offsetY }: PointerEvent) => {
      const units = drawn.graph?.units ?? 0;
      const row = Math.max(0, Math.min(units - 1, Math.floor((offsetY * units) / height)));
      panel.hoverUnit({ layer: drawn.index, unit: known ? byActivity(known)[row]! : row });
    }}
    @pointerleave=${() => panel.hoverUnit(undefined)}
    style=${styled(known ? {} : plain(theme()))}
    ${painted(width, height, known && ((g, theme) => drawColumn(g, theme, width, height, known)), [known])}
  ></canvas>`;
}

/** How a layer's units stand, where the run has told of just these. */
export function knownUnits(panel: Panel, drawn: DrawnLayer): UnitSnapshot | undefined {
  const snapshot = panel.runOf(drawn)?.units.get(drawn.layer.id);
  return snapshot?.active.length === drawn.graph?.units ? snapshot : undefined;
}

/** Tells of a card whether so many windows at most lie between it and what is in view. */
export function nearView({ view }: Panel, windows: number): (card: CardLayout) => boolean {
  const [from, to] = [view.scrolled - windows * innerWidth, view.scrolled + (1 + windows) * innerWidth];
  return ({ x, width }) => x + width > from && x < to;
}

interface Pictured {
  /** Fills the map's whole width. */
  readonly wide?: boolean;
  /** What it shows: another one is drawn anew. */
  readonly of: unknown;
  draw(
    g: CanvasRenderingContext2D,
    theme: Theme,
    cells: UnitLayout,
    snapshot: UnitSnapshot | undefined,
    width: number,
  ): void;
}

/** In place of plain cells, once the run shows more: the plane, a bar a class, a picture a channel. */
function pictured(panel: Panel, drawn: DrawnLayer, run: Run | undefined): Pictured | undefined {
  const region = run?.look?.output?.region;
  if (region && region.width === 1 && showsField(panel, drawn)) {
    return { of: region, draw: (g, theme, { pitch }) => drawField(g, theme, pitch, region) };
  }
  const fields = run?.look?.fields;
  const field = fields?.layers.find(({ layer }) => layer === drawn.layer.id);
  if (fields && field && field.units === drawn.graph?.units && showsFields(panel, drawn))
    return { of: field, draw: (g, theme, cells, snapshot) => drawFields(g, theme, cells, fields, field, snapshot) };
  const way = run?.look?.way;
  const seen = way?.layers.find(({ layer }) => layer === drawn.layer.id);
  if (!way || !seen || seen.shape.join() !== drawn.shape?.join()) return undefined;
  if (showsBars(panel, drawn)) {
    const names = run?.drawing.data?.classes ?? [];
    return {
      wide: true,
      of: seen,
      draw: (g, theme, { pitch, rows }, _, width) =>
        drawBars(g, theme, width, pitch * rows, seen.values, names, way.actual),
    };
  }
  return showsMaps(drawn)
    ? { of: seen, draw: (g, theme, cells, snapshot) => drawMaps(g, theme, cells, seen, snapshot) }
    : undefined;
}

/** Units that died or revived in the last steps. */
function recentChanges(changes: ReadonlyMap<number, UnitChange> | undefined, step: number) {
  return [...(changes ?? [])].flatMap(([unit, change]) =>
    change.step > 0 && step - change.step <= ringSteps ? [{ unit, state: change.state }] : [],
  );
}

/** A card narrower than this has no room for a badge beside a long name. */
const shortNames = 90;

/** Where there is no room for words beside two counts, and none beside a single figure either. */
const narrowness = ({ width }: CardLayout): string => (width < shortNames ? 'narrowest' : width < 100 ? 'narrow' : '');

/** Its id, or as much of it as there is room for. */
function nameIn(panel: Panel, drawn: DrawnLayer, { level, width }: CardLayout): string {
  const { id } = drawn.layer;
  const name = level === 'S' || (width < shortNames && worstOf(panel, drawn)) ? shortId(id) : id;
  return level === 'S' && name.length > 4 ? name.slice(0, 3) : name;
}

/** "☒ 3 dead  ▣ 1". */
function deadCount(panel: Panel, drawn: DrawnLayer, card: CardLayout): unknown {
  const metrics = panel.runOf(drawn)?.metricsOf(drawn.layer.id);
  const inactive = inactivity(drawn);
  if (!metrics) return beforeText(panel, drawn, card);
  // A strip has no room for an accuracy.
  if (inactive === 'never') return card.level === 'S' ? nothing : accuracyText(panel, drawn);
  const { dead, nearlyDead } = metrics;
  const negative = card.level === 'L' ? l10n.t('always negative') : nearlyDead > 0 ? '' : l10n.t('negative');
  return html`<span class="count"
      >${dead > 0 ? mark(unitState.dead) : nothing}${drawnText(count(dead))}${drawnText(
        inactive === 'zero' ? l10n.t('dead') : negative,
        'word',
      )}</span
    >
    ${
      nearlyDead > 0
        ? html`<span class="count right" title=${l10n.t('nearly dead: active on under 1 %')}
            >${mark(unitState.nearlyDead)}${drawnText(count(nearlyDead))}</span
          >`
        : nothing
    }`;
}

/** Before any training: how much of it is zero, or how far its outputs spread. */
function beforeText(panel: Panel, drawn: DrawnLayer, { width }: CardLayout): unknown {
  const before = panel.before(drawn);
  if (!before) return nothing;
  const { sparsity, dead, stdActivation } = before;
  const zeros = percent(sparsity);
  // Beside a count of dead units only some cards have room for the word.
  const words = dead > 0 && width < shortNames + 10 ? zeros : l10n.t('{0} zeros', zeros);
  const text = inactivity(drawn) === 'zero' ? words : `σ ${compact(stdActivation)}`;
  return html`<span class="count" title=${l10n.t('before training')}>${drawnText(text, 'secondary')}</span>
    ${dead > 0 ? html`<span class="count right" title=${l10n.t('dead before training')}>${mark(unitState.dead)}${drawnText(count(dead))}</span>` : nothing}`;
}

/** The output's own figure: how much of the data it gets right. */
function accuracyText(panel: Panel, { index }: DrawnLayer): unknown {
  const { latest } = panel.training.run ?? {};
  const accuracy = latest?.validation ? latest.validation.accuracy : latest?.accuracy;
  if (index !== (panel.drawing?.layers.length ?? 0) - 1 || typeof accuracy !== 'number') return nothing;
  return html`<span class="count"
    >${drawnText(l10n.t('accuracy'), 'secondary word')}${drawnText(compact(accuracy, 3))}</span
  >`;
}

/** The sign of a state, as in the map. */
export const mark = (state: number, size = 10): TemplateResult =>
  html`<canvas
    aria-hidden="true"
    ${painted(size, size, (g, theme) => drawUnit(g, theme, 0, 0, size, 1, state), [state])}
  ></canvas>`;

/**
 * Words of a picture: on the page, but not of it. A card is spoken to by its name, which begins with its id; these would be taken for a
 * label that differs from it.
 */
export const drawnText = (text: string, kind = ''): TemplateResult =>
  html`<span class="drawn ${kind}" data-text=${text}></span>`;

/** A sign on the card when something is said of its layer. */
function badge(panel: Panel, drawn: DrawnLayer): unknown {
  const worst = worstOf(panel, drawn);
  return worst
    ? html`<span class="badge ${worst.severity}" title=${worst.message}>${icon(worst.severity)}</span>`
    : nothing;
}

/** Data and loss stand beside the layers: buttons, not options. As in a card, the name says what a screen reader needs. */
function endCard(
  panel: Panel,
  selection: Selection & string,
  name: string,
  card: CardLayout,
  layout: Layout,
  content: unknown,
): TemplateResult {
  const pressed = panel.view.selection === selection;
  return html`<button
    class="card end level-${card.level} ${pressed ? 'selected' : ''}"
    aria-label=${name}
    aria-pressed=${pressed}
    style=${place(card, layout, 0, layout.top)}
    @click=${() => panel.show(selection)}
  >
    <span class="inside" aria-hidden="true">${content}</span>
  </button>`;
}

export function inputCard(panel: Panel, { network, data }: Drawing, layout: Layout): TemplateResult {
  const { source, path } = network.data;
  const { input } = layout;
  const { preview } = panel;
  const shape = drawnAs(data?.inputShape ?? [], { source, task: data?.task });
  const way = shape.length === 3 ? panel.training.run?.look?.way : undefined;
  const side = Math.min(input.map.width, input.map.height);
  const content = html`<div class="row">${drawnText(l10n.t('input'), 'name')}</div>
    <div class="row secondary small type-row">${drawnText(path ?? source, 'clip')}</div>
    <div class="row secondary small activation-row">${drawnText(`→ ${data?.inputShape.join('×') ?? '?'}`)}</div>
    ${
      way || preview
        ? html`<canvas
            class="map"
            aria-hidden="true"
            ${painted(
              side,
              side,
              (g, theme) => {
                if (way) drawPicture(g, theme, [0, 0, side], shape, way.input);
                else if (preview) drawPreview(g, theme, side, preview);
              },
              [preview, way?.input],
            )}
          ></canvas>`
        : html`<div class="secondary small classes">${drawnText(data?.classes?.join(', ') ?? '')}</div>`
    }
    <span class="grow"></span>
    <div class="row secondary small numbers parameter-row">
      ${drawnText(data && data.samples > 0 ? l10n.t('{0} samples', count(data.samples)) : '', 'clip')}
    </div>`;
  return endCard(panel, 'data', l10n.t('Data: {0}', path ?? source), input, layout, content);
}

export function lossCard(panel: Panel, { network, graph }: Drawing, layout: Layout): TemplateResult {
  const latest = panel.training.run?.latest;
  const loss = graph?.loss ?? network.training.loss ?? '';
  if (layout.level === 'S') {
    return endCard(
      panel,
      'training',
      l10n.t('Loss and training'),
      layout.loss,
      layout,
      drawnText(l10n.t('loss'), 'sideways'),
    );
  }
  const content = html`<div class="row">${drawnText(l10n.t('Loss'), 'name')}</div>
    <div class="secondary small wrap">
      ${drawnText(loss.replaceAll('_', '\u200b_').replace('crossentropy', 'cross\u200bentropy'))}
    </div>
    <div class="figure">
      ${drawnText(l10n.t('train'), 'secondary small')}${drawnText(compact(latest?.loss, 3), 'numbers')}
    </div>
    <div class="figure">
      ${drawnText(l10n.t('validation'), 'secondary small')}${drawnText(compact(latest?.validation?.loss, 3), 'numbers')}
    </div>
    <span class="grow"></span>
    <div class="secondary small parameter-row">
      ${drawnText(`${network.training.optimizer.name} · ${network.training.learningRate}`)}
    </div>`;
  return endCard(panel, 'training', l10n.t('Loss and training'), layout.loss, layout, content);
}
