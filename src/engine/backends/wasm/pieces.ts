import type { Plan, Segment } from '../../plan/plan.ts';

/** A run of a segment's values. */
export interface Piece extends Segment {
  /** The segment it is of, as the plan counts them. */
  readonly segment: number;
  /** Which of two threads sums it up and updates it, 0 or 1. */
  readonly half: number;
}

/** Values of a piece at most: two threads share out pieces, and of one large segment among small ones neither may have all. */
const most = 2 ** 14;

/** The segments of the plan's update, cut into pieces. What is summed of a segment is summed piece by piece, so that it is the same whoever does them. */
export function piecesOf(plan: Plan): readonly Piece[] {
  const segments = plan.train.update.find((op) => op.op === 'norms')?.segments ?? [];
  const work = [0, 0];
  return segments.flatMap((whole, segment) => {
    const count = Math.ceil(whole.size / most);
    return Array.from({ length: count }, (_, index) => {
      const size = Math.min(most, whole.size - index * most);
      // Of a large one the half whose gradients a thread has worked out itself, else whoever has less to do.
      const half = count > 1 ? Number(2 * index >= count) : Number(work[0]! > work[1]!);
      work[half]! += size;
      return { ...whole, segment, half, offset: whole.offset + index * most, size };
    });
  });
}

/** What was summed of pieces, from sum `first` on, by segment. */
export function bySegment(pieces: readonly Piece[], sums: Float64Array, first: number): Float64Array {
  const all = new Float64Array((pieces.at(-1)?.segment ?? -1) + 1);
  for (let index = 0; index < pieces.length; index++) all[pieces[index]!.segment]! += sums[first + index]!;
  return all;
}
