import assert from 'node:assert/strict';
import { formulaOf } from '../../../src/engine/activations/formula/index.ts';
import { formulaFault } from '../../../src/engine/spec/formula.ts';

/** Values, with what f is there by other means. */
const values: readonly [formula: string, x: number, expected: number][] = [
  ['x', 3, 3],
  ['1e-3', 3, 0.001],
  ['.5 + 2. + 1E+2', 0, 102.5],
  ['2*x + 3*x^2', 2, 16],
  ['-x^2', 3, -9],
  ['(-x)^2', 3, 9],
  ['2^3^2', 0, 512],
  ['2**-x', 2, 0.25],
  ['x - 1 - 2', 10, 7],
  ['x / 2 / 5', 10, 1],
  ['- -x', 4, 4],
  ['+x*-2', 4, -8],
  ['pi', 0, Math.PI],
  ['e^x', 1, Math.E],
  ['min(x, 0)', 2, 0],
  ['min(x, 0)', -2, -2],
  ['max(1, x, x^2)', -3, 9],
  ['x > 0 ? 1 : x < -1 ? 2 : 3', -0.5, 3],
  ['x > 0 ? 1 : x < -1 ? 2 : 3', -2, 2],
  ['(x >= 2) + (x <= 2)', 2, 2],
  ['x < 2', 2, 0],
  ['abs(x) + sign(x)', -2, 1],
  ['floor(x)', -1.5, -2],
  ['step(x)', 0, 0],
  ['relu(x)', -1, 0],
  ['pow(x, 3)', 2, 8],
  ['sqrt(x)', 9, 3],
  ['(-8)^(1/1)', 0, -8],
  ['log(e)', 0, 1],
  ['log1p(x)', 1e-12, 1e-12],
  ['expm1(x)', 1e-12, 1e-12],
  ['sigmoid(x)', -800, 0],
  ['softplus(x)', 800, 800],
  ['erf(x)', 1, 0.8427007929497149],
  ['sin(x)^2 + cos(x)^2', 0.7, 1],
  ['tan(x)', 0.5, Math.tan(0.5)],
];

/** Smooth at the places looked at, or with their kinks between them. */
const smooth = [
  ...['min(x, 0)', 'max(x, 0)', 'relu(x) - 0.1*relu(-x)', 'min(max(x, 0), 6)', 'max(x, x^2, 0.3)', 'abs(x - 0.1)'],
  ...['x^2', 'x^3', 'x^-2', 'abs(x)^1.7', '2^x', '(x^2 + 1)^sin(x)', 'x^4/(1 + x^2)', '3/x', '(x - 1)/(x^2 + 2)'],
  ...['sqrt(x^2 + 1)', 'exp(-x^2)', 'expm1(x)*x', 'log(x^2 + 0.5)', 'log1p(x^2)', 'sin(3*x)', 'cos(x)*x', 'tan(x/3)'],
  ...[
    'tanh(x)',
    'sigmoid(2*x)',
    'x*sigmoid(x)',
    'softplus(x)',
    'x*tanh(softplus(x))',
    'erf(x)',
    '-(-x*x)',
    'floor(x) + x',
  ],
  ...[
    '0.5*x*(1 + erf(x/sqrt(2)))',
    '1/(1 + exp(-x))',
    'x > 0 ? x : 0.1*(exp(x) - 1)',
    'x < -0.7 ? -1 : sin(x)',
    'sign(x)*x^2',
  ],
  ...[
    '5',
    'x',
    '2*x*3 - x/4',
    'x*(x + (x - 1)*(2 - x))',
    'sin(cos(tanh(x)))',
    'max(sin(x), cos(x))*min(x, x^3)',
    'step(x)*x',
  ],
];
const places = [-2.3, -1.43, -0.62, -0.29, 0.17, 0.55, 1.37, 2.21];

/** Kinks: what a derivative is where two branches tie, as PyTorch for those that PyTorch has. */
const kinks: readonly [formula: string, x: number, expected: number][] = [
  ['max(x, 0)', 0, 0],
  ['max(0, x)', 0, 0],
  ['min(x, 0)', 0, 1],
  ['min(0, x)', 0, 1],
  ['max(x, 2*x)', 0, 1],
  ['min(x, 2*x)', 0, 2],
  ['max(x^2, x)', 1, 1],
  ['min(x^2, x)', 1, 2],
  ['min(max(x, 0), 6)', 6, 1],
  ['max(min(x, 6), 0)', 0, 0],
  ['relu(x)', 0, 0],
  ['abs(x)', 0, 0],
  ['sign(x)', 0, 0],
  ['step(x)', 0, 0],
  ['floor(x)', 1, 0],
];

const printed: readonly [formula: string, derivative: string][] = [
  ['min(x, 0)', 'x <= 0 ? 1 : 0'],
  ['max(0, x)', 'x > 0 ? 1 : 0'],
  ['min(max(x, 0), 6)', 'max(x, 0) <= 6 ? (x > 0 ? 1 : 0) : 0'],
  ['x^2', '2*x'],
  ['x^3/3', '3*x^2/3'],
  ['-x^2', '-2*x'],
  ['x', '1'],
  ['7', '0'],
  ['0*x + 1*x^1 - 0', '1'],
  ['tanh(x)', '1 - tanh(x)^2'],
  ['sigmoid(x)', 'sigmoid(x)*(1 - sigmoid(x))'],
  ['x*sigmoid(x)', 'sigmoid(x) + x*sigmoid(x)*(1 - sigmoid(x))'],
  ['softplus(x)', 'sigmoid(x)'],
  ['exp(-x)', '-exp(-x)'],
  ['sin(2*x)', '2*cos(2*x)'],
  ['x > 0 ? x : 0.01*x', 'x > 0 ? 1 : 0.01'],
  ['sqrt(x)', '1/(2*sqrt(x))'],
  ['erf(x)', '1.12838*exp(-x^2)'],
  ['abs(x)', 'sign(x)'],
];

const faults: readonly [formula: string, fault: string][] = [
  ['mni(x, 0)', "Column 1: 'mni' is not a function; did you mean min?"],
  ['1 + sigmod(x)', "Column 5: 'sigmod' is not a function; did you mean sigmoid?"],
  ['x + y', "Column 5: 'y' is not known; known: x, pi and e."],
  ['Pi*x', "Column 1: 'Pi' is not known; did you mean pi?"],
  ['sin', "Column 1: 'sin' is a function; write sin(…)."],
  ['min(x)', "Column 1: 'min' takes 2 or more values, not 1."],
  ['sin(x, 2)', "Column 1: 'sin' takes one value, not 2."],
  ['pow(x)', "Column 1: 'pow' takes 2 values, not 1."],
  ['', 'Column 1: The formula is empty; write an expression in x, such as max(x, 0).'],
  ['x +', "Column 4: Expected x, a number, a function or '(', but the formula ends."],
  ['(x', "Column 3: Expected ')', but the formula ends."],
  ['min(x, 0', "Column 9: Expected ',' or ')', but the formula ends."],
  ['x)', "Column 2: Expected an operator or the end, but found ')'."],
  ['2x', "Column 2: Expected an operator or the end, but found 'x'."],
  ['x < 1 < 2', "Column 7: Expected an operator or the end, but found '<'."],
  ['x ? 1', "Column 6: Expected ':', but the formula ends."],
  ['x · 2', "Column 3: '·' has no meaning in a formula."],
  ['x + 1/0', 'Column 5: What begins here is not a number that can be computed with.'],
  ['1e999', 'Column 1: What begins here is not a number that can be computed with.'],
  ['0^x', 'Column 1: Its derivative holds a number that cannot be computed with.'],
  ['x'.repeat(1001), 'Column 1001: The formula has 1001 characters; at most 1000 are read.'],
];

/** Texts made to be expensive: each must be answered, well or not, without growing beyond bounds. */
const hostile = [
  '('.repeat(1000),
  '-'.repeat(999) + 'x',
  'x' + '^x'.repeat(499),
  'x' + '*x'.repeat(499),
  'x?'.repeat(499),
  'x?x:'.repeat(200) + 'x',
  `${'max('.repeat(90)}x${',x^2)'.repeat(90)}`,
  `${'sin('.repeat(99)}x${')'.repeat(99)}`,
  '9'.repeat(1000),
  `x^${'9'.repeat(300)}`,
];

const near = (actual: number, expected: number, tolerance: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );

describe('A formula', () => {
  for (const [formula, x, expected] of values)
    it(`${formula} is ${expected} at ${x}`, () => near(formulaOf(formula).value(x), expected, 1e-14, 'f'));

  for (const formula of smooth) {
    it(`${formula} has the derivative of finite differences, and of its own text`, () => {
      const f = formulaOf(formula);
      const text = formulaOf(f.derivativeText!);
      for (const x of places) {
        const h = 1e-5;
        near(f.derivative(x), (f.value(x + h) - f.value(x - h)) / (2 * h), 1e-7, `f′(${x})`);
        near(text.value(x), f.derivative(x), 2e-5, `${f.derivativeText} at ${x}`);
      }
    });
  }

  for (const [formula, x, expected] of kinks)
    it(`${formula} has the derivative ${expected} at ${x}`, () =>
      assert.equal(formulaOf(formula).derivative(x), expected));

  for (const [formula, derivative] of printed)
    it(`${formula} shows f′(x) = ${derivative}`, () => assert.equal(formulaOf(formula).derivativeText, derivative));

  for (const [formula, fault] of faults)
    it(`${formula.slice(0, 20) || 'that is empty'} is refused: ${fault}`, () =>
      assert.equal(formulaFault(formula), fault));

  for (const formula of hostile) {
    it(`${formula.slice(0, 20)}… (${formula.length} characters) is answered`, () => {
      if (formulaFault(formula) !== undefined) return assert.match(formulaFault(formula)!, /^Column \d+: [A-Z'].*\.$/);
      const { programs, derivativeText } = formulaOf(formula);
      for (const { instructions, slots } of Object.values(programs))
        assert.ok(instructions.length <= 500 && slots <= 64);
      assert.ok((derivativeText ?? '').length <= 300);
    });
  }
});
