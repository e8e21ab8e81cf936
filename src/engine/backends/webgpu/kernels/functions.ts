import type { Activation, OperationName } from '../../../activations/index.ts';
import { formulaFunctions } from './formula.ts';

/** What several activations are made of. \`tanh\` and \`exp\` of a shader may overflow where the results here cannot. */
const helpers = `
fn sigmoid(z: f32) -> f32 {
  let e = exp(-abs(z));
  return select(e, 1.0, z >= 0.0) / (1.0 + e);
}
fn log1p(e: f32) -> f32 { return select(log(1.0 + e), e - 0.5 * e * e, e < 1e-3); }
fn softplus(z: f32) -> f32 { return max(z, 0.0) + log1p(exp(-abs(z))); }
fn expm1(z: f32) -> f32 { return select(exp(z) - 1.0, z * (1.0 + z * (0.5 + z / 6.0)), abs(z) < 1e-2); }
fn tanhOf(z: f32) -> f32 { return select(tanh(z), sign(z), abs(z) > 10.0); }
/** Φ; below 0 without cancellation, as whether a value is exactly 0 is counted. Abramowitz & Stegun 7.1.26: within 1.5e-7. */
fn normalCdf(z: f32) -> f32 {
  let x = abs(z) * 0.70710678;
  let t = 1.0 / (1.0 + 0.3275911 * x);
  let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let tail = 0.5 * p * exp(-x * x);
  return select(tail, 1.0 - tail, z >= 0.0);
}
fn normalPdf(z: f32) -> f32 { return 0.39894228 * exp(-0.5 * z * z); }
`;

/** WGSL of f(z) and of f′, by \`x\`: the output or the input, as the activation's row says. Parameters are uniforms. */
const elementwise: Record<
  Exclude<OperationName, 'softmax' | 'prelu' | 'custom'>,
  { value: string; derivative: string }
> = {
  relu: { value: 'select(0.0, z, z > 0.0)', derivative: 'select(0.0, 1.0, x > 0.0)' },
  leaky_relu: { value: 'select(op.slope * z, z, z > 0.0)', derivative: 'select(op.slope, 1.0, x > 0.0)' },
  elu: {
    value: 'select(op.alpha * expm1(z), z, z > 0.0)',
    derivative: 'select(op.alpha * exp(x), 1.0, x > 0.0)',
  },
  selu: {
    value: '1.05070099 * select(1.67326324 * expm1(z), z, z > 0.0)',
    derivative: '1.05070099 * select(1.67326324 * exp(x), 1.0, x > 0.0)',
  },
  gelu: { value: 'z * normalCdf(z)', derivative: 'normalCdf(x) + x * normalPdf(x)' },
  silu: { value: 'z * sigmoid(z)', derivative: 'sigmoid(x) * (1.0 + x * (1.0 - sigmoid(x)))' },
  softplus: { value: 'softplus(z)', derivative: 'sigmoid(x)' },
  softsign: { value: 'z / (1.0 + abs(z))', derivative: '1.0 / ((1.0 + abs(x)) * (1.0 + abs(x)))' },
  mish: { value: 'z * tanhOf(softplus(z))', derivative: 'mishDerivative(x)' },
  relu6: { value: 'select(min(z, 6.0), 0.0, z <= 0.0)', derivative: 'select(0.0, 1.0, x > 0.0 && x < 6.0)' },
  hard_sigmoid: {
    value: 'select(select(z / 6.0 + 0.5, 1.0, z >= 3.0), 0.0, z <= -3.0)',
    derivative: 'select(0.0, 1.0 / 6.0, x > -3.0 && x < 3.0)',
  },
  hard_swish: {
    value: 'select(select(z * (z + 3.0) / 6.0, z, z >= 3.0), 0.0, z <= -3.0)',
    derivative: 'select(select(1.0, x / 3.0 + 0.5, x <= 3.0), 0.0, x < -3.0)',
  },
  sigmoid: { value: 'sigmoid(z)', derivative: 'x * (1.0 - x)' },
  tanh: { value: 'tanhOf(z)', derivative: '1.0 - x * x' },
  linear: { value: 'z', derivative: '1.0' },
};

/** Functions `activation(z, i)` and `derivative(x, i)` of an elementwise activation for value i. */
export function functionsOf({ name, formula }: Activation): string {
  if (formula !== undefined) return helpers + formulaFunctions(formula);
  if (name === 'prelu') {
    return `fn activation(z: f32, i: u32) -> f32 { return select(load_slope(i % op.columns) * z, z, z > 0.0); }
fn derivative(x: f32, i: u32) -> f32 { return select(load_slope(i % op.columns), 1.0, x > 0.0); }`;
  }
  const { value, derivative } = elementwise[name as keyof typeof elementwise];
  const mish = `fn mishDerivative(z: f32) -> f32 {
  let t = tanhOf(softplus(z));
  return t + z * (1.0 - t * t) * sigmoid(z);
}`;
  return `${helpers}${name === 'mish' ? mish : ''}
fn activation(z: f32, i: u32) -> f32 { return ${value}; }
fn derivative(x: f32, i: u32) -> f32 { return ${derivative}; }`;
}
