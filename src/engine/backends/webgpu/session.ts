import type { Arena, Plan } from '../../plan/plan.ts';
import type { EvaluateResult, RunResult, Session, StepRow, Sums } from '../backend.ts';
import { Context, none, result, segmentsOf, status, tableSteps, unitsOf } from './context.ts';
import { Counters } from './counters.ts';
import type { Device } from './device.ts';
import type { Options } from './index.ts';
import { kernelsOfAll } from './operations.ts';
import { link, Recorder, uniformBytes, type Dispatch } from './program.ts';
import { Readback } from './readback.ts';
import { bufferOf, storageBindings, uniformStride } from './shader.ts';

/** Multiply-adds in a submit before anything has been measured. */
const firstBudget = 2e7;
/** A submit aims at so many milliseconds. */
const submitTime = 30;

type Buffers = Record<(typeof storageBindings)[number] | 'table' | 'uniforms', GPUBuffer>;
/** Dispatches of one operation; `observe` runs only in steps that ask for it. */
type Program = readonly { readonly observes: boolean; readonly dispatches: readonly Dispatch[] }[];

/** Samples the data arenas have room for. */
const samplesOf = (plan: Plan): number => Math.ceil(plan.sizes.features / Math.max(plan.featureWidth, 1));

/** Compiles a plan and allocates all it needs. Throws OutOfMemory, DeviceLost, or what the shader compiler says. */
export async function prepare(
  device: Device,
  plan: Plan,
  seed: number,
  { busy, software, quads }: Required<Options>,
): Promise<Session> {
  const { forward, backward, update } = plan.train;
  const lists = [
    {
      ops: [...forward, ...backward, ...update],
      context: new Context(plan, seed, plan.batchRows, busy, software, quads),
    },
    { ops: plan.evaluate.forward, context: new Context(plan, seed, plan.evaluateRows, busy, software, quads) },
  ];
  const kernels = lists.map(({ ops, context }) => kernelsOfAll(ops, context));
  const [{ context }] = lists as [(typeof lists)[number]];
  const floats = Math.max(...lists.map(({ context }) => context.scratchFloats));
  const words = Math.max(...lists.map(({ context }) => context.scratchWords));
  const { STORAGE, UNIFORM, COPY_SRC, COPY_DST } = GPUBufferUsage;
  const data = STORAGE | COPY_DST;
  const { sizes } = plan;
  const all = kernels.flat(2);
  // Buffers first: what cannot be had is said before anything is compiled.
  const buffers = await device.buffers({
    parameters: [sizes.parameters, data | COPY_SRC],
    gradients: [sizes.gradients, data],
    slots: [sizes.slots + sizes.state, data | COPY_SRC],
    activations: [sizes.activations + floats, data | COPY_SRC],
    features: [sizes.features, data | COPY_SRC],
    targets: [sizes.targets, data],
    order: [samplesOf(plan) + Math.max(samplesOf(plan), plan.evaluateRows), data],
    counters: [context.layout.scratch + words, data | COPY_SRC],
    table: [(tableSteps * uniformStride) / 4, UNIFORM | COPY_DST],
    uniforms: [(Math.max(all.length, 1) * uniformStride) / 4, UNIFORM | COPY_DST],
  });
  try {
    let linked = 0;
    const programs = await Promise.all(
      lists.map(({ ops }, list) =>
        Promise.all(
          ops.map(async (op, i) => {
            const first = linked;
            linked += kernels[list]![i]!.length;
            return { observes: op.op === 'observe', dispatches: await link(device, kernels[list]![i]!, first) };
          }),
        ),
      ),
    );
    device.gpu.queue.writeBuffer(buffers.uniforms, 0, uniformBytes(all, sizes.slots));
    device.gpu.queue.writeBuffer(buffers.counters, context.layout.blocks * 4, context.blockTable());
    return new WebGpuSession(plan, device, context, buffers, programs[0]!, programs[1]!);
  } catch (error) {
    for (const buffer of Object.values(buffers)) buffer.destroy();
    throw error;
  }
}

/** A plan on a device: its arenas there, its operations as dispatches; only counters and what is asked for come back. */
class WebGpuSession implements Session {
  private readonly readback: Readback;
  private readonly bindings: GPUBindGroup;
  private readonly samples: number;
  private budget = firstBudget;
  /** Updates made: tells which half of the block sums is the last good one. */
  private done = 0;

  constructor(
    private readonly plan: Plan,
    private readonly device: Device,
    private readonly context: Context,
    private readonly buffers: Buffers,
    private readonly training: Program,
    private readonly evaluation: Program,
  ) {
    this.readback = new Readback(device);
    this.samples = samplesOf(plan);
    this.bindings = device.gpu.createBindGroup({
      layout: device.layout,
      entries: [
        { binding: 0, resource: { buffer: buffers.table, size: uniformStride } },
        { binding: 1, resource: { buffer: buffers.uniforms, size: uniformStride } },
        ...storageBindings.map((name, i) => ({ binding: i + 2, resource: { buffer: buffers[name] } })),
      ],
    });
  }

  setData(features: Float32Array, targets: Float32Array): void {
    this.write('features', features);
    this.write('targets', targets);
  }

  setParameters(values: Float32Array): void {
    this.write('parameters', values);
  }

  parameters(): Promise<Float32Array> {
    return this.floats('parameters', 0, this.plan.sizes.parameters);
  }

  setSlots(values: Float32Array): void {
    this.write('slots', values);
  }

  slots(): Promise<Float32Array> {
    return this.floats('slots', 0, this.plan.sizes.slots);
  }

  setState(values: Float32Array): void {
    this.write('state', values);
  }

  state(): Promise<Float32Array> {
    return this.floats('state', 0, this.plan.sizes.state);
  }

  setOrder(samples: Uint32Array): void {
    if (samples.length > this.samples)
      throw new RangeError(`${samples.length} samples in the order of ${this.samples}`);
    this.upload('order', samples, 0);
  }

  async run(rows: readonly StepRow[], before: Sums = { loss: 0, accuracy: 0, penalty: 0 }): Promise<RunResult> {
    const segments = segmentsOf(this.plan).length;
    let total: RunResult = {
      stepsDone: 0,
      badSegment: undefined,
      loss: before.loss,
      accuracy: before.accuracy,
      penalty: before.penalty,
      gradientSquares: new Float64Array(segments),
      weightSquares: new Float64Array(segments),
      updateSquares: new Float64Array(segments),
      units: new Float64Array(0),
    };
    for (let start = 0; start < rows.length && total.stepsDone === start; start += tableSteps) {
      total = add(total, await this.runPart(rows.slice(start, start + tableSteps), total));
    }
    return total;
  }

  private async runPart(rows: readonly StepRow[], before: Sums): Promise<RunResult> {
    const counters = await this.steps(this.training, rows, { add: false });
    const { stepsDone, badSegment } = counters.progress(rows.length);
    this.done += stepsDone;
    const last = (this.done + 1) & 1;
    const sum = { loss: before.loss, accuracy: before.accuracy, penalty: before.penalty };
    // The step that failed has counted its batch too.
    const seen = rows.slice(0, stepsDone + 1);
    for (const [slot, row] of seen.entries()) {
      const step = counters.step(slot);
      sum.loss += step.loss;
      sum.accuracy += step.right / row.rows;
      sum.penalty += step.penalty;
    }
    return {
      ...sum,
      stepsDone,
      badSegment,
      gradientSquares: counters.squares('gradientSquares', last),
      weightSquares: counters.squares('weightSquares', last),
      updateSquares: counters.squares('updateSquares', last),
      units: seen.some((row) => row.observe) ? counters.units() : new Float64Array(0),
    };
  }

  async evaluate(samples: Uint32Array): Promise<EvaluateResult> {
    let loss = 0;
    let right = 0;
    const units = new Float64Array(6 * unitsOf(this.plan));
    for (const part of this.parts(samples)) {
      const rows = this.chunks(part);
      const counters = await this.steps(this.evaluation, rows, { add: true });
      for (const [slot, row] of rows.entries()) {
        const step = counters.step(slot);
        loss += (step.loss * row.rows) / samples.length;
        right += step.right;
      }
      for (const [i, count] of counters.units().entries()) units[i]! += count;
    }
    return { loss, accuracy: right / samples.length, units };
  }

  async predict(samples: Uint32Array): Promise<Float32Array> {
    const { ref, width } = this.plan.output;
    const out = new Float32Array(samples.length * width);
    let start = 0;
    for (const part of this.parts(samples)) {
      const rows = this.chunks(part);
      this.begin(rows, { add: true });
      const recorder = new Recorder(this.device, this.bindings, this.budget);
      // Each chunk is copied away before the next one takes its place.
      const chunks = rows.map((row, slot) => {
        this.record(recorder, this.evaluation, row, slot);
        recorder.submit();
        return this.floats(ref.arena, ref.offset, row.rows * width);
      });
      for (const chunk of await Promise.all(chunks)) {
        out.set(chunk, start);
        start += chunk.length;
      }
    }
    return out;
  }

  dispose(): void {
    for (const buffer of Object.values(this.buffers)) buffer.destroy();
    this.readback.dispose();
  }

  /** Samples of an evaluation that the order and the table have room for at once. */
  private *parts(samples: Uint32Array): Generator<Uint32Array> {
    const length = Math.min(tableSteps * this.plan.evaluateRows, Math.max(this.samples, this.plan.evaluateRows));
    for (let start = 0; start < samples.length; start += length) yield samples.subarray(start, start + length);
  }

  /** Uploads the order of an evaluation, after that of training; returns its chunks. */
  private chunks(samples: Uint32Array): StepRow[] {
    const { evaluateRows } = this.plan;
    this.upload('order', samples, this.samples);
    return Array.from({ length: Math.ceil(samples.length / evaluateRows) }, (_, i) => ({
      step: 0,
      rows: Math.min(evaluateRows, samples.length - i * evaluateRows),
      batchOffset: this.samples + i * evaluateRows,
      learningRate: 0,
      correction1: 1,
      correction2: 1,
      observe: true,
    }));
  }

  /** Runs a program on each row and brings the counters back. */
  private async steps(program: Program, rows: readonly StepRow[], { add }: { add: boolean }): Promise<Counters> {
    const started = performance.now();
    this.begin(rows, { add });
    const recorder = new Recorder(this.device, this.bindings, this.budget);
    for (const [slot, row] of rows.entries()) this.record(recorder, program, row, slot);
    recorder.submit();
    const { layout } = this.context;
    const counters = await this.readback.read(this.buffers.counters, 0, layout.readBack * 4);
    const time = performance.now() - started;
    // Where a run is over before a submit could be too long there is nothing to learn: waiting is most of it.
    if (recorder.cost >= this.budget || time > submitTime) {
      this.budget = Math.min(Math.max((recorder.cost / time) * submitTime, 1e5), 1e13);
    }
    return new Counters(this.context, counters);
  }

  private record(recorder: Recorder, program: Program, row: StepRow, slot: number): void {
    for (const { observes, dispatches } of program) {
      if (observes && !row.observe) continue;
      for (const dispatch of dispatches) recorder.dispatch(dispatch, slot * uniformStride, row.rows);
    }
  }

  /** Writes the table, and clears what the steps will count. */
  private begin(rows: readonly StepRow[], { add }: { add: boolean }): void {
    this.device.check();
    const table = new Uint32Array((rows.length * uniformStride) / 4);
    const floats = new Float32Array(table.buffer);
    for (const [slot, row] of rows.entries()) {
      const at = (slot * uniformStride) / 4;
      table.set([row.step, row.rows, row.batchOffset, slot, (this.done + slot) & 1, Number(add)], at);
      floats.set([row.learningRate, row.correction1, row.correction2], at + 6);
    }
    this.upload('table', table, 0);
    const { layout, plan } = this.context;
    const cleared = new Uint32Array(layout.results + rows.length * result.words);
    cleared.set([none, none], status.bad);
    this.upload('counters', cleared, 0);
    if (add) this.upload('counters', new Uint32Array(6 * unitsOf(plan)), layout.units);
  }

  private write(arena: 'features' | 'targets' | 'parameters' | 'slots' | 'state', values: Float32Array): void {
    const room = this.plan.sizes[arena];
    if (values.length > room) throw new RangeError(`${values.length} values for ${arena} of ${room}`);
    this.upload(bufferOf(arena), values, this.startOf(arena));
  }

  /** `offset` counts elements. */
  private upload(name: keyof Buffers, values: Float32Array | Uint32Array, offset: number): void {
    this.device.check();
    const { buffer, byteOffset, byteLength } = values;
    this.device.gpu.queue.writeBuffer(this.buffers[name], offset * 4, buffer as ArrayBuffer, byteOffset, byteLength);
  }

  private async floats(arena: Arena, offset: number, length: number): Promise<Float32Array> {
    this.device.check();
    const start = (this.startOf(arena) + offset) * 4;
    return new Float32Array(await this.readback.read(this.buffers[bufferOf(arena)], start, length * 4));
  }

  /** Where an arena begins in its buffer, in elements. */
  private startOf(arena: Arena): number {
    return arena === 'state' ? this.plan.sizes.slots : 0;
  }
}

/** A run in parts: sums add up, all else is the last part's. */
const add = (total: RunResult, part: RunResult): RunResult => ({
  ...part,
  stepsDone: total.stepsDone + part.stepsDone,
  units: part.units.length > 0 ? part.units : total.units,
});
