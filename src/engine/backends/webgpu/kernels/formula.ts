import {
  formulaOf,
  operand,
  result,
  type Instruction,
  type Operation,
  type Program,
} from '../../../activations/formula/index.ts';

/**
 * A shader may take it that no value is infinite or not a number, and what its own functions give outside their domain is anybody's guess: such
 * values come from these two uniforms. Its sine may be off by 2⁻¹¹; this one is a series within a quarter turn.
 */
export const formulaUniforms = { notANumber: 0x7fc00000, infinity: 0x7f800000 };

const helpers = `
fn notANumber() -> f32 { return bitcast<f32>(op.notANumber); }
fn infinity() -> f32 { return bitcast<f32>(op.infinity); }
fn sqrtOf(x: f32) -> f32 { return select(sqrt(max(x, 0.0)), notANumber(), x < 0.0); }
fn expOf(x: f32) -> f32 { return select(exp(min(x, 88.7)), infinity(), x > 88.72); }
fn expm1Of(x: f32) -> f32 { return select(expm1(min(x, 40.0)), expOf(x), x > 20.0); }
fn logOf(x: f32) -> f32 {
  if (x > 0.0) { return log(x); }
  return select(notANumber(), -infinity(), x == 0.0);
}
fn log1pOf(x: f32) -> f32 {
  return select(logOf(1.0 + x), x * (1.0 - x * (0.5 - x * (1.0 / 3.0 - 0.25 * x))), abs(x) < 1e-2);
}
fn turned(x: f32, more: i32) -> f32 {
  let n = round(x * 0.63661977);
  let r = ((x - n * 1.5703125) - n * 4.83751297e-4) - n * 7.54978995e-8;
  let quarter = i32(clamp(n, -1e9, 1e9)) + more;
  let s = r * r;
  let sine = r + r * s * (-0.16666665 + s * (8.3321609e-3 - s * 1.9515296e-4));
  let cosine = 1.0 - 0.5 * s + s * s * (4.1666646e-2 + s * (-1.3887316e-3 + s * 2.4433157e-5));
  let value = select(sine, cosine, (quarter & 1) == 1);
  return select(value, -value, (quarter & 2) == 2);
}
fn tanOf(x: f32) -> f32 { return turned(x, 0) / turned(x, 1); }
fn erfOf(x: f32) -> f32 {
  let s = x * x;
  if (s >= 1.0) { return 2.0 * normalCdf(1.41421356 * x) - 1.0; }
  return 1.12837917 * x * (1.0 - s * (0.33333333 - s * (0.1 - s * (0.023809524 - s * (4.6296296e-3 - s * (7.5757576e-4 - s * (1.0683761e-4 - s * 1.3227513e-5)))))));
}
fn wholePower(x: f32, n: i32) -> f32 {
  var value = 1.0;
  var square = x;
  for (var left = abs(n); left > 0; left >>= 1u) {
    if ((left & 1) == 1) { value *= square; }
    square *= square;
  }
  return select(value, 1.0 / value, n < 0);
}
fn powerOf(x: f32, y: f32) -> f32 {
  if (y == 0.0) { return 1.0; }
  if (x == 0.0) { return select(0.0, infinity(), y < 0.0); }
  let size = expOf(max(y * log(abs(x)), -104.0));
  if (x > 0.0) { return size; }
  if (floor(y) != y) { return notANumber(); }
  return select(size, -size, floor(0.5 * y) != 0.5 * y);
}
`;

const truth = (sign: string) => (a: string, b: string) => `select(0.0, 1.0, ${a} ${sign} ${b})`;
const infix = (sign: string) => (a: string, b: string) => `(${a}) ${sign} (${b})`;
const named = (name: string) => (a: string) => `${name}(${a})`;

/** WGSL of each operation. */
const operations: Record<Exclude<Operation, 'power'>, (a: string, b: string, c: string) => string> = {
  add: infix('+'),
  subtract: infix('-'),
  multiply: infix('*'),
  divide: infix('/'),
  negate: (a) => `-(${a})`,
  min: (a, b) => `min(${a}, ${b})`,
  max: (a, b) => `max(${a}, ${b})`,
  less: truth('<'),
  lessEqual: truth('<='),
  greater: truth('>'),
  greaterEqual: truth('>='),
  select: (a, b, c) => `select(${c}, ${b}, ${a} != 0.0)`,
  abs: named('abs'),
  sign: named('sign'),
  floor: named('floor'),
  sqrt: named('sqrtOf'),
  exp: named('expOf'),
  expm1: named('expm1Of'),
  log: named('logOf'),
  log1p: named('log1pOf'),
  sin: (a) => `turned(${a}, 0)`,
  cos: (a) => `turned(${a}, 1)`,
  tan: named('tanOf'),
  tanh: named('tanhOf'),
  sigmoid: named('sigmoid'),
  softplus: named('softplus'),
  erf: named('erfOf'),
};

/** A number as WGSL reads it: always with a point or an exponent. */
function literal(value: number): string {
  const text = String(Math.fround(value));
  return `f32(${/[.e]/.test(text) ? text : `${text}.0`})`;
}

/** `activation(z, i)` and `derivative(x, i)` of a formula. */
export function formulaFunctions(formula: string): string {
  const { programs } = formulaOf(formula);
  return `${helpers}
${functionText('activation', 'z', programs.value)}
${functionText('derivative', 'x', programs.derivative)}`;
}

function functionText(name: string, argument: string, { constants, instructions }: Program): string {
  const slots = new Map<number, string>();
  const place = (at: number): string =>
    at >= 0 ? slots.get(at)! : at === operand.x ? argument : literal(constants[operand.constants - at]!);
  const lines = instructions.map((instruction, i) => {
    const value = valueText(instruction, instruction.operands.map(place), constants);
    if (instruction.slot === result) return `return ${value};`;
    slots.set(instruction.slot, `t${i}`);
    return `let t${i} = ${value};`;
  });
  return `fn ${name}(${argument}: f32, i: u32) -> f32 {
  ${lines.join('\n  ')}
}`;
}

function valueText({ op, operands }: Instruction, texts: readonly string[], constants: readonly number[]): string {
  const [a, b, c] = texts as [string, string, string];
  if (op === 'copy') return a;
  if (op !== 'power') return operations[op](a, b, c);
  const exponent = operands[1]! <= operand.constants ? constants[operand.constants - operands[1]!]! : Number.NaN;
  return Number.isInteger(exponent) && Math.abs(exponent) <= 32
    ? `wholePower(${a}, ${exponent})`
    : `powerOf(${a}, ${b})`;
}
