import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { Drawing } from '../document.ts';
import { painted } from '../painted.ts';
import type { Panel } from '../store.ts';
import { css, mix, type Theme } from '../theme.ts';
import { worstOf } from './badge.ts';
import type { Layout } from './layout.ts';

const height = 22;
/** What is wider than its room by less than this share of it is scrolled without an overview. */
const little = 0.25;

const scroller = () => document.querySelector<HTMLElement>('.diagram-scroll');

/** From as large as fits to full size, and back; the selected layer stays in view. */
export function toggleActual(panel: Panel): void {
  panel.view.actual = !panel.view.actual;
  panel.changed();
  const { index } = panel.selectedLayer ?? { index: 0 };
  const center = { block: 'nearest', inline: 'center' } as const;
  requestAnimationFrame(() => document.getElementById(`layer-${index}`)?.scrollIntoView(center));
}

/**
 * The whole of a diagram that is wider than its room, in a strip below it: what has problems, what is dead, which part is in view. Dragged
 * or moved by arrows as the scroll bar it is.
 */
export function overview(
  panel: Panel,
  drawing: Drawing,
  layout: Layout,
  width: number,
): TemplateResult | typeof nothing {
  const most = layout.width - width;
  if (most <= (panel.view.actual ? 0 : little * width)) return nothing;
  const scale = width / layout.width;
  const to = (left: number) => scroller()?.scrollTo({ left });
  const follow = ({ buttons, offsetX }: PointerEvent) => buttons & 1 && to(offsetX / scale - width / 2);
  const facts = drawing.layers.map((drawn) => {
    const metrics = panel.runOf(drawn)?.metricsOf(drawn.layer.id);
    return { problem: worstOf(panel, drawn)?.severity, dead: metrics ? metrics.dead / metrics.units : 0 };
  });
  const { scrolled } = panel.view;
  return html`<div
    class="overview"
    role="scrollbar"
    tabindex="0"
    aria-label=${l10n.t('Overview of the layers')}
    aria-controls="diagram-scroll"
    aria-orientation="horizontal"
    aria-valuemin="0"
    aria-valuemax=${most}
    aria-valuenow=${Math.min(most, Math.round(scrolled))}
    @pointerdown=${(event: PointerEvent) => {
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      follow(event);
    }}
    @pointermove=${follow}
    @keydown=${(event: KeyboardEvent) => {
      const step = { ArrowLeft: -80, ArrowRight: 80, PageUp: -width, PageDown: width, Home: -scrolled, End: most }[
        event.key
      ];
      if (step === undefined) return;
      event.preventDefault();
      to(scrolled + step);
    }}
  >
    <canvas
      ${painted(
        width,
        height,
        (g, theme) => {
          const chosen = new Set(panel.selectedLayers.map(({ index }) => index));
          layout.cards.forEach((card, index) => {
            // A folded run has one card.
            if (card === layout.cards[index - 1]) return;
            const members = [index];
            for (let i = index + 1; layout.cards[i] === card; i++) members.push(i);
            const selected = members.some((i) => chosen.has(i));
            const dead = Math.max(...members.map((i) => facts[i]!.dead));
            const problem = members.map((i) => facts[i]!.problem).find((severity) => severity !== undefined);
            drawLayer(g, theme, scale * card.x, Math.max(2, scale * card.width), { selected, dead, problem });
          });
          g.strokeStyle = css(theme.foreground);
          g.lineWidth = 1;
          g.strokeRect(scale * scrolled + 0.5, 0.5, scale * width - 1, height - 1);
        },
        [scrolled, layout, JSON.stringify(facts), panel.selectedLayers.map(({ index }) => index).join()],
      )}
    ></canvas>
  </div>`;
}

interface Facts {
  readonly selected: boolean;
  readonly dead: number;
  readonly problem: string | undefined;
}

/** A block a layer; its dead share from below; a notch above one that something is said of. */
function drawLayer(
  g: CanvasRenderingContext2D,
  theme: Theme,
  x: number,
  width: number,
  { selected, dead, problem }: Facts,
): void {
  const [top, tall] = [6, 12];
  g.fillStyle = css(selected ? theme.focus : mix(theme.background, theme.foreground, 0.4));
  g.fillRect(x, top, width, tall);
  g.fillStyle = css(theme.dead);
  g.fillRect(x, top + tall * (1 - dead), width, tall * dead);
  if (problem === undefined) return;
  g.fillStyle = css(problem === 'error' ? theme.dead : theme.warning);
  g.beginPath();
  g.moveTo(x + width / 2 - 3, 1);
  g.lineTo(x + width / 2 + 3, 1);
  g.lineTo(x + width / 2, 5);
  g.fill();
}
