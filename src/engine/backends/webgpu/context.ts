import type { Plan, Ref, Segment } from '../../plan/plan.ts';

/** Steps (or chunks of an evaluation) whose rows and results fit at a time. */
export const tableSteps = 256;
/** Elements that one workgroup of `norms` and `update` handles: on a graphics device, and in software, where its barriers cost more than they share out. */
const blockSizes = { hardware: 1024, software: 16384 };

/** Words at the start of `counters`, see kernels/update.ts. */
export const status = { bad: 0, late: 1, stopped: 2, steps: 3, clipScale: 4, words: 8 } as const;
/** What `bad` and `late` hold while every value is finite. */
export const none = 0xffffffff;
/** Words of a step's results: mean loss, right answers, penalty. */
export const result = { loss: 0, right: 1, penalty: 2, words: 4 } as const;
/** Words of a block's sums. */
export const sums = { gradientSquares: 0, weightSquares: 1, penalty: 2, updateSquares: 3, words: 4 } as const;
/** Words of a row of the block table. */
export const block = { offset: 0, size: 1, segment: 2, decay: 3, l1: 4, l2: 5, words: 8 } as const;

/** Where everything lies in `counters`, in words; what is read back comes first. */
export interface CounterLayout {
  readonly results: number;
  /** Sums of each block: those of even steps, then those of odd ones, so that a failed step leaves the last good one's. */
  readonly sums: number;
  /** Six words a unit, for all observed layers one after another. */
  readonly units: number;
  /** Length of all that is read back. */
  readonly readBack: number;
  readonly blocks: number;
  readonly scratch: number;
}

export interface Block {
  readonly segment: number;
  readonly offset: number;
  readonly size: number;
}

/** The segments of the plan's update; their index is what the status tells. */
export const segmentsOf = (plan: Plan): readonly Segment[] =>
  plan.train.update.find((op) => op.op === 'norms')?.segments ?? [];

export const unitsOf = (plan: Plan): number => plan.observed.reduce((total, { units }) => total + units, 0);

/** What the encoders of operations need besides the operation; it also notes how much scratch they ask for. */
export class Context {
  readonly layout: CounterLayout;
  readonly blocks: readonly Block[];
  /** Most scratch that any operation needs: floats after the activations, words after the counters. */
  scratchFloats = 0;
  scratchWords = 0;

  constructor(
    readonly plan: Plan,
    readonly seed: number,
    /** Rows of the largest batch or chunk. */
    readonly maxRows: number,
    /** Workgroups that keep the device busy: work is cut finer until there are so many. */
    readonly busy: number,
    /** The device computes in software: barriers and compiling are dear, dispatches are not. */
    readonly software: boolean,
    /** Its subgroups are four threads each: products by `quads`. */
    readonly quads: boolean,
  ) {
    const blockSize = blockSizes[software ? 'software' : 'hardware'];
    this.blocks = segmentsOf(plan).flatMap(({ offset, size }, segment) =>
      Array.from({ length: Math.ceil(size / blockSize) }, (_, i) => ({
        segment,
        offset: offset + i * blockSize,
        size: Math.min(blockSize, size - i * blockSize),
      })),
    );
    const results = status.words;
    const blockSums = results + tableSteps * result.words;
    const units = blockSums + 2 * this.blocks.length * sums.words;
    const readBack = units + 6 * unitsOf(plan);
    const blocks = readBack;
    this.layout = {
      results,
      sums: blockSums,
      units,
      readBack,
      blocks,
      scratch: blocks + this.blocks.length * block.words,
    };
  }

  /** Floats that last until the next operation. */
  floats(count: number): Ref {
    this.scratchFloats = Math.max(this.scratchFloats, count);
    return { arena: 'activations', offset: this.plan.sizes.activations };
  }

  /** Words of `counters` that last until the next operation: where they begin. */
  words(count: number): number {
    this.scratchWords = Math.max(this.scratchWords, count);
    return this.layout.scratch;
  }

  /** The table that `norms` and `update` walk. */
  blockTable(): Uint32Array {
    const segments = segmentsOf(this.plan);
    const words = new Uint32Array(this.blocks.length * block.words);
    const floats = new Float32Array(words.buffer);
    for (const [index, { segment, offset, size }] of this.blocks.entries()) {
      const at = index * block.words;
      const { decay, l1, l2 } = segments[segment]!;
      words.set([offset, size, segment, Number(decay)], at);
      floats.set([l1, l2], at + block.l1);
    }
    return words;
  }
}
