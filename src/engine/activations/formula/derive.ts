import { isNumber, type Expression, type Expressions } from './expression.ts';

/**
 * The derivative by x. Where two branches tie, max′ takes the smaller derivative and min′ the larger; abs′(0) = 0, and sign, floor and
 * comparisons have derivative 0 everywhere: a jump is not seen.
 */
export function derive(e: Expressions, root: Expression): Expression {
  const known = new Map<Expression, Expression>();
  return of(root);

  function of(u: Expression): Expression {
    const found = known.get(u);
    if (found) return found;
    const result = rule(u);
    known.set(u, result);
    return result;
  }

  function rule(u: Expression): Expression {
    const number = (value: number) => e.number(value);
    const add = (a: Expression, b: Expression) => e.call('add', a, b);
    const subtract = (a: Expression, b: Expression) => e.call('subtract', a, b);
    const multiply = (a: Expression, b: Expression) => e.call('multiply', a, b);
    const divide = (a: Expression, b: Expression) => e.call('divide', a, b);
    const square = (a: Expression) => e.call('power', a, number(2));
    const [a, b, c] = u.operands as [Expression, Expression, Expression];
    const [da, db] = [a, b].map((operand) => operand && of(operand)) as [Expression, Expression];
    switch (u.op) {
      case 'x':
        return number(1);
      case 'add':
        return add(da, db);
      case 'subtract':
        return subtract(da, db);
      case 'multiply':
        return add(multiply(da, b), multiply(a, db));
      case 'divide':
        if (isNumber(b)) return divide(da, b);
        return isNumber(da, 0)
          ? divide(e.call('negate', multiply(a, db)), square(b))
          : divide(subtract(multiply(da, b), multiply(a, db)), square(b));
      case 'power': {
        if (isNumber(b)) return multiply(multiply(b, e.call('power', a, number(b.value - 1))), da);
        // The logarithm of a base below 0 must not come in where the exponent stays as it is.
        const byExponent = isNumber(db, 0) ? db : multiply(e.call('log', a), db);
        return multiply(u, isNumber(a) ? byExponent : add(byExponent, divide(multiply(b, da), a)));
      }
      case 'negate':
        return e.call('negate', da);
      case 'max':
      case 'min':
        return extreme(u.op, a, b, da, db);
      case 'select':
        return e.call('select', a, db, of(c));
      case 'abs':
        return multiply(e.call('sign', a), da);
      case 'sqrt':
        return divide(da, multiply(number(2), u));
      case 'exp':
        return multiply(u, da);
      case 'expm1':
        return multiply(e.call('exp', a), da);
      case 'log':
        return divide(da, a);
      case 'log1p':
        return divide(da, add(number(1), a));
      case 'sin':
        return multiply(e.call('cos', a), da);
      case 'cos':
        return e.call('negate', multiply(e.call('sin', a), da));
      case 'tan':
        return multiply(add(number(1), square(u)), da);
      case 'tanh':
        return multiply(subtract(number(1), square(u)), da);
      case 'sigmoid':
        return multiply(multiply(u, subtract(number(1), u)), da);
      case 'softplus':
        return multiply(e.call('sigmoid', a), da);
      case 'erf':
        return multiply(multiply(number(2 / Math.sqrt(Math.PI)), e.call('exp', e.call('negate', square(a)))), da);
      default:
        return number(0);
    }
  }

  function extreme(op: 'max' | 'min', a: Expression, b: Expression, da: Expression, db: Expression): Expression {
    if (da === db) return da;
    // "x > 0" reads better than "0 < x".
    if (isNumber(a)) return extreme(op, b, a, db, da);
    const isMax = op === 'max';
    const [wins, loses] = isMax ? (['greater', 'less'] as const) : (['less', 'greater'] as const);
    // Often it is known beforehand which of the two is the smaller one.
    const [first, second] = [bounds(da), bounds(db)];
    if (isMax ? first.most <= second.least : first.least >= second.most)
      return e.call('select', e.call(isMax ? 'greaterEqual' : 'lessEqual', a, b), da, db);
    if (isMax ? first.least >= second.most : first.most <= second.least)
      return e.call('select', e.call(wins, a, b), da, db);
    const tie = e.call(isMax ? 'min' : 'max', da, db);
    return e.call('select', e.call(wins, a, b), da, e.call('select', e.call(loses, a, b), db, tie));
  }
}

/** What a value lies between, as far as it is a choice among numbers. */
function bounds({ op, value, operands }: Expression): { least: number; most: number } {
  if (op === 'number') return { least: value, most: value };
  if (op !== 'select') return { least: -Infinity, most: Infinity };
  const [yes, no] = [bounds(operands[1]!), bounds(operands[2]!)];
  return { least: Math.min(yes.least, no.least), most: Math.max(yes.most, no.most) };
}
