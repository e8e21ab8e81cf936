import type { Shape } from '../../layers/index.ts';
import type { Corruption } from '../../spec/dataFields.ts';
import type { Ref } from '../plan.ts';
import type { Tape, Value } from '../tape.ts';
import { noise } from './noise.ts';

/** The rows of a batch out of all samples at `source`; with noise on them while training. */
export function input(tape: Tape, source: Ref, shape: Shape, corrupt?: Corruption): Value {
  const value = tape.value(shape, false);
  tape.forward.push({ op: 'gather', source, out: value.buffer, width: value.size });
  value.shared = true;
  return corrupt ? noise(tape, value, corrupt.kind, corrupt.amount) : value;
}
