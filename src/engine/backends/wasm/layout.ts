import type { Arena, Plan, Ref } from '../../plan/plan.ts';
import { patchBytes } from './patches.ts';
import { scratchBytes, SegmentRow, State, Step, Team } from './opcodes.ts';
import { piecesOf } from './pieces.ts';
import { halvesBytes } from './program.ts';

/** Bytes of a cache line. */
const line = 64;

/** Steps the kernels are given at a time. */
export const tableSteps = 1024;

/** Where everything lies in linear memory: byte addresses. */
export interface Layout {
  readonly arenas: Readonly<Record<Arena, number>>;
  /** A block as `State` says. */
  readonly state: number;
  /** Σg² of all pieces of segments, then Σw², then Σ(Δw)², float64: of the step at hand, and of the last finished one. */
  readonly pending: number;
  readonly done: number;
  /** Bytes of `pending`, and of `done`. */
  readonly squareBytes: number;
  /** Six float64 a unit, for all observed layers one after another. */
  readonly units: number;
  readonly unitBytes: number;
  /** Sample numbers, u32: of an epoch, at most `samples`, and of an evaluation's chunk. */
  readonly order: number;
  readonly samples: number;
  readonly chunk: number;
  /** `tableSteps` rows as `Step` says. */
  readonly table: number;
  /** A row of each piece of a segment, as `SegmentRow` says; its index is what the status tells. */
  readonly segments: number;
  readonly pieces: number;
  readonly scratch: number;
  readonly patches: number;
  /** The second half of a kernel's gradient. */
  readonly halves: number;
  /** Where two threads meet, as `Team` says, and how far after the leader's the helper's scratch memory and patches are; without a helper nothing. */
  readonly team: number;
  readonly scratchShift: number;
  /** The encoded operations come last, so that their length need not be known here. */
  readonly program: number;
}

/** Lays everything out from `base` on, each part on a cache line: of 256-bit vectors from elsewhere every second one would lie on two. */
export function layOut(plan: Plan, base: number, isTeam = false): Layout {
  let end = base;
  const take = (bytes: number): number => {
    const start = Math.ceil(end / line) * line;
    // Vectors may read up to 12 bytes past the end of what they work on.
    end = start + bytes + 16;
    return start;
  };
  const count = piecesOf(plan).length;
  const squareBytes = 3 * 8 * count;
  const unitBytes = plan.observed.reduce((sum, { units }) => sum + units * 48, 0);
  const samples = Math.ceil(plan.sizes.features / Math.max(plan.featureWidth, 1));
  const scratch = take(scratchBytes);
  const patches = take(patchBytes(plan));
  const scratchShift = Math.ceil((end - scratch) / line) * line;
  if (isTeam) take(scratchShift);
  return {
    state: take(State.bytes),
    pending: take(squareBytes),
    done: take(squareBytes),
    squareBytes,
    units: take(unitBytes),
    unitBytes,
    table: take(tableSteps * Step.bytes),
    segments: take(count * SegmentRow.bytes),
    pieces: count,
    chunk: take(plan.evaluateRows * 4),
    order: take(samples * 4),
    samples,
    scratch,
    patches,
    scratchShift,
    halves: take(halvesBytes(plan)),
    team: isTeam ? take(Team.bytes) : 0,
    arenas: {
      parameters: take(plan.sizes.parameters * 4),
      gradients: take(plan.sizes.gradients * 4),
      slots: take(plan.sizes.slots * 4),
      state: take(plan.sizes.state * 4),
      activations: take(plan.sizes.activations * 4),
      features: take(plan.sizes.features * 4),
      targets: take(plan.sizes.targets * 4),
    },
    program: take(0),
  };
}

export const addressOf = (layout: Layout, ref: Ref): number => layout.arenas[ref.arena] + ref.offset * 4;
