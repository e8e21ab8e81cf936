import { isNumber, type Expression } from './expression.ts';
import { valueOf, type Operation } from './operations.ts';

/** Where an instruction reads: x, the gradient, a slot (0 and up), or constant −3 − n. */
export const operand = { x: -1, gradient: -2, constants: -3 } as const;
/** The slot that is a program's result. */
export const result = -1;

/** `slot` = op of the operands; `copy` has one. */
export interface Instruction {
  readonly op: Operation | 'copy';
  readonly operands: readonly number[];
  readonly slot: number;
}

/** An expression as a list of operations over a few slots, a block of values each. Equal parts are computed once. */
export interface Program {
  readonly constants: readonly number[];
  /** The last one, and no other, writes the result. */
  readonly instructions: readonly Instruction[];
  readonly slots: number;
}

/** Orders an expression's operations, and lets a slot be used again once nothing reads it any more. */
export function compile(root: Expression): Program {
  const order: Expression[] = [];
  const readers = new Map<Expression, number>();
  visit(root);

  const constants: number[] = [];
  const slots = new Map<Expression, number>();
  const free: number[] = [];
  let used = 0;
  const place = (expression: Expression): number => {
    if (expression.op === 'x' || expression.op === 'gradient') return operand[expression.op];
    if (expression.op !== 'number') return slots.get(expression)!;
    const index = constants.indexOf(expression.value);
    return operand.constants - (index < 0 ? constants.push(expression.value) - 1 : index);
  };
  const instructions = order.map((expression): Instruction => {
    const inputs = operandsOf(expression);
    const operands = inputs.map(place);
    for (const input of inputs) {
      const left = readers.get(input)! - 1;
      readers.set(input, left);
      if (left === 0 && slots.has(input)) free.push(slots.get(input)!);
    }
    const slot = expression === meant(root) ? result : (free.pop() ?? used++);
    slots.set(expression, slot);
    return { op: expression.op as Operation, operands, slot };
  });
  if (instructions.length === 0) instructions.push({ op: 'copy', operands: [place(root)], slot: result });
  return { constants, instructions, slots: used };

  function visit(given: Expression): void {
    const expression = meant(given);
    const seen = readers.get(expression) ?? 0;
    readers.set(expression, seen + 1);
    if (seen > 0 || expression.operands.length === 0) return;
    for (const input of operandsOf(expression)) visit(input);
    order.push(expression);
  }
}

/** A comparison is 1 or 0 already. */
function meant(expression: Expression): Expression {
  const [condition, yes, no] = expression.operands;
  const isComparison = condition !== undefined && /^(less|greater)/.test(condition.op);
  return expression.op === 'select' && isComparison && isNumber(yes!, 1) && isNumber(no!, 0) ? condition : expression;
}

const operandsOf = ({ operands }: Expression): Expression[] => operands.map(meant);

/** Runs a program for one x, in float64. */
export function run({ constants, instructions, slots }: Program, x: number): number {
  const values = new Float64Array(slots);
  let value = Number.NaN;
  for (const { op, operands, slot } of instructions) {
    const inputs = operands.map((place) =>
      place >= 0 ? values[place]! : place === operand.x ? x : constants[operand.constants - place]!,
    );
    value = op === 'copy' ? inputs[0]! : valueOf(op, inputs);
    if (slot !== result) values[slot] = value;
  }
  return value;
}
