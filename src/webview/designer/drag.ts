import { html, nothing, type TemplateResult } from 'lit';
import { styled } from '../styled.ts';
import type { DrawnLayer } from '../document.ts';
import type { Panel } from '../store.ts';
import { dropIndex, gapAt, type Layout } from './layout.ts';

/** A pointer that moved less than this has clicked, not dragged. */
const threshold = 5;
/** So near to an edge the diagram scrolls, so far with each move. */
const edge = 32;
const stride = 24;

/** Follows the pointer from a press on a card: it may become a drag that ends in a move; Escape gives it up. */
export function startDrag(
  panel: Panel,
  { index, layer: { id } }: DrawnLayer,
  layout: Layout,
  down: PointerEvent,
): void {
  const list = (down.currentTarget as HTMLElement).parentElement;
  const scroll = list?.closest('.diagram-scroll');
  if (down.button !== 0 || !panel.editable || !list || !scroll) return;
  const listLeft = () => list.getBoundingClientRect().left;
  const held = down.clientX - listLeft();
  const end = new AbortController();
  const finish = (drop: boolean) => {
    end.abort();
    const { drag } = panel.view;
    panel.setDrag(undefined);
    // The file may have changed on the way.
    const drawn = panel.drawing?.layers.find(({ layer }) => layer.id === id);
    if (drop && drag && drawn) panel.moveLayer(drawn, dropIndex(drawn.index, drag.gap));
  };
  const options = { signal: end.signal };
  addEventListener(
    'pointermove',
    (event) => {
      if (!panel.view.drag && Math.abs(event.clientX - down.clientX) < threshold) return;
      const { left, right } = scroll.getBoundingClientRect();
      if (event.clientX > right - edge) scroll.scrollLeft += stride;
      if (event.clientX < left + edge) scroll.scrollLeft -= stride;
      const x = event.clientX - listLeft();
      const gap = gapAt(layout.cards, x + (layout.cards[0]?.x ?? 0));
      panel.setDrag({ index, gap, dx: x - held, dy: event.clientY - down.clientY });
    },
    options,
  );
  addEventListener('pointerup', () => finish(true), options);
  addEventListener('pointercancel', () => finish(false), options);
  addEventListener('keydown', (event) => event.key === 'Escape' && finish(false), options);
}

/** A line in the gap that the dragged card would fall into. */
export function dropMark({ view }: Panel, layout: Layout): TemplateResult | typeof nothing {
  if (!view.drag) return nothing;
  const cards = [layout.input, ...layout.cards, layout.loss];
  const [before, after] = [cards[view.drag.gap]!, cards[view.drag.gap + 1]!];
  const place = {
    left: `${(before.x + before.width + after.x) / 2 - 1}px`,
    top: `${layout.top}px`,
    height: `${layout.cardHeight}px`,
  };
  return html`<div class="drop-mark" style=${styled(place)}></div>`;
}
