import type { Tape, Value } from '../tape.ts';

/** x·W + b with the layer's own W `[in, units]` and b. */
export function matmul(tape: Tape, input: Value, units: number, bias: boolean): Value {
  const weights = tape.parameter('weights');
  const added = bias ? tape.parameter('bias') : undefined;
  const out = tape.value([units], true);
  const n = input.size;
  tape.forward.push({
    op: 'matmul',
    a: input.buffer,
    aStrides: [n, 1],
    b: weights.value,
    bStrides: [units, 1],
    c: out.buffer,
    m: { size: 1, perRow: true },
    n: units,
    k: { size: n, perRow: false },
    accumulate: false,
    ...(added ? { epilogue: { bias: added.value } } : {}),
  });
  tape.onBackward(() => {
    const dz = tape.gradientOf(out);
    tape.backwardOps.push({
      op: 'matmul',
      a: input.buffer,
      aStrides: [1, n],
      b: dz,
      bStrides: [units, 1],
      c: weights.gradient,
      m: { size: n, perRow: false },
      n: units,
      k: { size: 1, perRow: true },
      accumulate: false,
    });
    if (added) tape.backwardOps.push({ op: 'reduce', input: dz, out: added.gradient, perRow: 1, columns: units });
    tape.contribute(input, (dx, accumulate) => ({
      op: 'matmul',
      a: dz,
      aStrides: [units, 1],
      b: weights.value,
      bStrides: [1, units],
      c: dx,
      m: { size: 1, perRow: true },
      n,
      k: { size: units, perRow: false },
      accumulate,
    }));
  });
  return out;
}
