import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import type gifenc from 'gifenc';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';

// Its default export means different things to different importers.
const { GIFEncoder, applyPalette, quantize } = createRequire(import.meta.url)('gifenc') as typeof gifenc;

/** A moving picture of a window, frame by frame. Each frame keeps the pixels that stay as they were, so it costs what changed. */
export class MovingPicture {
  private readonly gif = GIFEncoder();
  private last: { readonly pixels: Uint32Array; readonly at: number } | undefined;
  private shown: Uint32Array | undefined;

  constructor(private readonly page: Page) {}

  /** Takes a frame. The one before is shown until now, but at least for `milliseconds`. */
  async frame(milliseconds = 100): Promise<void> {
    const { data, width, height } = PNG.sync.read(await this.page.screenshot());
    const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
    this.writeLast(width, height);
    this.last = { pixels, at: milliseconds };
  }

  /** Takes frames until what is waited for is there. */
  async until(there: Promise<unknown>, milliseconds = 250): Promise<void> {
    let going = true;
    const end = there.finally(() => (going = false));
    while (going) await this.frame(milliseconds);
    await end;
  }

  async write(file: string): Promise<void> {
    const { width, height } = this.page.viewportSize()!;
    this.writeLast(width, height);
    this.gif.finish();
    await fs.writeFile(file, this.gif.bytes());
  }

  private writeLast(width: number, height: number): void {
    if (!this.last) return;
    const { pixels, at } = this.last;
    const { shown } = this;
    const changed = shown ? pixels.filter((pixel, i) => pixel !== shown[i]) : pixels;
    // Colour 0 stands for what stays.
    const palette = changed.length > 0 ? quantize(new Uint8Array(changed.buffer), 255) : [[0, 0, 0] as const];
    const indexed = applyPalette(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength), palette);
    const index = indexed.map((colour, i) => (shown && pixels[i] === shown[i] ? 0 : colour + 1));
    this.gif.writeFrame(index, width, height, {
      palette: [[0, 0, 0], ...palette],
      transparent: true,
      transparentIndex: 0,
      dispose: 1,
      delay: at,
    });
    this.shown = pixels;
    this.last = undefined;
  }
}
