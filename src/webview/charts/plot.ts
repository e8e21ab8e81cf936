import { noChange, type ElementPart } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive } from 'lit/directive.js';
import uPlot from 'uplot';
import { count, plain, shortId } from '../format.ts';
import type { Value } from '../run/history.ts';
import { css, theme, type Rgb, type Theme } from '../theme.ts';
import { drawLetters } from './letters.ts';
import { drawBand, drawMarks } from './marks.ts';
import { readOut } from './readout.ts';

export interface Line {
  readonly label: string;
  readonly values: readonly Value[];
  readonly color: (theme: Theme) => Rgb;
  readonly width: number;
  readonly dash?: readonly number[];
  /** Share of the colour's strength; muted lines are of layers not selected. */
  readonly alpha?: number;
  /** Filled behind it, from one value to the other. */
  readonly area?: { readonly low: readonly Value[]; readonly high: readonly Value[] };
  /** A letter at its end, so that lines are told apart without colour. */
  readonly letter?: string;
}

/** In place of lines: rows from the top, and what draws them. */
export interface Rows {
  readonly names: readonly string[];
  readonly selected: string | undefined;
  readonly draw: (u: uPlot) => void;
}

/** Something that happened at a step. */
export interface Mark {
  readonly step: number;
  readonly text: string;
}

export interface PlotOptions {
  readonly steps: readonly number[];
  readonly lines: readonly Line[];
  readonly logarithmic: boolean;
  /** Ends of the step axis. */
  readonly axis: readonly [first: number, last: number];
  /** The person has chosen a part of the axis, or by a double click all of it; without it there is nothing to choose. */
  readonly zoom?: (part: readonly [number, number] | undefined) => void;
  /** Least range of the values. */
  readonly range: readonly [number, number] | undefined;
  /** Settings changed on the way, on the time axis. */
  readonly marks?: readonly Mark[];
  /** The newest mark says what was changed. */
  readonly words?: boolean;
  /** Values that are healthy, behind the lines. */
  readonly band?: readonly [number, number];
  /** Drawn in a lane below zero. */
  readonly lane?: (u: uPlot) => void;
  readonly rows?: Rows;
  /** Another value whenever there is something new to draw. */
  readonly version: unknown;
}

/** Charts waiting to be drawn: one a frame, so that four of them never cost one frame its time. */
const queue = new Set<() => void>();
let frame = 0;
function later(draw: () => void): void {
  queue.add(draw);
  frame ||= requestAnimationFrame(next);
}
function next(): void {
  frame = 0;
  const [draw] = queue;
  if (!draw) return;
  queue.delete(draw);
  draw();
  if (queue.size > 0) frame = requestAnimationFrame(next);
}

class Plot extends AsyncDirective {
  private chart: uPlot | undefined;
  private element: HTMLElement | undefined;
  private options: PlotOptions | undefined;
  private built = '';
  private builtFor: Theme | undefined;
  private version: unknown;
  private axis = '';
  private readonly resize = new ResizeObserver(() => later(this.fit));

  render(_options: PlotOptions): unknown {
    return noChange;
  }

  override update(part: ElementPart, [options]: [PlotOptions]): unknown {
    this.options = options;
    if (this.element !== part.element) {
      this.element = part.element as HTMLElement;
      this.resize.observe(this.element);
    }
    const form = JSON.stringify([
      options.rows?.names,
      options.rows?.selected,
      options.logarithmic,
      options.range,
      options.lines.map(({ label, width, dash, alpha, area, letter }) => [label, width, dash, alpha, letter, !area]),
    ]);
    if (form !== this.built || theme() !== this.builtFor) {
      this.built = form;
      this.builtFor = theme();
      this.chart?.destroy();
      this.chart = undefined;
      this.version = undefined;
    }
    const axis = options.axis.join();
    if (this.version !== options.version || this.axis !== axis) {
      this.version = options.version;
      this.axis = axis;
      later(this.show);
    }
    return noChange;
  }

  protected override disconnected(): void {
    this.resize.disconnect();
    queue.delete(this.show);
    queue.delete(this.fit);
    this.chart?.destroy();
    this.chart = undefined;
    this.element = undefined;
  }

  private readonly show = (): void => {
    const { element, options } = this;
    if (!element || !options || element.clientWidth === 0) return;
    const shown = (values: readonly Value[]) => (options.logarithmic ? positive(values) : values);
    const edges = options.lines.flatMap(({ area }) => (area ? [area.low, area.high] : []));
    const lines = [...options.lines.map(({ values }) => values), ...edges].map(shown);
    // Rows are drawn over a chart that needs a line to have a scale.
    const data = [options.steps, ...(options.rows ? [options.steps.map(() => null)] : lines)] as uPlot.AlignedData;
    if (this.chart) this.chart.setData(data);
    else
      this.chart = new uPlot(
        settings(element, () => this.options ?? options),
        data,
        element,
      );
  };

  private readonly fit = (): void => {
    const { element, chart } = this;
    if (!element) return;
    if (!chart) return this.show();
    chart.setSize({ width: element.clientWidth, height: element.clientHeight });
    if (this.options?.lane) chart.setData(chart.data);
  };
}

/** A line chart in the element: `<div class="plot" ${plot(options)}>`. */
export const plot = directive(Plot);

/** What a logarithmic axis can show. */
const positive = (values: readonly Value[]): Value[] =>
  values.map((value) => (value !== null && value > 0 ? value : null));

function settings(element: HTMLElement, options: () => PlotOptions): uPlot.Options {
  const colors = theme();
  const { logarithmic, lines, rows } = options();
  const axis = {
    stroke: css(colors.secondary),
    font: colors.font,
    grid: { stroke: css(colors.grid), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: {
      ...{ sync: { key: 'rectifier' }, y: false, points: { size: 5 } },
      drag: { x: options().zoom !== undefined, y: false, setScale: false },
      bind: { dblclick: () => () => (options().zoom?.(undefined), null) },
    },
    padding: [6, 16, 0, 0],
    scales: {
      x: { time: false, range: () => [options().axis[0], Math.max(1, options().axis[1])] },
      y: {
        distr: logarithmic ? 3 : 1,
        range: (_, low, high) =>
          rows
            ? [0, rows.names.length]
            : logarithmic
              ? logRange(low, high, options().range)
              : linearRange(low, high, options(), element.clientHeight),
      },
    },
    axes: [
      { ...axis, size: 18, gap: 2, space: 60, incrs: wholeSteps, values: (_, splits) => splits.map(count) },
      {
        ...axis,
        size: 46,
        gap: 4,
        space: logarithmic ? 14 : 22,
        // Of a logarithmic scale the decades alone: nine lines each would be a hatching.
        ...(logarithmic
          ? { grid: { ...axis.grid, filter: (_: uPlot, splits: number[]) => splits.map(ifDecade) } }
          : {}),
        values: (_, splits) => splits.map((v) => (v === null || (v < 0 && options().lane) ? '' : plain(v))),
        ...(rows ? rowAxis(rows) : {}),
      },
    ],
    series: [
      {},
      ...(rows ? [{}] : []),
      ...lines.map(({ label, color, width, dash, alpha = 1 }) => ({
        label,
        stroke: css(color(colors), alpha),
        width,
        ...(dash ? { dash: [...dash] } : {}),
        points: { show: isAlone },
        spanGaps: true,
      })),
      ...filled(lines).flatMap(() => [edge, edge]),
    ],
    bands: filled(lines).map(({ color }, i) => ({
      series: [lines.length + 2 + 2 * i, lines.length + 1 + 2 * i],
      fill: css(color(colors), 0.2),
    })),
    hooks: {
      setCursor: [(u) => readOut(u, options())],
      setSelect: [(u) => choose(u, options())],
      drawAxes: [
        (u) => {
          const { band } = options();
          if (band) drawBand(u, band);
        },
      ],
      draw: [
        (u) => {
          options().lane?.(u);
          options().rows?.draw(u);
          drawMarks(u, options().marks ?? [], options().words === true);
          drawLetters(u, options().lines);
        },
      ],
    },
  };
}

/** What was drawn over with the pointer is what all charts show. */
function choose(u: uPlot, { zoom }: PlotOptions): void {
  const { left, width } = u.select;
  if (width < least) return;
  u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  // Charts that share the cursor are drawn over, too; the one under the pointer says it.
  if (u.cursor.event?.target === u.over) zoom?.([u.posToVal(left, 'x'), u.posToVal(left + width, 'x')]);
}

/** Less was a click, in CSS pixels. */
const least = 4;

/** Between two marks of the time axis: there is no half a step. */
const wholeSteps = Array.from({ length: 13 }, (_, k) => [1, 2, 2.5, 5].map((n) => n * 10 ** k))
  .flat()
  .filter(Number.isInteger);

/** The side of a filled area: a series that draws nothing of its own. */
const edge: uPlot.Series = { width: 0, points: { show: false }, spanGaps: true };

/** A single value has no line. */
function isAlone({ data }: uPlot, series: number): boolean {
  let known = 0;
  for (const value of data[series] ?? []) if (value !== null && value !== undefined && ++known > 1) return false;
  return known === 1;
}

const filled = (lines: readonly Line[]): Line[] => lines.filter(({ area }) => area);

const ifDecade = (value: number): number | null => {
  const decades = Math.log10(value);
  return Math.abs(decades - Math.round(decades)) < 1e-6 ? value : null;
};

/** Names at the middle of the selected row, and of the first and the last where that one leaves room. */
function rowAxis({ names, selected }: Rows): Partial<uPlot.Axis> {
  const chosen = names.indexOf(selected ?? '');
  const apart = (i: number) => chosen < 0 || Math.abs(i - chosen) > names.length / 5;
  const ends = [0, names.length - 1].filter(apart);
  const shown = [...ends, ...(chosen < 0 ? [] : [chosen])].sort((a, b) => a - b);
  return {
    grid: { show: false },
    splits: () => shown.map((i) => names.length - i - 0.5),
    values: (_, splits) => splits.map((v) => fitted(shortId(names[names.length - 0.5 - v] ?? ''))),
  };
}

/** As much of a name as an axis has room for. */
const fitted = (name: string): string => (name.length > 7 ? `${name.slice(0, 6)}…` : name);

/** Of `height` pixels the whole chart has. */
function linearRange(
  low: number | null,
  high: number | null,
  { range: least, lane }: PlotOptions,
  height: number,
): uPlot.Range.MinMax {
  const bottom = Math.min(low ?? Infinity, least?.[0] ?? Infinity);
  const top = Math.max(high ?? -Infinity, least?.[1] ?? -Infinity);
  if (!Number.isFinite(bottom) || !Number.isFinite(top)) return [0, 1];
  if (bottom === top) return [bottom - 0.5, top + 0.5];
  // The lane has the height of its marks, however low the chart is.
  return [lane ? (-10 / Math.max(20, height - 36)) * top : bottom, top + (top - bottom) * 0.05];
}

/** Whole decades, two at least. */
function logRange(from: number | null, to: number | null, least: PlotOptions['range']): uPlot.Range.MinMax {
  if (from === null || to === null || !(from > 0)) return [1e-3, 1];
  const [low, high] = least && least[0] > 0 ? [Math.min(from, least[0]), Math.max(to, least[1])] : [from, to];
  const bottom = Math.floor(Math.log10(low) + 1e-9);
  return [10 ** bottom, 10 ** Math.max(bottom + 1, Math.ceil(Math.log10(high) - 1e-9))];
}
