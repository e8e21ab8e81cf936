import * as l10n from '@vscode/l10n';
import { DataError, valueLimit } from './dataset.ts';
import { eachElement, elementsIn, elementTypes, numbersIn, type StoredArray } from './stored.ts';

/** Where a file comes from: what people call it, and the network file's key that asks for it. */
export interface Origin {
  readonly name: string;
  readonly key: string;
}

const magic = [0x93, ...new TextEncoder().encode('NUMPY')];

export const isNpy = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte);

/**
 * numpy's array format, versions 1.0 to 3.0: magic, version, the header's length (2 bytes, from version 2.0 on 4), a header that
 * is a Python dictionary, the elements. Throws DataError. Source: numpy.lib.format.
 */
export function readNpy(bytes: Uint8Array, { name, key }: Origin): StoredArray {
  const refuse = (message: string) => new DataError(message, key);
  if (!isNpy(bytes))
    throw refuse(l10n.t('{0} is no npy file: its first bytes are not "\\x93NUMPY"; write it with numpy.save', name));
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3)
    throw refuse(l10n.t('{0} is of npy version {1} (byte 6); write it with numpy.save, as 1.0 to 3.0', name, major));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = major === 1 ? 10 : 12;
  const end =
    bytes.length < start ? Infinity : start + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length)
    throw refuse(l10n.t('{0} is cut short in its header, at byte {1}; write it again', name, bytes.length));
  const header = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, end));
  const descr = /["']descr["']\s*:\s*(?:["']([<>|=]?)([a-zA-Z][^"']*)["']|(\S))/.exec(header);
  const order = /["']fortran_order["']\s*:\s*(True|False)\b/.exec(header)?.[1];
  const sides = /["']shape["']\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (!descr || order === undefined || sides === undefined)
    throw refuse(
      l10n.t('the header of {0}, bytes {1} to {2}, names no type, order and shape; write it again', name, start, end),
    );
  const [, endian, dtype = l10n.t('a list of fields')] = descr;
  const text = /^([US])(\d+)$/.exec(dtype);
  const type = elementTypes[dtype];
  if (!text && (!type || descr[3] !== undefined))
    throw refuse(l10n.t('{0} holds elements of type {1}, which are no numbers; save x.astype("float32")', name, dtype));
  const shape = (sides.match(/\d+/g) ?? []).map(Number);
  const count = elementsIn(shape);
  const size = text ? Number(text[2]) * (text[1] === 'U' ? 4 : 1) : type!.size;
  if (count > valueLimit)
    throw refuse(l10n.t('{0} holds {1} values; at most {2} fit. Use a part of it.', name, count, valueLimit));
  if (count * size !== bytes.length - end)
    throw refuse(
      l10n.t(
        '{0} is damaged: its shape ({1}) of {2} takes {3} bytes from byte {4} on, but there are {5}; write it again',
        ...[name, shape.join(', '), dtype, count * size, end, bytes.length - end],
      ),
    );
  const body = bytes.subarray(end);
  const layout = { little: endian !== '>', fortran: order === 'True' };
  return {
    name,
    shape,
    values: text ? textsIn(body, size, text[1] === 'U', shape, layout) : numbersIn(body, type!, shape, layout),
  };
}

/** Texts of one length, zeros after shorter ones: code points of 4 bytes, or bytes. */
function textsIn(
  bytes: Uint8Array,
  size: number,
  wide: boolean,
  shape: readonly number[],
  { little, fortran }: { readonly little: boolean; readonly fortran: boolean },
): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  const texts = new Array<string>(elementsIn(shape));
  eachElement(shape, fortran, (i, at) => {
    const points = Array.from({ length: size / 4 }, (_, k) => (wide ? view.getUint32(at * size + 4 * k, little) : 0));
    texts[i] = (
      wide
        ? String.fromCodePoint(...points.map((point) => (point > 0x10ffff ? 0xfffd : point)))
        : decoder.decode(bytes.subarray(at * size, (at + 1) * size))
    ).replace(/\0+$/, '');
  });
  return texts;
}
