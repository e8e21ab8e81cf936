import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { styled } from '../styled.ts';
import { inactivity } from '../document.ts';
import type { Panel } from '../store.ts';
import { knownUnits, unitsLayout } from './card.ts';
import { foldAt } from './folds.ts';
import type { Layout, UnitLayout } from './layout.ts';
import { unitName } from './unitMap.ts';

/** More rows than this are made only around the cell the keyboard is on. */
const mostRows = 64;

/**
 * The units of the selected layer for keyboard and screen reader: cells of no colour laid over the layer's map (the pointer goes through them), since what
 * stands inside a list's option is lost to a screen reader.
 */
export function unitGrid(panel: Panel, layout: Layout): TemplateResult | typeof nothing {
  const drawn = panel.selectedLayer;
  const card = drawn && layout.cards[drawn.index];
  const units = drawn?.graph?.units ?? 0;
  if (
    !drawn ||
    !card ||
    units === 0 ||
    foldAt(layout.folds, drawn.index) ||
    !(drawn.row.unitsField || 'activation' in drawn.row.fields)
  )
    return nothing;
  const { layer } = drawn;
  const cells = unitsLayout(panel, drawn, card);
  const known = knownUnits(panel, drawn);
  const inactive = inactivity(drawn);
  const current = Math.min(panel.view.unit, units - 1);
  const row = Math.floor(current / cells.columns);
  const first = cells.rows <= mostRows ? 0 : Math.max(0, Math.min(row - mostRows / 2, cells.rows - mostRows));
  const shown = Math.min(cells.rows, mostRows);
  const place = {
    ...mapPlace(layout, drawn.index, cells),
    '--cell': `${cells.pitch - cells.space}px`,
    '--space': `${cells.space}px`,
    'padding-top': `${first * cells.pitch}px`,
  };
  // Hundreds of cells are gone through only when one of them may differ.
  const inputs = [drawn, known, current, first, cells.columns];
  return html`<div
    class="unit-grid"
    role="grid"
    aria-label=${l10n.t('Units of {0}', layer.id)}
    aria-rowcount=${cells.rows}
    aria-colcount=${cells.columns}
    style=${styled(place)}
    @keydown=${(event: KeyboardEvent) => move(event, panel, drawn.index, units, cells.columns)}
  >
    ${guard(inputs, () =>
      Array.from({ length: shown }, (_, i) => first + i).map(
        (row) =>
          html`<div role="row" aria-rowindex=${row + 1}>
            ${Array.from({ length: Math.min(cells.columns, units - row * cells.columns) }, (_, column) => {
              const unit = row * cells.columns + column;
              return html`<div
                role="gridcell"
                id="unit-${unit}"
                aria-colindex=${column + 1}
                aria-label=${unitName(unit, known, inactive)}
                tabindex=${unit === current ? 0 : -1}
                @focus=${() => panel.focusUnit(drawn.index, unit)}
                @blur=${() => panel.hoverUnit(undefined)}
                @keydown=${(event: KeyboardEvent) => {
                  if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) panel.openAutopsy(drawn, unit);
                }}
              ></div>`;
            })}
          </div>`,
      ),
    )}
  </div>`;
}

/** Where the map of a card stands within the strip. */
function mapPlace(layout: Layout, index: number, cells: UnitLayout): Record<string, string> {
  const card = layout.cards[index]!;
  const inset = { L: 12, M: 8, S: 1 }[card.level];
  return {
    left: `${card.x + inset}px`,
    top: `${layout.top + mapTop(layout, card.level)}px`,
    width: `${cells.columns * cells.pitch}px`,
    height: `${cells.rows * cells.pitch}px`,
  };
}

/** From a card's upper edge to its map; the rows above it are of fixed height (see the style sheet). */
const mapTop = ({ low, flat }: Layout, level: 'L' | 'M' | 'S') =>
  ({ L: 9, M: 8, S: 8 })[level] + 18 + (low || level === 'S' ? 0 : 16) + (flat ? 0 : 22);

/** Beside the map, never on it: what the unit under the pointer or the keyboard is called. */
export function unitTip(panel: Panel, layout: Layout): TemplateResult | typeof nothing {
  const { hovered } = panel.view;
  const drawn = hovered && panel.drawing?.layers[hovered.layer];
  const card = hovered && layout.cards[hovered.layer];
  const units = drawn?.graph?.units ?? 0;
  if (!hovered || !drawn || !card || hovered.unit >= units) return nothing;
  const column = layout.thin && card.level === 'S';
  const cells = column ? { columns: 1, rows: 1, pitch: card.map.width, space: 0 } : unitsLayout(panel, drawn, card);
  const place = mapPlace(layout, hovered.layer, cells);
  const row = column ? 0 : Math.floor(hovered.unit / cells.columns);
  const left = parseFloat(place['left']!) + cells.columns * cells.pitch + 20;
  const top = parseFloat(place['top']!) + row * cells.pitch - 8;
  const name = unitName(hovered.unit, knownUnits(panel, drawn), inactivity(drawn));
  return html`<div class="tip" aria-hidden="true" style=${styled({ left: `${left}px`, top: `${top}px` })}>
    ${column ? `${drawn.layer.id}, ${name}` : name}
  </div>`;
}

function move(event: KeyboardEvent, panel: Panel, layer: number, units: number, columns: number): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const current = Math.min(panel.view.unit, units - 1);
  const step = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -current,
    End: units - 1 - current,
  }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const next = current + step;
  if (next < 0 || next >= units) return;
  panel.focusUnit(layer, next);
  // The cell may not be there yet: rows far away are made when the keyboard comes near.
  requestAnimationFrame(() => document.getElementById(`unit-${next}`)?.focus({ preventScroll: true }));
}
