import * as l10n from '@vscode/l10n';
import type { UnitSnapshot } from '../../engine/training/events.ts';
import type { ActivationRow } from '../../engine/activations/index.ts';
import { compact } from '../format.ts';
import type { Styles } from '../styled.ts';
import { css, type Rgb, type Theme } from '../theme.ts';
import type { UnitLayout } from './layout.ts';

export const unitState = { alive: 0, nearlyDead: 1, dead: 2 } as const;

type Context = CanvasRenderingContext2D;

/** Index into the theme's shades: the share of samples, or for units that are never inactive the size of their mean output. */
const shade = (active: number): number => Math.round(255 * Math.min(1, Math.abs(active)));

/**
 * One unit: colour says how active it is, shape says its state, so that nothing rests on colour alone. Where many are dead, `muted` leaves
 * their frames grey: the crosses say it, and the map is not one patch of red.
 */
export function drawUnit(
  g: Context,
  theme: Theme,
  x: number,
  y: number,
  size: number,
  active: number,
  state: number,
  muted = false,
): void {
  if (state === unitState.alive) {
    g.fillStyle = css(theme.activity[shade(active)] ?? theme.line);
    g.fillRect(x, y, size, size);
    return;
  }
  const dead = state === unitState.dead;
  g.strokeStyle = g.fillStyle = css(dead ? theme.dead : theme.warning);
  g.lineWidth = size >= 9 ? 1.25 : 1;
  if (muted) g.strokeStyle = css(theme.line);
  if (size >= 5) g.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
  if (muted) g.strokeStyle = g.fillStyle;
  if (!dead) {
    const dot = size >= 12 ? 4 : 2;
    g.fillRect(x + (size - dot) / 2, y + (size - dot) / 2, dot, dot);
    return;
  }
  // Without a red frame the cross is as much larger.
  const inset = (size >= 12 ? 4 : size >= 9 ? 3 : size >= 5 ? 2 : 0) - (muted ? 1 : 0);
  g.beginPath();
  g.moveTo(x + inset, y + inset);
  g.lineTo(x + size - inset, y + size - inset);
  g.moveTo(x + size - inset, y + inset);
  g.lineTo(x + inset, y + size - inset);
  g.stroke();
}

/** More dead than this share of a layer are drawn muted. */
const many = 0.25;

/** A layer's units in rows. */
export function drawUnits(g: Context, theme: Theme, layout: UnitLayout, units: number, snapshot: UnitSnapshot): void {
  const size = layout.pitch - layout.space;
  if (layout.pitch <= 5) return drawPixels(g, theme, layout, units, snapshot);
  const dead = snapshot.state.reduce((sum, state) => sum + (state === unitState.dead ? 1 : 0), 0);
  for (let unit = 0; unit < units; unit++) {
    const x = (unit % layout.columns) * layout.pitch;
    const y = Math.floor(unit / layout.columns) * layout.pitch;
    const state = snapshot.state[unit] ?? unitState.alive;
    drawUnit(g, theme, x, y, size, snapshot.active[unit] ?? 0, state, state === unitState.dead && dead > many * units);
  }
}

/** A colour as a picture's pixel: its bytes are red, green, blue and 255, in the order of every machine a browser runs on. */
const pixelOf = ([red, green, blue]: Rgb): number => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/** Small cells as one picture: a hundred times faster than a rectangle each (measured on 20 × 512 units). */
function drawPixels(g: Context, theme: Theme, layout: UnitLayout, units: number, snapshot: UnitSnapshot): void {
  const ratio = g.getTransform().a;
  const pitch = Math.max(1, Math.round(layout.pitch * ratio));
  const space = Math.round(layout.space * ratio);
  const image = g.createImageData(layout.columns * pitch, layout.rows * pitch);
  // A whole pixel at a time: 512 units of many layers are tens of thousands of them.
  const pixels = new Uint32Array(image.data.buffer);
  const [dead, nearly, plain] = [theme.dead, theme.warning, theme.line].map(pixelOf) as [number, number, number];
  const shades = theme.activity.map(pixelOf);
  for (let unit = 0; unit < units; unit++) {
    const state = snapshot.state[unit] ?? unitState.alive;
    const active = shade(snapshot.active[unit] ?? 0);
    const color = (state === unitState.dead ? dead : state === unitState.nearlyDead ? nearly : shades[active]) ?? plain;
    const left = (unit % layout.columns) * pitch;
    const top = Math.floor(unit / layout.columns) * pitch;
    for (let y = top; y < top + pitch - space; y++) {
      for (let x = left; x < left + pitch - space; x++) {
        // A dead unit is a cross where there is room for one, never a filled square.
        const onCross = x - left === y - top || x - left === pitch - space - 1 - (y - top);
        if (state === unitState.dead && pitch - space > 2 && !onCross) continue;
        pixels[y * image.width + x] = color;
      }
    }
  }
  g.putImageData(image, 0, 0);
}

/** Units from the most active to the dead: what a column a few pixels wide shows from top to bottom. */
export const byActivity = ({ active, state }: UnitSnapshot): number[] =>
  Array.from(active, (_, unit) => unit).sort(
    (a, b) => state[a]! - state[b]! || Math.abs(active[b]!) - Math.abs(active[a]!),
  );

/**
 * A layer as a column too narrow for cells: its units by how active they are, the dead at the foot, hatched, so that many such columns beside
 * each other are a picture of what share is dead where.
 */
export function drawColumn(g: Context, theme: Theme, width: number, height: number, snapshot: UnitSnapshot): void {
  const ratio = g.getTransform().a;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  const image = g.createImageData(wide, high);
  const pixels = new Uint32Array(image.data.buffer);
  const order = byActivity(snapshot);
  const [dead, nearly] = [pixelOf(theme.dead), pixelOf(theme.warning)];
  const shades = theme.activity.map(pixelOf);
  for (let y = 0; y < high; y++) {
    const unit = order[Math.floor((y * order.length) / high)]!;
    const state = snapshot.state[unit];
    const color =
      state === unitState.dead ? dead : state === unitState.nearlyDead ? nearly : shades[shade(snapshot.active[unit]!)];
    for (let x = 0; x < wide; x++)
      if (state !== unitState.dead || (x + y) % 3 === 0) pixels[y * wide + x] = color ?? nearly;
  }
  g.putImageData(image, 0, 0);
}

/** The style of what stands for units of which nothing is known. */
export const plain = (theme: Theme): Styles => ({ background: css(theme.activity[0] ?? theme.line) });

/**
 * The style of a map of which nothing is known, as when a file opens: cells that are all alike need no canvas, of which a hundred would take the first frame a
 * tenth of a second. Whole pixels of the screen, `ratio` of them a CSS pixel.
 */
export function plainUnits(
  theme: Theme,
  { columns, rows, pitch, space }: UnitLayout,
  units: number,
  ratio: number,
): Styles {
  const whole = (length: number) => Math.round(length * ratio) / ratio;
  const [step, gap] = [Math.max(1 / ratio, whole(pitch)), whole(space)];
  const size = step - gap;
  const { background: color = '' } = plain(theme);
  const [right, bottom, last, full] = [columns, rows, units - (rows - 1) * columns, rows - 1].map(
    (n) => `${n * step}px`,
  );
  // eslint-disable-next-line rectifier/words -- a style
  const cells = `conic-gradient(at ${size}px ${size}px, transparent 75%, ${color} 0) 0 0 / ${step}px ${step}px`;
  const cut = last !== right || step !== pitch;
  return {
    background: gap > 0 ? cells : color,
    ...(cut
      ? { 'clip-path': `polygon(0 0, ${right} 0, ${right} ${full}, ${last} ${full}, ${last} ${bottom}, 0 ${bottom})` }
      : {}),
  };
}

/** Cells no wider than this, with their space, have no room for rings. */
export const noRings = 5;

/** Rings around units that changed state in the last steps: foreground for died, green for revived. */
export function drawRings(
  g: Context,
  theme: Theme,
  layout: UnitLayout,
  changes: readonly { unit: number; state: 'died' | 'revived' }[],
): void {
  if (layout.pitch <= noRings) return;
  const size = layout.pitch - layout.space;
  for (const { unit, state } of changes) {
    const x = (unit % layout.columns) * layout.pitch;
    const y = Math.floor(unit / layout.columns) * layout.pitch;
    g.strokeStyle = css(state === 'died' ? theme.foreground : theme.good);
    g.lineWidth = 1.5;
    g.strokeRect(x - 0.25, y - 0.25, size + 0.5, size + 0.5);
  }
}

/**
 * A unit's name for a screen reader and the tip. What `dead` means depends on the activation: a unit of those that let something
 * through below 0 is not dead but always negative there, and one that is never inactive has only its mean output.
 */
export function unitName(
  unit: number,
  snapshot: UnitSnapshot | undefined,
  inactive: ActivationRow['inactive'],
): string {
  if (!snapshot) return l10n.t('unit {0}', unit);
  const active = snapshot.active[unit] ?? 0;
  if (inactive === 'never') return l10n.t('unit {0}, mean output {1}', unit, compact(active));
  if (snapshot.state[unit] === unitState.dead) {
    const negative = inactive === 'negative';
    const [from, to] = [(snapshot.lastActive[unit] ?? -1) + 1, snapshot.foundDead[unit] ?? 0];
    if (from === 0)
      return negative
        ? l10n.t('unit {0}, always negative since the start', unit)
        : l10n.t('unit {0}, dead since the start', unit);
    return negative
      ? l10n.t('unit {0}, always negative since steps {1}–{2}', unit, from, to)
      : l10n.t('unit {0}, dead since steps {1}–{2}', unit, from, to);
  }
  // What is active at all is not called active on 0 %.
  const percent = active > 0 ? Math.max(1, Math.round(active * 100)) : 0;
  return snapshot.state[unit] === unitState.nearlyDead
    ? l10n.t('unit {0}, active on {1} %, nearly dead', unit, percent)
    : l10n.t('unit {0}, active on {1} %', unit, percent);
}
