import type { Fold } from './folds.ts';

/** Where everything of the diagram stands, in CSS pixels; the same for the same network and room. */

/** L: everything shown; M: smaller; S: a strip a layer, the selected one at M. */
export type Level = 'L' | 'M' | 'S';
type Size = Readonly<Record<CardKind | 'input' | 'loss' | 'map', number>> & {
  readonly gap: readonly [least: number, most: number];
};

/** `units`: a map of units; `plain`: text alone; `slim`: a name on its side. */
export type CardKind = 'units' | 'plain' | 'slim';

export interface CardLayout {
  readonly x: number;
  readonly width: number;
  /** What its unit map may fill. */
  readonly map: { readonly width: number; readonly height: number };
  /** How much of the card is shown. */
  readonly level: Level;
}

export interface Layout {
  readonly level: Level;
  /** Too little height for the type and parameter rows. */
  readonly low: boolean;
  /** Too little even for that: a card is its name and its map. */
  readonly flat: boolean;
  readonly input: CardLayout;
  /** By layer; those of a folded run have one card in common. */
  readonly cards: readonly CardLayout[];
  readonly folds: readonly Fold[];
  readonly loss: CardLayout;
  /** Deep: its strips are columns too narrow for words. */
  readonly thin: boolean;
  /** Connections that pass over layers, as arcs: from the right edge of one card to the left edge of another. */
  readonly arcs: readonly Arc[];
  /** Room for arcs, and for shapes over the connectors. */
  readonly top: number;
  readonly cardHeight: number;
  /** Height of the forward line below a card's upper edge. */
  readonly line: number;
  /** Middle of the ribbon below the cards' upper edge. */
  readonly ribbon: number;
  /** How much thicker than usual it is: a deep network has the room. */
  readonly flow: number;
  readonly width: number;
  readonly height: number;
}

/** A connection that passes over layers; −1 is the input. */
export interface Skip {
  readonly from: number;
  readonly to: number;
}

export interface Arc extends Skip {
  readonly x: number;
  readonly end: number;
  /** How far it rises above the cards. */
  readonly height: number;
}

const padding = 16;
/** Room for the ribbon and its numbers; of a deep network both are twice as high. */
const below = { usual: 36, deep: 50 };
/** Room for shapes above the cards. */
const above = 18;
/** Narrowest strip with its gap: one pixel a unit has to show. */
const thinnest = 4;
/** A strip narrower than this has no room for words. */
const wordy = 22;
const sizes = {
  L: { units: 152, plain: 96, slim: 28, input: 152, loss: 120, map: 128, gap: [56, 96] },
  M: { units: 112, plain: 72, slim: 28, input: 112, loss: 84, map: 96, gap: [32, 72] },
  /** M where it would not fit. */
  tight: { units: 94, plain: 68, slim: 26, input: 88, loss: 78, map: 78, gap: [18, 32] },
  /** Where a layer more would have to be scrolled to. */
  tightest: { units: 82, plain: 60, slim: 24, input: 80, loss: 72, map: 66, gap: [16, 24] },
  S: { units: 26, plain: 26, slim: 26, input: 72, loss: 34, map: 24, gap: [10, 24] },
} as const;
const heights = { L: 240, M: 208, deep: 268, low: 174, least: 124, flat: 72 } as const;
/** Of a card's height, what its map cannot have: name, activation, count and the space around them; a flat one has its name alone. */
const besideMap = { usual: 78, flat: 36, thin: 44 } as const;
/** More layers than this are drawn as strips. */
const mostCards = 12;

export interface LayoutInput {
  readonly kinds: readonly CardKind[];
  readonly selected: number;
  readonly width: number;
  readonly height: number;
  readonly skips?: readonly Skip[];
  readonly folds?: readonly Fold[];
  /** Full size, however wide that is. */
  readonly actual?: boolean;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** The largest level that fits, and the sizes it goes by. */
function choose({ kinds, width, height, actual }: LayoutInput): { level: Level; size: Size } {
  const high = height >= heights.L + below.usual + above;
  if (actual) return high ? { level: 'L', size: sizes.L } : { level: 'M', size: sizes.M };
  if (kinds.length > mostCards) return { level: 'S', size: strips(kinds.length, width) };
  const fits = (size: Size) =>
    2 * padding + size.input + size.loss + sum(kinds.map((kind) => size[kind])) + (kinds.length + 1) * size.gap[0] <=
    width;
  if (fits(sizes.L) && high) return { level: 'L', size: sizes.L };
  return { level: 'M', size: [sizes.M, sizes.tight, sizes.tightest].find(fits) ?? sizes.tight };
}

/** Strips as wide as all of them fit beside the one that is open, down to a few pixels. */
function strips(count: number, width: number): Size {
  const { S, M } = sizes;
  const room = width - 2 * padding - S.input - S.loss - M.units - 2 * aroundOpen;
  const pitch = Math.max(thinnest, Math.floor(room / (count + 1)));
  if (pitch >= S.units + S.gap[0]) return S;
  const gap = pitch >= 20 ? 6 : pitch >= 10 ? 3 : 1;
  const strip = pitch - gap;
  return { ...S, units: strip, plain: strip, slim: strip, map: strip - (strip > 8 ? 2 : 0), gap: [gap, gap] };
}

/** Beside the open strip, so that what stands between layers has room. */
const aroundOpen = 14;

export function layOut(whole: LayoutInput): Layout {
  const { folds = [] } = whole;
  // A folded run is laid out as its first layer.
  const shown: number[] = [];
  const placeOf = whole.kinds.map((_, index) => {
    const isFirst = !folds.some(({ from, to }) => from < index && index <= to);
    return (isFirst ? shown.push(index) : shown.length) - 1;
  });
  const input = { ...whole, kinds: shown.map((index) => whole.kinds[index]!), selected: placeOf[whole.selected] ?? -1 };
  const { level, size } = choose(input);
  const thin = level === 'S' && size.units < wordy;
  const { arcs, rise } = arcsOf(input.skips ?? [], input.height);
  const top = above + rise;
  const deep = level === 'S' && input.height >= heights.M + below.deep + top;
  const under = deep ? below.deep : below.usual;
  const low = input.height < heights.M + under + top;
  // Where even the low card would be cut, it and its map shrink.
  const room = input.height - under - top;
  const flat = room < heights.least;
  const beside = besideMap[thin ? 'thin' : flat ? 'flat' : 'usual'];
  const lowHeight = Math.max(heights.flat, Math.min(heights.low, room));
  const usual = deep ? Math.min(heights.deep, room) : heights[level === 'L' ? 'L' : 'M'];
  const cardHeight = low ? lowHeight : usual;
  const tallest = low ? cardHeight - besideMap[flat ? 'flat' : 'usual'] : Infinity;
  const expanded = (index: number) => level === 'S' && index === input.selected;
  const sizeOf = (index: number) => (expanded(index) ? sizes.M : size);
  const widths = input.kinds.map((kind, index) => sizeOf(index)[kind]);
  const gaps = input.kinds.length + 1;
  const width = input.width - 2 * padding - size.input - size.loss - sum(widths);
  const gap = Math.min(size.gap[1], Math.max(size.gap[0], Math.floor(width / gaps)));
  const extra = thin && widths.some((_, index) => expanded(index)) ? 2 * aroundOpen : 0;
  // With room to spare the whole stands in the middle.
  const slack = Math.max(0, Math.floor((width - gap * gaps - extra) / 2));
  let x = padding + slack;
  const place = (width: number, map: number, at: Level, height = Math.min(map, tallest)): CardLayout => {
    const card = { x, width, map: { width: Math.min(map, at === 'S' ? map : width - 16), height }, level: at };
    x += width + gap;
    return card;
  };
  const first = place(size.input, level === 'S' ? 64 : Math.min(size.map, size.input - 16), level);
  const placed = widths.map((width, index) => {
    const open = expanded(index);
    if (thin && open) x += aroundOpen;
    // A strip's map is a narrow column.
    const column = level === 'S' && !open;
    const card = column
      ? place(width, size.map, level, cardHeight - beside)
      : place(width, sizeOf(index).map, open ? 'M' : level);
    if (thin && open) x += aroundOpen;
    return card;
  });
  const cards = placeOf.map((at) => placed[at]!);
  const loss = place(size.loss, 0, level);
  const flow = deep ? 2 : 1;
  const all = [first, ...cards, loss];
  return {
    level,
    low,
    flat,
    thin,
    input: first,
    cards,
    folds,
    loss,
    arcs: arcs.map((arc) => {
      const [from, to] = [all[arc.from + 1]!, all[arc.to + 1]!];
      // A little inside the cards, so that several ends do not meet.
      const inside = Math.min(8, from.width / 3, to.width / 3);
      return { ...arc, x: from.x + from.width - inside, end: to.x + inside };
    }),
    top,
    cardHeight,
    line: 17,
    ribbon: cardHeight + 12 + (deep ? 6 : 0),
    flow,
    width: loss.x + loss.width + padding + slack,
    height: top + cardHeight + under,
  };
}

/** Above the shapes between the cards. */
const lowest = 20;

/** Each arc as low as those below it let it be; in a low room all are flat. */
function arcsOf(skips: readonly Skip[], height: number): { arcs: (Skip & { height: number })[]; rise: number } {
  if (skips.length === 0) return { arcs: [], rise: 0 };
  const placed: { from: number; to: number; level: number }[] = [];
  for (const skip of [...skips].sort((a, b) => a.to - a.from - (b.to - b.from))) {
    const inWay = placed.filter(({ from, to }) => from < skip.to && skip.from < to).map(({ level }) => level);
    placed.push({ ...skip, level: Math.max(-1, ...inWay) + 1 });
  }
  const levels = Math.max(...placed.map(({ level }) => level)) + 1;
  const most = height < heights.M + below.usual + above + 24 ? 4 : 36;
  const step = Math.min(9, Math.max(2, most / levels));
  const arcs = placed.map(({ from, to, level }) => ({ from, to, height: lowest + level * step }));
  return { arcs, rise: Math.max(0, Math.ceil(lowest + (levels - 1) * step) + 4 - above) };
}

/** The gap a card dropped at x falls into: 0 before the first card, n after the last. */
export const gapAt = (cards: readonly CardLayout[], x: number): number =>
  cards.filter(({ x: left, width }) => left + width / 2 < x).length;

/** Where a layer ends up that is dropped into a gap: the gaps behind it close up by one. */
export const dropIndex = (from: number, gap: number): number => (gap > from ? gap - 1 : gap);

export interface UnitLayout {
  readonly columns: number;
  readonly rows: number;
  /** From one cell to the next; the cell itself is smaller by `space`. */
  readonly pitch: number;
  readonly space: number;
}

/** The square cells that fill a box best with n units, at most `largest` wide. */
export function layOutUnits(units: number, width: number, height: number, largest = 24): UnitLayout {
  let pitch = Math.max(1, Math.min(largest, Math.floor(Math.sqrt((width * height) / units))));
  while (pitch > 1 && Math.floor(width / pitch) * Math.floor(height / pitch) < units) pitch--;
  const rows = Math.max(1, Math.ceil(units / Math.max(1, Math.floor(width / pitch))));
  // Full rows where the count allows: 16 units as 4 × 4, not 5 + 5 + 5 + 1.
  const columns = Math.max(1, Math.ceil(units / rows));
  return { columns, rows: Math.ceil(units / columns), pitch, space: pitch >= 6 ? 2 : pitch >= 3 ? 1 : 0 };
}

/** Thickness of the ribbon: log₁₀ of the gradient norm, 1e−6…1 as 1…12 pixels; thinner than that is not drawn. */
export function ribbonThickness(norm: number | null): number {
  if (norm === null || !(norm > 0)) return 0;
  // Over 70 a gradient has exploded: as wide as it gets.
  if (norm > 70) return 16;
  const share = (Math.log10(norm) + 6) / 6;
  return share < 0 ? 0 : Math.min(14, 1 + 11 * share);
}
