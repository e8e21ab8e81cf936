import { unzlibSync } from 'fflate';
import { joined } from '../bytes.ts';

/** What a PNG says of itself at its start. `channels` are those it gives: 1 or 3, as transparency is left out. */
export interface PngHead {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly depth: number;
  readonly kind: number;
  readonly interlaced: boolean;
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Samples a pixel and their depths, by kind: grey, colour, palette, grey and colour with transparency. */
const kinds: Readonly<Record<number, { readonly samples: number; readonly depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};
/** First column and row, and the steps between, of each pass of an interlaced picture. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Undefined for what is no PNG. Source: the PNG specification, third edition. */
export function pngHead(bytes: Uint8Array): PngHead | undefined {
  if (bytes.length < 33 || signature.some((byte, i) => bytes[i] !== byte)) return undefined;
  const view = viewOf(bytes);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, kind, packing, filter, interlace] = bytes.subarray(24, 29) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (!kinds[kind]?.depths.includes(depth) || width === 0 || height === 0 || packing + filter !== 0 || interlace > 1)
    return undefined;
  return { width, height, channels: kind === 0 || kind === 4 ? 1 : 3, depth, kind, interlaced: interlace === 1 };
}

/** Puts a picture's values, 0 to 255, into `out` from `start` on, `height × width × channels`; false when the file is damaged or cut short. */
export function readPng(bytes: Uint8Array, head: PngHead, out: Float32Array, start: number): boolean {
  const { width, height, channels, depth, kind, interlaced } = head;
  const { samples } = kinds[kind]!;
  const passes = (interlaced ? adam7 : [[0, 0, 1, 1] as const]).map(([left, top, stepX, stepY]) => ({
    ...{ left, top, stepX, stepY },
    columns: Math.ceil((width - left) / stepX),
    rows: Math.ceil((height - top) / stepY),
  }));
  const shown = passes.filter(({ columns, rows }) => columns > 0 && rows > 0);
  const lineOf = (columns: number) => Math.ceil((columns * samples * depth) / 8);
  const size = shown.reduce((sum, { columns, rows }) => sum + rows * (1 + lineOf(columns)), 0);
  const { data, palette } = chunksOf(bytes);
  // What is shorter unpacks to nothing, without a word.
  if (data.length < 8) return false;
  let raw: Uint8Array;
  try {
    raw = unzlibSync(data, { out: new Uint8Array(size) });
  } catch {
    return false;
  }
  if (
    raw.length < size ||
    sumOf(raw) !== viewOf(data).getUint32(data.length - 4) ||
    (kind === 3 && palette.length === 0)
  )
    return false;
  const stride = Math.max(1, (samples * depth) >> 3);
  const full = kind === 3 ? 1 : 255 / (2 ** depth - 1);
  let at = 0;
  for (const { left, top, stepX, stepY, columns, rows } of shown) {
    const length = lineOf(columns);
    let above: Uint8Array = new Uint8Array(length);
    for (let row = 0; row < rows; row++) {
      const line = raw.subarray(at + 1, at + 1 + length);
      if (!unfilter(raw[at]!, line, above, stride)) return false;
      for (let column = 0; column < columns; column++) {
        const to = start + ((top + row * stepY) * width + left + column * stepX) * channels;
        for (let channel = 0; channel < channels; channel++) {
          const value = sampleAt(line, column * samples + (kind === 3 ? 0 : channel), depth) * full;
          out[to + channel] = kind === 3 ? (palette[3 * value + channel] ?? 0) : value;
        }
      }
      above = line;
      at += 1 + length;
    }
  }
  return true;
}

function sampleAt(line: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return line[index]!;
  if (depth === 16) return 256 * line[2 * index]! + line[2 * index + 1]!;
  const bit = index * depth;
  return (line[bit >> 3]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

/** Undoes what makes a line smaller when packed; false for a filter that there is not. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, stride: number): boolean {
  for (let i = 0; i < line.length; i++) {
    const a = i < stride ? 0 : line[i - stride]!;
    const b = above[i]!;
    const c = i < stride ? 0 : above[i - stride]!;
    line[i]! += filter === 1 ? a : filter === 2 ? b : filter === 3 ? (a + b) >> 1 : filter === 4 ? paeth(a, b, c) : 0;
  }
  return filter <= 4;
}

/** Of left, above and above left the one nearest to left + above − above left. */
function paeth(a: number, b: number, c: number): number {
  const [da, db, dc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return da <= db && da <= dc ? a : db <= dc ? b : c;
}

/** Adler-32, as packed data ends with it: fflate does not look. */
function sumOf(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

/** The packed picture, its pieces joined, and the palette. */
function chunksOf(bytes: Uint8Array): { readonly data: Uint8Array; readonly palette: Uint8Array } {
  const view = viewOf(bytes);
  const pieces: Uint8Array[] = [];
  let palette = new Uint8Array(0);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === 'IDAT') pieces.push(bytes.subarray(at + 8, end));
    if (name === 'PLTE') palette = bytes.slice(at + 8, end);
    if (name === 'IEND') break;
    at = end + 4;
  }
  return { data: joined(pieces), palette };
}
