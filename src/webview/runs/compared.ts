import { html, nothing, type TemplateResult } from 'lit';
import { select } from '../controls.ts';
import { compact, plural } from '../format.ts';
import { plot, type Line } from '../charts/plot.ts';
import { table } from '../charts/table.ts';
import { newest } from '../run/history.ts';
import { differing } from '../run/comparison.ts';
import { curveNames, curveOf, overlay, type CurveName, type OverlaidGroup, type Overlay } from './curves.ts';
import { endsText, figureRows, rangeText, spreadOf, type Spread } from './figures.ts';
import { distinctions, letter, mortalLayers, nameOf, seedsText, type Group } from './groups.ts';
import type { RunsPanel } from './store.ts';
import { lookOf, swatch } from './swatch.ts';

/** The chosen runs: their curves over each other, the fields in which they differ, their final figures. */
export function compared(panel: RunsPanel): TemplateResult {
  const groups = panel.compared;
  if (groups.length === 0) {
    return html`<section class="compared" aria-label="Comparison">
      <p class="hint centred">Check the runs to compare in the list.</p>
    </section>`;
  }
  return html`<section class="compared" aria-label="Comparison">
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
    <ul role="list" aria-label="Legend">
      ${listed.map(
        (group, index) =>
          html`<li>
            <b class="letter">${letter(index)}</b
            >${swatch(index)}${named ? html`<span>${nameOf(group.first)}</span>` : nothing}
            <span class=${named ? 'secondary' : ''}
              >${[words[index], group.entries.length > 1 ? `median and range of ${plural(group.entries.length, 'run')}` : '', seedsText(group.entries)].filter((text) => text !== '').join(', ')}</span
            >
          </li>`,
      )}
    </ul>
    ${toggle('small multiples', panel.asMultiples, 'A chart for each', () => {
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

/** One kind of curve, a small chart a group, all over the same axes. */
function multiples(panel: RunsPanel, groups: readonly Group[]): TemplateResult {
  const name = panel.view.measure;
  const { overlaid, layers, layer, reading } = overlaidOf(panel, name, groups);
  const words = distinctions(groups);
  const all = overlaid.groups.flatMap(({ values, area }) => [...values, ...(area ? [...area.low, ...area.high] : [])]);
  const logarithmic = isLogarithmic(panel, name);
  const known = all.filter((value) => value !== null && (!logarithmic || value > 0)) as number[];
  const range = [known.reduce((a, b) => Math.min(a, b), Infinity), known.reduce((a, b) => Math.max(a, b), -Infinity)];
  return html`<div class="multiples-head">
      ${select({
        label: 'Measure',
        value: name,
        choices: curveNames.map((value) => ({ value, label: value })),
        class: 'inline',
        change(measure) {
          panel.view.measure = measure as CurveName;
          panel.changed();
        },
      })}
      ${name === 'Gradient norms' && layers.length > 0 ? layerChoice(panel, layers, layer) : nothing}
      ${name === 'Loss' ? logToggle(panel) : nothing}<span class="secondary small"
        >${note(name)}, all over the same axes</span
      >
    </div>
    <div class="multiples">
      ${groups.map((_, index) => {
        const of = overlaid.groups[index]!;
        const line = lineOf(of, index);
        return html`<figure aria-label="${name} of ${letter(index)}">
          <figcaption>
            <b>${letter(index)}</b><span class="secondary clip" title=${words[index]!}>${words[index]}</span
            ><span class="grow"></span><span class="numbers">${compact(newest(of.values), 3)}</span>
          </figcaption>
          ${
            of.values.some((value) => value !== null)
              ? html`<div
                  class="plot"
                  aria-hidden="true"
                  ${plot({
                    ...{ steps: overlaid.steps, lines: [line], logarithmic, last: overlaid.steps.at(-1)! },
                    range: known.length > 0 ? [range[0]!, range[1]!] : undefined,
                    version: `${panel.version} ${layer} ${name} ${range.join()}`,
                  })}
                ></div>`
              : html`<p class="hint">${reading ? 'Reading …' : 'None.'}</p>`
          }
        </figure>`;
      })}
    </div>`;
}

const isLogarithmic = (panel: RunsPanel, name: CurveName): boolean =>
  name === 'Gradient norms' || (name === 'Loss' && panel.view.logLoss);

const logToggle = (panel: RunsPanel): TemplateResult =>
  toggle('log', panel.view.logLoss, 'Logarithmic scale', () => {
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
    aria-label=${name}
    tabindex="0"
    @keydown=${(event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 't' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLSelectElement) return;
      event.preventDefault();
      panel.toggleTable(name);
    }}
  >
    <figcaption>
      <b>${name}</b
      ><span class="secondary clip">${note(name)}</span>
      ${name === 'Gradient norms' && layers.length > 0 ? layerChoice(panel, layers, layer) : nothing}<span
        class="grow"
      ></span>
      ${name === 'Loss' ? logToggle(panel) : nothing}
      ${toggle('table', asTable, 'The same numbers as a table (T)', () => panel.toggleTable(name))}
    </figcaption>
    ${body(panel, name, overlaid, asTable, reading, layer)}
  </figure>`;
}

const note = (name: CurveName): string =>
  ({ Loss: 'validation', Accuracy: 'validation', 'Dead units': 'in all', 'Gradient norms': 'of' })[name];

const toggle = (text: string, pressed: boolean, title: string, click: () => void): TemplateResult =>
  html`<button class="toggle" aria-pressed=${pressed} title=${title} @click=${click}>${text}</button>`;

const layerChoice = (panel: RunsPanel, layers: readonly string[], layer: string): TemplateResult =>
  select({
    label: 'Layer',
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
      Loss: 'loss',
      Accuracy: 'accuracy',
      'Dead units': 'unit that can die',
      'Gradient norms': 'gradient',
    };
    return html`<p class="hint">${reading ? 'Reading …' : `There is no ${empty[name]} in these runs.`}</p>`;
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
        last: steps.at(-1)!,
        range: name === 'Accuracy' ? undefined : name === 'Dead units' ? [0, 4] : [0, 0],
        version,
      })}
    ></div>
    <p class="visually-hidden">
      ${lines.map(({ label, values }) => `${label} ends at ${compact(newest(values), 3)}`).join(', ')}
    </p>`;
}

/** For the table: the range of several runs in columns of its own. */
const withRanges = (lines: readonly Line[]): Line[] =>
  lines.flatMap((line) =>
    line.area
      ? [
          { ...line, label: `${line.label} median` },
          { ...line, label: `${line.label} lowest`, values: line.area.low },
          { ...line, label: `${line.label} highest`, values: line.area.high },
        ]
      : [line],
  );

const heads = (groups: readonly Group[]): TemplateResult[] =>
  groups.map((_, index) => html`<th scope="col"><span class="head-cell">${letter(index)}${swatch(index)}</span></th>`);

/** A row a field in which the compared networks differ. */
function fields(groups: readonly Group[]): TemplateResult {
  const rows = differing(groups.map(({ first }) => first.network)).filter(({ field }) => field !== 'seed');
  if (groups.length === 1) return html`<p class="hint">Check another run to see in which fields they differ.</p>`;
  return html`<div class="runs-table">
    <table>
      <caption>
        Differing fields
      </caption>
      <thead>
        <tr>
          <th scope="col">field</th>
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
    .map(({ label, of, show }) => ({
      label,
      show,
      spreads: groups.map(({ entries }) => spreadOf(entries.map(of))),
    }))
    .filter(({ spreads }) => spreads.some((spread) => spread));
  return html`<div class="runs-table">
    <table>
      <caption>
        Final figures${groups.some(({ entries }) => entries.length > 1) ? ': median (lowest–highest)' : ''}
      </caption>
      <thead>
        <tr>
          <th scope="col">run</th>
          ${shown.map(({ label }) => html`<th scope="col">${label}</th>`)}
          <th scope="col">backend</th>
          <th scope="col">end</th>
        </tr>
      </thead>
      <tbody class="numbers">
        ${groups.map(
          ({ first, entries }, index) =>
            html`<tr>
              <th scope="row">
                <span class="head-cell">${letter(index)}${swatch(index)}${words[index] || nameOf(first)}</span>
              </th>
              ${shown.map(({ spreads, show }) => html`<td>${spreadCell(spreads[index], show)}</td>`)}
              <td>${[...new Set(entries.map(({ head }) => head.backend))].join(', ')}</td>
              <td>${endsText(entries)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The median, and below it the range where there is one. */
function spreadCell(spread: Spread | undefined, show: (value: number) => string): TemplateResult {
  if (!spread) return html`–`;
  const range = rangeText(spread, show);
  return html`${show(spread.median)}${range === '' ? nothing : html` <span class="range">(${range})</span>`}`;
}
