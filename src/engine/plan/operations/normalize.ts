import { unitsOf } from '../../layers/index.ts';
import type { Tape, Value } from '../tape.ts';

/** By the batch's statistics if there is a `momentum` for running ones, which evaluation takes; else by each position's own. */
export function normalize(tape: Tape, input: Value, epsilon: number, momentum?: number): Value {
  const [gamma, beta] = [tape.parameter('gamma'), tape.parameter('beta')];
  const columns = unitsOf(input.shape);
  const perRow = input.size / columns;
  const out = tape.value(input.shape, true);
  const common = { x: input.buffer, y: out.buffer, gamma: gamma.value, beta: beta.value, perRow, columns, epsilon };
  const running =
    momentum === undefined ? undefined : { mean: tape.stateOf('mean'), variance: tape.stateOf('variance') };
  if (running && tape.mode === 'evaluate') {
    tape.forward.push({ op: 'normalize_running', ...common, ...running });
    return out;
  }
  const kind = running ? 'batch' : 'layer';
  const saved = tape.buffer(2 * (running ? columns : perRow));
  const moving = running && momentum !== undefined ? { running: { ...running, momentum } } : {};
  tape.forward.push({ op: 'normalize', kind, ...common, saved, ...moving });
  tape.onBackward(() => {
    const dy = tape.gradientOf(out);
    // The gradients of gamma and beta are wanted even where nobody asks for that of x.
    const present = input.learns ? tape.gradients.get(input.root) : undefined;
    const dx = present ?? tape.buffer(input.size);
    if (input.learns) tape.gradients.set(input.root, dx);
    tape.backwardOps.push({
      ...{ op: 'normalize_back', kind, x: input.buffer, dy, dx, gamma: gamma.value, saved, perRow, columns },
      ...{ dgamma: gamma.gradient, dbeta: beta.gradient, accumulate: present !== undefined },
    });
  });
  return out;
}
