import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import { compact } from '../format.ts';
import { newest } from '../run/history.ts';
import type { Run } from '../run/runState.ts';
import { numberField } from '../controls.ts';
import { painted } from '../painted.ts';
import { outputBody, outputTable, outputTitle } from '../look/output.ts';
import { unitBody, unitTable } from '../look/unit.ts';
import type { Panel } from '../store.ts';
import { chartNames, type ChartName, type FigureName, type LookName } from '../view.ts';
import { css, theme } from '../theme.ts';
import { drawHeat, firstToLast, mostLines } from './heat.ts';
import { beside, earlierLine } from './beside.ts';
import { eventLane } from './lane.ts';
import { settingMarks } from './marks.ts';
import { layersFigure } from './layers.ts';
import { figureName } from './names.ts';
import { csv, saveButtons } from './save.ts';
import { plot, type Line } from './plot.ts';
import { chartContent, type ChartContent } from './series.ts';
import { shownRows, table } from './table.ts';
import { wholeRun, zoomed, zoomKeys, zoomOf, zoomTo } from './zoom.ts';

/** The run's curves. All are there at once; a tab shows one of them large. */
export function charts(panel: Panel): TemplateResult {
  const { chart } = panel.view;
  const overview = chart === 'Overview';
  return html`<section class="charts" aria-label=${l10n.t('Charts')}>
    ${tabs(panel)}
    <div class="figures ${overview ? '' : 'single'}" id="figures" role="tabpanel" aria-label=${figureName(chart)}>
      ${chart === 'Layers' ? layersFigure(panel) : overview || !isLook(chart) ? (overview ? chartNames : [chart]).map((name) => figure(panel, name)) : nothing}
      ${overview || chart === 'Output' ? lookFigure(panel, 'Output') : nothing}
      ${chart === 'Unit' ? lookFigure(panel, 'Unit') : nothing}
    </div>
  </section>`;
}

const isLook = (name: FigureName): name is LookName => name === 'Output' || name === 'Unit';

/** What is seen of the network itself, as a picture or a table. */
function lookFigure(panel: Panel, name: LookName): TemplateResult {
  const look = panel.training.run?.look;
  const asTable = panel.view.tables.has(name);
  const body = name === 'Output' ? outputBody : unitBody;
  return html`<figure
    class="look-figure"
    aria-label=${figureName(name)}
    tabindex="0"
    @keydown=${figureKey(panel, name)}
  >
    <figcaption>
      <b>${figureName(name)}</b
      ><span class="secondary clip"
        >${name === 'Output' ? outputTitle(look) : (panel.selectedLayer?.layer.id ?? '')}</span
      ><span class="grow"></span>
      ${usesSample(panel, name) ? sampleChoice(panel) : nothing}
      ${look && panel.view.chart === name ? saveButtons(panel, name) : nothing} ${tableToggle(panel, name)}
    </figcaption>
    ${asTable ? (name === 'Output' ? outputTable(panel, look) : unitTable(look)) : body(panel, look)}
  </figure>`;
}

/** Whether something in view is of one sample. */
const usesSample = (panel: Panel, name: LookName): boolean =>
  panel.view.chart === name && (name === 'Unit' || panel.training.run?.look?.way !== undefined);

/** Which sample is shown on its way through the network. */
const sampleChoice = (panel: Panel): TemplateResult =>
  html`<label class="setting"
    >${l10n.t('sample')}
    ${numberField({
      label: l10n.t('Sample'),
      value: panel.view.sample,
      whole: true,
      minimum: 0,
      maximum: Math.max(0, (panel.training.run?.look?.judged.of ?? 1) - 1),
      title: l10n.t('The sample shown on its way through the network, counted from 0 in the validation part'),
      class: 'short',
      change(value) {
        panel.view.sample = value;
        panel.changed();
      },
    })}</label
  >`;

function tabs(panel: Panel): TemplateResult {
  const names = [
    ...([
      'Overview',
      'Layers',
      'Loss',
      'Accuracy',
      'Dead units',
      'Gradient norms',
      'Update ratios',
      'Output',
      'Unit',
    ] as const),
  ];
  const choose = (name: (typeof names)[number], list: HTMLElement | null) => {
    panel.view.chart = name;
    panel.changed();
    if (!list) return;
    // By the widths of those before it: a chosen tab, which sticks to the edge, does not tell where it belongs.
    const before = [...list.children].slice(0, names.indexOf(name)).map((tab) => tab.clientWidth);
    list.scrollTo({ left: before.reduce((sum, width) => sum + width, 0) - list.clientWidth / 2 });
  };
  const keydown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = (names.indexOf(panel.view.chart) + step + names.length) % names.length;
    choose(names[next]!, event.currentTarget as HTMLElement);
    (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };
  return html`<div class="tab-row">
    <div class="tabs" role="tablist" aria-label=${l10n.t('Charts')} @keydown=${keydown}>
      ${names.map(
        (name) =>
          html`<button
            role="tab"
            aria-selected=${name === panel.view.chart}
            aria-controls="figures"
            tabindex=${name === panel.view.chart ? 0 : -1}
            @click=${(event: Event) => choose(name, (event.currentTarget as HTMLElement).parentElement)}
          >
            ${figureName(name)}
          </button>`,
      )}
    </div>
    ${wholeRun(zoomOf(panel) !== undefined, () => {
      panel.view.zoom = undefined;
      panel.changed();
    })}
    ${panel.training.run ? eventKey(panel.training.run) : nothing}
  </div>`;
}

/** What the marks on the time axes mean, once there are some. */
function eventKey(run: Run): TemplateResult {
  const sign = (draw: (g: CanvasRenderingContext2D) => void) =>
    html`<canvas aria-hidden="true" ${painted(10, 10, draw, [])}></canvas>`;
  const died = sign((g) => {
    g.strokeStyle = css(theme().dead);
    g.lineWidth = 1.2;
    g.beginPath();
    g.moveTo(2, 2);
    g.lineTo(8, 8);
    g.moveTo(8, 2);
    g.lineTo(2, 8);
    g.stroke();
  });
  const revived = sign((g) => {
    g.strokeStyle = css(theme().good);
    g.lineWidth = 1.2;
    g.beginPath();
    g.arc(5, 5, 3, 0, 7);
    g.stroke();
  });
  const changed = sign((g) => {
    g.fillStyle = css(theme().foreground);
    g.beginPath();
    g.moveTo(5, 1);
    g.lineTo(9, 5);
    g.lineTo(5, 9);
    g.lineTo(1, 5);
    g.fill();
  });
  const deaths = run.deaths.length > 0;
  return html`<span class="event-key small secondary">
    ${deaths ? html`<span class="key">${died}${l10n.t('died')}</span><span class="key">${revived}${l10n.t('revived')}</span>` : nothing}
    ${run.settings.length > 0 ? html`<span class="key">${changed}${l10n.t('setting changed')}</span>` : nothing}
  </span>`;
}

function figure(panel: Panel, name: ChartName): TemplateResult {
  const run = panel.training.run;
  const asTable = panel.view.tables.has(name);
  const { before } = panel.training;
  const selected = panel.selectedLayer?.layer.id;
  const content = run?.latest ? chartContent(name, run, selected) : undefined;
  const earlier = content && before && earlierLine(name, before, selected);
  return html`<figure aria-label=${figureName(name)} tabindex="0" @keydown=${figureKey(panel, name)}>
    <figcaption>
      <b>${figureName(name)}</b
      ><span class="line-keys ${earlier ? 'compared' : ''}"
        >${content ? keys(name, content.lines, selected) : nothing}${earlier ? key(earlier, false) : nothing}</span
      >
      ${name === 'Loss' ? logToggle(panel) : nothing}
      ${
        content && run && panel.view.chart === name
          ? saveButtons(panel, name, () => csv(run.history.steps, content.lines))
          : nothing
      }
      ${tableToggle(panel, name)}
    </figcaption>
    ${body(panel, name, run, content, earlier, asTable)}
  </figure>`;
}

const tableToggle = (panel: Panel, name: FigureName): TemplateResult =>
  html`<button
    class="toggle"
    aria-pressed=${panel.view.tables.has(name)}
    title=${l10n.t('The same numbers as a table (T)')}
    @click=${() => panel.toggleTable(name)}
  >
    ${l10n.t('table')}
  </button>`;

/** T for the table, and keys that choose what part of the run is in view, where nothing is being typed. */
const figureKey = (panel: Panel, name: FigureName) => (event: KeyboardEvent) => {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if (ctrlKey || metaKey || altKey || target instanceof HTMLInputElement) return;
  const { run } = panel.training;
  if (key.toLowerCase() === 't') panel.toggleTable(name);
  else if (run && !isLook(name) && zoomKeys.includes(key) && !(target as Element).closest('.table-scroll'))
    zoomTo(panel, run, zoomed(key, zoomOf(panel), axisEnd(run)), axisEnd(run));
  else return;
  event.preventDefault();
};

function body(
  panel: Panel,
  name: ChartName,
  run: Run | undefined,
  content: ChartContent | undefined,
  earlier: Line | undefined,
  asTable: boolean,
): unknown {
  if (!run || !content) {
    return html`<p class="hint">
      ${name === 'Loss' ? l10n.t('Press Train: the curves are drawn here as it goes.') : l10n.t('No run yet.')}
    </p>`;
  }
  if (content.empty) return html`<p class="hint">${content.empty}</p>`;
  const { before } = panel.training;
  const { steps, lines } =
    earlier && before
      ? beside(run.history.steps, content.lines, before.history.steps, earlier)
      : { steps: run.history.steps, lines: content.lines };
  if (asTable) return table(steps, lines, shownRows(run, performance.now()));
  const selected = panel.selectedLayer?.layer.id;
  const heat = (isByLayer(name) || name === 'Dead units') && content.lines.length > mostLines;
  // Rows of nothing would be an empty chart.
  if (heat && name === 'Dead units' && !lines.some(({ values }) => values.some(Boolean)))
    return html`<p class="hint">${l10n.t('No unit is dead.')}</p>`;
  return html`<div
    class="plot"
    aria-hidden="true"
    ${plot({
      steps,
      lines: heat ? [] : lines,
      logarithmic: !heat && (isByLayer(name) || (name === 'Loss' && panel.view.logLoss)),
      axis: zoomOf(panel) ?? [0, axisEnd(run)],
      zoom: (part) => zoomTo(panel, run, part, axisEnd(run)),
      range:
        name === 'Accuracy' || (name === 'Loss' && zoomOf(panel)) ? undefined : name === 'Dead units' ? [0, 4] : [0, 0],
      version: run.latest,
      ...(heat ? {} : { marks: settingMarks(run), words: name === 'Dead units' || panel.view.chart === name }),
      ...(name === 'Update ratios' && !heat ? { band: healthyUpdates } : {}),
      ...(name === 'Dead units' && !heat ? { lane: (u) => eventLane(u, run) } : {}),
      ...(heat
        ? {
            rows: {
              names: content.lines.map(({ label }) => label),
              selected,
              draw: (u) => drawHeat(u, steps, content.lines, selected, content.lines[0]!.color(theme())),
            },
          }
        : {}),
    })}
  ></div>`;
}

/** Where the ratio of update to weight is healthy: half a decade around cs231n's 1e-3. */
const healthyUpdates = [3e-4, 3e-3] as const;

/** Sizes of many decades, a line a layer. */
const isByLayer = (name: ChartName): boolean => name === 'Gradient norms' || name === 'Update ratios';

/** The run's whole length, or a power of two times what was done while that is under a quarter of it. */
function axisEnd(run: Run): number {
  const done = run.latest?.step ?? 1;
  const whole = run.started?.steps ?? run.progress?.steps ?? done;
  let end = whole;
  while (end > 4 * Math.max(1, done)) end /= 2;
  return Math.max(end, done);
}

function key({ label, values, color, dash, alpha = 1 }: Line, shown = true): TemplateResult {
  const style = `border-top-style:${dash ? 'dashed' : 'solid'}`;
  const figure = compact(newest(values), 3);
  return html`<span class="key" title="${label} ${figure}"
    ><i .style=${`${style};border-top-color:${css(color(theme()), alpha)}`}></i
    ><span class="clip">${label}</span>${shown ? html`<span class="numbers">${figure}</span>` : nothing}</span
  >`;
}

/** With many lines, the selected layer's alone, and for gradients how much of them arrives at the other end. */
function keys(name: ChartName, lines: readonly Line[], selected: string | undefined): unknown {
  // Beside more than two names there is room for the figure of the selected one alone; the others are under the pointer.
  if (lines.length <= 4) return lines.map((line) => key(line, line.label === selected || lines.length <= 2));
  const [first, last] = [lines[0]!, lines.at(-1)!];
  const ratio =
    name === 'Gradient norms'
      ? html`<span class="key numbers"
          >${l10n.t('first ÷ last {0}', compact(firstToLast(first.values, last.values)))}</span
        >`
      : nothing;
  return html`${lines.filter(({ label }) => label === selected).map((line) => key(line))}${ratio}`;
}

const logToggle = (panel: Panel): TemplateResult =>
  html`<button
    class="toggle"
    aria-pressed=${panel.view.logLoss}
    title=${l10n.t('Logarithmic scale')}
    @click=${() => {
      panel.view.logLoss = !panel.view.logLoss;
      panel.changed();
    }}
  >
    ${l10n.t('log')}
  </button>`;
