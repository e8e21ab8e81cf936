import { streamOf } from '../../random.ts';
import type { NoiseKind, Op, Ref } from '../plan.ts';
import type { Tape, Value } from '../tape.ts';

/** Drawn for the layer at hand and the step; nothing in evaluation. A mask falls on the gradient too. */
export function noise(tape: Tape, input: Value, kind: NoiseKind, amount: number): Value {
  if (tape.mode === 'evaluate' || amount === 0) return input;
  const out = tape.value(input.shape, input.learns);
  const stream = streamOf(`${tape.layer.id}.noise`);
  const drawn = (from: Ref, to: Ref): Op => ({
    op: 'noise',
    kind,
    input: from,
    out: to,
    width: input.size,
    amount,
    stream,
  });
  tape.forward.push(drawn(input.buffer, out.buffer));
  tape.onBackward(() => {
    if (!input.learns) return;
    const dy = tape.gradientOf(out);
    if (kind !== 'gaussian') tape.backwardOps.push(drawn(dy, dy));
    tape.addGradient(input, dy);
  });
  return out;
}
