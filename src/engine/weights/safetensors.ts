import * as l10n from '@vscode/l10n';

/**
 * The safetensors format: 8 bytes with the header's length (little-endian), the header as JSON, then every tensor's values without a gap.
 * Source: the format's own description, version 0.4 and later.
 */

/** A tensor in row-major order. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order they lie in the file. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

/** A weight file that can't be used; the message is a sentence without the file's name. */
export class WeightsError extends Error {}

/** The format's own limit. */
const headerLimit = 100_000_000;
const prefix = 8;
const metadataKey = '__metadata__';
const bytesPerValue = 4;

/** The file's bytes: equal tensors and metadata give equal bytes. */
export function writeSafetensors({ metadata, tensors }: TensorFile): Uint8Array {
  const header: Record<string, unknown> = { [metadataKey]: metadata };
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    const begin = end;
    end += values.length * bytesPerValue;
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Spaces bring the data to a multiple of 8, as the format recommends.
  const start = prefix + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, prefix, start);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, start - prefix, true);
  bytes.set(text, prefix);
  let at = start;
  for (const { values } of tensors.values())
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += bytesPerValue;
    }
  return bytes;
}

/** Reads a file whole. Nothing is allocated on the header's word alone: every length is held against the bytes that are there. */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(bytes, view);
  const start = prefix + headerLength(view);
  const { [metadataKey]: metadata = {}, ...entries } = header;
  const places = Object.entries(entries).map(([name, entry]) => place(name, entry));
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const { name, begin, end: next } of places) {
    if (begin !== end)
      throw new WeightsError(l10n.t('{0} begins at byte {1} of the data, not at {2}', quoted(name), begin, end));
    end = next;
  }
  const length = bytes.length - start;
  if (end !== length) {
    throw new WeightsError(
      l10n.t('the header promises {0} bytes of tensors, but there are {1}; the file is damaged', end, length),
    );
  }
  const tensors = new Map<string, NamedTensor>();
  for (const { name, shape, begin, end } of places) {
    const values = new Float32Array((end - begin) / bytesPerValue);
    for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(start + begin + i * bytesPerValue, true);
    tensors.set(name, { shape, values });
  }
  return { metadata: readMetadata(metadata), tensors };
}

function headerLength(view: DataView): number {
  return view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
}

function readHeader(bytes: Uint8Array, view: DataView): Record<string, unknown> {
  if (bytes.length < prefix) throw notOne(l10n.t('it has {0} bytes', bytes.length));
  const length = headerLength(view);
  // Any other kind of file says something absurd here.
  if (length > headerLimit) throw notOne(l10n.t('its header would be over 100 MB'));
  if (length > bytes.length - prefix) {
    throw notOne(
      l10n.t('its header would have {0} bytes, but {1} follow; or it was cut short', length, bytes.length - prefix),
    );
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(prefix, prefix + length)));
  } catch {
    throw notOne(l10n.t('its header is not JSON'));
  }
  if (!isRecord(header)) throw notOne(l10n.t('its header is not a JSON object'));
  return header;
}

const notOne = (why: string) => new WeightsError(l10n.t('this is not a safetensors file: {0}', why));

interface Place {
  readonly name: string;
  readonly shape: readonly number[];
  /** Bytes from the start of the data. */
  readonly begin: number;
  readonly end: number;
}

function place(name: string, entry: unknown): Place {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new WeightsError(
      l10n.t("the header's entry for {0} is not one of dtype, shape and data_offsets", quoted(name)),
    );
  }
  if (dtype !== 'F32') {
    throw new WeightsError(
      l10n.t('{0} is {1}, but F32 is needed; convert it to float32', quoted(name), dtype.slice(0, 20)),
    );
  }
  const [begin, end] = offsets as [number, number];
  const size = shape.reduce((product, side) => product * side, bytesPerValue);
  if (end - begin !== size) {
    throw new WeightsError(
      l10n.t('{0} is [{1}], {2} bytes, but {3} are its own', quoted(name), shape.join(', '), size, end - begin),
    );
  }
  return { name, shape, begin, end };
}

function readMetadata(metadata: unknown): Record<string, string> {
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new WeightsError(l10n.t('{0} holds something other than text', metadataKey));
  }
  return metadata as Record<string, string>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);

/** A name as a message shows it, however long it is. */
export const quoted = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
