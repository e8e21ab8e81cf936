import * as l10n from '@vscode/l10n';
import { Gunzip } from 'fflate';
import { joined } from '../bytes.ts';
import { DataError } from './dataset.ts';

/** Most bytes a data file may hold, unpacked: a longer text would not fit a string. */
export const byteLimit = 512e6;
export const tooLong = (path: string, key = 'data.path') =>
  new DataError(l10n.t('{0} holds more than 512 MB; use a part of it', path), key);

/** The bytes of a data file, unpacked if it is gzip; never more than the limit is held. */
export function unpacked(bytes: Uint8Array, path: string, key = 'data.path'): Uint8Array {
  if (bytes.length > byteLimit) throw tooLong(path, key);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (!/\.gz$/i.test(path)) return bytes;
    throw new DataError(l10n.t('{0} is not gzip, though its name says so; compress it again, or rename it', path), key);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  let finished = false;
  const gunzip = new Gunzip((chunk, final) => {
    length += chunk.length;
    if (length > byteLimit) throw tooLong(path, key);
    chunks.push(chunk);
    finished ||= final;
  });
  let memberStart = 0;
  gunzip.onmember = () => (memberStart = length);
  try {
    // In pieces, so that a small file that unpacks to a huge one is stopped on the way.
    for (let at = 0; at < bytes.length; at += 65536)
      gunzip.push(bytes.subarray(at, at + 65536), at + 65536 >= bytes.length);
  } catch (error) {
    if (error instanceof DataError) throw error;
    finished = false;
  }
  // A member ends with its length; the unpacker itself would take a file cut within its frame for whole.
  const said = bytes.length < 18 ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  if (!finished || said !== length - memberStart)
    throw new DataError(
      l10n.t('{0} is damaged or cut short: it does not unpack; download or compress it again', path),
      key,
    );
  return joined(chunks);
}

/** Text of a data file, without its mark; refuses what is not UTF-8 text by name. */
export function textOf(bytes: Uint8Array, path: string): string {
  const other = encodingOf(bytes);
  if (other === undefined) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      // Said below.
    }
  }
  throw new DataError(
    l10n.t('{0} is {1}; save the table as UTF-8 text', path, other ?? l10n.t('not UTF-8')),
    'data.path',
  );
}

/** What is certainly not UTF-8 text, by its first bytes; undefined for all else. */
function encodingOf(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, 65536);
  const starts = (...wanted: number[]) => wanted.every((byte, i) => head[i] === byte);
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff)) return 'UTF-16';
  if (starts(0x50, 0x4b, 3, 4)) return l10n.t('a zip or Excel file');
  const zeros = head.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0);
  if (zeros === 0) return undefined;
  // Latin text in UTF-16 without a mark: every second byte is 0.
  const even = head.reduce((sum, byte, i) => sum + (byte === 0 && i % 2 === 0 ? 1 : 0), 0);
  return Math.max(even, zeros - even) > 0.45 * head.length && Math.min(even, zeros - even) < 0.05 * head.length
    ? 'UTF-16'
    : l10n.t('binary, not a table');
}
