import type { LossName, Ref } from '../plan.ts';
import type { Tape, Value } from '../tape.ts';

/** Ends the forward pass; `target` holds class indices or numbers. Returns the prediction's buffer. */
export function loss(tape: Tape, output: Value, name: LossName, target: Value, classes: boolean): Ref {
  const { fused } = tape.fuse;
  const prediction = fused === 'none' ? output : (tape.fusedInput ?? output);
  const gradient = tape.mode === 'train' ? tape.buffer(prediction.size) : undefined;
  if (gradient) tape.gradients.set(prediction.root, gradient);
  tape.forward.push({
    op: 'loss',
    loss: name,
    fused,
    prediction: prediction.buffer,
    target: target.buffer,
    gradient,
    width: prediction.size,
    classes,
  });
  return output.buffer;
}
