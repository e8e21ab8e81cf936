import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { foldAt, foldedOf, openFold } from '../designer/folds.ts';
import type { DrawnLayer } from '../document.ts';
import { count } from '../format.ts';
import type { Panel } from '../store.ts';
import { styled } from '../styled.ts';
import { theme } from '../theme.ts';
import { columnsOf, type Column } from './layerColumns.ts';
import { layerFigures, layerRecords, sortedBy, type LayerFigures, type Sorting } from './layerFigures.ts';
import { figureName } from './names.ts';
import { csvButton, csvOf } from './save.ts';
import { shownRows } from './table.ts';

/** Height of a row, in pixels, as the style sheet has it. */
const rowHeight = 23;
/** Rows that are in view at most: charts are never higher than 296 px. */
const page = 13;
/** Rows made before and behind them, for the keyboard and whoever reads on; and after how many the table is made anew. */
const [margin, stride] = [10, 4];

/** All layers and their health in a table, the worst first: what stands on the cards and in the inspector, of all at a glance. */
export function layersFigure(panel: Panel): TemplateResult {
  const { run } = panel.training;
  const { layerSort: sorting, layerRow } = panel.view;
  const { standing } = panel.previews;
  // While somebody points at a row or stands on one, it does not move away from under them.
  const held = document.querySelector('.layer-table tbody:is(:hover, :has(:focus-visible))') !== null;
  const version = run ? shownRows(run, performance.now()).version : standing;
  const shows = [
    ...[version, run?.state, standing, panel.drawing, panel.document?.problems, panel.settings.rules],
    ...[panel.selectedLayer, sorting, layerRow, held, theme(), devicePixelRatio],
  ];
  return html`<figure class="layers-figure" aria-label=${figureName('Layers')} tabindex="0">
    ${guard(shows, () => {
      const rows = ordered(layerFigures(panel), sorting, held);
      return html`<figcaption>
          <b>${figureName('Layers')}</b><span class="secondary clip">${standText(panel, rows)}</span
          ><span class="grow"></span>
          ${csvButton(panel, 'Layers', () => csvOf(layerRecords(rows)))}
        </figcaption>
        ${table(panel, rows, sorting)}`;
    })}
  </figure>`;
}

/** The order rows were last shown in, by the ids of their layers. */
let shown: { readonly sorting: Sorting; readonly ids: readonly string[] } | undefined;

function ordered(rows: readonly LayerFigures[], sorting: Sorting, held: boolean): LayerFigures[] {
  const places = new Map((shown?.ids ?? []).map((id, place) => [id, place]));
  const placeOf = ({ drawn }: LayerFigures) => places.get(drawn.layer.id);
  if (held && shown?.sorting === sorting && rows.every((row) => placeOf(row) !== undefined))
    return [...rows].sort((a, b) => placeOf(a)! - placeOf(b)!);
  const sorted = sortedBy(rows, sorting);
  shown = { sorting, ids: sorted.map(({ drawn }) => drawn.layer.id) };
  return sorted;
}

/** What the figures are of. */
function standText(panel: Panel, rows: readonly LayerFigures[]): string {
  const { run } = panel.training;
  const { standing } = panel.previews;
  const ill = rows.filter(({ problems }) => problems.length > 0).length;
  const trained = rows.some(({ trained }) => trained);
  const known = rows.some(({ units }) => units !== null);
  const when = trained
    ? l10n.t('step {0}', count(run?.latest?.step ?? 0))
    : (standing?.failure ?? (known && !standing?.working ? l10n.t('before training') : undefined));
  const problems = l10n.t('problems in {0} of {1} layers', count(ill), count(rows.length));
  return [...(when ? [when] : []), problems].join(' · ');
}

/** The rows that are made: those in view and some around them, the first and one behind the last. */
export function madeOf(row: number, count: number): readonly [from: number, to: number] {
  const first = Math.max(0, Math.min(row - (row % stride), count - page));
  return [Math.max(0, first - margin), Math.min(count, first + stride + page + margin)];
}

function table(panel: Panel, rows: readonly LayerFigures[], sorting: Sorting): TemplateResult {
  const columns = columnsOf(panel, rows);
  const [, ...figures] = columns;
  const [from, to] = madeOf(panel.view.layerRow, rows.length);
  const made = rows.slice(from, to);
  const selected = panel.selectedLayer?.index;
  // One stop of the Tab key for all rows: arrows go from one to the next.
  const stop = made.some(({ drawn }) => drawn.index === selected) ? selected : made[0]?.drawn.index;
  const shape = {
    '--columns': columns.map(({ width }) => `${width}px`).join(' '),
    '--before': `${from * rowHeight}px`,
    '--after': `${(rows.length - to) * rowHeight}px`,
  };
  // Its parts are no table's by their layout, so that they say what they are.
  return html`<div class="table-scroll" tabindex="0" @scroll=${(event: Event) => scrolled(panel, event)}>
    <table
      class="layer-table"
      role="table"
      aria-label=${l10n.t('Health of the layers')}
      aria-rowcount=${rows.length + 1}
      style=${styled(shape)}
    >
      <thead role="rowgroup">
        <tr role="row" aria-rowindex="1">
          ${columns.map((column) => heading(panel, column, sorting))}
        </tr>
      </thead>
      <tbody role="rowgroup" @keydown=${(event: KeyboardEvent) => walk(panel, rows, event)}>
        ${repeat(
          made,
          ({ drawn }) => drawn.layer.id,
          (row, place) => {
            const { index, layer } = row.drawn;
            return html`<tr
              role="row"
              aria-rowindex=${from + place + 2}
              class=${index === selected ? 'selected' : ''}
              @click=${() => show(panel, row.drawn)}
            >
              <th role="rowheader">
                <button
                  id="row-${layer.id}"
                  title=${layer.id}
                  tabindex=${index === stop ? 0 : -1}
                  aria-current=${index === selected ? 'true' : 'false'}
                >
                  ${layer.id}
                </button>
              </th>
              ${figures.map(({ cell, words }) => html`<td role="cell" class=${words ? 'words' : ''}>${cell(row)}</td>`)}
            </tr>`;
          },
        )}
      </tbody>
    </table>
  </div>`;
}

/** Other rows are in view now. The keyboard does not go with a row that is no longer made. */
function scrolled(panel: Panel, { currentTarget }: Event): void {
  const scroll = currentTarget as HTMLElement;
  scroll.style.setProperty('--scrolled', `${scroll.scrollLeft}px`);
  const row = Math.floor(scroll.scrollTop / rowHeight);
  const place =
    Number(document.activeElement?.closest('.layer-table tbody tr')?.getAttribute('aria-rowindex') ?? 0) - 2;
  if (place >= 0 && (place < row - margin || place >= row + page + margin)) scroll.focus({ preventScroll: true });
  if (Math.floor(row / stride) !== Math.floor(panel.view.layerRow / stride)) panel.changed();
  panel.view.layerRow = row;
}

/** A column's name, which sorts by it, and the other way round when it does so already. */
function heading(panel: Panel, { name, label, title, descending = false, words }: Column, sorting: Sorting) {
  const sorted = sorting.column === name;
  const direction = sorted ? (sorting.descending ? 'descending' : 'ascending') : undefined;
  return html`<th role="columnheader" class=${words ? 'words' : ''} aria-sort=${direction ?? nothing}>
    <button
      title=${title ?? label}
      @click=${() => {
        panel.view.layerSort = { column: name, descending: sorted ? !sorting.descending : descending };
        panel.changed();
      }}
    >
      ${label}<span aria-hidden="true">${direction ? (sorting.descending ? '▾' : '▴') : ''}</span>
    </button>
  </th>`;
}

/** Arrows, Home and End go from row to row. */
function walk(panel: Panel, rows: readonly LayerFigures[], event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const id = (place: number) => `row-${rows[place]?.drawn.layer.id}`;
  const at = rows.findIndex((_, place) => id(place) === (event.target as Element).id);
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  if (to < 0 || to >= rows.length) return;
  const next = document.getElementById(id(to));
  if (next) return next.focus();
  panel.view.layerRow = Math.max(0, Math.min(to, rows.length - page));
  panel.changed();
  requestAnimationFrame(() => document.getElementById(id(to))?.focus());
}

/** Selects a layer and brings its card into view, out of a fold where it is in one. */
function show(panel: Panel, { layer, index }: DrawnLayer): void {
  const fold = foldAt(foldedOf(panel), index);
  if (fold) openFold(panel, fold);
  panel.select({ id: layer.id, index });
  requestAnimationFrame(() => {
    const card = document.getElementById(`layer-${index}`);
    const scroll = card?.closest('.diagram-scroll');
    if (!card || !scroll) return;
    const [own, room] = [card.getBoundingClientRect(), scroll.getBoundingClientRect()];
    // To the side alone: the table itself stays where it is.
    if (own.left < room.left || own.right > room.right)
      scroll.scrollBy({ left: (own.left + own.right - room.left - room.right) / 2 });
  });
}
