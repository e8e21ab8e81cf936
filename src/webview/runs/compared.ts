import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { select } from '../controls.ts';
import { compact, runsText } from '../format.ts';
import { figureName } from '../charts/names.ts';
import { plot, type Line } from '../charts/plot.ts';
import { table } from '../charts/table.ts';
import { partOf, wholeRun, zoomed, zoomKeys, type Part } from '../charts/zoom.ts';
import { newest, type Value } from '../run/history.ts';
import { differing } from '../run/comparison.ts';
import { curveNames, curveOf, overlay, type CurveName, type OverlaidGroup, type Overlay } from './curves.ts';
import { endsText, figureRows, isBest, rangeText, spreadOf, type Spread } from './figures.ts';
import { distinctions, letter, mortalLayers, nameOf, seedsText, type Group } from './groups.ts';
import type { RunsPanel } from './store.ts';
import { lookOf, swatch } from './swatch.ts';

/** The chosen runs: their curves over each other, the fields in which they differ, their final figures. */
export function compared(panel: RunsPanel): TemplateResult {
  const groups = panel.compared;
  if (groups.length === 0) {
    return html`<section class="compared" aria-label=${l10n.t('Comparison')}>
      <p class="hint centred">${l10n.t('Check the runs to compare in the list.')}</p>
    </section>`;
  }
  return html`<section class="compared" aria-label=${l10n.t('Comparison')}>
    ${legend(panel, groups)}
    ${
      panel.asMultiples
        ? multiples(panel, groups)
        : html`<div class="overlays">${curveNames.map((name) => figure(panel, name, groups))}</div>`
    }
    ${fields(groups)} ${finals(groups)}
  </section>`;
}

function legend(panel: RunsPanel, groups: readonly Group[]): TemplateResult {
  const words = distinctions(groups);
  const named = new Set(groups.map(({ first }) => nameOf(first))).size > 1 || words.every((text) => text === '');
  // Small multiples say it themselves.
  const listed = panel.asMultiples ? [] : groups;
  return html`<div class="runs-legend">
    <ul role="list" aria-label=${l10n.t('Legend')}>
      ${listed.map(
        (group, index) =>
          html`<li>
            <b class="letter">${letter(index)}</b
            >${swatch(index)}${named ? html`<span>${nameOf(group.first)}</span>` : nothing}
            <span class=${named ? 'secondary' : ''}
              >${[words[index], group.entries.length > 1 ? runsText(group.entries.length) : '', seedsText(group.entries)].filter((text) => text !== '').join(', ')}</span
            >
          </li>`,
      )}
    </ul>
    ${
      groups.some(({ entries }) => entries.length > 1)
        ? html`<span class="secondary small">${l10n.t('line: median; band: lowest to highest run')}</span>`
        : nothing
    }
    ${wholeRun(panel.view.zoom !== undefined, () => zoomTo(panel, undefined, 0))}
    ${toggle(l10n.t('small multiples'), panel.asMultiples, l10n.t('A chart for each'), () => {
      panel.view.multiples = !panel.asMultiples;
      panel.changed();
    })}
  </div>`;
}

/** Layers that have gradients, of all that are compared. */
const layersOf = (groups: readonly Group[]): string[] => [
  ...new Set(
    groups.flatMap(({ first }) =>
      (first.head.final?.layers ?? []).filter(({ gradientNorm }) => gradientNorm !== null).map(({ id }) => id),
    ),
  ),
];

/** The chosen groups' curves of one kind, as far as they have been read. */
function overlaidOf(panel: RunsPanel, name: CurveName, groups: readonly Group[]) {
  const layers = layersOf(groups);
  // The first layer is where vanished gradients show.
  const layer = layers.find((id) => id === panel.view.layer) ?? layers[0] ?? '';
  const runs = groups.map(({ entries }) => entries.map(({ file }) => panel.runOf(file)));
  const overlaid = panel.once(`${name} ${layer}`, () =>
    overlay(
      groups.map(({ first }, g) =>
        runs[g]!.flatMap((run) =>
          run === undefined || run === 'gone' ? [] : [curveOf(run, name, mortalLayers(first.network), layer)],
        ),
      ),
    ),
  );
  return { overlaid, layers, layer, reading: runs.flat().includes(undefined) };
}

/** Shows a part of the steps up to `end` in all charts. */
function zoomTo(panel: RunsPanel, wanted: Part | undefined, end: number): void {
  panel.view.zoom = wanted && partOf(wanted, end);
  panel.changed();
}

/** The steps that a chart of curves up to `end` shows, and what it makes of others that are chosen. */
function axisOf(panel: RunsPanel, end: number) {
  const { zoom } = panel.view;
  return {
    axis: (zoom && partOf(zoom, end)) ?? ([0, end] as const),
    zoom: (part: Part | undefined) => zoomTo(panel, part, end),
  };
}

/** Keys that choose what part of the steps is in view. */
function zoomKey(panel: RunsPanel, { steps }: Overlay, event: KeyboardEvent): void {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if (!zoomKeys.includes(key) || ctrlKey || metaKey || altKey || steps.length === 0) return;
  if ((target as Element).closest('select, .table-scroll')) return;
  event.preventDefault();
  const end = steps.at(-1)!;
  zoomTo(panel, zoomed(key, panel.view.zoom, end), end);
}

/** One kind of curve, a small chart a group, all over the same axes. */
function multiples(panel: RunsPanel, groups: readonly Group[]): TemplateResult {
  const name = panel.view.measure;
  const { overlaid, layers, layer, reading } = overlaidOf(panel, name, groups);
  const words = distinctions(groups);
  const axis = axisOf(panel, overlaid.steps.at(-1) ?? 1);
  const inView = (_: Value, i: number) => overlaid.steps[i]! >= axis.axis[0] && overlaid.steps[i]! <= axis.axis[1];
  const all = overlaid.groups.flatMap(({ values, area }) =>
    [values, ...(area ? [area.low, area.high] : [])].flatMap((values) => values.filter(inView)),
  );
  const logarithmic = isLogarithmic(panel, name);
  const known = all.filter((value) => value !== null && (!logarithmic || value > 0)) as number[];
  const range = [known.reduce((a, b) => Math.min(a, b), Infinity), known.reduce((a, b) => Math.max(a, b), -Infinity)];
  return html`<div class="multiples-head">
      ${select({
        label: l10n.t('Measure'),
        value: name,
        choices: curveNames.map((value) => ({ value, label: figureName(value) })),
        class: 'inline',
        change(measure) {
          panel.view.measure = measure as CurveName;
          panel.changed();
        },
      })}
      ${name === 'Gradient norms' && layers.length > 0 ? layerChoice(panel, layers, layer) : nothing}
      ${name === 'Loss' ? logToggle(panel) : nothing}<span class="secondary small"
        >${l10n.t('{0}, all over the same axes', note(name))}</span
      >
    </div>
    <div
      class="multiples"
      role="group"
      aria-label=${figureName(name)}
      tabindex="0"
      @keydown=${(event: KeyboardEvent) => zoomKey(panel, overlaid, event)}
    >
      ${groups.map((_, index) => {
        const of = overlaid.groups[index]!;
        const line = lineOf(of, index);
        return html`<figure aria-label=${l10n.t('{0} of {1}', figureName(name), letter(index))}>
          <figcaption>
            <b>${letter(index)}</b><span class="secondary grow" title=${words[index]!}>${words[index]}</span
            ><span class="numbers">${compact(newest(of.values), 3)}</span>
          </figcaption>
          ${
            of.values.some((value) => value !== null)
              ? html`<div
                  class="plot"
                  aria-hidden="true"
                  ${plot({
                    ...{ steps: overlaid.steps, lines: [line], logarithmic, ...axis },
                    range: known.length > 0 ? [range[0]!, range[1]!] : undefined,
                    version: `${panel.version} ${layer} ${name} ${range.join()}`,
                  })}
                ></div>`
              : html`<p class="hint">${reading ? l10n.t('Reading …') : l10n.t('None.')}</p>`
          }
        </figure>`;
      })}
    </div>`;
}

const isLogarithmic = (panel: RunsPanel, name: CurveName): boolean =>
  name === 'Gradient norms' || (name === 'Loss' && panel.view.logLoss);

const logToggle = (panel: RunsPanel): TemplateResult =>
  toggle(l10n.t('log'), panel.view.logLoss, l10n.t('Logarithmic scale'), () => {
    panel.view.logLoss = !panel.view.logLoss;
    panel.changed();
  });

function lineOf({ values, area }: OverlaidGroup, index: number): Line {
  const { color, dash } = lookOf(index);
  return {
    ...{ label: letter(index), letter: letter(index), values, color, width: 1.75 },
    ...(dash.length > 0 ? { dash } : {}),
    ...(area ? { area } : {}),
  };
}

function figure(panel: RunsPanel, name: CurveName, groups: readonly Group[]): TemplateResult {
  const { overlaid, layers, layer, reading } = overlaidOf(panel, name, groups);
  const asTable = panel.view.tables.has(name);
  return html`<figure
    aria-label=${figureName(name)}
    tabindex="0"
    @keydown=${(event: KeyboardEvent) => {
      zoomKey(panel, overlaid, event);
      if (event.key.toLowerCase() !== 't' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLSelectElement) return;
      event.preventDefault();
      panel.toggleTable(name);
    }}
  >
    <figcaption>
      <b>${figureName(name)}</b
      ><span class="secondary clip">${note(name)}</span>
      ${name === 'Gradient norms' && layers.length > 0 ? layerChoice(panel, layers, layer) : nothing}<span
        class="grow"
      ></span>
      ${name === 'Loss' ? logToggle(panel) : nothing}
      ${toggle(l10n.t('table'), asTable, l10n.t('The same numbers as a table (T)'), () => panel.toggleTable(name))}
    </figcaption>
    ${body(panel, name, overlaid, asTable, reading, layer)}
  </figure>`;
}

const note = (name: CurveName): string =>
  ({
    Loss: l10n.t('validation'),
    Accuracy: l10n.t('validation'),
    'Dead units': l10n.t('in all'),
    'Gradient norms': l10n.t('of'),
  })[name];

const toggle = (text: string, pressed: boolean, title: string, click: () => void): TemplateResult =>
  html`<button class="toggle" aria-pressed=${pressed} title=${title} @click=${click}>${text}</button>`;

const layerChoice = (panel: RunsPanel, layers: readonly string[], layer: string): TemplateResult =>
  select({
    label: l10n.t('Layer'),
    value: layer,
    choices: layers.map((id) => ({ value: id, label: id })),
    class: 'inline',
    change(id) {
      panel.view.layer = id;
      panel.version++;
      panel.changed();
    },
  });

function body(
  panel: RunsPanel,
  name: CurveName,
  { steps, groups }: Overlay,
  asTable: boolean,
  reading: boolean,
  layer: string,
): TemplateResult {
  if (steps.length === 0) {
    const empty = {
      Loss: l10n.t('There is no loss in these runs.'),
      Accuracy: l10n.t('There is no accuracy in these runs.'),
      'Dead units': l10n.t('There is no unit that can die in these runs.'),
      'Gradient norms': l10n.t('There is no gradient in these runs.'),
    };
    return html`<p class="hint">${reading ? l10n.t('Reading …') : empty[name]}</p>`;
  }
  const lines = groups.map(lineOf);
  const version = `${panel.version} ${layer}`;
  if (asTable) return table(steps, withRanges(lines), { most: 500, version });
  return html`<div
      class="plot"
      aria-hidden="true"
      ${plot({
        steps,
        lines,
        logarithmic: isLogarithmic(panel, name),
        ...axisOf(panel, steps.at(-1)!),
        range:
          name === 'Accuracy' || (name === 'Loss' && panel.view.zoom)
            ? undefined
            : name === 'Dead units'
              ? [0, 4]
              : [0, 0],
        version,
      })}
    ></div>
    <p class="visually-hidden">
      ${lines.map(({ label, values }) => l10n.t('{0} ends at {1}', label, compact(newest(values), 3))).join(', ')}
    </p>`;
}

/** For the table: the range of several runs in columns of its own. */
const withRanges = (lines: readonly Line[]): Line[] =>
  lines.flatMap((line) =>
    line.area
      ? [
          { ...line, label: l10n.t('{0} median', line.label) },
          { ...line, label: l10n.t('{0} lowest', line.label), values: line.area.low },
          { ...line, label: l10n.t('{0} highest', line.label), values: line.area.high },
        ]
      : [line],
  );

const heads = (groups: readonly Group[]): TemplateResult[] =>
  groups.map((_, index) => html`<th scope="col"><span class="head-cell">${letter(index)}${swatch(index)}</span></th>`);

/** A row a field in which the compared networks differ. */
function fields(groups: readonly Group[]): TemplateResult {
  const rows = differing(groups.map(({ first }) => first.network)).filter(({ field }) => field !== 'seed');
  if (groups.length === 1)
    return html`<p class="hint">${l10n.t('Check another run to see in which fields they differ.')}</p>`;
  return html`<div class="runs-table">
    <table>
      <caption>
        ${l10n.t('Differing fields')}
      </caption>
      <thead>
        <tr>
          <th scope="col">${l10n.t('field')}</th>
          ${heads(groups)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ field, values }) =>
            html`<tr>
              <th scope="row">${field}</th>
              ${values.map((value) => html`<td>${value}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A row a group: what its runs came to. */
function finals(groups: readonly Group[]): TemplateResult {
  const words = distinctions(groups);
  const shown = figureRows
    .map(({ label, of, show, best }) => ({
      label,
      show,
      best,
      spreads: groups.map(({ entries }) => spreadOf(entries.map(of))),
    }))
    .filter(({ spreads }) => spreads.some((spread) => spread));
  return html`<div class="runs-table">
    <table>
      <caption>
        ${
          groups.some(({ entries }) => entries.length > 1)
            ? l10n.t('Final figures: median (lowest–highest)')
            : l10n.t('Final figures')
        }
      </caption>
      <thead>
        <tr>
          <th scope="col">${l10n.t('run')}</th>
          ${shown.map(({ label }) => html`<th scope="col">${label}</th>`)}
          <th scope="col">${l10n.t('backend')}</th>
          <th scope="col">${l10n.t('end')}</th>
        </tr>
      </thead>
      <tbody class="numbers">
        ${groups.map(
          ({ first, entries }, index) =>
            html`<tr>
              <th scope="row">
                <span class="head-cell">${letter(index)}${swatch(index)}${words[index] || nameOf(first)}</span>
              </th>
              ${shown.map(({ spreads, show, best }) => html`<td>${spreadCell(spreads[index], show, isBest(spreads, index, best))}</td>`)}
              <td>${[...new Set(entries.map(({ head }) => head.backend))].join(', ')}</td>
              <td>${endsText(entries)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The median, and below it the range where there is one. */
function spreadCell(spread: Spread | undefined, show: (value: number) => string, best: boolean): TemplateResult {
  if (!spread) return html`–`;
  const range = rangeText(spread, show);
  const median = show(spread.median);
  return html`${best ? html`<b title=${l10n.t('best')}>${median}<span class="visually-hidden"> ${l10n.t('best')}</span></b>` : median}${range === '' ? nothing : html` <span class="range">(${range})</span>`}`;
}
