import { Team } from '../opcodes.ts';
import { sleepWhile } from './env.ts';

/**
 * Two threads on one memory: both walk through the same program, each does its part of what is shared, the leader alone the rest, and they
 * meet where one needs what the other has made. A meeting takes 0.2 µs where both spin; woken by the system it would be 27. So they spin,
 * and only who waits long lies down, to be woken: the other may not be running at all.
 *
 * Blocks of convolutions are dealt to whoever asks, products and all else cut in two. Which half of a segment a thread updates is that of which it has, as a rule, worked out the gradient: to fetch what the
 * other has just written takes longer than to add it up.
 */

/**
 * Turns of waiting before a thread lies down, some 100 µs: as long as one may have to wait for the other's half. With a tenth of it 784-512-512-10 took an eighth longer, since threads
 * lay down within steps. The helper waits three times as long for the next job: between two steps there is some JavaScript.
 */
const patience = 100000;

let isHelper: bool = false;
let team: usize = 0;
let isAtWork: bool = false;
/** How often both have come to meetings, when the last one was over. */
let meetings: i32 = 0;
/** Bytes from the leader's scratch memory to this thread's. */
let scratchShift: usize = 0;
/** How often both have asked for shares, when the last one was taken. */
let asked: i32 = 0;
/** The job that is dealt: its rows, those of a share, where the last one ends, and how many one thread alone has taken. */
let isDealt: bool = false;
let rows: i32 = 0;
let size: i32 = 0;
let reached: i32 = 0;
let shares: i32 = 0;

export function helps(): bool {
  return isHelper;
}

export function shift(): usize {
  return scratchShift;
}

/** This instance is the helper of the team that meets at `where`. */
export function becomeHelper(where: usize, scratch: usize): void {
  isHelper = true;
  team = where;
  scratchShift = scratch;
}

/** From now on, or no longer, this thread is one of two that do the same job. */
export function work(where: usize, isShared: bool): void {
  team = where;
  isAtWork = isShared;
}

/** Returns when both threads have come here, with all they wrote before; at once where one works alone. */
export function meet(): void {
  if (!isAtWork) return;
  meetings += 2;
  const at = team + Team.met;
  atomic.add<i32>(at, 1);
  // Whoever comes last finds the other asleep, or is seen by it before it sleeps.
  if (atomic.load<i32>(team + Team.lies) != 0) atomic.notify(at, 1);
  for (let turn = 0; atomic.load<i32>(at) - meetings < 0; turn++) {
    if (turn < patience) continue;
    // Counted: who wakes late must not hide that the other lies down for the next meeting already.
    atomic.add<i32>(team + Team.lies, 1);
    sleepWhile(at, meetings - 1);
    atomic.sub<i32>(team + Team.lies, 1);
  }
}

/** Deals so many rows, `share` at a time, among both threads or, alone, to this one. No one may still be asking for the last ones. */
export function deal(count: i32, share: i32, isShared: bool): void {
  isDealt = isShared;
  rows = count;
  size = share;
  reached = 0;
  shares = 0;
}

/** How many rows are this thread's next, 0 where none are left: then the job is over. They end at `dealt`. */
export function take(): i32 {
  const share = isDealt ? atomic.add<i32>(team + Team.asked, 1) - asked : shares++;
  const first = share * size;
  if (first < rows) {
    reached = min(first + size, rows);
    return reached - first;
  }
  // Each has asked once more than there was.
  if (isDealt) asked += (rows + size - 1) / size + 2;
  return 0;
}

/** Where the rows end that were taken last. */
export function dealt(): i32 {
  return reached;
}

/** Lets the helper do what the arguments say, beside the leader. */
export function tell(where: usize): void {
  work(where, true);
  atomic.add<i32>(where + Team.told, 1);
  if (atomic.load<i32>(where + Team.asleep) != 0) atomic.notify(where + Team.told, 1);
}

/** Waits for the next job after `done` of them. */
export function listen(where: usize, done: i32): void {
  const at = where + Team.told;
  for (let turn = 0; turn < 3 * patience; turn++) if (atomic.load<i32>(at) != done) return;
  atomic.store<i32>(where + Team.asleep, 1);
  while (atomic.load<i32>(at) == done) sleepWhile(at, done);
  atomic.store<i32>(where + Team.asleep, 0);
}
