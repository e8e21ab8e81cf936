import { erf } from '../erf.ts';

/**
 * What a formula is made of, each by its value in float64. A comparison is 1 where it holds, else 0; `select` takes its second operand where
 * the first is not 0. Every backend answers for every one of them.
 */
export const operations = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
  power: (a: number, b: number) => a ** b,
  negate: (a: number) => -a,
  min: (a: number, b: number) => Math.min(a, b),
  max: (a: number, b: number) => Math.max(a, b),
  less: (a: number, b: number) => Number(a < b),
  lessEqual: (a: number, b: number) => Number(a <= b),
  greater: (a: number, b: number) => Number(a > b),
  greaterEqual: (a: number, b: number) => Number(a >= b),
  select: (condition: number, yes: number, no: number) => (condition !== 0 ? yes : no),
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  sqrt: Math.sqrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  tanh: Math.tanh,
  sigmoid: (a: number) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a))),
  softplus: (a: number) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
  erf,
} satisfies Record<string, (...operands: number[]) => number>;

export type Operation = keyof typeof operations;

export const valueOf = (op: Operation, operands: readonly number[]): number =>
  (operations[op] as (...operands: readonly number[]) => number)(...operands);
