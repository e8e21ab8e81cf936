import { engineVersion } from '../../engine/version.ts';
import type { Drawing } from '../document.ts';
import { History } from './history.ts';
import { Recording } from './recording.ts';
import { Run } from './runState.ts';

const arrays = { Float32Array, Int32Array, Uint8Array };
type ArrayName = keyof typeof arrays;

/** A run's numbers as text: every field of `Run` but what the network file says, and what is seen of the network itself. */
export function writeRun({ drawing: _, text: __, key: ___, look: ____, ...fields }: Run): string {
  return JSON.stringify({ version: engineVersion, fields }, (_key, value: unknown) => {
    if (value instanceof Map) return { '@': 'Map', of: [...(value as Map<unknown, unknown>)] };
    if (value instanceof History) return { '@': 'History', of: { ...value } };
    if (value instanceof Recording) return { '@': 'Recording', of: { ...value } };
    // As one string: of an array, this function would be asked for every number.
    if (ArrayBuffer.isView(value)) return { '@': value.constructor.name, of: (value as Float32Array).join() };
    return value;
  });
}

/** The run that `writeRun` wrote, of a network drawn again from its text; undefined when another version wrote it, or it cannot be read. */
export function readRun(record: string, drawing: Drawing, text: string): Run | undefined {
  try {
    const { version, fields } = JSON.parse(record, (_key, value: unknown) => revived(value)) as {
      version: unknown;
      fields: object;
    };
    return version === engineVersion ? Object.assign(new Run(drawing, text), fields) : undefined;
  } catch {
    return undefined;
  }
}

function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('@' in value) || !('of' in value)) return value;
  const { '@': kind, of } = value;
  if (kind === 'Map') return new Map(of as [unknown, unknown][]);
  if (kind === 'History') return Object.assign(new History(), of);
  if (kind === 'Recording') return Object.assign(new Recording(), of);
  return arrays[kind as ArrayName].from(of === '' ? [] : (of as string).split(',').map(Number));
}
