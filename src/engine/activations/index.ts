import { formula, integer, number } from '../spec/fields.ts';
import type { Activation, ActivationRow } from './activation.ts';
import { erf } from './erf.ts';
import { formulaOf } from './formula/index.ts';

export type { Activation, ActivationRow, Parameters } from './activation.ts';

const sigmoid = (z: number) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
const softplus = (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const normalCdf = (z: number) => 0.5 * (1 + erf(z / Math.SQRT2));
const normalPdf = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

type Given = Omit<ActivationRow, 'parameters' | 'kind' | 'backwardFrom' | 'inactive'> &
  Partial<Pick<ActivationRow, 'parameters' | 'kind' | 'backwardFrom' | 'inactive'>>;
const row = <const N extends string>(given: Given & { name: N }): ActivationRow & { name: N } => ({
  parameters: {},
  kind: 'elementwise',
  backwardFrom: 'input',
  inactive: 'never',
  ...given,
});

/** Every activation a network file may name, in the order menus show them. Definitions at kinks follow PyTorch. */
export const activations = [
  row({
    name: 'relu',
    label: 'ReLU',
    doc: 'Passes what is positive and blocks the rest. Cheap, does not saturate above 0; a unit that is never positive is dead.',
    formula: 'max(0, x)',
    source: 'Nair & Hinton 2010; Glorot, Bordes & Bengio 2011',
    backwardFrom: 'output',
    inactive: 'zero',
    value: (z) => (z > 0 ? z : 0),
    derivative: (a) => (a > 0 ? 1 : 0),
  }),
  row({
    name: 'leaky_relu',
    label: 'Leaky ReLU',
    doc: 'A ReLU that lets a little through below 0, so that a unit there can still learn its way back.',
    formula: 'x > 0 ? x : slope·x',
    source: 'Maas, Hannun & Ng 2013',
    parameters: {
      slope: number('Slope', 'Slope below 0.', 'Maas, Hannun & Ng 2013; Xu, Wang, Chen & Li 2015', {
        advice: '0.01 is usual; larger ones, up to 0.2, often learn better.',
        default: 0.01,
        minimum: 0,
      }),
    },
    inactive: 'negative',
    value: (z, { slope = 0.01 }) => (z > 0 ? z : slope * z),
    derivative: (z, { slope = 0.01 }) => (z > 0 ? 1 : slope),
  }),
  row({
    name: 'prelu',
    label: 'PReLU',
    doc: 'A leaky ReLU that learns its slope below 0, one a unit or channel.',
    formula: 'x > 0 ? x : slope·x, slope learned',
    source: 'He, Zhang, Ren & Sun 2015',
    parameters: {
      initial: number('Initial slope', 'What every slope begins as.', 'He, Zhang, Ren & Sun 2015', {
        advice: 'Rarely changed: the slopes are learned.',
        default: 0.25,
      }),
    },
    inactive: 'negative',
    // As it begins; backends read the learned slopes.
    value: (z, { initial = 0.25 }) => (z > 0 ? z : initial * z),
    derivative: (z, { initial = 0.25 }) => (z > 0 ? 1 : initial),
  }),
  row({
    name: 'elu',
    label: 'ELU',
    doc: 'Smooth below 0, towards −alpha; keeps the mean of the outputs near 0.',
    formula: 'x > 0 ? x : alpha·(eˣ − 1)',
    source: 'Clevert, Unterthiner & Hochreiter 2016',
    parameters: {
      alpha: number('Alpha', 'Where it levels off below 0.', 'Clevert, Unterthiner & Hochreiter 2016', {
        advice: '1 is usual.',
        default: 1,
        minimum: 0,
      }),
    },
    inactive: 'negative',
    value: (z, { alpha = 1 }) => (z > 0 ? z : alpha * Math.expm1(z)),
    derivative: (z, { alpha = 1 }) => (z > 0 ? 1 : alpha * Math.exp(z)),
  }),
  row({
    name: 'selu',
    label: 'SELU',
    doc: 'An ELU scaled so that mean 0 and variance 1 hold through deep networks; made for lecun_normal weights.',
    formula: '1.0507·(x > 0 ? x : 1.6733·(eˣ − 1))',
    source: 'Klambauer et al. 2017',
    inactive: 'negative',
    value: (z) => seluScale * (z > 0 ? z : seluAlpha * Math.expm1(z)),
    derivative: (z) => seluScale * (z > 0 ? 1 : seluAlpha * Math.exp(z)),
  }),
  row({
    name: 'gelu',
    label: 'GELU',
    doc: 'The input weighted by the chance that a standard normal is below it (exact form).',
    formula: 'x·Φ(x)',
    source: 'Hendrycks & Gimpel 2016',
    inactive: 'negative',
    value: (z) => z * normalCdf(z),
    derivative: (z) => normalCdf(z) + z * normalPdf(z),
  }),
  row({
    name: 'silu',
    label: 'SiLU (Swish)',
    doc: 'The input weighted by its own sigmoid.',
    formula: 'x·sigmoid(x)',
    source: 'Elfwing, Uchibe & Doya 2018; Ramachandran, Zoph & Le 2017',
    inactive: 'negative',
    value: (z) => z * sigmoid(z),
    derivative: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))),
  }),
  row({
    name: 'softplus',
    label: 'Softplus',
    doc: 'A smooth ReLU that is never quite 0.',
    formula: 'ln(1 + eˣ)',
    source: 'Dugas et al. 2001',
    value: softplus,
    derivative: sigmoid,
  }),
  row({
    name: 'softsign',
    label: 'Softsign',
    doc: 'Like tanh, with slower tails.',
    formula: 'x / (1 + |x|)',
    source: 'Bergstra et al. 2009',
    value: (z) => z / (1 + Math.abs(z)),
    derivative: (z) => 1 / (1 + Math.abs(z)) ** 2,
  }),
  row({
    name: 'mish',
    label: 'Mish',
    doc: 'A smooth, slightly non-monotonic relative of SiLU.',
    formula: 'x·tanh(ln(1 + eˣ))',
    source: 'Misra 2019',
    inactive: 'negative',
    value: (z) => z * Math.tanh(softplus(z)),
    derivative: (z) => {
      const t = Math.tanh(softplus(z));
      return t + z * (1 - t * t) * sigmoid(z);
    },
  }),
  row({
    name: 'relu6',
    label: 'ReLU6',
    doc: 'A ReLU cut off at 6.',
    formula: 'min(max(0, x), 6)',
    source: 'Krizhevsky 2010',
    backwardFrom: 'output',
    inactive: 'zero',
    value: (z) => Math.min(Math.max(z, 0), 6),
    derivative: (a) => (a > 0 && a < 6 ? 1 : 0),
  }),
  row({
    name: 'hard_sigmoid',
    label: 'Hard sigmoid',
    doc: 'Three straight pieces in place of the sigmoid, as PyTorch defines it.',
    formula: 'min(max(0, x/6 + ½), 1)',
    source: 'Courbariaux, Bengio & David 2015',
    inactive: 'zero',
    edge: -3,
    value: (z) => (z <= -3 ? 0 : z >= 3 ? 1 : z / 6 + 0.5),
    derivative: (z) => (z > -3 && z < 3 ? 1 / 6 : 0),
  }),
  row({
    name: 'hard_swish',
    label: 'Hard swish',
    doc: 'The input weighted by its hard sigmoid.',
    formula: 'x·min(max(0, x/6 + ½), 1)',
    source: 'Howard et al. 2019',
    inactive: 'zero',
    edge: -3,
    value: (z) => (z <= -3 ? 0 : z >= 3 ? z : (z * (z + 3)) / 6),
    derivative: (z) => (z < -3 ? 0 : z <= 3 ? z / 3 + 0.5 : 1),
  }),
  row({
    name: 'sigmoid',
    label: 'Sigmoid',
    doc: 'Between 0 and 1: a probability. In hidden layers it saturates, and gradients vanish through it.',
    formula: '1 / (1 + e⁻ˣ)',
    source: 'Rumelhart, Hinton & Williams 1986',
    backwardFrom: 'output',
    saturation: 6,
    value: sigmoid,
    derivative: (a) => a * (1 - a),
  }),
  row({
    name: 'tanh',
    label: 'Tanh',
    doc: 'Between −1 and 1, centred on 0; saturates like the sigmoid, a little later.',
    formula: 'tanh(x)',
    source: 'LeCun et al. 1998',
    backwardFrom: 'output',
    saturation: 3,
    value: Math.tanh,
    derivative: (a) => 1 - a * a,
  }),
  row({
    name: 'softmax',
    label: 'Softmax',
    doc: 'Turns a row of numbers into probabilities that add up to 1; for the output of a classifier.',
    formula: 'eˣⁱ / Σ eˣʲ',
    source: 'Bridle 1990',
    kind: 'rows',
    backwardFrom: 'output',
    value: () => Number.NaN,
    derivative: () => Number.NaN,
  }),
  row({
    name: 'maxout',
    label: 'Maxout',
    doc: 'Computes several linear pieces a unit and keeps the largest: learns its own convex shape. Never dies, but a piece may never win. Made to go with dropout.',
    formula: 'max(z₁, …, zₖ)',
    source: 'Goodfellow et al. 2013',
    parameters: {
      pieces: integer('Pieces', 'Linear values a unit chooses from.', 'Goodfellow et al. 2013', {
        advice: '2 is usual; each is a set of weights of its own.',
        default: 2,
        minimum: 1,
        maximum: 256,
      }),
    },
    kind: 'pieces',
    value: () => Number.NaN,
    derivative: () => Number.NaN,
  }),
  row({
    name: 'linear',
    label: 'Linear',
    doc: 'The input as it is; for the output of a regression.',
    formula: 'x',
    source: '',
    backwardFrom: 'output',
    value: (z) => z,
    derivative: () => 1,
  }),
  row({
    name: 'custom',
    label: 'Custom',
    doc: 'Your own formula in x, such as min(x, 0); the program works out the derivative. A unit counts as inactive where its output is 0.',
    formula: 'f(x)',
    source: '',
    parameters: {
      formula: formula(
        'Formula',
        'An expression in x: numbers, pi, e, + - * / ^, comparisons, a ? b : c, and min max abs sign floor step relu sqrt pow exp expm1 log log1p sin cos tan tanh sigmoid softplus erf. The derivative is worked out by the program; where two branches tie, max takes the smaller and min the larger one.',
        'No source: it is your own; ties as the README says.',
      ),
    },
    inactive: 'zero',
    edge: null,
    value: () => Number.NaN,
    derivative: () => Number.NaN,
  }),
] as const satisfies readonly ActivationRow[];

export type ActivationName = (typeof activations)[number]['name'];

/** Those that are an operation of a plan; maxout is made of others. */
export type OperationName = Exclude<ActivationName, 'maxout'>;

/** Linear values that become one output: 1 for all but maxout. */
export const piecesOf = ({ name, parameters }: Activation): number =>
  activationRow(name).kind === 'pieces' ? (parameters['pieces'] ?? 1) : 1;

const byName = new Map<string, ActivationRow>(activations.map((row) => [row.name, row]));

/** f and f′ of an elementwise activation; f′ by the output or the input, as its row's `backwardFrom` says. */
export function functionOf({ name, parameters, formula }: Activation): {
  readonly value: (z: number) => number;
  readonly derivative: (x: number) => number;
} {
  if (formula !== undefined) return formulaOf(formula);
  const row = activationRow(name);
  return { value: (z) => row.value(z, parameters), derivative: (x) => row.derivative(x, parameters) };
}

/** The row of a name that parsing has accepted. */
export function activationRow(name: string): ActivationRow {
  const row = byName.get(name);
  if (!row) throw new Error(`No activation named "${name}".`);
  return row;
}
