import { joined } from '../bytes.ts';

/** A file of a folder, its path with slashes as seen from there. */
export interface FolderFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const magic = new TextEncoder().encode('\0folder\0');
const headSize = magic.length + 4;

/** A folder as one piece of bytes, as which data goes from whoever reads files to whoever makes numbers of them. */
export function packFolder(files: readonly FolderFile[]): Uint8Array {
  const list = new TextEncoder().encode(JSON.stringify(files.map(({ name, bytes }) => [name, bytes.length])));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, list.length);
  return joined([magic, length, list, ...files.map(({ bytes }) => bytes)]);
}

export const isPackedFolder = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte);

/** The files of a folder that was packed; undefined for the bytes of anything else. */
export function unpackFolder(bytes: Uint8Array): FolderFile[] | undefined {
  if (bytes.length < headSize || !isPackedFolder(bytes)) return undefined;
  let at = headSize + new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length);
  try {
    const list = JSON.parse(new TextDecoder().decode(bytes.subarray(headSize, at))) as [string, number][];
    return list.map(([name, length]) => ({ name: String(name), bytes: bytes.subarray(at, (at += length)) }));
  } catch {
    // A file that only begins like one.
    return undefined;
  }
}

/** What of a folder's files is data: what systems hide in folders is not. */
export const isShown = (name: string): boolean =>
  !name.split('/').some((step) => step.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/i.test(step));
