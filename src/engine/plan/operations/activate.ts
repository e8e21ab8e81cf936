import { activationRow, piecesOf, type Activation } from '../../activations/index.ts';
import { unitsOf } from '../../layers/index.ts';
import type { Geometry } from '../plan.ts';
import type { Tape, Value } from '../tape.ts';
import { pool } from './pool.ts';

/**
 * a = f(z), in z's place where nobody reads that again. The last layer's may be left to the loss. `activityL1` is λ of the penalty on a, whose
 * gradient comes in here.
 */
export function activate(tape: Tape, input: Value, activation: Activation, activityL1: number): Value {
  tape.tap?.(tape.layer.id, 'z', input);
  const row = activationRow(activation.name);
  if (row.kind === 'pieces') return maxout(tape, input, piecesOf(activation), activityL1);
  const fused = tape.layer.id === tape.fuse.layer && tape.fuse.fused !== 'none';
  if (fused && tape.mode === 'train') {
    // The loss takes z and gives its gradient: nothing to run here.
    return input;
  }
  const identity = activation.name === 'linear' && activityL1 === 0;
  if (identity) {
    observe(tape, input, input);
    return input;
  }
  const { inactive, saturation } = row;
  const needsInput =
    tape.mode === 'train' ? row.backwardFrom === 'input' : fused || inactive === 'negative' || saturation !== undefined;
  const inPlace = !input.shared && !needsInput;
  const slope = activation.name === 'prelu' ? tape.parameter('slope') : undefined;
  const learns = input.learns || slope !== undefined;
  const out = tape.value(input.shape, learns, inPlace ? input.buffer : undefined);
  const columns = unitsOf(input.shape);
  const learned = slope ? { slope: slope.value } : {};
  tape.forward.push({
    ...{ op: 'activate', activation, z: input.buffer, a: out.buffer },
    ...{ width: input.size, columns, ...learned },
  });
  observe(tape, input, out);
  if (fused) tape.fusedInput = input;
  tape.onBackward(() => {
    // Nothing to learn here, nor upstream: an activation of the network's input.
    if (!out.learns) return;
    const da = tape.gradientOf(out);
    const op = {
      op: 'activate_back',
      activation,
      from: row.backwardFrom === 'output' ? out.buffer : input.buffer,
      a: out.buffer,
      da,
      width: input.size,
      columns,
      activityL1,
      ...learned,
      ...(slope ? { slopeTerms: tape.buffer(input.size) } : {}),
    } as const;
    if (!input.learns) {
      // Only the slopes learn.
      tape.backwardOps.push({ ...op, dz: tape.buffer(input.size), accumulate: false });
    } else if (input.shared) {
      tape.contribute(input, (dz, accumulate) => ({ ...op, dz, accumulate }));
    } else {
      // z has no other reader, so its gradient takes the place of a's.
      tape.gradients.set(input.root, da);
      tape.backwardOps.push({ ...op, dz: da, accumulate: false });
    }
    if (slope && op.slopeTerms) {
      const perRow = input.size / columns;
      tape.backwardOps.push({ op: 'reduce', input: op.slopeTerms, out: slope.gradient, perRow, columns });
    }
  });
  return out;
}

/** The largest of each `pieces` neighbours of the last axis: a pool that slides along it. The first of equals wins. */
function maxout(tape: Tape, z: Value, pieces: number, activityL1: number): Value {
  const width = unitsOf(z.shape);
  const [positions, units] = [z.size / width, width / pieces];
  const geometry: Geometry = {
    ...{ height: positions, width, channels: 1, outHeight: positions, outWidth: units, outChannels: 1 },
    ...{ kernelHeight: 1, kernelWidth: pieces, strideY: 1, strideX: pieces, padTop: 0, padLeft: 0 },
  };
  const pooled = pool(tape, z, 'max', geometry);
  if (tape.mode === 'evaluate') observePieces(tape, z, pooled, geometry);
  const largest = tape.reshape(pooled, [...z.shape.slice(0, -1), units]);
  largest.shared = false;
  return activate(tape, largest, { name: 'linear', parameters: {} }, activityL1);
}

/** Lets the layer's metrics be taken from z and a. */
function observe(tape: Tape, z: Value, a: Value): void {
  const layer = tape.observed.findIndex((watched) => watched.layer === tape.layer.id);
  if (layer < 0 || (tape.mode === 'train' && tape.observed[layer]!.inactive === 'never')) return;
  tape.forward.push({ op: 'observe', layer, z: z.buffer, a: a.buffer });
}

/** Marks the piece that wins with 1, as the gradient of a maximum does: a softmax over one value is 1. */
function observePieces(tape: Tape, z: Value, pooled: Value, geometry: Geometry): void {
  const layer = tape.observed.findIndex((watched) => watched.layer === tape.layer.id && watched.pieces);
  if (layer < 0) return;
  const [ones, wins] = [tape.buffer(pooled.size), tape.buffer(z.size)];
  const softmax = { name: 'softmax', parameters: {} };
  tape.forward.push(
    { op: 'activate', activation: softmax, z: pooled.buffer, a: ones, width: pooled.size, columns: 1 },
    { op: 'pool_back', kind: 'max', x: z.buffer, dy: ones, dx: wins, geometry, accumulate: false },
    { op: 'observe', layer, z: wins, a: wins },
  );
}
