/**
 * Philox4x32-10, a counter-based generator: any draw can be computed alone, so every backend and every order of
 * drawing gives the same bits. Source: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */

/** What a draw is for; part of the counter, so that purposes never share bits. */
export const purpose = { weights: 0, bias: 1, split: 2, shuffle: 3, noise: 4, data: 5, probe: 6 } as const;

/** High 32 bits of a × b, all of them unsigned though kept as signed: whole numbers of 32 bits are what engines are fast with. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16);
  const middleLow = (middle & 0xffff) + Math.imul(aLow, bHigh);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (middleLow >>> 16)) | 0;
}

/** Ten rounds over a counter of four words under a key of two; writes four words to `out`. */
export function philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array): void {
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = highProduct(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** FNV-1a of a tensor's name: its stream number, so that a new layer changes no other's draws. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

const normalOf = (a: number, b: number): number =>
  Math.sqrt(-2 * Math.log((a + 1) / 4294967297)) * Math.cos(2 * Math.PI * (b / 4294967296));

/** A sequence of draws from one (seed, stream, purpose, step): counter (index >> 2, step, stream, purpose), key (seed, 0). */
export class Random {
  private readonly words = new Uint32Array(4);
  private index = 0;

  constructor(
    private readonly seed: number,
    private readonly stream: number,
    private readonly use: number,
    private readonly step = 0,
  ) {}

  /** An unsigned 32-bit integer. */
  uint32(): number {
    const lane = this.index & 3;
    if (lane === 0) philox(this.index >>> 2, this.step, this.stream, this.use, this.seed, 0, this.words);
    this.index++;
    return this.words[lane]!;
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    return this.uint32() / 4294967296;
  }

  /** Standard normal, by Box and Muller; two words a value, so that every value can be drawn alone. */
  normal(): number {
    return normalOf(this.uint32(), this.uint32());
  }

  /** Fills `out` with the words that as many calls of `uint32` would give, in half the time. */
  fill(out: Uint32Array): void {
    const { words, seed, stream, use, step } = this;
    let i = 0;
    while ((this.index & 3) !== 0 && i < out.length) out[i++] = this.uint32();
    for (; i + 4 <= out.length; i += 4) {
      philox(this.index >>> 2, step, stream, use, seed, 0, words);
      out[i] = words[0]!;
      out[i + 1] = words[1]!;
      out[i + 2] = words[2]!;
      out[i + 3] = words[3]!;
      this.index += 4;
    }
    while (i < out.length) out[i++] = this.uint32();
  }

  /** Fills with σ times standard normals: the bits of as many calls of `normal`. */
  normals(values: Float32Array, sigma: number): void {
    const words = new Uint32Array(Math.min(2 * values.length, 2048));
    for (let start = 0; start < values.length; start += words.length / 2) {
      const part = words.subarray(0, 2 * (values.length - start));
      this.fill(part);
      for (let i = 0; i < part.length; i += 2) values[start + i / 2] = sigma * normalOf(part[i]!, part[i + 1]!);
    }
  }

  /** Uniform among 0 … n−1, without bias (rejection). Engines take twenty times as long for a remainder beyond 31 bits. */
  below(n: number): number {
    const limit = Math.floor(4294967296 / n) * n;
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word - Math.floor(word / n) * n;
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle<T extends Uint32Array | number[]>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = items[i]!;
      items[i] = items[j]!;
      items[j] = kept;
    }
    return items;
  }
}
