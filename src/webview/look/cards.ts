import { unitsOf } from '../../engine/layers/index.ts';
import type { FieldsLook, RegionLook, WayLook } from '../../engine/look/look.ts';
import type { UnitSnapshot } from '../../engine/training/events.ts';
import type { UnitLayout } from '../designer/layout.ts';
import { drawUnit, unitState } from '../designer/unitMap.ts';
import { css, mix, type Theme } from '../theme.ts';
import { drawChannel, drawSigned, frame, rangeOf } from './picture.ts';
import { drawRegion } from './region.ts';

type Context = CanvasRenderingContext2D;
type WayLayer = WayLook['layers'][number];

/** On how much of the data a unit is active, below its picture. */
function drawActivity(
  g: Context,
  theme: Theme,
  x: number,
  y: number,
  width: number,
  active: number,
  state: number,
): void {
  g.fillStyle = css(mix(theme.card, theme.foreground, 0.13));
  g.fillRect(x, y, width, 2);
  g.fillStyle = css(state === unitState.nearlyDead ? theme.warning : theme.train);
  g.fillRect(x, y, width * Math.min(1, Math.abs(active)), 2);
}

/** A picture of each unit, with a bar below that says on how much of the data it is active; dead ones as in the unit map. */
function drawEach(
  g: Context,
  theme: Theme,
  cells: UnitLayout,
  units: number,
  snapshot: UnitSnapshot | undefined,
  picture: (unit: number, square: readonly [x: number, y: number, size: number]) => void,
): void {
  const size = cells.pitch - cells.space;
  const bar = snapshot && size >= 12 ? 3 : 0;
  for (let unit = 0; unit < units; unit++) {
    const x = (unit % cells.columns) * cells.pitch;
    const y = Math.floor(unit / cells.columns) * cells.pitch;
    const state = snapshot?.state[unit] ?? unitState.alive;
    if (state === unitState.dead) {
      drawUnit(g, theme, x, y, size, 0, state);
      continue;
    }
    picture(unit, [x, y, size - bar]);
    if (bar > 0) drawActivity(g, theme, x, y + size - 2, size, snapshot?.active[unit] ?? 0, state);
  }
}

/** A layer's channels for one sample. */
export function drawMaps(
  g: Context,
  theme: Theme,
  cells: UnitLayout,
  { shape, values }: WayLayer,
  snapshot: UnitSnapshot | undefined,
): void {
  const range = rangeOf(values);
  drawEach(g, theme, cells, unitsOf(shape), snapshot, (unit, square) =>
    drawChannel(g, theme, square, shape, values, unit, range),
  );
}

/** What each unit of a layer answers all over the plane: blue above 0, the other hue below. */
export function drawFields(
  g: Context,
  theme: Theme,
  cells: UnitLayout,
  fields: FieldsLook,
  { units, values }: FieldsLook['layers'][number],
  snapshot: UnitSnapshot | undefined,
): void {
  drawEach(g, theme, cells, units, snapshot, (unit, square) => {
    drawSigned(g, theme, square, [fields.cells, fields.cells, 1], fieldOf(values, unit, units));
    frame(g, theme, square);
  });
}

/** One unit's part of its layer's answers. */
export const fieldOf = (values: Float32Array, unit: number, units: number): Float32Array =>
  Float32Array.from({ length: values.length / units }, (_, i) => values[i * units + unit]!);

/** One bar a class: what the output says of one sample. The true class has a mark. */
export function drawBars(
  g: Context,
  theme: Theme,
  width: number,
  height: number,
  values: Float32Array,
  names: readonly string[],
  actual: number,
): void {
  const pitch = height / values.length;
  const label = Math.min(width * 0.4, 6 + 7 * Math.max(...names.map(({ length }) => Math.min(6, length))));
  g.font = pitch < 11 ? theme.font.replace('11px', '9px') : theme.font;
  g.textBaseline = 'middle';
  values.forEach((value, i) => {
    const y = i * pitch;
    g.fillStyle = css(i === actual ? theme.foreground : theme.secondary);
    g.fillText(names[i] ?? String(i), 0, y + pitch / 2, label - 8);
    if (i === actual) g.fillRect(label - 5, y + pitch / 2 - 1, 3, 2);
    g.fillStyle = css(mix(theme.card, theme.foreground, 0.13));
    g.fillRect(label, y + 1, width - label, pitch - 2);
    g.fillStyle = css(theme.train);
    g.fillRect(label, y + 1, (width - label) * Math.max(0, Math.min(1, value)), pitch - 2);
  });
}

/** The one output's answer all over the plane. */
export const drawField = (g: Context, theme: Theme, size: number, region: RegionLook): void =>
  drawRegion(g, theme, size, region, false);
