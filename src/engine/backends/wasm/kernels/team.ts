import { Team } from '../opcodes.ts';
import { sleepWhile } from './env.ts';

/**
 * Two threads on one memory: both walk through the same program, each does its half of what is shared, the leader alone the rest, and they
 * meet where one needs what the other has made. A meeting takes 0.2 µs where both spin; woken by the system it would be 27. So they spin,
 * and only who waits long lies down, to be woken: the other may not be running at all.
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
