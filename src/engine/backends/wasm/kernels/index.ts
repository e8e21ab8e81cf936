import { State, Step } from '../opcodes.ts';
import { execute } from './execute.ts';
import { beginRun } from './norms.ts';

/** The first byte the host may use: kernels keep constants below it. */
export function heapBase(): usize {
  return __heap_base;
}

/**
 * Does `count` whole steps, a row of `table` each, and returns how many were finished. After each the batch's loss, accuracy and penalty
 * are added to the sums, and the `pending` bytes of squares are copied to `done`; a step that is not finite leaves both as they were.
 */
export function train(
  program: usize,
  table: usize,
  count: i32,
  order: usize,
  state: usize,
  units: usize,
  unitBytes: usize,
  pending: usize,
  done: usize,
  squareBytes: usize,
): i32 {
  beginRun();
  for (let i = 0; i < count; i++) {
    const row = table + <usize>i * Step.bytes;
    clear(state);
    if (load<i32>(row, Step.observe) != 0) memory.fill(units, 0, unitBytes);
    execute(program, row, order + ((<usize>load<u32>(row, Step.batchOffset)) << 2), state);
    if (load<i32>(state, State.status) != 0) return i;
    store<f64>(state, load<f64>(state, State.lossSum) + load<f64>(state, State.loss), State.lossSum);
    store<f64>(state, load<f64>(state, State.accuracySum) + load<f64>(state, State.accuracy), State.accuracySum);
    store<f64>(state, load<f64>(state, State.penaltySum) + load<f64>(state, State.penalty), State.penaltySum);
    for (let at: usize = 0; at < squareBytes; at += 8) store<f64>(done + at, load<f64>(pending + at));
  }
  return count;
}

/** Runs an evaluation's program on one chunk; `row` says how many samples of `indices` it has. */
export function evaluate(program: usize, row: usize, indices: usize, state: usize): void {
  clear(state);
  execute(program, row, indices, state);
}

function clear(state: usize): void {
  store<f64>(state, 0, State.loss);
  store<f64>(state, 0, State.accuracy);
  store<f64>(state, 0, State.penalty);
}
