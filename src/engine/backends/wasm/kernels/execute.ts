import { LossCode, NoiseCode, Opcode, State, Step } from '../opcodes.ts';
import { activate } from './activate.ts';
import { activateBack } from './activateBack.ts';
import { conv, convInput, convWeights } from './conv.ts';
import { loss, rightRows } from './loss.ts';
import { matmul } from './matmul.ts';
import { gaussian, mask } from './noise.ts';
import { normalize, normalizeBack, normalizeRunning } from './normalize.ts';
import { norms } from './norms.ts';
import { observe } from './observe.ts';
import { pool, poolBack } from './pool.ts';
import { combine, gather, reduce } from './rows.ts';
import { update } from './update.ts';

/** Argument `index` of an operation, counted from its opcode. */
function word(op: usize, index: i32): i32 {
  return load<i32>(op + ((<usize>index) << 2));
}

function address(op: usize, index: i32): usize {
  return <usize>load<u32>(op + ((<usize>index) << 2));
}

function number(op: usize, index: i32): f32 {
  return load<f32>(op + ((<usize>index) << 2));
}

/**
 * Runs a program (`encode.ts` writes it) once: for one training step, or for one chunk of an evaluation. `row` is its row of the
 * step table, `indices` the batch's sample numbers, `state` a `State`.
 */
export function execute(program: usize, row: usize, indices: usize, state: usize): void {
  const rows = load<i32>(row, Step.rows);
  const observing = load<i32>(row, Step.observe) != 0;
  for (let op = program; ; op += address(op, 1) << 2) {
    switch (word(op, 0)) {
      case Opcode.Gather:
        gather(address(op, 2), address(op, 3), word(op, 4), indices, rows);
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
      case Opcode.Matmul:
        // Sizes come as (fixed, a row of the batch); one of the two is 0.
        matmul(
          address(op, 2),
          address(op, 3),
          address(op, 4),
          address(op, 5),
          address(op, 6),
          address(op, 7),
          address(op, 8),
          word(op, 9) + rows * word(op, 10),
          word(op, 11),
          word(op, 12) + rows * word(op, 13),
          word(op, 14) != 0,
          address(op, 15),
          address(op, 16),
          word(op, 17) != 0,
          address(op, 18),
        );
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
          address(op, 6),
          address(op, 7),
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
          address(op, 6),
          address(op, 7),
        );
        break;
      case Opcode.ConvWeights:
        convWeights(
          address(op, 2),
          address(op, 3),
          address(op, 4),
          op + 36,
          rows,
          word(op, 5) != 0,
          word(op, 8),
          address(op, 6),
          address(op, 7),
        );
        break;
      case Opcode.Pool:
        pool(word(op, 2), address(op, 3), address(op, 4), op + 20, rows);
        break;
      case Opcode.PoolBack:
        poolBack(word(op, 2), address(op, 3), address(op, 4), address(op, 5), op + 28, rows, word(op, 6) != 0);
        break;
      case Opcode.Activate:
        activate(
          word(op, 2),
          number(op, 3),
          address(op, 4),
          address(op, 5),
          rows * word(op, 6),
          word(op, 7),
          address(op, 8),
          address(op, 9),
          op + 40,
        );
        break;
      case Opcode.ActivateBack: {
        const penalty = activateBack(
          word(op, 2),
          number(op, 3),
          address(op, 4),
          address(op, 5),
          address(op, 6),
          address(op, 7),
          rows * word(op, 8),
          word(op, 9),
          <f64>number(op, 10) / rows,
          word(op, 11) != 0,
          address(op, 12),
          address(op, 13),
          address(op, 14),
          op + 60,
        );
        store<f64>(state, load<f64>(state, State.penalty) + penalty, State.penalty);
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
      case Opcode.Reduce:
        reduce(address(op, 2), address(op, 3), rows * word(op, 4), word(op, 5));
        break;
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
        );
        store<f64>(state, load<f64>(state, State.loss) + total / terms, State.loss);
        store<f64>(state, load<f64>(state, State.accuracy) + <f64>rightRows() / rows, State.accuracy);
        break;
      }
      case Opcode.Observe:
        if (observing) {
          observe(
            address(op, 2),
            address(op, 3),
            address(op, 4),
            rows,
            word(op, 5),
            word(op, 6),
            word(op, 7),
            number(op, 8),
          );
        }
        break;
      case Opcode.Norms:
        norms(address(op, 2), address(op, 3), address(op, 4), word(op, 5), state, address(op, 6), address(op, 7));
        break;
      case Opcode.Update:
        update(
          word(op, 2),
          op + 48,
          address(op, 3),
          address(op, 4),
          address(op, 5),
          address(op, 6),
          address(op, 7),
          word(op, 8),
          state,
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
