import { Gunzip } from 'fflate';
import { DataError } from './dataset.ts';

/** Most bytes a data file may unpack to. */
const unpackedLimit = 512 * 2 ** 20;

/** The bytes of a data file, unpacked if it is gzip; never more than the limit is held. */
export function unpacked(bytes: Uint8Array, path: string): Uint8Array {
  if (bytes.length > unpackedLimit) {
    throw new DataError(`${path} has ${bytes.length} bytes; at most ${unpackedLimit} are read. Use a part of it.`, 'data.path');
  }
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!zipped) {
    if (/\.gz$/i.test(path)) throw new DataError(`${path} is not gzip, though its name says so; compress it again, or rename it`, 'data.path');
    return bytes;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  let finished = false;
  const gunzip = new Gunzip((chunk, final) => {
    length += chunk.length;
    if (length > unpackedLimit) throw new DataError(`${path} unpacks to more than ${unpackedLimit} bytes. Use a part of it.`, 'data.path');
    chunks.push(chunk);
    finished ||= final;
  });
  try {
    // In pieces, so that a small file that unpacks to a huge one is stopped on the way.
    for (let at = 0; at < bytes.length; at += 65536) gunzip.push(bytes.subarray(at, at + 65536), at + 65536 >= bytes.length);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${path} is damaged: it does not unpack. Download or compress it again.`, 'data.path');
  }
  if (!finished) throw new DataError(`${path} is cut short: it does not unpack to its end. Download or compress it again.`, 'data.path');
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Text of a data file; refuses what is not UTF-8 text by name. */
export function textOf(bytes: Uint8Array, path: string): string {
  const refuse = (what: string) => new DataError(`${path} is ${what}; save it as UTF-8 text`, 'data.path');
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) throw refuse('UTF-16');
  if (bytes.subarray(0, 65536).includes(0)) throw refuse('binary, not a table');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('not UTF-8');
  }
}
