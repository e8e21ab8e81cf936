import * as l10n from '@vscode/l10n';
import { derive } from './derive.ts';
import { Expressions, type Expression } from './expression.ts';
import { FormulaError, parse } from './parse.ts';
import { print } from './print.ts';
import { compile, run, type Program } from './program.ts';

export { FormulaError } from './parse.ts';
export type { Operation } from './operations.ts';
export type { Expression } from './expression.ts';
export { operand, result, type Instruction, type Program } from './program.ts';

/** Most operations of f, and of f′, and most values they may keep at a time: what the backends have room for. */
const mostOperations = 500;
const mostSlots = 64;

/** A formula read, with its derivative. */
export interface Formula {
  readonly value: (x: number) => number;
  readonly derivative: (x: number) => number;
  /** f′ as one would type it; undefined where it is too long to be read. */
  readonly derivativeText: string | undefined;
  /** f, f′, and f′ times the gradient of the output. */
  readonly programs: { readonly value: Program; readonly derivative: Program; readonly back: Program };
}

const known = new Map<string, Formula>();

/** Reads a formula; throws FormulaError. */
export function formulaOf(text: string): Formula {
  const found = known.get(text);
  if (found) return found;
  const formula = read(text);
  if (known.size >= 100) known.clear();
  known.set(text, formula);
  return formula;
}

/** A formula as a graph in which equal parts are one; throws FormulaError. */
export const expressionOf = (text: string): Expression => parse(new Expressions(), text);

function read(text: string): Formula {
  const e = new Expressions();
  const value = parse(e, text);
  const derivative = derive(e, value);
  const programs = {
    value: compiled(value, l10n.t('The formula')),
    derivative: compiled(derivative, l10n.t('Its derivative')),
    back: compiled(e.call('multiply', derivative, e.gradient), l10n.t('Its derivative')),
  };
  return {
    value: (x) => run(programs.value, x),
    derivative: (x) => run(programs.derivative, x),
    derivativeText: print(derivative),
    programs,
  };
}

function compiled(expression: Expression, what: string): Program {
  const program = compile(expression);
  const { constants, instructions, slots } = program;
  if (!constants.every((value) => Math.abs(value) <= 3.4e38))
    throw new FormulaError(1, l10n.t('{0} holds a number that cannot be computed with.', what));
  const { length } = instructions;
  if (length > mostOperations)
    throw new FormulaError(
      1,
      l10n.t('{0} takes {1} operations, at most {2}; write a shorter one.', what, length, mostOperations),
    );
  if (slots > mostSlots)
    throw new FormulaError(
      1,
      l10n.t('{0} keeps {1} values at a time, at most {2}; nest less.', what, slots, mostSlots),
    );
  return program;
}
