import type { Geometry, PoolKind } from '../plan.ts';
import type { Tape, Value } from '../tape.ts';

/** Each window's largest, mean or sum. */
export function pool(tape: Tape, input: Value, kind: PoolKind, geometry: Geometry): Value {
  const out = tape.value([geometry.outHeight, geometry.outWidth, geometry.outChannels], input.learns);
  tape.forward.push({ op: 'pool', kind, x: input.buffer, y: out.buffer, geometry });
  tape.onBackward(() => {
    tape.contribute(input, (dx, accumulate) => ({
      op: 'pool_back',
      kind,
      x: input.buffer,
      dy: tape.gradientOf(out),
      dx,
      geometry,
      accumulate,
    }));
  });
  return out;
}

/** The gradient of a pool of sums, whose own gradient is that pool. */
export function spread(tape: Tape, input: Value, geometry: Geometry): Value {
  const out = tape.value([geometry.height, geometry.width, geometry.channels], input.learns);
  const from = input.buffer;
  tape.forward.push({ op: 'pool_back', kind: 'sum', x: from, dy: from, dx: out.buffer, geometry, accumulate: false });
  tape.onBackward(() => {
    if (!input.learns) return;
    const dx = tape.buffer(input.size);
    tape.backwardOps.push({ op: 'pool', kind: 'sum', x: tape.gradientOf(out), y: dx, geometry });
    tape.addGradient(input, dx);
  });
  return out;
}
