import { noChange, type ElementPart } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { Directive, directive, PartType, type PartInfo } from 'lit/directive.js';
import { Turns } from './pace.ts';
import { theme, type Theme } from './theme.ts';

export type Paint = (g: CanvasRenderingContext2D, theme: Theme) => void;

/** Canvases that show something else now, painted a few a frame: an evaluation changes all unit maps at once. */
const turns = new Turns<object>();

/** Sizes a canvas and paints it, unless all it shows is as it was when `drawn` was last given back. One that has been painted in this size waits for its turn. */
function repaint(
  canvas: HTMLCanvasElement,
  [width, height]: readonly [number, number],
  paint: Paint | undefined,
  inputs: readonly unknown[],
  drawn: readonly unknown[] | undefined,
): readonly unknown[] | undefined {
  const colors = theme();
  const ratio = devicePixelRatio;
  const shown = [width, height, colors, ratio];
  const now = [...shown, ...inputs];
  if (drawn?.length === now.length && drawn.every((value, i) => value === now[i])) return drawn;
  const act = () => fill(canvas, [width, height], paint, colors);
  if (drawn && shown.every((value, i) => value === drawn[i])) turns.take(canvas, act);
  else {
    turns.drop(canvas);
    act();
  }
  return now;
}

function fill(
  canvas: HTMLCanvasElement,
  [width, height]: readonly [number, number],
  paint: Paint | undefined,
  colors: Theme,
): void {
  const ratio = paint ? devicePixelRatio : 0;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  // Setting a size clears and reallocates, so only when it differs.
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const g = paint && canvas.getContext('2d');
  if (!g) return;
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, width, height);
  g.save();
  paint(g, colors);
  g.restore();
}

class Painted extends Directive {
  private drawn: readonly unknown[] | undefined;

  constructor(info: PartInfo) {
    super(info);
    // eslint-disable-next-line rectifier/words -- for whoever writes such a template
    if (info.type !== PartType.ELEMENT) throw new Error('painted() belongs on a canvas element.');
  }

  render(_width: number, _height: number, _paint: Paint | undefined, _inputs: readonly unknown[]): unknown {
    return noChange;
  }

  override update(
    part: ElementPart,
    [width, height, paint, inputs]: [number, number, Paint | undefined, readonly unknown[]],
  ): unknown {
    this.drawn = repaint(part.element as HTMLCanvasElement, [width, height], paint, inputs, this.drawn);
    return noChange;
  }
}

/**
 * On a canvas: `<canvas ${painted(width, height, paint, [what it shows])}>`, sizes in CSS pixels. Drawn again only when an
 * input, the size or the theme is another one than last time. Without `paint` it holds nothing: its style draws it.
 */
export const painted = directive(Painted);

/** Paints into a room of `width` × `height`. */
export type Fit = (g: CanvasRenderingContext2D, theme: Theme, width: number, height: number) => void;

class Fitted extends AsyncDirective {
  private drawn: readonly unknown[] | undefined;
  private canvas: HTMLCanvasElement | undefined;
  private size: readonly [number, number] = [0, 0];
  private latest: [Fit, readonly unknown[]] | undefined;
  private readonly observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    this.size = [Math.floor(entry.contentRect.width), Math.floor(entry.contentRect.height)];
    this.show();
  });

  render(_paint: Fit, _inputs: readonly unknown[]): unknown {
    return noChange;
  }

  override update(part: ElementPart, latest: [Fit, readonly unknown[]]): unknown {
    this.latest = latest;
    if (this.canvas !== part.element) {
      this.canvas = part.element as HTMLCanvasElement;
      // The room is its parent's: the canvas itself has the size it is given.
      if (this.canvas.parentElement) this.observer.observe(this.canvas.parentElement);
      else queueMicrotask(() => this.canvas?.parentElement && this.observer.observe(this.canvas.parentElement));
    }
    this.show();
    return noChange;
  }

  protected override disconnected(): void {
    this.observer.disconnect();
    this.canvas = undefined;
  }

  private show(): void {
    const { canvas, latest, size } = this;
    const [width, height] = size;
    if (!canvas || !latest || width < 8 || height < 8) return;
    const [fit, inputs] = latest;
    this.drawn = repaint(canvas, size, (g, theme) => fit(g, theme, width, height), inputs, this.drawn);
  }
}

/** As `painted`, in the room of the canvas's parent, whatever that comes to be. */
export const fitted = directive(Fitted);
