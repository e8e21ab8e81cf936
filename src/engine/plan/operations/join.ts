import { unitsOf, type Shape } from '../../layers/index.ts';
import { Part, whole, type Buffer, type Tape, type Value } from '../tape.ts';

/** Sums values of one shape. */
export function add(tape: Tape, inputs: readonly Value[]): Value {
  const [first] = inputs;
  const out = tape.value(
    first!.shape,
    inputs.some((input) => input.learns),
  );
  for (const [index, input] of inputs.entries()) {
    tape.forward.push(whole(input.buffer, out.buffer, out.size, index > 0));
  }
  tape.onBackward(() => {
    if (!out.learns) return;
    const dy = tape.gradientOf(out);
    for (const input of inputs) {
      tape.contribute(input, (dx, accumulate) => whole(dy, dx, out.size, accumulate));
    }
  });
  return out;
}

/** Along the last axis; `shape` is what comes out. */
export function concat(tape: Tape, inputs: readonly Value[], shape: Shape): Value {
  const out = tape.value(
    shape,
    inputs.some((input) => input.learns),
  );
  const outStride = unitsOf(shape);
  const perRow = out.size / outStride;
  let start = 0;
  for (const input of inputs) {
    const columns = unitsOf(input.shape);
    const from = start;
    const part = (buffer: Buffer) => new Part(buffer, from);
    const strides = { perRow, columns, scale: 1 };
    tape.forward.push({
      ...{ op: 'combine', input: input.buffer, out: part(out.buffer), inputStride: columns, outStride },
      ...{ ...strides, accumulate: false },
    });
    tape.onBackward(() => {
      if (!out.learns) return;
      const dy = part(tape.gradientOf(out));
      tape.contribute(input, (dx, accumulate) => ({
        ...{ op: 'combine', input: dy, out: dx, inputStride: outStride, outStride: columns },
        ...{ ...strides, accumulate },
      }));
    });
    start += columns;
  }
  return out;
}

/** Copies a value into each row of a buffer that holds `stride` values a row, from `start` on. */
export function copy(tape: Tape, { buffer, size }: Value, out: Buffer, start: number, stride: number): void {
  tape.forward.push({
    ...{ op: 'combine', input: buffer, out: new Part(out, start), perRow: 1, columns: size },
    ...{ inputStride: size, outStride: stride, scale: 1, accumulate: false },
  });
}
