import type { Op, OpName, Plan } from '../../plan/plan.ts';
import type { Backend, EvaluateResult, RunResult, Session, StepRow, Sums } from '../backend.ts';
import { activate, activateBack, combine, gather, noise, observe, reduce } from './elementwise.ts';
import { loss } from './loss.ts';
import { createMemory, type Memory } from './memory.ts';
import { normalize, normalizeBack, normalizeRunning } from './normalize.ts';
import { conv, convInput, convWeights, matmul, pool, poolBack } from './products.ts';
import { norms, update } from './update.ts';

type Kernels = { readonly [N in OpName]: (memory: Memory, op: Extract<Op, { op: N }>, plan: Plan) => void };

const kernels: Kernels = {
  gather,
  noise,
  matmul,
  conv,
  conv_input: convInput,
  conv_weights: convWeights,
  pool,
  pool_back: poolBack,
  activate,
  activate_back: activateBack,
  normalize,
  normalize_running: normalizeRunning,
  normalize_back: normalizeBack,
  reduce,
  combine,
  loss,
  observe,
  norms,
  update,
};

/** The slow, plain oracle: every operation in float64, as its definition reads. */
export const referenceBackend: Backend = {
  name: 'reference',
  stretch: 1e6,
  kernels: undefined,
  device: 'plain TypeScript, float64',
  prepare: (plan, seed) => Promise.resolve(new ReferenceSession(plan, seed)),
};

export class ReferenceSession implements Session {
  /** Open to the tests, which hold gradients against finite differences. */
  readonly memory: Memory;

  constructor(
    private readonly plan: Plan,
    seed: number,
  ) {
    this.memory = createMemory(plan, seed);
  }

  setData(features: Float32Array, targets: Float32Array): void {
    this.memory.arenas.features.set(features);
    this.memory.arenas.targets.set(targets);
  }

  setParameters(values: Float32Array): void {
    this.memory.arenas.parameters.set(values);
  }

  parameters(): Promise<Float32Array> {
    return Promise.resolve(new Float32Array(this.memory.arenas.parameters));
  }

  setSlots(values: Float32Array): void {
    this.memory.arenas.slots.set(values);
  }

  slots(): Promise<Float32Array> {
    return Promise.resolve(new Float32Array(this.memory.arenas.slots));
  }

  setState(values: Float32Array): void {
    this.memory.arenas.state.set(values);
  }

  state(): Promise<Float32Array> {
    return Promise.resolve(new Float32Array(this.memory.arenas.state));
  }

  setOrder(samples: Uint32Array): void {
    this.memory.order = samples.slice();
  }

  run(rows: readonly StepRow[], before: Sums = { loss: 0, accuracy: 0, penalty: 0 }): Promise<RunResult> {
    const { counters } = this.memory;
    const { loss, accuracy, penalty } = before;
    Object.assign(counters, { loss, accuracy, penalty, badSegment: undefined });
    let stepsDone = 0;
    let observed = false;
    let norms = this.norms();
    for (const row of rows) {
      this.memory.row = row;
      observed ||= row.observe;
      if (row.observe) counters.units.fill(0);
      const { forward, backward, update } = this.plan.train;
      for (const op of [...forward, ...backward, ...update]) if (op.op !== 'observe' || row.observe) this.execute(op);
      if (counters.badSegment !== undefined) break;
      stepsDone++;
      norms = this.norms();
    }
    // The step that failed has counted its batch too.
    const { units, badSegment } = counters;
    return Promise.resolve({
      loss: counters.loss,
      accuracy: counters.accuracy,
      penalty: counters.penalty,
      ...norms,
      units: observed ? units.slice() : new Float64Array(0),
      stepsDone,
      badSegment,
    });
  }

  evaluate(samples: Uint32Array): Promise<EvaluateResult> {
    const { counters } = this.memory;
    Object.assign(counters, { loss: 0, accuracy: 0, penalty: 0 });
    counters.units.fill(0);
    let loss = 0;
    let right = 0;
    this.forward(samples, (rows) => {
      loss += (counters.loss * rows) / samples.length;
      right += Math.round(counters.accuracy * rows);
      Object.assign(counters, { loss: 0, accuracy: 0 });
    });
    return Promise.resolve({ loss, accuracy: right / samples.length, units: counters.units.slice() });
  }

  predict(samples: Uint32Array): Promise<Float32Array> {
    const { ref, width } = this.plan.output;
    const out = new Float32Array(samples.length * width);
    this.forward(samples, (rows, start) => {
      out.set(this.memory.arenas[ref.arena].subarray(ref.offset, ref.offset + rows * width), start * width);
    });
    return Promise.resolve(out);
  }

  dispose(): void {}

  /** Runs the evaluation over samples, a chunk at a time. */
  private forward(samples: Uint32Array, done: (rows: number, start: number) => void): void {
    const { order, row } = this.memory;
    this.memory.order = samples;
    for (let start = 0; start < samples.length; start += this.plan.evaluateRows) {
      const rows = Math.min(this.plan.evaluateRows, samples.length - start);
      this.memory.row = { ...row, rows, batchOffset: start };
      for (const op of this.plan.evaluate.forward) this.execute(op);
      done(rows, start);
    }
    Object.assign(this.memory, { order, row });
  }

  private execute<N extends OpName>(op: Extract<Op, { op: N }>): void {
    kernels[op.op](this.memory, op, this.plan);
  }

  /** Of the update just made. */
  private norms(): Pick<RunResult, 'gradientSquares' | 'weightSquares' | 'updateSquares'> {
    const { gradientSquares, weightSquares, updateSquares } = this.memory.counters;
    return {
      gradientSquares: gradientSquares.slice(),
      weightSquares: weightSquares.slice(),
      updateSquares: updateSquares.slice(),
    };
  }
}
