/** Where everything of the diagram stands, in CSS pixels; the same for the same network and room. */

/** L: everything shown; M: smaller; S: a strip a layer, the selected one at M. */
export type Level = 'L' | 'M' | 'S';
type Size = (typeof sizes)[keyof typeof sizes];

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
  readonly input: CardLayout;
  readonly cards: readonly CardLayout[];
  readonly loss: CardLayout;
  /** Room for shapes over the connectors. */
  readonly top: number;
  readonly cardHeight: number;
  /** Height of the forward line below a card's upper edge. */
  readonly line: number;
  /** Middle of the ribbon below the cards' upper edge. */
  readonly ribbon: number;
  readonly width: number;
  readonly height: number;
}

const padding = 16;
const stripMap = 112;
/** Room for the ribbon and its numbers. */
const below = 36;
const sizes = {
  L: { units: 152, plain: 96, slim: 28, input: 152, loss: 120, map: 128, gap: [56, 96] },
  M: { units: 112, plain: 72, slim: 28, input: 112, loss: 84, map: 96, gap: [32, 72] },
  /** M where it would not fit. */
  tight: { units: 94, plain: 68, slim: 26, input: 88, loss: 78, map: 78, gap: [20, 32] },
  S: { units: 26, plain: 26, slim: 26, input: 72, loss: 34, map: 24, gap: [10, 24] },
} as const;
const heights = { L: 240, M: 208, low: 174, least: 124 } as const;
/** Of a low card's height, what its map cannot have: name, activation, count and the space around them. */
const besideMap = 78;
/** More layers than this are drawn as strips. */
const mostCards = 12;

export interface LayoutInput {
  readonly kinds: readonly CardKind[];
  readonly selected: number;
  readonly width: number;
  readonly height: number;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** The largest level that fits, and the sizes it goes by. */
function choose({ kinds, width, height }: LayoutInput): { level: Level; size: Size } {
  if (kinds.length > mostCards) return { level: 'S', size: sizes.S };
  const fits = (size: Size) =>
    2 * padding + size.input + size.loss + sum(kinds.map((kind) => size[kind])) + (kinds.length + 1) * size.gap[0] <=
    width;
  if (fits(sizes.L) && height >= heights.L + below + 18) return { level: 'L', size: sizes.L };
  return { level: 'M', size: fits(sizes.M) ? sizes.M : sizes.tight };
}

export function layOut(input: LayoutInput): Layout {
  const { level, size } = choose(input);
  const top = 18;
  const low = input.height < heights.M + below + top;
  // Where even the low card would be cut, it and its map shrink.
  const lowHeight = Math.max(heights.least, Math.min(heights.low, input.height - below - top));
  const cardHeight = low ? lowHeight : heights[level === 'L' ? 'L' : 'M'];
  const tallest = low ? cardHeight - besideMap : Infinity;
  const expanded = (index: number) => level === 'S' && index === input.selected;
  const sizeOf = (index: number) => (expanded(index) ? sizes.M : size);
  const widths = input.kinds.map((kind, index) => sizeOf(index)[kind]);
  const gaps = input.kinds.length + 1;
  const room = input.width - 2 * padding - size.input - size.loss - sum(widths);
  const gap = Math.min(size.gap[1], Math.max(size.gap[0], Math.floor(room / gaps)));
  // With room to spare the whole stands in the middle.
  const slack = Math.max(0, Math.floor((room - gap * gaps) / 2));
  let x = padding + slack;
  const place = (width: number, map: number, at: Level): CardLayout => {
    // A strip's map is a narrow column.
    const height = Math.min(at === 'S' ? stripMap : map, tallest);
    const card = { x, width, map: { width: Math.min(map, at === 'S' ? map : width - 16), height }, level: at };
    x += width + gap;
    return card;
  };
  const first = place(size.input, level === 'S' ? 64 : Math.min(size.map, size.input - 16), level);
  const cards = widths.map((width, index) => place(width, sizeOf(index).map, expanded(index) ? 'M' : level));
  const loss = place(size.loss, 0, level);
  return {
    level,
    low,
    input: first,
    cards,
    loss,
    top,
    cardHeight,
    line: 17,
    ribbon: cardHeight + 12,
    width: loss.x + loss.width + padding + slack,
    height: top + cardHeight + below,
  };
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
