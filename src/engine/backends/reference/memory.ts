import * as l10n from '@vscode/l10n';
import type { Arena, Dim, Plan, Ref } from '../../plan/plan.ts';
import { OutOfMemory, type StepRow } from '../backend.ts';

/** What the operations work on: one float64 array an arena, and what a step leaves behind. */
export interface Memory {
  readonly arenas: Readonly<Record<Arena, Float64Array>>;
  readonly seed: number;
  /** Sample numbers of the rows at hand; a batch begins at `row.batchOffset`. */
  order: Uint32Array;
  row: StepRow;
  readonly counters: {
    loss: number;
    accuracy: number;
    penalty: number;
    /** Six counts a unit, all observed layers after one another. */
    units: Float64Array;
    gradientSquares: Float64Array;
    weightSquares: Float64Array;
    updateSquares: Float64Array;
    /** Segment of the first value that was not finite. */
    badSegment: number | undefined;
  };
}

/** Most bytes one plan may take. */
const largest = 2 ** 32;

export function createMemory(plan: Plan, seed: number): Memory {
  const bytes = Object.values(plan.sizes).reduce((sum, size) => sum + size * 8, 0);
  if (bytes > largest) {
    throw new OutOfMemory(
      l10n.t(
        'Training needs {0} GB; at most 4 GB are used. Make batches or layers smaller.',
        (bytes / 2 ** 30).toFixed(1),
      ),
    );
  }
  const segments = plan.parameters.length;
  const arena = (name: Arena) => new Float64Array(plan.sizes[name]);
  return {
    arenas: {
      parameters: arena('parameters'),
      gradients: arena('gradients'),
      slots: arena('slots'),
      state: arena('state'),
      activations: arena('activations'),
      features: arena('features'),
      targets: arena('targets'),
    },
    seed,
    order: new Uint32Array(0),
    row: { step: 0, rows: 0, batchOffset: 0, learningRate: 0, correction1: 1, correction2: 1, observe: false },
    counters: {
      loss: 0,
      accuracy: 0,
      penalty: 0,
      units: new Float64Array(plan.observed.reduce((sum, layer) => sum + layer.units * 6, 0)),
      gradientSquares: new Float64Array(segments),
      weightSquares: new Float64Array(segments),
      updateSquares: new Float64Array(segments),
      badSegment: undefined,
    },
  };
}

/** The values behind a reference, to the arena's end or for `length`. */
export function view(memory: Memory, ref: Ref, length?: number): Float64Array {
  return memory.arenas[ref.arena].subarray(ref.offset, length === undefined ? undefined : ref.offset + length);
}

export const extent = (memory: Memory, dim: Dim): number => (dim.perRow ? dim.size * memory.row.rows : dim.size);
