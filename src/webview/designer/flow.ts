import type { Drawing, DrawnLayer } from '../document.ts';
import type { Run } from '../run/runState.ts';
import { css, mix, type Theme } from '../theme.ts';
import { foldAt } from './folds.ts';
import { ribbonThickness, type Layout } from './layout.ts';

export interface RibbonPoint {
  /** Middle of the layer's card. */
  readonly x: number;
  readonly norm: number | null;
  /** Of the layer whose number it is; of a folded run only its first. */
  readonly index?: number;
}

/** The gradient norm of each layer with a kernel, by where its card stands: of the run, or before any of the first batch. */
export function ribbonPoints(
  { layers }: Drawing,
  layout: Layout,
  run: Run | undefined,
  before: (drawn: DrawnLayer) => { readonly gradientNorm: number | null } | undefined,
): RibbonPoint[] {
  return layers.flatMap((drawn) => {
    const { layer, index } = drawn;
    const norm = run
      ? run.holdsFor(drawn)
        ? run.metricsOf(layer.id)?.gradientNorm
        : undefined
      : before(drawn)?.gradientNorm;
    const card = layout.cards[index];
    if (norm === undefined || !card) return [];
    const fold = foldAt(layout.folds, index);
    if (!fold) return [{ x: card.x + card.width / 2, norm, index }];
    // The layers of a folded run share the width of its card; the first one's number stands for them: the furthest on the way back.
    const share = (index - fold.from + 0.5) / (fold.to - fold.from + 1);
    return [{ x: card.x + card.width * share, norm, ...(index === fold.from ? { index } : {}) }];
  });
}

/** The forward line between the cards, and below them one continuous ribbon running back: vanishing shows at a glance. */
export function drawFlow(
  g: CanvasRenderingContext2D,
  theme: Theme,
  layout: Layout,
  points: readonly RibbonPoint[],
  reads: readonly boolean[],
): void {
  const cards = [layout.input, ...layout.cards, layout.loss];
  const y = layout.top + layout.line + 0.5;
  g.strokeStyle = css(mix(theme.background, theme.foreground, 0.4));
  g.lineWidth = 1;
  for (let i = 0; i + 1 < cards.length; i++) {
    if (!reads[i] || cards[i] === cards[i + 1]) continue;
    const from = cards[i]!.x + cards[i]!.width;
    const to = cards[i + 1]!.x;
    g.beginPath();
    g.moveTo(from, y);
    g.lineTo(to - 1, y);
    if (layout.level !== 'S') {
      g.moveTo(to - 5, y - 3.5);
      g.lineTo(to - 1.5, y);
      g.lineTo(to - 5, y + 3.5);
    }
    g.stroke();
  }
  drawArcs(g, layout);
  drawRibbon(
    g,
    theme,
    layout,
    points.filter(({ norm }) => norm !== null),
  );
}

/** Skip connections, over the layers they pass. */
function drawArcs(g: CanvasRenderingContext2D, { arcs, top }: Layout): void {
  g.lineWidth = 1.25;
  for (const { x, end, height } of arcs) {
    const y = top - height;
    const bend = Math.min(10, height, (end - x) / 2);
    g.beginPath();
    g.moveTo(x, top);
    g.lineTo(x, y + bend);
    g.quadraticCurveTo(x, y, x + bend, y);
    g.lineTo(end - bend, y);
    g.quadraticCurveTo(end, y, end, y + bend);
    g.lineTo(end, top - 1);
    g.moveTo(end - 3.5, top - 5);
    g.lineTo(end, top - 1.5);
    g.lineTo(end + 3.5, top - 5);
    g.stroke();
  }
}

function drawRibbon(g: CanvasRenderingContext2D, theme: Theme, layout: Layout, known: readonly RibbonPoint[]): void {
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return;
  const y = layout.top + layout.ribbon;
  const points = [
    { x: layout.input.x + layout.input.width, norm: first.norm },
    ...known,
    { x: layout.loss.x + layout.loss.width / 2, norm: last.norm },
  ];
  // Where nothing arrives any more a dotted line still marks the place.
  g.strokeStyle = css(mix(theme.background, theme.foreground, 0.45));
  g.setLineDash([1, 3]);
  g.beginPath();
  g.moveTo(points[0]!.x, y + 0.5);
  g.lineTo(points.at(-1)!.x, y + 0.5);
  g.stroke();
  g.setLineDash([]);
  g.beginPath();
  for (const { x, norm } of points) g.lineTo(x, y - (layout.flow * ribbonThickness(norm)) / 2);
  for (const { x, norm } of [...points].reverse()) g.lineTo(x, y + (layout.flow * ribbonThickness(norm)) / 2);
  g.closePath();
  g.fillStyle = css(mix(theme.background, theme.gradient, 0.85));
  g.fill();
  g.clip();
  // Chevrons point the way the gradient goes: back.
  g.strokeStyle = css(theme.background);
  g.lineWidth = 1.25;
  for (let x = layout.width; x > 0; x -= 16) {
    g.beginPath();
    g.moveTo(x + 4, y - 7 * layout.flow);
    g.lineTo(x - 3, y);
    g.lineTo(x + 4, y + 7 * layout.flow);
    g.stroke();
  }
}
