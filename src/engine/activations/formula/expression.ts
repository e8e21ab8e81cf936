import { valueOf, type Operation } from './operations.ts';

/** A formula as a graph: equal parts are one object. `gradient` stands for what an output's gradient is when backends run the derivative. */
export interface Expression {
  readonly id: number;
  readonly op: Operation | 'number' | 'x' | 'gradient';
  /** Of a number. */
  readonly value: number;
  readonly operands: readonly Expression[];
}

export const isNumber = (expression: Expression, value?: number): boolean =>
  expression.op === 'number' && (value === undefined || expression.value === value);

/** Makes expressions, each once, and simplifies them on the way: what is constant becomes a number; 0·, 1·, + 0, ^1 and −− go. */
export class Expressions {
  private readonly made = new Map<string, Expression>();
  readonly x = this.make('x');
  readonly gradient = this.make('gradient');

  number(value: number): Expression {
    return this.make('number', [], value);
  }

  call(op: Operation, ...operands: Expression[]): Expression {
    if (operands.every((operand) => isNumber(operand))) {
      return this.number(
        valueOf(
          op,
          operands.map(({ value }) => value),
        ),
      );
    }
    return this.simpler(op, operands as [Expression, Expression, Expression]) ?? this.make(op, operands);
  }

  private make(op: Expression['op'], operands: readonly Expression[] = [], value = 0): Expression {
    const key = op === 'number' ? `${value}` : `${op} ${operands.map(({ id }) => id).join(' ')}`;
    const found = this.made.get(key);
    if (found) return found;
    const expression = { id: this.made.size, op, value, operands };
    this.made.set(key, expression);
    return expression;
  }

  private simpler(op: Operation, [a, b, c]: [Expression, Expression, Expression]): Expression | undefined {
    switch (op) {
      case 'add':
        if (isNumber(a, 0)) return b;
        if (isNumber(b, 0)) return a;
        if (b.op === 'negate') return this.call('subtract', a, b.operands[0]!);
        if (a.op === 'negate') return this.call('subtract', b, a.operands[0]!);
        return isNumber(b) && b.value < 0 ? this.call('subtract', a, this.number(-b.value)) : undefined;
      case 'subtract':
        if (isNumber(b, 0)) return a;
        if (isNumber(a, 0)) return this.call('negate', b);
        if (b.op === 'negate') return this.call('add', a, b.operands[0]!);
        return isNumber(b) && b.value < 0 ? this.call('add', a, this.number(-b.value)) : undefined;
      case 'multiply':
        return this.product(a, b);
      case 'divide':
        if (isNumber(a, 0) || isNumber(b, 1)) return a;
        if (isNumber(b, -1)) return this.call('negate', a);
        return a.op === 'negate' ? this.call('negate', this.call('divide', a.operands[0]!, b)) : undefined;
      case 'power':
        if (isNumber(b, 0)) return this.number(1);
        if (isNumber(b, 1)) return a;
        return isNumber(b, 0.5) ? this.call('sqrt', a) : undefined;
      case 'negate':
        return a.op === 'negate' ? a.operands[0] : undefined;
      case 'min':
      case 'max':
        return a === b ? a : undefined;
      case 'select':
        if (isNumber(a)) return a.value !== 0 ? b : c;
        return b === c ? b : undefined;
      default:
        return undefined;
    }
  }

  /** Numbers go to the front and are multiplied together, signs to the outside. */
  private product(a: Expression, b: Expression): Expression | undefined {
    if (isNumber(b)) [a, b] = [b, a];
    if (isNumber(a, 0)) return a;
    if (isNumber(a, 1)) return b;
    if (isNumber(a, -1)) return this.call('negate', b);
    if (b.op === 'negate') {
      const [inner] = b.operands;
      return isNumber(a)
        ? this.call('multiply', this.number(-a.value), inner!)
        : this.call('negate', this.call('multiply', a, inner!));
    }
    if (a.op === 'negate') return this.call('negate', this.call('multiply', a.operands[0]!, b));
    const [factor, rest] = b.op === 'multiply' ? b.operands : [];
    if (isNumber(a) && factor && isNumber(factor))
      return this.call('multiply', this.number(a.value * factor.value), rest!);
    if (factor && isNumber(factor)) return this.call('multiply', factor, this.call('multiply', a, rest!));
    return isNumber(a) ? this.make('multiply', [a, b]) : undefined;
  }
}
