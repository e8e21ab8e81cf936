import { bufferOf, type Buffer } from './tape.ts';
import type { Op, Ref } from './plan.ts';

/** Offsets are multiples of 4 elements, so that every buffer starts on a 16-byte boundary. */
export const aligned = (size: number): number => Math.ceil(size / 4) * 4;

/** An activation, or its gradient, may be done by the product before it while that still reads: what it writes lies apart from there on. */
const isDoneBefore = ({ op }: Op): boolean => op === 'activate' || op === 'activate_back';

/**
 * Gives every buffer a place such that no two that are in use at the same operation overlap: first fit, in order of first use.
 * What is in `kept` outlives the last operation. Returns the arena's length in elements for `rows` rows.
 */
export function allocate(ops: readonly Op[], buffers: ReadonlySet<Buffer>, rows: number, kept?: Ref): number {
  const lives = new Map<Buffer, { first: number; last: number }>();
  for (const [index, op] of ops.entries()) {
    for (const value of Object.values(op).map(bufferOf)) {
      if (!buffers.has(value as Buffer)) continue;
      const life = lives.get(value as Buffer);
      if (life) life.last = index;
      else lives.set(value as Buffer, { first: isDoneBefore(op) ? index - 1 : index, last: index });
    }
  }

  for (const [buffer, life] of lives) if (buffer === kept) life.last = ops.length;

  const placed: { start: number; end: number; last: number }[] = [];
  let length = 0;
  for (const [buffer, life] of lives) {
    const size = aligned(buffer.size * rows);
    const inUse = placed.filter((other) => other.last >= life.first).sort((a, b) => a.start - b.start);
    let start = 0;
    for (const other of inUse) {
      if (start + size <= other.start) break;
      start = Math.max(start, other.end);
    }
    buffer.offset = start;
    placed.push({ start, end: start + size, last: life.last });
    length = Math.max(length, start + size);
  }
  return length;
}
