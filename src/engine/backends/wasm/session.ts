import type { Plan } from '../../plan/plan.ts';
import type { EvaluateResult, RunResult, Session, StepRow, Sums } from '../backend.ts';
import { encode, encodeSegments } from './encode.ts';
import { Helper, type Spawn } from './helper.ts';
import type { KernelExports, KernelMemory } from './instance.ts';
import { addressOf, layOut, tableSteps, type Layout } from './layout.ts';
import { State, Step } from './opcodes.ts';
import { bySegment, piecesOf, type Piece } from './pieces.ts';
import { isPlainDescent, programOf, sharedProgram, type WasmOp } from './program.ts';

type AllButFirst<T extends readonly unknown[]> = T extends [unknown, ...infer R] ? R : never;

/** A plan's training, with the way round norms and update where there is one. */
export const trainingOf = (plan: Plan): WasmOp[] => [
  ...programOf([...plan.train.forward, ...plan.train.backward], plan.batchRows),
  ...(isPlainDescent(plan) ? [{ op: 'descend' as const }] : []),
  ...programOf(plan.train.update, plan.batchRows),
];

/** A plan's training and its evaluation, as one thread does them. */
const programs = (plan: Plan): readonly WasmOp[][] => [
  trainingOf(plan),
  programOf(plan.evaluate.forward, plan.evaluateRows),
];

/** The same for two threads; undefined where they would have nothing to share. */
const sharedPrograms = (plan: Plan): readonly WasmOp[][] | undefined => {
  const [train, evaluate] = programs(plan) as [WasmOp[], WasmOp[]];
  const shared = sharedProgram(plan, train, plan.batchRows);
  return shared && [shared, sharedProgram(plan, evaluate, plan.evaluateRows) ?? evaluate];
};

/** Whether a second thread would be of use. */
export const isWorthHelp = (plan: Plan): boolean => sharedPrograms(plan) !== undefined;

const noUnits = new Float64Array(0);

/** A plan in linear memory: its arenas, its operations as tables of numbers, and what steps leave behind. */
export class WasmSession implements Session {
  private readonly layout: Layout;
  private readonly pieces: readonly Piece[];
  /** Training and evaluation, for one thread and for two. */
  private readonly alone: readonly number[];
  private readonly together: readonly number[];
  private readonly helper: Helper | undefined;
  /** The parameters as a run found them, where it may have to begin again. */
  private readonly kept: Float32Array | undefined;
  /**
   * What each run reads and writes: in a browser making such a view takes as long as a tenth of a small step, and a run makes a dozen. The memory, whose
   * growth would leave them empty, does not grow any more.
   */
  private readonly views: {
    readonly words: Uint32Array;
    readonly numbers: Float64Array;
    /** `State`, and the same as numbers. */
    readonly status: Int32Array;
    readonly state: Float64Array;
    readonly units: Float64Array;
    readonly done: Float64Array;
    readonly parameters: Float32Array;
  };

  constructor(
    private readonly plan: Plan,
    seed: number,
    private readonly memory: KernelMemory,
    help?: { readonly spawn: Spawn; readonly module: WebAssembly.Module; readonly wide: boolean },
  ) {
    this.layout = layOut(plan, memory.kernels.heapBase(), help !== undefined);
    this.pieces = piecesOf(plan);
    const context = { plan, layout: this.layout, seed };
    const all = [...programs(plan), ...((help && sharedPrograms(plan)) ?? [])].map((ops) => encode(ops, context));
    let end = this.layout.program;
    const starts = all.map(({ length }) => (end += length * 4) - length * 4);
    memory.allocate(end);
    for (const [index, words] of all.entries()) memory.u32(starts[index]!, words.length).set(words);
    this.alone = starts.slice(0, 2);
    this.together = starts.slice(2);
    const segments = encodeSegments(plan);
    memory.u8(this.layout.segments, segments.length).set(segments);
    if (isPlainDescent(plan)) this.kept = new Float32Array(plan.sizes.parameters);
    const { table, state, units, unitBytes, done, arenas } = this.layout;
    this.views = {
      words: memory.u32(table, (tableSteps * Step.bytes) / 4),
      numbers: memory.f64(table, (tableSteps * Step.bytes) / 8),
      status: memory.i32(state, State.bytes / 4),
      state: memory.f64(state, State.bytes / 8),
      units: memory.f64(units, unitBytes / 8),
      done: memory.f64(done, 3 * this.pieces.length),
      parameters: memory.f32(arenas.parameters, plan.sizes.parameters),
    };
    const { team, scratchShift } = this.layout;
    this.helper = help && new Helper(help, memory, team, scratchShift);
  }

  setData(features: Float32Array, targets: Float32Array): void {
    this.write('features', features);
    this.write('targets', targets);
  }

  setParameters(values: Float32Array): void {
    this.write('parameters', values);
  }

  parameters(): Promise<Float32Array> {
    return Promise.resolve(this.read('parameters'));
  }

  setSlots(values: Float32Array): void {
    this.write('slots', values);
  }

  slots(): Promise<Float32Array> {
    return Promise.resolve(this.read('slots'));
  }

  setState(values: Float32Array): void {
    this.write('state', values);
  }

  state(): Promise<Float32Array> {
    return Promise.resolve(this.read('state'));
  }

  setOrder(samples: Uint32Array): void {
    this.memory.u32(this.layout.order, this.layout.samples).set(samples);
  }

  run(rows: readonly StepRow[], before?: Sums): Promise<RunResult> {
    const { kept } = this;
    const { parameters } = this.views;
    kept?.set(parameters);
    this.begin(before);
    const stepsDone = this.steps(rows, 0, rows.length);
    if (kept && stepsDone < rows.length) {
      // Plain descents stop at nothing and keep no sums: once more, the last good step and the one that failed as last ones.
      parameters.set(kept);
      this.begin(before);
      this.steps(rows, 0, stepsDone);
      this.steps(rows, stepsDone, stepsDone + 1);
    }
    // The step that failed has counted its batch too.
    let observed = false;
    for (let i = 0; i < Math.min(stepsDone + 1, rows.length); i++) observed ||= rows[i]!.observe;
    return Promise.resolve(this.result(stepsDone, observed));
  }

  /** The sums of a run's batches begin. */
  private begin(before?: Sums): void {
    const { state } = this.views;
    state.fill(0);
    if (!before) return;
    state[State.lossSum / 8] = before.loss;
    state[State.accuracySum / 8] = before.accuracy;
    state[State.penaltySum / 8] = before.penalty;
  }

  /** Makes the steps of rows from..to, a table at a time, until one fails; how many were made. */
  private steps(rows: readonly StepRow[], from: number, to: number): number {
    const { layout } = this;
    let start = from;
    while (start < to) {
      const count = Math.min(to - start, tableSteps);
      this.writeTable(rows, start, count);
      const done = this.train(
        layout.table,
        count,
        layout.order,
        layout.state,
        layout.units,
        layout.unitBytes,
        layout.pending,
        layout.done,
        layout.squareBytes,
      );
      start += done;
      if (done < count) break;
    }
    return start - from;
  }

  evaluate(samples: Uint32Array): Promise<EvaluateResult> {
    const { state, units } = this.views;
    units.fill(0);
    let loss = 0;
    let right = 0;
    this.forward(samples, (rows) => {
      loss += (state[State.loss / 8]! * rows) / samples.length;
      right += Math.round(state[State.accuracy / 8]! * rows);
    });
    return Promise.resolve({ loss, accuracy: right / samples.length, units });
  }

  predict(samples: Uint32Array): Promise<Float32Array> {
    const { ref, width } = this.plan.output;
    const out = new Float32Array(samples.length * width);
    this.forward(samples, (rows, start) => {
      out.set(this.memory.f32(addressOf(this.layout, ref), rows * width), start * width);
    });
    return Promise.resolve(out);
  }

  // The memory goes with the last reference to the session, the thread when it is told to.
  dispose(): void {
    this.helper?.end();
  }

  private train(...rest: AllButFirst<Parameters<KernelExports['train']>>): number {
    const { kernels } = this.memory;
    return this.helper?.isThere
      ? kernels.trainShared(this.layout.team, this.together[0]!, ...rest)
      : kernels.train(this.alone[0]!, ...rest);
  }

  /** Runs the evaluation over samples, a chunk at a time. */
  private forward(samples: Uint32Array, done: (rows: number, start: number) => void): void {
    const { layout, memory } = this;
    for (let start = 0; start < samples.length; start += this.plan.evaluateRows) {
      const part = samples.subarray(start, start + this.plan.evaluateRows);
      const row = { step: 0, rows: part.length, batchOffset: 0, observe: true };
      this.writeTable([{ ...row, learningRate: 0, correction1: 1, correction2: 1 }], 0, 1);
      memory.u32(layout.chunk, part.length).set(part);
      const { team, table, chunk, state } = layout;
      if (this.helper?.isThere) memory.kernels.evaluateShared(team, this.together[1]!, table, chunk, state);
      else memory.kernels.evaluate(this.alone[1]!, table, chunk, state);
      done(part.length, start);
    }
  }

  /** Writes `count` rows, from `start` on, to the table's beginning. */
  private writeTable(rows: readonly StepRow[], start: number, count: number): void {
    const { words, numbers } = this.views;
    // A step of a small network takes no longer than a row does through a DataView.
    for (let index = 0; index < count; index++) {
      const row = rows[start + index]!;
      const word = (index * Step.bytes) / 4;
      const number = (index * Step.bytes) / 8;
      words[word + Step.step / 4] = row.step;
      words[word + Step.rows / 4] = row.rows;
      words[word + Step.batchOffset / 4] = row.batchOffset;
      words[word + Step.observe / 4] = Number(row.observe);
      numbers[number + Step.learningRate / 8] = row.learningRate;
      numbers[number + Step.correction1 / 8] = row.correction1;
      numbers[number + Step.correction2 / 8] = row.correction2;
    }
  }

  /** What the last run left in memory: copies, but for the counts of units. */
  private result(stepsDone: number, observed: boolean): RunResult {
    const { pieces } = this;
    const { state, status, done, units } = this.views;
    const bad = status[State.status / 4]!;
    return {
      stepsDone,
      badSegment: bad === 0 ? undefined : pieces[bad - 1]!.segment,
      loss: state[State.lossSum / 8]!,
      accuracy: state[State.accuracySum / 8]!,
      penalty: state[State.penaltySum / 8]!,
      gradientSquares: bySegment(pieces, done, 0),
      weightSquares: bySegment(pieces, done, pieces.length),
      updateSquares: bySegment(pieces, done, 2 * pieces.length),
      units: observed ? units : noUnits,
    };
  }

  private write(arena: 'features' | 'targets' | 'parameters' | 'slots' | 'state', values: Float32Array): void {
    this.memory.f32(this.layout.arenas[arena], this.plan.sizes[arena]).set(values);
  }

  private read(arena: 'parameters' | 'slots' | 'state'): Float32Array {
    return this.memory.f32(this.layout.arenas[arena], this.plan.sizes[arena]).slice();
  }
}
