import { noChange, type ElementPart } from 'lit';
import { Directive, directive, PartType, type PartInfo } from 'lit/directive.js';
import { theme, type Theme } from './theme.ts';

export type Paint = (g: CanvasRenderingContext2D, theme: Theme) => void;

class Painted extends Directive {
  private drawn: readonly unknown[] | undefined;

  constructor(info: PartInfo) {
    super(info);
    if (info.type !== PartType.ELEMENT) throw new Error('painted() belongs on a canvas element.');
  }

  render(_width: number, _height: number, _paint: Paint, _inputs: readonly unknown[]): unknown {
    return noChange;
  }

  override update(
    part: ElementPart,
    [width, height, paint, inputs]: [number, number, Paint, readonly unknown[]],
  ): unknown {
    const colors = theme();
    const ratio = devicePixelRatio;
    const now = [...inputs, width, height, colors, ratio];
    if (this.drawn?.length === now.length && this.drawn.every((value, i) => value === now[i])) return noChange;
    this.drawn = now;
    const canvas = part.element as HTMLCanvasElement;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    // Setting a size clears and reallocates, so only when it differs.
    if (canvas.width !== w) canvas.width = w;
    if (canvas.height !== h) canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const g = canvas.getContext('2d');
    if (!g) return noChange;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    g.save();
    paint(g, colors);
    g.restore();
    return noChange;
  }
}

/**
 * On a canvas: `<canvas ${painted(width, height, paint, [what it shows])}>`, sizes in CSS pixels. Drawn again only when an
 * input, the size or the theme is another one than last time.
 */
export const painted = directive(Painted);
