import { threads } from '../shader.ts';

/** Lanes that share one row of n values: the least power of two not below n, at most 32. */
export const lanesFor = (n: number): number => Math.min(32, 2 ** Math.ceil(Math.log2(Math.max(n, 1))));

/** WGSL's type of so many floats together. */
const typeOf = (count: number): string => (count === 1 ? 'f32' : `vec${count}f`);

/**
 * Sums over all threads of a workgroup, which its first thread is given, of up to four values at once: barriers are what such a sum costs, and
 * what it takes long to compile for. Called by the whole workgroup at once.
 */
export const sumAll = (count: number): string => `
var<workgroup> allValues: array<${typeOf(count)}, ${threads}>;
fn sumAll(value: ${typeOf(count)}, thread: u32) -> ${typeOf(count)} {
  workgroupBarrier();
  allValues[thread] = value;
  workgroupBarrier();
  if (thread < 8u) {
    var sum = value;
    for (var i = thread + 8u; i < ${threads}u; i += 8u) { sum += allValues[i]; }
    allValues[thread] = sum;
  }
  workgroupBarrier();
  var total = ${typeOf(count)}();
  if (thread == 0u) {
    for (var i = 0u; i < 8u; i++) { total += allValues[i]; }
  }
  return total;
}`;

/** Sums and maxima over the \`op.lanes\` neighbouring threads that share a row; called by the whole workgroup at once. */
export const laneReductions = (['sum', 'max'] as const)
  .map(
    (kind) => `
var<workgroup> ${kind}Values: array<f32, ${threads}>;
fn ${kind}Lanes(value: f32, thread: u32) -> f32 {
  workgroupBarrier();
  ${kind}Values[thread] = value;
  workgroupBarrier();
  let first = thread - thread % op.lanes;
  var all = ${kind}Values[first];
  for (var i = first + 1u; i < first + op.lanes; i++) {
    all = ${kind === 'sum' ? 'all + sumValues[i]' : 'max(all, maxValues[i])'};
  }
  return all;
}`,
  )
  .join('\n');
