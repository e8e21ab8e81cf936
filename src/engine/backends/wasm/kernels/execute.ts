import { Geo, LossCode, NoiseCode, Opcode, sharedCode, State, Step } from '../opcodes.ts';
import { activate } from './activate.ts';
import { activateBack } from './activateBack.ts';
import { address, bytes, number, word } from './arguments.ts';
import { conv, convInput, convWeights } from './conv.ts';
import { loss, rightRows } from './loss.ts';
import { scaledProduct } from './scaled.ts';
import { descend, isLastStep } from './descend.ts';
import { inputBytes, outputBytes } from './geometry.ts';
import { layer, layerBack } from './narrow.ts';
import { gaussian, mask } from './noise.ts';
import { normalize, normalizeBack, normalizeRunning } from './normalize.ts';
import { norms } from './norms.ts';
import { observe } from './observe.ts';
import { pool, poolBack } from './pool.ts';
import { combine, gather, reduce } from './rows.ts';
import { helps, meet, shift } from './team.ts';
import { update } from './update.ts';

/**
 * The gradient by a convolution's kernel. A large one is always the sum of two, of each half of the rows, so that it is the same
 * whoever does them; the second comes to `halves`, and is added later.
 */
function kernelGradient(op: usize, rows: i32, isShared: bool, helping: bool, scratch: usize): void {
  const g = op + 40;
  const halves = address(op, 9);
  const half = halves != 0 ? (rows + 1) >> 1 : rows;
  const accumulate = word(op, 5) != 0;
  const tiles = word(op, 8);
  const patches = address(op, 6) + scratch;
  const blocks = address(op, 7) + scratch;
  const x = address(op, 2);
  const dy = address(op, 3);
  if (!helping) convWeights(x, dy, address(op, 4), g, half, accumulate, tiles, patches, blocks);
  if (halves == 0 || (isShared && !helping)) return;
  if (half == rows) {
    memory.fill(
      halves,
      0,
      bytes(g, Geo.kernelHeight) * address(g, Geo.kernelWidth) * address(g, Geo.channels) * address(g, Geo.outChannels),
    );
    return;
  }
  const first = <usize>half;
  convWeights(
    x + first * inputBytes(g),
    dy + first * outputBytes(g),
    halves,
    g,
    rows - half,
    false,
    tiles,
    patches,
    blocks,
  );
}

/**
 * Runs a program (`encode.ts` writes it) once: for one training step, or for one chunk of an evaluation. `row` is its row of the
 * step table, `indices` the batch's sample numbers, `state` a `State`.
 */
export function execute(program: usize, row: usize, indices: usize, state: usize): void {
  const rows = load<i32>(row, Step.rows);
  const observing = load<i32>(row, Step.observe) != 0;
  const helping = helps();
  const scratch = shift();
  for (let op = program; ; op += address(op, 1) << 2) {
    const code = word(op, 0);
    const isShared = code >= sharedCode;
    // Of what is shared the leader takes the first half of the rows, the helper the rest; all else is the leader's.
    if (helping && !isShared && code != Opcode.Meet && code != Opcode.End) continue;
    const first: usize = helping ? <usize>(rows >> 1) : 0;
    const share = !isShared ? rows : helping ? rows - (rows >> 1) : rows >> 1;
    const half = isShared ? <i32>helping : -1;
    switch (isShared ? code - sharedCode : code) {
      case Opcode.Meet:
        meet();
        break;
      case Opcode.AddUp:
        combine(address(op, 2), address(op, 3), 1, word(op, 4), 0, 0, 1, true);
        break;
      case Opcode.Gather:
        gather(address(op, 2), address(op, 3) + first * bytes(op, 4), word(op, 4), indices + (first << 2), share);
        break;
      case Opcode.Noise: {
        const count = rows * word(op, 5);
        const step = load<u32>(row, Step.step);
        const stream = <u32>word(op, 8);
        const seed = <u32>word(op, 9);
        if (word(op, 2) == NoiseCode.gaussian) {
          gaussian(address(op, 3), address(op, 4), count, number(op, 6), step, stream, seed);
        } else {
          mask(address(op, 3), address(op, 4), count, number(op, 6), <u32>word(op, 7), step, stream, seed);
        }
        break;
      }
      case Opcode.Layer:
        layer(op, rows);
        break;
      case Opcode.LayerBack:
        layerBack(op, rows);
        break;
      case Opcode.Descend:
        if (isLastStep()) break;
        if (!descend(address(op, 2), address(op, 3), address(op, 4), load<f64>(row, Step.learningRate)))
          store<i32>(state, 1, State.leaderFound);
        // Norms and update, which come next, are the last step's.
        return;
      case Opcode.Matmul:
        scaledProduct(op, rows, scratch, isShared);
        break;
      case Opcode.Conv:
        conv(
          address(op, 2),
          address(op, 3),
          address(op, 4),
          address(op, 5),
          op + 36,
          rows,
          word(op, 8),
          address(op, 6) + scratch,
          address(op, 7) + scratch,
          isShared,
        );
        break;
      case Opcode.ConvInput:
        convInput(
          address(op, 2),
          address(op, 3),
          address(op, 4),
          address(op, 8),
          op + 40,
          rows,
          word(op, 5) != 0,
          word(op, 9),
          address(op, 6) + scratch,
          address(op, 7) + scratch,
          isShared,
        );
        break;
      case Opcode.ConvWeights:
        kernelGradient(op, rows, isShared, helping, scratch);
        break;
      case Opcode.Pool:
        pool(
          word(op, 2),
          address(op, 3) + first * inputBytes(op + 20),
          address(op, 4) + first * outputBytes(op + 20),
          op + 20,
          share,
        );
        break;
      case Opcode.PoolBack:
        poolBack(
          word(op, 2),
          address(op, 3) + first * inputBytes(op + 28),
          address(op, 4) + first * outputBytes(op + 28),
          address(op, 5) + first * inputBytes(op + 28),
          op + 28,
          share,
          word(op, 6) != 0,
        );
        break;
      case Opcode.Activate:
        activate(
          word(op, 2),
          number(op, 3),
          address(op, 4) + first * bytes(op, 6),
          address(op, 5) + first * bytes(op, 6),
          share * word(op, 6),
          word(op, 7),
          address(op, 8) + scratch,
          address(op, 9),
          op + 40,
        );
        break;
      case Opcode.ActivateBack: {
        const penalty = activateBack(
          word(op, 2),
          number(op, 3),
          address(op, 4) + first * bytes(op, 8),
          address(op, 5) + first * bytes(op, 8),
          address(op, 6) + first * bytes(op, 8),
          address(op, 7) + first * bytes(op, 8),
          share * word(op, 8),
          word(op, 9),
          <f64>number(op, 10) / rows,
          word(op, 11) != 0,
          address(op, 12) + scratch,
          address(op, 13),
          address(op, 14),
          op + 60,
        );
        if (penalty != 0) store<f64>(state, load<f64>(state, State.penalty) + penalty, State.penalty);
        break;
      }
      case Opcode.Normalize:
        normalize(
          word(op, 2),
          address(op, 3),
          address(op, 4),
          address(op, 5),
          address(op, 6),
          address(op, 7),
          rows * word(op, 8),
          word(op, 9),
          address(op, 10),
          address(op, 11),
          load<f64>(op, 48),
          load<f64>(op, 56),
        );
        break;
      case Opcode.NormalizeRunning:
        normalizeRunning(
          address(op, 2),
          address(op, 3),
          address(op, 4),
          address(op, 5),
          address(op, 6),
          address(op, 7),
          rows * word(op, 8),
          word(op, 9),
          load<f64>(op, 40),
        );
        break;
      case Opcode.NormalizeBack:
        normalizeBack(
          word(op, 2),
          address(op, 3),
          address(op, 4),
          address(op, 5),
          address(op, 6),
          address(op, 7),
          address(op, 8),
          address(op, 9),
          rows * word(op, 10),
          word(op, 11),
          word(op, 12) != 0,
        );
        break;
      case Opcode.Reduce: {
        // A team cuts the columns, in whole sixteens: to the same bits as one thread.
        const columns = word(op, 5);
        const cut = isShared ? min(columns, ((columns + 31) >> 5) << 4) : columns;
        reduce(address(op, 2), address(op, 3), rows * word(op, 4), columns, helping ? cut : 0, helping ? columns : cut);
        break;
      }
      case Opcode.Combine:
        combine(
          address(op, 2),
          address(op, 3),
          rows * word(op, 4),
          word(op, 5),
          address(op, 6),
          address(op, 7),
          number(op, 8),
          word(op, 9) != 0,
        );
        break;
      case Opcode.Loss: {
        const width = word(op, 7);
        const classes = word(op, 8) != 0;
        const terms = word(op, 2) == LossCode.categorical_crossentropy ? rows : rows * width;
        const total = loss(
          word(op, 2),
          word(op, 3),
          address(op, 4),
          address(op, 5),
          address(op, 6),
          rows,
          width,
          classes,
          terms,
          address(op, 9),
        );
        store<f64>(state, load<f64>(state, State.loss) + total / terms, State.loss);
        store<f64>(state, load<f64>(state, State.accuracy) + <f64>rightRows() / rows, State.accuracy);
        break;
      }
      case Opcode.Observe:
        if (observing) {
          // A team cuts the units, in whole fours.
          const units = word(op, 6);
          const cut = isShared ? ((units + 7) >> 3) << 2 : units;
          observe(
            address(op, 2),
            address(op, 3),
            address(op, 4),
            rows,
            word(op, 5),
            units,
            helping ? cut : 0,
            helping ? units : min(cut, units),
            word(op, 7),
            number(op, 8),
          );
        }
        break;
      case Opcode.Norms:
        norms(
          address(op, 2),
          address(op, 3),
          address(op, 4),
          word(op, 5),
          half,
          state,
          state + (helping ? State.helperFound : State.leaderFound),
          address(op, 6),
          address(op, 7),
        );
        break;
      case Opcode.Update:
        if (load<i32>(state, State.leaderFound) != 0 || load<i32>(state, State.helperFound) != 0) break;
        update(
          word(op, 2),
          op + 48,
          address(op, 3),
          address(op, 4),
          address(op, 5),
          address(op, 6),
          address(op, 7),
          word(op, 8),
          half,
          state + (helping ? State.helperUpdated : State.leaderUpdated),
          address(op, 9),
          address(op, 10),
          address(op, 11),
          load<f64>(row, Step.learningRate),
          load<f64>(row, Step.correction1),
          load<f64>(row, Step.correction2),
        );
        break;
      default:
        return;
    }
  }
}
