import fs from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import { instantiate, unshared, type KernelMemory } from '../../src/engine/backends/wasm/instance.ts';
import { encode } from '../../src/engine/backends/wasm/encode.ts';
import { layOut } from '../../src/engine/backends/wasm/layout.ts';
import { Opcode } from '../../src/engine/backends/wasm/opcodes.ts';
import { programOf, sharedProgram, type WasmOp } from '../../src/engine/backends/wasm/program.ts';
import { WasmSession } from '../../src/engine/backends/wasm/session.ts';
import { spawn } from '../../src/engine/node/helperThread.ts';
import { infer } from '../../src/engine/graph.ts';
import { parse } from '../../src/engine/spec/parse.ts';
import { compile } from '../../src/engine/plan/compile.ts';
import type { Plan } from '../../src/engine/plan/plan.ts';
import { initialParameters } from '../../src/engine/training/initialize.ts';
import { datasetOf, networkText } from './product.ts';
import { workloads, type Workload } from './workloads.ts';

/**
 * Where a step's time goes, operation by operation: each in turn, in the order of the step and on the step's memory, repeated where one alone is too
 * short for the clock. In this Node, on one thread or on two.
 */

/** An operation takes its turn for so many microseconds at least; the profile is over so many whole steps, and the best of each is shown. */
const turn = 20;
const passes = 15;
/** Milliseconds before all that. */
const warmUp = 1500;

interface Line {
  readonly name: string;
  readonly microseconds: number;
}

const least = (values: readonly number[]): number => Math.min(...values);

/** What an operation is called where it is printed: its kind and its sizes. */
function nameOf(op: WasmOp, rows: number): string {
  if (op.op === 'matmul') {
    const size = (dim: { size: number; perRow: boolean }) => (dim.perRow ? dim.size * rows : dim.size);
    const use = op.k.perRow
      ? 'weights’ gradient'
      : op.b.arena === 'parameters' && op.epilogue
        ? 'forward'
        : 'input’s gradient';
    return `matmul ${size(op.m)} × ${op.n} × ${size(op.k)}, ${use}${op.clamp ? ', relu' : ''}${op.mask ? ', relu’s gradient' : ''}`;
  }
  if (op.op === 'layer' || op.op === 'layer_back') return `${op.op} ${op.k} → ${op.n}`;
  if ('geometry' in op) {
    const { height, width, channels, outChannels } = op.geometry;
    return `${op.op} ${height} × ${width} × ${channels} → ${outChannels}`;
  }
  if ('activation' in op) return `${op.op} ${op.activation.name} × ${op.width}`;
  if ('width' in op) return `${op.op} × ${op.width}`;
  if ('columns' in op) return `${op.op} × ${op.columns}`;
  return op.op;
}

/** The kernels' memory with a plan in it, after one whole step. */
async function prepared(
  workload: Workload,
  kernels: string,
  isTeam: boolean,
  wide: boolean,
): Promise<{ plan: Plan; memory: KernelMemory }> {
  const { network } = parse(networkText(workload));
  const dataset = datasetOf(workload);
  const { graph } = infer(network!, dataset);
  const plan = compile(graph!, workload.batch, dataset.samples);
  const bytes = fs.readFileSync(path.join('dist', `kernels-${kernels}.wasm`));
  const module = await WebAssembly.compile(isTeam ? bytes : unshared(bytes));
  const memory = await instantiate(module, isTeam, wide);
  const session = new WasmSession(plan, 1, memory, isTeam ? { spawn: spawn!, module, wide } : undefined);
  session.setData(dataset.features, dataset.targets);
  session.setParameters(initialParameters(graph!, plan));
  session.setOrder(dataset.parts.train);
  const row = {
    ...{ step: 1, rows: workload.batch, batchOffset: 0, learningRate: 1e-9 },
    ...{ correction1: 1, correction2: 1, observe: false },
  };
  await session.run([row]);
  // The second thread is a while in coming.
  await new Promise((resolve) => setTimeout(resolve, isTeam ? 500 : 0));
  return { plan, memory };
}

/** Prints a table for each workload whose name begins so. */
export async function profiles(
  names: readonly string[],
  kernels: string,
  isTeam: boolean,
  wide: boolean,
  say: (line: string) => void,
): Promise<void> {
  // Node 24 and later run relaxed SIMD unasked, and do not know the flag.
  if (Number.parseInt(process.versions.node) < 24) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  if (wide && Number.parseInt(process.versions.node) < 24)
    throw new Error(`This Node (${process.version}) makes no vectors of 256 bits: use 24 or newer.`);
  if (wide) v8.setFlagsFromString('--experimental-wasm-revectorize');
  for (const workload of workloads) {
    if (names.some((name) => workload.name.startsWith(name))) await profile(workload, kernels, isTeam, wide, say);
  }
}

/** Prints a table of a step's operations. */
async function profile(
  workload: Workload,
  kernels: string,
  isTeam: boolean,
  wide: boolean,
  say: (line: string) => void,
): Promise<void> {
  const { plan, memory } = await prepared(workload, kernels, isTeam, wide);
  const { forward, backward, update } = plan.train;
  const all = programOf([...forward, ...backward, ...update], plan.batchRows);
  const ops = (isTeam && sharedProgram(plan, all, plan.batchRows)) || all;
  const layout = layOut(plan, memory.kernels.heapBase(), isTeam);
  const context = { plan, layout, seed: 1 };
  const programs = [[Opcode.End, 0], ...ops.map((op) => encode([op], context)), encode(ops, context)];
  let end = memory.end;
  const starts = programs.map((program) => {
    const start = end;
    end += program.length * 4;
    return start;
  });
  memory.allocate(end);
  for (const [i, program] of programs.entries()) memory.u32(starts[i]!, program.length).set(program);
  const run = (index: number, times: number): number => {
    const start = performance.now();
    for (let i = 0; i < times; i++) {
      const job = [starts[index]!, layout.table, layout.order, layout.state] as const;
      if (isTeam) memory.kernels.evaluateShared(layout.team, ...job);
      else memory.kernels.evaluate(...job);
    }
    return ((performance.now() - start) * 1000) / times;
  };
  // The engine makes kernels fast while they run: until then they are not what is to be measured.
  for (const start = performance.now(); performance.now() - start < warmUp;) {
    for (const index of programs.keys()) run(index, 20);
  }
  const times = programs.map((_, index) => {
    const once = run(index, 1);
    return once < turn ? Math.ceil(turn / Math.max(once, 0.05)) : 1;
  });
  const taken: number[][] = programs.map(() => []);
  for (let pass = 0; pass < passes; pass++)
    programs.forEach((_, index) => taken[index]!.push(run(index, times[index]!)));
  const [call, ...rest] = taken.map(least);
  const whole = rest.pop()! - call!;
  const lines: Line[] = ops.map((op, index) => ({
    name: nameOf(op, workload.batch),
    microseconds: rest[index]! - call!,
  }));
  const sum = lines.reduce((total, { microseconds }) => total + microseconds, 0);
  say(
    `\n${workload.name}, ${kernels}${wide ? ', 256 bits' : ''}${isTeam ? ', two threads' : ''}: ${whole.toFixed(2)} µs a step; by operation, ${sum.toFixed(2)} µs in all`,
  );
  for (const { name, microseconds } of lines) {
    say(
      `  ${name.padEnd(50)} ${microseconds.toFixed(2).padStart(10)} µs ${((microseconds / sum) * 100).toFixed(1).padStart(6)} %`,
    );
  }
}
