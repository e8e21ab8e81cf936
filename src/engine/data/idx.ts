import * as l10n from '@vscode/l10n';
import { DataError, valueLimit } from './dataset.ts';
import type { Origin } from './npy.ts';
import { elementsIn, elementTypes, numbersIn, type StoredArray } from './stored.ts';

/** Kinds of numbers by the third byte of the file. */
const kinds: Readonly<Record<number, string>> = { 8: 'u1', 9: 'i1', 11: 'i2', 12: 'i4', 13: 'f4', 14: 'f8' };

/**
 * MNIST's format: two zeros, the kind of numbers, how many dimensions, each dimension in 4 bytes, the numbers, all big endian.
 * Throws DataError. Source: LeCun, Cortes & Burges, The MNIST database.
 */
export function readIdx(bytes: Uint8Array, { name, key }: Origin): StoredArray {
  const refuse = (message: string) => new DataError(message, key);
  const type = elementTypes[kinds[bytes[2] ?? 0] ?? ''];
  const dimensions = bytes[3] ?? 0;
  if (bytes[0] !== 0 || bytes[1] !== 0 || !type || dimensions === 0)
    throw refuse(
      l10n.t('{0} is no idx file: its first bytes are not 0, 0, a kind (8 to 14) and a number of dimensions', name),
    );
  const start = 4 + 4 * dimensions;
  if (bytes.length < start)
    throw refuse(l10n.t('{0} is cut short in its header, at byte {1}; write it again', name, bytes.length));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const count = elementsIn(shape);
  if (count > valueLimit)
    throw refuse(l10n.t('{0} holds {1} values; at most {2} fit. Use a part of it.', name, count, valueLimit));
  if (count * type.size !== bytes.length - start)
    throw refuse(
      l10n.t(
        '{0} is damaged: its shape ({1}) takes {2} bytes from byte {3} on, but there are {4}; download or write it again',
        ...[name, shape.join(', '), count * type.size, start, bytes.length - start],
      ),
    );
  return { name, shape, values: numbersIn(bytes.subarray(start), type, shape, { little: false, fortran: false }) };
}
