import { activationRow, functionOf } from '../../activations/index.ts';
import type { Op, Plan } from '../../plan/plan.ts';
import { purpose, Random } from '../../random.ts';
import { view, type Memory } from './memory.ts';

type Of<N extends Op['op']> = Extract<Op, { op: N }>;

export function gather(memory: Memory, op: Of<'gather'>): void {
  const { rows, batchOffset } = memory.row;
  const [source, out] = [view(memory, op.source), view(memory, op.out)];
  for (let r = 0; r < rows; r++) {
    const from = memory.order[batchOffset + r]! * op.width;
    out.set(source.subarray(from, from + op.width), r * op.width);
  }
}

export function noise(memory: Memory, op: Of<'noise'>): void {
  const length = memory.row.rows * op.width;
  const [input, out] = [view(memory, op.input, length), view(memory, op.out, length)];
  const draws = new Random(memory.seed, op.stream, purpose.noise, memory.row.step);
  if (op.kind === 'gaussian') {
    for (let i = 0; i < length; i++) out[i] = input[i]! + op.amount * draws.normal();
    return;
  }
  const threshold = Math.floor(op.amount * 2 ** 32);
  const scale = op.kind === 'dropout' ? 1 / (1 - op.amount) : 1;
  for (let i = 0; i < length; i++) out[i] = draws.uint32() >= threshold ? input[i]! * scale : 0;
}

export function activate(memory: Memory, op: Of<'activate'>): void {
  const length = memory.row.rows * op.width;
  const [z, a] = [view(memory, op.z, length), view(memory, op.a, length)];
  const row = activationRow(op.activation.name);
  if (op.slope) {
    const slope = view(memory, op.slope, op.columns);
    for (let i = 0; i < length; i++) a[i] = z[i]! > 0 ? z[i]! : slope[i % op.columns]! * z[i]!;
    return;
  }
  if (row.kind === 'elementwise') {
    const f = functionOf(op.activation);
    for (let i = 0; i < length; i++) a[i] = f.value(z[i]!);
    return;
  }
  for (let start = 0; start < length; start += op.columns) softmax(z, a, start, op.columns);
}

/** a = softmax(z) over `columns` values from `start`. */
export function softmax(z: Float64Array, a: Float64Array, start: number, columns: number): void {
  let largest = -Infinity;
  for (let i = start; i < start + columns; i++) largest = Math.max(largest, z[i]!);
  let sum = 0;
  for (let i = start; i < start + columns; i++) sum += a[i] = Math.exp(z[i]! - largest);
  for (let i = start; i < start + columns; i++) a[i]! /= sum;
}

export function activateBack(memory: Memory, op: Of<'activate_back'>): void {
  const { rows } = memory.row;
  const length = rows * op.width;
  const [from, a, da, dz] = [view(memory, op.from), view(memory, op.a), view(memory, op.da), view(memory, op.dz)];
  const row = activationRow(op.activation.name);
  const pull = op.activityL1 / rows;
  const gradient = (i: number) => da[i]! + pull * Math.sign(a[i]!);
  if (pull > 0) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += Math.abs(a[i]!);
    memory.counters.penalty += pull * sum;
  }
  if (op.slope && op.slopeTerms) {
    const [slope, terms] = [view(memory, op.slope, op.columns), view(memory, op.slopeTerms, length)];
    for (let i = 0; i < length; i++) {
      const g = gradient(i);
      terms[i] = g * Math.min(from[i]!, 0);
      dz[i] = (op.accumulate ? dz[i]! : 0) + g * (from[i]! > 0 ? 1 : slope[i % op.columns]!);
    }
    return;
  }
  if (row.kind === 'elementwise') {
    const f = functionOf(op.activation);
    for (let i = 0; i < length; i++) {
      const value = gradient(i) * f.derivative(from[i]!);
      dz[i] = (op.accumulate ? dz[i]! : 0) + value;
    }
    return;
  }
  for (let start = 0; start < length; start += op.columns) {
    let dot = 0;
    for (let i = start; i < start + op.columns; i++) dot += gradient(i) * a[i]!;
    for (let i = start; i < start + op.columns; i++) {
      dz[i] = (op.accumulate ? dz[i]! : 0) + a[i]! * (gradient(i) - dot);
    }
  }
}

export function reduce(memory: Memory, op: Of<'reduce'>): void {
  const [input, out] = [
    view(memory, op.input, memory.row.rows * op.perRow * op.columns),
    view(memory, op.out, op.columns),
  ];
  out.fill(0);
  for (let i = 0; i < input.length; i++) out[i % op.columns]! += input[i]!;
}

export function combine(memory: Memory, op: Of<'combine'>): void {
  const [input, out] = [view(memory, op.input), view(memory, op.out)];
  for (let group = 0; group < memory.row.rows * op.perRow; group++) {
    for (let column = 0; column < op.columns; column++) {
      const to = group * op.outStride + column;
      out[to] = (op.accumulate ? out[to]! : 0) + op.scale * input[group * op.inputStride + column]!;
    }
  }
}

/** Whether a unit with input z and output a takes no part. */
const inactive = { zero: (_: number, a: number) => a === 0, negative: (z: number) => z < 0, never: () => false };

export function observe(memory: Memory, op: Of<'observe'>, plan: Plan): void {
  const layer = plan.observed[op.layer]!;
  const start = plan.observed.slice(0, op.layer).reduce((sum, { units }) => sum + units * 6, 0);
  const { units } = memory.counters;
  const width = layer.units * layer.positions;
  const [z, a] = [view(memory, op.z), view(memory, op.a)];
  for (let unit = 0; unit < layer.units; unit++) {
    const at = start + unit * 6;
    for (let r = 0; r < memory.row.rows; r++) {
      let active = 0;
      for (let position = 0; position < layer.positions; position++) {
        const i = r * width + position * layer.units + unit;
        if (!inactive[layer.inactive](z[i]!, a[i]!)) active = 1;
        if (a[i] === 0) units[at + 1]!++;
        if (layer.saturation > 0 && Math.abs(z[i]!) > layer.saturation) units[at + 2]!++;
        units[at + 3]! += a[i]!;
        units[at + 4]! += a[i]! ** 2;
        units[at + 5]! += Math.abs(a[i]!);
      }
      units[at]! += active;
    }
  }
}
