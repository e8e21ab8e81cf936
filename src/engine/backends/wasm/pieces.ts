import type { Plan, Segment } from '../../plan/plan.ts';

/** A run of a segment's values. */
export interface Piece extends Segment {
  /** The segment it is of, as the plan counts them. */
  readonly segment: number;
}

/** Values of a piece at most: two threads share out pieces, and of one large segment among small ones neither may have all. */
const most = 2 ** 14;

/** The segments of the plan's update, cut into pieces. What is summed of a segment is summed piece by piece, so that it is the same whoever does them. */
export function piecesOf(plan: Plan): readonly Piece[] {
  const segments = plan.train.update.find((op) => op.op === 'norms')?.segments ?? [];
  return segments.flatMap((whole, segment) =>
    Array.from({ length: Math.ceil(whole.size / most) }, (_, index) => ({
      ...whole,
      segment,
      offset: whole.offset + index * most,
      size: Math.min(most, whole.size - index * most),
    })),
  );
}

/** What was summed of pieces, from sum `first` on, by segment. */
export function bySegment(pieces: readonly Piece[], sums: Float64Array, first: number): Float64Array {
  const all = new Float64Array((pieces.at(-1)?.segment ?? -1) + 1);
  for (let index = 0; index < pieces.length; index++) all[pieces[index]!.segment]! += sums[first + index]!;
  return all;
}
