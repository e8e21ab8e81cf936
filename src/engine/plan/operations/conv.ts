import type { Geometry } from '../plan.ts';
import type { Tape, Value } from '../tape.ts';

/** A convolution with the layer's own kernel and bias. */
export function conv(tape: Tape, input: Value, geometry: Geometry, bias: boolean): Value {
  const weights = tape.parameter('weights');
  const added = bias ? tape.parameter('bias') : undefined;
  const out = tape.value([geometry.outHeight, geometry.outWidth, geometry.outChannels], true);
  tape.forward.push({
    op: 'conv',
    x: input.buffer,
    w: weights.value,
    y: out.buffer,
    geometry,
    ...(added ? { epilogue: { bias: added.value } } : {}),
  });
  tape.onBackward(() => {
    const dy = tape.gradientOf(out);
    tape.backwardOps.push({
      op: 'conv_weights',
      x: input.buffer,
      dy,
      dw: weights.gradient,
      geometry,
      accumulate: false,
    });
    if (added) {
      const perRow = geometry.outHeight * geometry.outWidth;
      tape.backwardOps.push({ op: 'reduce', input: dy, out: added.gradient, perRow, columns: geometry.outChannels });
    }
    tape.contribute(input, (dx, accumulate) => ({
      op: 'conv_input',
      dy,
      w: weights.value,
      dx,
      geometry,
      accumulate,
    }));
  });
  return out;
}

/** `geometry` is the convolution whose gradient this is; its own gradient is that convolution. */
export function convTranspose(tape: Tape, input: Value, geometry: Geometry, bias: boolean): Value {
  const weights = tape.parameter('weights');
  const added = bias ? tape.parameter('bias') : undefined;
  const out = tape.value([geometry.height, geometry.width, geometry.channels], true);
  tape.forward.push({
    ...{ op: 'conv_input', dy: input.buffer, w: weights.value, dx: out.buffer, geometry, accumulate: false },
    ...(added ? { epilogue: { bias: added.value } } : {}),
  });
  tape.onBackward(() => {
    const dz = tape.gradientOf(out);
    tape.backwardOps.push({
      ...{ op: 'conv_weights', x: dz, dy: input.buffer, dw: weights.gradient, geometry, accumulate: false },
    });
    if (added) {
      const perRow = geometry.height * geometry.width;
      tape.backwardOps.push({ op: 'reduce', input: dz, out: added.gradient, perRow, columns: geometry.channels });
    }
    if (!input.learns) return;
    const dx = tape.buffer(input.size);
    tape.backwardOps.push({ op: 'conv', x: dz, w: weights.value, y: dx, geometry });
    tape.addGradient(input, dx);
  });
  return out;
}
