import type { RunResult } from '../backend.ts';
import { none, result, segmentsOf, status, sums, unitsOf, type Context } from './context.ts';

/** What steps leave in `counters`, as it was read back. */
export class Counters {
  private readonly words: Uint32Array;
  private readonly floats: Float32Array;

  constructor(
    private readonly context: Context,
    bytes: ArrayBuffer,
  ) {
    this.words = new Uint32Array(bytes);
    this.floats = new Float32Array(bytes);
  }

  /** Updates made by a run of so many steps, and the first segment with a value that was not finite. */
  progress(steps: number): Pick<RunResult, 'stepsDone' | 'badSegment'> {
    if (this.context.blocks.length === 0) return { stepsDone: steps, badSegment: undefined };
    const [bad, late, done] = [status.bad, status.late, status.steps].map((at) => this.words[at]!) as [
      number,
      number,
      number,
    ];
    // An update that went wrong had passed its norms.
    if (late !== none) return { stepsDone: done - 1, badSegment: late };
    return { stepsDone: done, badSegment: bad === none ? undefined : bad };
  }

  /** Mean loss, right answers and penalty of the step in one slot. */
  step(slot: number): { loss: number; right: number; penalty: number } {
    const at = this.context.layout.results + slot * result.words;
    const [loss, right, penalty] = this.floats.subarray(at, at + 3);
    return { loss: loss!, right: right!, penalty: penalty! };
  }

  /** One sum a segment, of the blocks that steps of one parity wrote. */
  squares(kind: 'gradientSquares' | 'weightSquares' | 'updateSquares', parity: number): Float64Array {
    const { blocks, layout, plan } = this.context;
    const totals = new Float64Array(segmentsOf(plan).length);
    for (const [index, { segment }] of blocks.entries()) {
      totals[segment]! += this.floats[layout.sums + (parity * blocks.length + index) * sums.words + sums[kind]]!;
    }
    return totals;
  }

  units(): Float64Array {
    const { layout, plan } = this.context;
    const length = 6 * unitsOf(plan);
    return Float64Array.from({ length }, (_, i) => (i % 6 < 3 ? this.words : this.floats)[layout.units + i]!);
  }
}
