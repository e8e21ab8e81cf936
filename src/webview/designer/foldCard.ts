import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { inactivity, type DrawnLayer } from '../document.ts';
import { count, idRange } from '../format.ts';
import { icon } from '../icons.ts';
import type { Panel } from '../store.ts';
import { worstOf } from './badge.ts';
import { drawnText, hasMap, mark, place, typeText, unitMap, type Standing } from './card.ts';
import { openFold, selectShown, type Fold } from './folds.ts';
import type { Layout } from './layout.ts';
import { unitState } from './unitMap.ts';

/** One card for a run of equal layers: how many, what they are, the map of the worst, and all that is said of any of them. */
export function foldCard(
  panel: Panel,
  layers: readonly DrawnLayer[],
  fold: Fold,
  layout: Layout,
  { chosen, selected: layer, among }: Standing,
): TemplateResult {
  const members = layers.slice(fold.from, fold.to + 1);
  const [first, last] = [members[0]!, members.at(-1)!];
  const card = layout.cards[fold.from]!;
  const thin = layout.thin && card.level === 'S';
  const selected = members.every((drawn) => chosen.has(drawn));
  const current = layer !== undefined && members.includes(layer);
  const deadOf = (drawn: DrawnLayer) => panel.runOf(drawn)?.metricsOf(drawn.layer.id)?.dead ?? 0;
  const worst = members.reduce((a, b) => (deadOf(b) > deadOf(a) ? b : a));
  const times = l10n.t('{0} ×', count(members.length));
  const name = l10n.t(
    '{0} to {1}, {2} equal layers folded, {3}, {4}',
    first.layer.id,
    last.layer.id,
    count(members.length),
    first.layer.type,
    first.shapeText,
  );
  const parameters = members.reduce((sum, { graph }) => sum + (graph?.parameterCount ?? 0), 0);
  return html`<div
    id="layer-${fold.from}"
    class="card fold level-${card.level} ${thin ? 'column' : ''} ${selected ? 'selected' : ''}"
    role="option"
    aria-selected=${selected}
    aria-label=${name}
    aria-description=${l10n.t('Enter shows them one by one')}
    aria-posinset=${among?.place ?? nothing}
    aria-setsize=${among?.of ?? nothing}
    tabindex=${current ? 0 : -1}
    style=${place(card, layout, layout.cards[0]!.x, 0)}
    @click=${(event: MouseEvent) => {
      selectShown(panel, fold.from, event.shiftKey);
      (event.currentTarget as HTMLElement).focus({ preventScroll: true });
    }}
    @dblclick=${() => openFold(panel, fold)}
    @focus=${() => {
      if (!current) selectShown(panel, fold.from);
    }}
  >
    <div class="inside" aria-hidden="true">
      ${
        thin
          ? html`<span class="sideways">${times}</span>`
          : html`<div class="row">
                <span class="name">${times}</span>${badges(panel, members)}
                <span
                  class="unfold"
                  title=${l10n.t('Show them one by one (Enter)')}
                  @click=${(event: Event) => {
                    event.stopPropagation();
                    openFold(panel, fold);
                  }}
                  >${icon('unfold')}</span
                >
              </div>
              <div class="row secondary small type-row">${drawnText(typeText(first, first.row.label), 'clip')}</div>
              <div class="row small activation-row">
                ${drawnText(idRange(first.layer.id, last.layer.id), 'secondary clip')}
              </div>
              ${hasMap(worst) ? unitMap(panel, worst, card, true) : nothing}
              <div class="row small numbers count-row">${deadText(members, deadOf)}</div>
              <span class="grow"></span>
              <div class="row secondary small numbers parameter-row">
                ${drawnText(parameters > 0 ? l10n.t('{0} params', count(parameters)) : '', 'clip')}
              </div>`
      }
    </div>
  </div>`;
}

/** "☒ 37 dead", of all of them. */
function deadText(members: readonly DrawnLayer[], deadOf: (drawn: DrawnLayer) => number): unknown {
  const dead = members.reduce((sum, drawn) => sum + deadOf(drawn), 0);
  const inactive = inactivity(members[0]!);
  if (dead === 0 || inactive === 'never') return nothing;
  return html`<span class="count"
    >${mark(unitState.dead)}${drawnText(count(dead))}${drawnText(
      inactive === 'negative' ? l10n.t('always negative') : l10n.t('dead'),
      'word',
    )}</span
  >`;
}

/** A sign for each severity that is said of any of them, and of how many. */
function badges(panel: Panel, members: readonly DrawnLayer[]): unknown {
  const said = members.flatMap((drawn) => worstOf(panel, drawn) ?? []);
  return (['error', 'warning'] as const).map((severity) => {
    const messages = said.filter((one) => one.severity === severity);
    const [first] = messages;
    if (!first) return nothing;
    return html`<span class="badge ${severity}" title=${first.message}>${icon(severity)}</span>
      <span class="small numbers">${drawnText(count(messages.length))}</span>`;
  });
}
