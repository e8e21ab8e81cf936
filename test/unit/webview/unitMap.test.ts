import assert from 'node:assert/strict';
import type { UnitSnapshot } from '../../../src/engine/training/events.ts';
import { layOutUnits } from '../../../src/webview/designer/layout.ts';
import { byActivity, drawUnits, plainUnits, unitState } from '../../../src/webview/designer/unitMap.ts';
import type { Theme } from '../../../src/webview/theme.ts';

const side = 100;
const color = [1, 2, 3];
const theme = { activity: [color], dead: color, warning: color, line: color } as unknown as Theme;

const written = (pixels: Uint8Array): string =>
  Array.from({ length: side }, (_, row) => pixels.subarray(row * side, (row + 1) * side).join('')).join('\n');

/** Which pixels are painted: rectangles and pictures on a canvas of that many each way. */
function painted(units: number, pitch: number): string {
  const pixels = new Uint8Array(side * side);
  const g = {
    fillRect(x: number, y: number, width: number, height: number) {
      for (let row = y; row < Math.min(side, y + height); row++)
        pixels.fill(1, row * side + Math.min(side, x), row * side + Math.min(side, x + width));
    },
    getTransform: () => ({ a: 1 }),
    createImageData: (width: number, height: number) => ({ width, data: new Uint8ClampedArray(4 * width * height) }),
    putImageData({ width, data }: ImageData) {
      for (let i = 0; 4 * i < data.length; i++)
        pixels[Math.floor(i / width) * side + (i % width)] = Math.sign(data[4 * i + 3]!);
    },
  } as unknown as CanvasRenderingContext2D;
  const alike = { active: new Float32Array(units), state: new Uint8Array(units) } as unknown as UnitSnapshot;
  drawUnits(g, theme, layOutUnits(units, 60, 60, pitch), units, alike);
  return written(pixels);
}

/** The same of what the style of a plain map draws: tiles of which a corner is coloured, cut at the last cell. */
function styled(units: number, pitch: number): string {
  const cells = layOutUnits(units, 60, 60, pitch);
  const { background = '', 'clip-path': cut } = plainUnits(theme, cells, units, 1);
  const lengths = (text = '') => [...text.matchAll(/([\d.]+)px/g)].map(([, length]) => Number(length));
  const [size = 1, , tile = 1] = lengths(background);
  const [width = cells.columns * cells.pitch, , full = cells.rows * cells.pitch, last = 0] = lengths(cut);
  const pixels = new Uint8Array(side * side);
  for (let y = 0; y < Math.min(side, cells.rows * cells.pitch); y++)
    for (let x = 0; x < (y < full ? width : last); x++)
      pixels[y * side + x] = Number(x % tile < size && y % tile < size);
  return written(pixels);
}

describe('A map of units', () => {
  it('has the same cells before a run as in one in which all units are alike, whatever their size', () => {
    for (const pitch of [1, 2, 3, 5, 6, 12, 24])
      for (const units of [1, 5, 16, 23, 37, 101]) {
        assert.equal(styled(units, pitch), painted(units, pitch), `${units} units of ${pitch} pixels`);
        assert.match(painted(units, pitch), /1/);
      }
  });

  it('too narrow for cells has its units from the most active to the dead', () => {
    const { alive, nearlyDead, dead } = unitState;
    const active = [0, 0.2, -0.9, 0.005, 0];
    const state = Uint8Array.of(dead, alive, alive, nearlyDead, dead);
    assert.deepEqual(
      byActivity({ active: Float32Array.from(active), state } as unknown as UnitSnapshot),
      [2, 1, 3, 0, 4],
    );
  });
});
