import { State, Step, Team } from '../opcodes.ts';
import { announce, hasDescended } from './descend.ts';
import { execute } from './execute.ts';
import { beginRun } from './norms.ts';
import { becomeHelper, helps, listen, meet, tell, work } from './team.ts';
import { widen } from './wide.ts';

export { widen };

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
  const leads = !helps();
  beginRun();
  for (let i = 0; i < count; i++) {
    const row = table + <usize>i * Step.bytes;
    announce(i == count - 1);
    if (leads) {
      clear(state);
      if (load<i32>(row, Step.observe) != 0) memory.fill(units, 0, unitBytes);
    }
    execute(program, row, order + ((<usize>load<u32>(row, Step.batchOffset)) << 2), state);
    // What the leader does alone after their last meeting may find something, too.
    meet();
    let failed = load<i32>(state, State.leaderFound);
    if (failed == 0) failed = load<i32>(state, State.helperFound);
    if (failed == 0) failed = load<i32>(state, State.leaderUpdated);
    if (failed == 0) failed = load<i32>(state, State.helperUpdated);
    // What the next step finds must not be taken for what this one has.
    meet();
    if (failed != 0) {
      if (leads) store<i32>(state, failed, State.status);
      return i;
    }
    if (!leads) continue;
    store<f64>(state, load<f64>(state, State.lossSum) + load<f64>(state, State.loss), State.lossSum);
    store<f64>(state, load<f64>(state, State.accuracySum) + load<f64>(state, State.accuracy), State.accuracySum);
    store<f64>(state, load<f64>(state, State.penaltySum) + load<f64>(state, State.penalty), State.penaltySum);
    if (hasDescended()) continue;
    for (let at: usize = 0; at < squareBytes; at += 8) store<f64>(done + at, load<f64>(pending + at));
  }
  return count;
}

/** Runs an evaluation's program on one chunk; `row` says how many samples of `indices` it has. */
export function evaluate(program: usize, row: usize, indices: usize, state: usize): void {
  if (!helps()) clear(state);
  execute(program, row, indices, state);
}

/** `train` by a team. */
export function trainShared(
  team: usize,
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
  hand(team, program, table, count, order, state);
  tell(team);
  const finished = train(program, table, count, order, state, units, unitBytes, pending, done, squareBytes);
  meet();
  work(team, false);
  return finished;
}

/** `evaluate` by a team. */
export function evaluateShared(team: usize, program: usize, row: usize, indices: usize, state: usize): void {
  hand(team, program, row, 0, indices, state);
  tell(team);
  evaluate(program, row, indices, state);
  meet();
  work(team, false);
}

/** The helper's whole life: half of each job, until its thread is ended. */
export function serve(team: usize, scratch: usize): void {
  becomeHelper(team, scratch);
  const given = team + Team.arguments;
  atomic.store<i32>(team + Team.ready, 1);
  for (let jobs = 0; ; jobs++) {
    listen(team, jobs);
    work(team, true);
    const program = load<usize>(given);
    const table = load<usize>(given, 4);
    const count = load<i32>(given, 8);
    const order = load<usize>(given, 12);
    const state = load<usize>(given, 16);
    if (count == 0) evaluate(program, table, order, state);
    else train(program, table, count, order, state, 0, 0, 0, 0, 0);
    meet();
  }
}

function hand(team: usize, program: usize, table: usize, count: i32, order: usize, state: usize): void {
  const given = team + Team.arguments;
  store<usize>(given, program);
  store<usize>(given, table, 4);
  store<i32>(given, count, 8);
  store<usize>(given, order, 12);
  store<usize>(given, state, 16);
}

function clear(state: usize): void {
  store<f64>(state, 0, State.loss);
  store<f64>(state, 0, State.accuracy);
  store<f64>(state, 0, State.penalty);
}
