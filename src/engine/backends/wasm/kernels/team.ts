import { Team } from '../opcodes.ts';
import { sleepWhile } from './env.ts';

/**
 * Two threads on one memory: both walk through the same program, each does its part of what is shared, the leader alone the rest, and they
 * meet where one needs what the other has made. A meeting takes 0.2 µs where both spin; woken by the system it would be 27. So they spin,
 * and only who waits long lies down, to be woken: the other may not be running at all.
 *
 * Rows of products and blocks of convolutions are dealt to whoever asks, a product's in shares that grow smaller: cut in two beforehand, each meeting waited for
 * the slower half, a twelfth of the time of large ones. So 784-512-512-10 takes 1.5 to 1.8 times as many steps as one thread, not 1.3 to 1.5.
 */

/** Turns of waiting before a thread lies down: some 20 µs. */
const patience = 8000;

let isHelper: bool = false;
let team: usize = 0;
let isAtWork: bool = false;
/** How often both have come to meetings, when the last one was over. */
let meetings: i32 = 0;
/** Bytes from the leader's scratch memory to this thread's. */
let scratchShift: usize = 0;
/** How often both have asked for shares, when the last one was taken. */
let asked: i32 = 0;
/** The job that is dealt: rows from `reached` on, the shares before it, a share's least and most rows. */
let isDealt: bool = false;
let reached: i32 = 0;
let rows: i32 = 0;
let shares: i32 = 0;
let least: i32 = 0;
let most: i32 = 0;

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

/** Deals so many rows, in multiples of `unit`, at most `limit` at a time, among both threads or, alone, to this one. No one may still be asking for the last ones. */
export function deal(count: i32, unit: i32, limit: i32, isShared: bool): void {
  isDealt = isShared;
  reached = 0;
  rows = count;
  shares = 0;
  least = unit;
  most = limit;
}

/** How many rows are this thread's next, 0 where none are left: then the job is over. They end at `dealt`. */
export function take(): i32 {
  const share = isDealt ? atomic.add<i32>(team + Team.asked, 1) - asked : shares;
  let size = -1;
  while (size != 0) {
    const left = rows - reached;
    // A quarter of what is left: what one thread has to wait for in the end is small.
    const wanted = isDealt ? min(max(((left >> 2) / least) * least, least), most) : most;
    size = min(wanted, left);
    reached += size;
    if (size != 0 && shares++ == share) return size;
  }
  // Each has asked once more than there was.
  if (isDealt) asked += shares + 2;
  return 0;
}

/** How many rows are next: those dealt, or alone, where a caller's may be dealt, up to `step` after the first `end` of `count`. */
export function next(isShared: bool, end: i32, count: i32, step: i32): i32 {
  return isShared ? take() : min(count - end, step);
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
  for (let turn = 0; turn < patience; turn++) if (atomic.load<i32>(at) != done) return;
  atomic.store<i32>(where + Team.asleep, 1);
  while (atomic.load<i32>(at) == done) sleepWhile(at, done);
  atomic.store<i32>(where + Team.asleep, 0);
}
