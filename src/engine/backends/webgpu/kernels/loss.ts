import type { LossName, Op } from '../../../plan/plan.ts';
import { result, type Context } from '../context.ts';
import { threads, type Kernel } from '../shader.ts';
import { byRows, rowGroups } from './activate.ts';
import { lanesFor, sumAll } from './lanes.ts';
import { total } from './total.ts';

/** Loss of one value and its derivative by the prediction, as vec2f. */
const pointwise: Record<LossName, string> = {
  binary_crossentropy: `let q = clip(p);
  let r = clip(1.0 - p);
  return vec2f(-t * log(q) - (1.0 - t) * log(r), inside(p) * ((1.0 - t) / r - t / q));`,
  categorical_crossentropy: `let q = clip(p);
  return select(vec2f(-t * log(q), -t * inside(p) / q), vec2f(0.0), t == 0.0);`,
  mean_squared_error: 'return vec2f((p - t) * (p - t), 2.0 * (p - t));',
  mean_absolute_error: 'return vec2f(abs(p - t), sign(p - t));',
  huber: `let d = p - t;
  return select(vec2f(abs(d) - 0.5, sign(d)), vec2f(0.5 * d * d, d), abs(d) <= 1.0);`,
};

/** p and 1 − p are both held above 1e-7: 1 − 1e-7 itself is not a float32. */
const clipping = `
fn clip(p: f32) -> f32 { return max(p, 1e-7); }
fn inside(p: f32) -> f32 { return select(0.0, 1.0, (p > 1e-7) & (1.0 - p > 1e-7)); }`;

/** −t·ln σ(z) − (1−t)·ln(1−σ(z)), without overflow. */
const logistic = `let e = exp(-abs(p));
  let log1p = select(log(1.0 + e), e - 0.5 * e * e, e < 1e-3);
  return vec2f(max(p, 0.0) - p * t + log1p, select(e, 1.0, p >= 0.0) / (1.0 + e) - t);`;

/** Lanes share a row; workgroups leave their sums of losses and of right answers, which `total` adds up. */
export function loss(op: Extract<Op, { op: 'loss' }>, context: Context): Kernel[] {
  const { width, fused, classes } = op;
  const lanes = lanesFor(width);
  const perGroup = threads / lanes;
  const partial = context.floats(2 * Math.ceil(context.maxRows / perGroup));
  const terms = op.loss === 'categorical_crossentropy' ? 'f32(now.rows)' : 'f32(now.rows * op.columns)';
  const wanted = !classes
    ? 'load_target(row * op.columns + j)'
    : width === 1
      ? 'load_target(row)'
      : 'select(0.0, 1.0, load_target(row) == f32(j))';
  const write = (value: string) => `if (op.writes == 1u) { store_gradient(start + j, ${value} / ${terms}); }`;
  const softmax = `var largest = -3.4e38;
  for (var j = lane; j < end; j += op.lanes) { largest = max(largest, load_prediction(start + j)); }
  largest = maxLanes(largest, thread);
  var sum = 0.0;
  for (var j = lane; j < end; j += op.lanes) { sum += exp(load_prediction(start + j) - largest); }
  sum = sumLanes(sum, thread);
  for (var j = lane; j < end; j += op.lanes) {
    let z = load_prediction(start + j);
    let t = wanted(row, j);
    // ln Σeᶻ − z of the class, not −ln p: p may be 0 where the loss is large but finite.
    if (t == 1.0) { value += largest + log(sum) - z; }
    ${write('(exp(z - largest) / sum - t)')}
  }`;
  const plain = `for (var j = lane; j < end; j += op.lanes) {
    let both = term(load_prediction(start + j), wanted(row, j));
    value += both.x;
    ${write('both.y')}
  }`;
  // The first largest of several, or whether the only one is above the threshold.
  const right =
    width === 1
      ? `let guess = select(0.0, 1.0, load_prediction(start) > ${fused === 'sigmoid' ? '0.0' : '0.5'});`
      : `${
          fused === 'softmax'
            ? 'let best = largest;'
            : `var best = -3.4e38;
  for (var j = lane; j < end; j += op.lanes) { best = max(best, load_prediction(start + j)); }
  best = maxLanes(best, thread);`
        }
  var first = -1e9;
  for (var j = lane; j < end; j += op.lanes) {
    if (load_prediction(start + j) == best) { first = max(first, -f32(j)); }
  }
  let guess = -maxLanes(first, thread);`;
  const body = `${sumAll(2)}
${clipping}
fn wanted(row: u32, j: u32) -> f32 { return ${wanted}; }
${
  fused === 'softmax'
    ? ''
    : `fn term(p: f32, t: f32) -> vec2f {
  ${fused === 'sigmoid' ? logistic : pointwise[op.loss]}
}`
}
${byRows(`let end = select(0u, op.columns, row < now.rows);
  var value = 0.0;
  ${fused === 'softmax' ? softmax : plain}
  var right = 0.0;
  ${classes ? `${right}\n  if ((lane == 0u) & (row < now.rows)) { right = select(0.0, 1.0, guess == load_target(row)); }` : ''}
  let both = sumAll(vec2f(value, right), thread);
  if (thread == 0u) {
    let group = groupIndex(group, groups);
    store_partial(group * 2u, both.x / ${terms});
    store_partial(group * 2u + 1u, both.y);
  }`)}`;
  return [
    {
      name: `loss ${op.loss}`,
      refs: {
        prediction: op.prediction,
        target: op.target,
        // Training and evaluation share a program, which takes a third of a second to compile in software.
        gradient: op.gradient ?? op.prediction,
        partial,
      },
      u32: { columns: width, lanes, writes: Number(op.gradient !== undefined) },
      body,
      ...rowGroups(width, (rows) => rows, 16),
    },
    total(context, partial, { perRow: 1, perGroup }, [result.loss, result.right]),
  ];
}
