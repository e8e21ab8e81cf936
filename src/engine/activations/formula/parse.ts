import * as l10n from '@vscode/l10n';
import { isNumber, type Expression, type Expressions } from './expression.ts';
import type { Operation } from './operations.ts';

/** Longest formula, and deepest nesting, that is read. */
export const longest = 1000;
const deepest = 100;

/** What is wrong with a formula, and where: columns count from 1. Of a name that is not known, that `word` and the words `known` there. */
export class FormulaError extends Error {
  constructor(
    readonly column: number,
    message: string,
    readonly word?: string,
    readonly known: readonly string[] = [],
  ) {
    super(message);
  }
}

const oneOperand = [
  ...(['abs', 'sign', 'floor', 'sqrt', 'exp', 'expm1', 'log', 'log1p'] as const),
  ...(['sin', 'cos', 'tan', 'tanh', 'sigmoid', 'softplus', 'erf'] as const),
] satisfies readonly Operation[];

type Build = (e: Expressions, operands: readonly Expression[]) => Expression;
interface FormulaFunction {
  readonly least: number;
  readonly most: number;
  readonly build: Build;
}

const fold =
  (op: 'min' | 'max'): Build =>
  (e, operands) =>
    operands.reduce((all, operand) => e.call(op, all, operand));

/** The functions a formula may use; `relu`, `step` and `pow` are other ways to write what there is. */
const functions: ReadonlyMap<string, FormulaFunction> = new Map<string, FormulaFunction>([
  ['min', { least: 2, most: Infinity, build: fold('min') }],
  ['max', { least: 2, most: Infinity, build: fold('max') }],
  ...oneOperand.map((op): [string, FormulaFunction] => [op, { least: 1, most: 1, build: (e, [u]) => e.call(op, u!) }]),
  ['relu', { least: 1, most: 1, build: (e, [u]) => e.call('max', u!, e.number(0)) }],
  [
    'step',
    {
      least: 1,
      most: 1,
      build: (e, [u]) => e.call('select', e.call('greater', u!, e.number(0)), e.number(1), e.number(0)),
    },
  ],
  ['pow', { least: 2, most: 2, build: (e, [u, v]) => e.call('power', u!, v!) }],
]);

const constants: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);

const comparisons: Readonly<Record<string, Operation>> = {
  '<': 'less',
  '<=': 'lessEqual',
  '>': 'greater',
  '>=': 'greaterEqual',
};

interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly column: number;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<sign>\*\*|[<>]=?|[-+*/^()?:,]))/y;
  const blank = /\s*/y;
  for (;;) {
    blank.lastIndex = pattern.lastIndex;
    blank.exec(text);
    const column = blank.lastIndex + 1;
    if (column > text.length) return [...tokens, { kind: 'end', text: '', column }];
    const groups = pattern.exec(text)?.groups;
    if (!groups) {
      const symbol = String.fromCodePoint(text.codePointAt(column - 1)!);
      throw new FormulaError(column, l10n.t("'{0}' has no meaning in a formula.", symbol));
    }
    const kind = groups.number !== undefined ? 'number' : groups.name !== undefined ? 'name' : 'sign';
    tokens.push({ kind, text: groups[kind]!, column });
  }
}

/**
 * Reads a formula in `x`: numbers, pi, e, + − * / ^ (or **), comparisons, a ? b : c, parentheses and functions. A minus before a power is
 * taken last, −x^2 = −(x^2); powers go from right to left. Throws FormulaError.
 */
export function parse(e: Expressions, text: string): Expression {
  if (text.trim() === '')
    throw new FormulaError(1, l10n.t('The formula is empty; write an expression in x, such as max(x, 0).'));
  if (text.length > longest)
    throw new FormulaError(
      longest + 1,
      l10n.t('The formula has {0} characters; at most {1} are read.', text.length, longest),
    );
  const tokens = tokensOf(text);
  let at = 0;
  let depth = 0;
  const next = () => tokens[at]!;
  const found = () => (next().kind === 'end' ? l10n.t('the formula ends') : l10n.t("found '{0}'", next().text));
  const expected = (what: string) => new FormulaError(next().column, l10n.t('Expected {0}, but {1}.', what, found()));

  /** The next token's text if it is one of these signs. */
  function take(...signs: string[]): string | undefined {
    const { kind, text } = next();
    if (kind !== 'sign' || !signs.includes(text)) return undefined;
    at++;
    return text;
  }
  function must(sign: string): void {
    if (take(sign) === undefined) throw expected(`'${sign}'`);
  }
  /** Holds a part to what can be computed, and what is nested to a depth that is safe to walk. */
  function nested(read: () => Expression): Expression {
    const { column } = next();
    if (++depth > deepest) throw new FormulaError(column, l10n.t('The formula is nested too deeply; take it apart.'));
    const result = read();
    depth--;
    return finite(result, column);
  }
  function finite(result: Expression, column: number): Expression {
    if (isNumber(result) && !(Math.abs(result.value) <= 3.4e38))
      throw new FormulaError(column, l10n.t('What begins here is not a number that can be computed with.'));
    return result;
  }

  const choice = (): Expression =>
    nested(() => {
      const condition = comparison();
      if (take('?') === undefined) return condition;
      const yes = choice();
      must(':');
      return e.call('select', condition, yes, choice());
    });

  function comparison(): Expression {
    const left = sum();
    const sign = take(...Object.keys(comparisons));
    return sign === undefined ? left : e.call(comparisons[sign]!, left, sum());
  }

  function sum(): Expression {
    const { column } = next();
    let result = product();
    for (let sign = take('+', '-'); sign; sign = take('+', '-'))
      result = e.call(sign === '+' ? 'add' : 'subtract', result, product());
    return finite(result, column);
  }

  function product(): Expression {
    const { column } = next();
    let result = unary();
    for (let sign = take('*', '/'); sign; sign = take('*', '/'))
      result = e.call(sign === '*' ? 'multiply' : 'divide', result, unary());
    return finite(result, column);
  }

  const unary = (): Expression =>
    nested(() => {
      if (take('-')) return e.call('negate', unary());
      if (take('+')) return unary();
      const base = atom();
      return take('^', '**') ? e.call('power', base, unary()) : base;
    });

  function atom(): Expression {
    const { kind, text, column } = next();
    if (take('(')) {
      const inner = choice();
      must(')');
      return inner;
    }
    if (kind !== 'number' && kind !== 'name') throw expected(l10n.t("x, a number, a function or '('"));
    at++;
    if (kind === 'number') return finite(e.number(Number(text)), column);
    return take('(') ? call(text, column) : named(text, column);
  }

  function named(name: string, column: number): Expression {
    if (name === 'x') return e.x;
    const value = constants.get(name);
    if (value !== undefined) return e.number(value);
    if (functions.has(name)) throw new FormulaError(column, l10n.t("'{0}' is a function; write {0}(…).", name));
    throw new FormulaError(column, l10n.t("'{0}' is not known", name), name, ['x', ...constants.keys()]);
  }

  function call(name: string, column: number): Expression {
    const row = functions.get(name);
    if (!row) throw new FormulaError(column, l10n.t("'{0}' is not a function", name), name, [...functions.keys()]);
    const operands = [choice()];
    while (take(',')) operands.push(choice());
    if (take(')') === undefined) throw expected(l10n.t("',' or ')'"));
    if (operands.length < row.least || operands.length > row.most) {
      const wanted =
        row.most === Infinity
          ? l10n.t('{0} or more values', row.least)
          : row.most === 1
            ? l10n.t('one value')
            : l10n.t('{0} values', row.most);
      throw new FormulaError(column, l10n.t("'{0}' takes {1}, not {2}.", name, wanted, operands.length));
    }
    return row.build(e, operands);
  }

  const result = choice();
  if (next().kind !== 'end') throw expected(l10n.t('an operator or the end'));
  return result;
}
