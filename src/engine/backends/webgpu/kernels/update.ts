import type { Op, OpName, Optimizer } from '../../../plan/plan.ts';
import { block, none, result, status, sums, type Context } from '../context.ts';
import { spread, threads, type Kernel } from '../shader.ts';
import { sumAll } from './lanes.ts';

type Of<N extends OpName> = Extract<Op, { op: N }>;

/**
 * Shared by norms and update. A workgroup handles one block of one segment. The status words: \`bad\` is the first segment that norms
 * found not finite, \`late\` the first one an update did; \`stopped\` is set between norms and update, so that all workgroups of a
 * dispatch see the same. Non-finite is told by exponent bits: a shader may assume that there is no NaN.
 */
const common = (count: number) => `
const none = ${none}u;
var<workgroup> stopped: u32;
fn isFinite32(value: f32) -> bool { return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u; }
fn word(at: u32) -> u32 { return atomicLoad(&counters[at]); }
fn number(at: u32) -> f32 { return bitcast<f32>(atomicLoad(&counters[at])); }
fn put(at: u32, value: f32) { atomicStore(&counters[at], bitcast<u32>(value)); }
fn sumsAt(index: u32) -> u32 { return op.sums + (now.parity * op.blocks + index) * ${sums.words}u; }
${sumAll(count)}`;

const entry = `@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let index = groupIndex(group, groups);
  if (index >= op.blocks) { return; }`;

const row = `let table = op.table + index * ${block.words}u;
  let offset = word(table + ${block.offset}u);
  let size = word(table + ${block.size}u);
  let segment = word(table + ${block.segment}u);`;

/** Leaves where a run has stopped: told by one thread, so that all take the same way. */
const leaveIf = (condition: string) => `if (thread == 0u) { stopped = select(0u, 1u, ${condition}); }
  if (workgroupUniformLoad(&stopped) == 1u) { return; }`;

const places = ({ layout, blocks }: Context) => ({ sums: layout.sums, blocks: blocks.length, table: layout.blocks });
const arenas = {
  weights: { arena: 'parameters', offset: 0 },
  gradients: { arena: 'gradients', offset: 0 },
} as const;

export function norms(op: Of<'norms'>, context: Context): Kernel[] {
  const size = op.segments.reduce((sum, segment) => sum + segment.size, 0);
  const { blocks, layout, plan } = context;
  return [
    {
      name: 'norms',
      refs: arenas,
      u32: places(context),
      body: `${common(3)}
${entry}
  ${leaveIf(`word(${status.stopped}u) == 1u || word(${status.late}u) != none`)}
  ${row}
  let l1 = number(table + ${block.l1}u);
  let l2 = number(table + ${block.l2}u);
  var gradientSquares = 0.0;
  var weightSquares = 0.0;
  var magnitudes = 0.0;
  var finite = true;
  for (var i = offset + thread; i < offset + size; i += ${threads}u) {
    let w = load_weights(i);
    var g = load_gradients(i);
    if (l1 != 0.0 || l2 != 0.0) {
      g += l1 * sign(w) + 2.0 * l2 * w;
      store_gradients(i, g);
    }
    finite &= isFinite32(g);
    gradientSquares += g * g;
    weightSquares += w * w;
    magnitudes += abs(w);
  }
  if (!finite) { atomicMin(&counters[${status.bad}], segment); }
  let all = sumAll(vec3f(gradientSquares, weightSquares, magnitudes), thread);
  if (thread == 0u) {
    put(sumsAt(index) + ${sums.gradientSquares}u, all.x);
    put(sumsAt(index) + ${sums.weightSquares}u, all.y);
    put(sumsAt(index) + ${sums.penalty}u, l1 * all.z + l2 * all.y);
  }
}`,
      groups: () => spread(blocks.length),
      cost: () => size * 4,
    },
    {
      name: 'norms: settle',
      refs: {},
      u32: { ...places(context), results: layout.results },
      f32: { clipNorm: plan.optimizer.clipNorm },
      body: `${common(2)}
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) thread: u32) {
  var squares = 0.0;
  var penalty = 0.0;
  for (var index = thread; index < op.blocks; index += ${threads}u) {
    squares += number(sumsAt(index) + ${sums.gradientSquares}u);
    penalty += number(sumsAt(index) + ${sums.penalty}u);
  }
  let both = sumAll(vec2f(squares, penalty), thread);
  if (thread != 0u) { return; }
  let at = op.results + now.slot * ${result.words}u + ${result.penalty}u;
  put(at, number(at) + both.y);
  put(${status.clipScale}u, select(1.0, min(1.0, op.clipNorm / (sqrt(both.x) + 1e-6)), op.clipNorm > 0.0));
  if (word(${status.bad}u) != none || word(${status.late}u) != none) {
    atomicStore(&counters[${status.stopped}], 1u);
  } else {
    atomicAdd(&counters[${status.steps}], 1u);
  }
}`,
      groups: () => [1, 1, 1],
      cost: () => blocks.length * 4,
    },
  ];
}

/** WGSL that works out `delta` and, where the optimiser keeps something, `first` and `second`. Formulas as PyTorch's torch.optim. */
function formula({ name, momentum, nesterov }: Optimizer): string {
  switch (name) {
    case 'sgd':
      if (momentum === 0) return 'let delta = -now.learningRate * g;';
      return `first = op.momentum * first + g;
    let delta = -now.learningRate * ${nesterov ? '(g + op.momentum * first)' : 'first'};`;
    case 'adam':
    case 'adamw':
      return `first = op.beta1 * first + op.rest1 * g;
    second = op.beta2 * second + op.rest2 * g * g;
    let delta = -now.learningRate * (first / now.correction1) / (sqrt(second / now.correction2) + op.epsilon)${
      name === 'adamw' ? ' - now.learningRate * decay * w' : ''
    };`;
    case 'rmsprop':
      return `first = op.rho * first + op.restRho * g * g;
    ${
      momentum === 0
        ? 'let delta = -now.learningRate * g / (sqrt(first) + op.epsilon);'
        : `second = op.momentum * second + g / (sqrt(first) + op.epsilon);
    let delta = -now.learningRate * second;`
    }`;
    case 'adagrad':
      return `first += g * g;
    let delta = -now.learningRate * g / (sqrt(first) + op.epsilon);`;
  }
}

export function update({ optimizer: o, segments }: Of<'update'>, context: Context): Kernel[] {
  const slots = ['first', 'second'].slice(0, o.slotCount);
  const refs = Object.fromEntries(
    slots.map((slot, i) => [slot, { arena: 'slots', offset: i * context.plan.sizes.parameters }] as const),
  );
  return [
    {
      name: `update ${o.name}`,
      refs: { ...arenas, ...refs },
      u32: places(context),
      f32: {
        momentum: o.momentum,
        beta1: o.beta1,
        beta2: o.beta2,
        rho: o.rho,
        // 1 − β in float32 would lose what β has beyond its first digits.
        rest1: 1 - o.beta1,
        rest2: 1 - o.beta2,
        restRho: 1 - o.rho,
        epsilon: o.epsilon,
        weightDecay: o.weightDecay,
      },
      body: `${common(1)}
${entry}
  ${leaveIf(`word(${status.stopped}u) == 1u`)}
  ${row}
  let scale = number(${status.clipScale}u);
  let decay = select(0.0, op.weightDecay, word(table + ${block.decay}u) == 1u);
  var squares = 0.0;
  for (var i = offset + thread; i < offset + size; i += ${threads}u) {
    let w = load_weights(i);
    let g = load_gradients(i) * scale${o.name === 'adamw' ? '' : ' + decay * w'};
    ${slots.map((slot) => `var ${slot} = load_${slot}(i);`).join('\n    ')}
    ${formula(o)}
    let next = w + delta;
    if (${['next', ...slots].map((value) => `isFinite32(${value})`).join(' & ')}) {
      store_weights(i, next);
      ${slots.map((slot) => `store_${slot}(i, ${slot});`).join('\n      ')}
      squares += delta * delta;
    } else {
      atomicMin(&counters[${status.late}], segment);
    }
  }
  squares = sumAll(squares, thread);
  if (thread == 0u) { put(sumsAt(index) + ${sums.updateSquares}u, squares); }
}`,
      groups: () => spread(context.blocks.length),
      cost: () => segments.reduce((sum, segment) => sum + segment.size, 0) * 16,
    },
  ];
}
