import type { Expression } from './expression.ts';
import type { Operation } from './operations.ts';

/** A derivative longer than this tells a reader nothing. */
const longest = 300;

const infix: Partial<Record<Operation, { symbol: string; level: number }>> = {
  less: { symbol: ' < ', level: 2 },
  lessEqual: { symbol: ' <= ', level: 2 },
  greater: { symbol: ' > ', level: 2 },
  greaterEqual: { symbol: ' >= ', level: 2 },
  add: { symbol: ' + ', level: 3 },
  subtract: { symbol: ' - ', level: 3 },
  multiply: { symbol: '*', level: 5 },
  divide: { symbol: '/', level: 5 },
  power: { symbol: '^', level: 7 },
};
const levels = { select: 1, comparison: 2, negate: 4, atom: 8 };

interface Text {
  readonly text: string;
  /** How tightly its outermost operation binds. */
  readonly level: number;
}

/** An expression as one would type it, numbers to six digits; undefined where it is too long to be read. */
export function print(root: Expression): string | undefined {
  const known = new Map<Expression, Text | undefined>();
  return of(root)?.text;

  // A part that occurs often is written often: each is put together once, and given up once it is too long.
  function of(expression: Expression): Text | undefined {
    if (known.has(expression)) return known.get(expression);
    const operands = expression.operands.map(of);
    const made = operands.every((operand) => operand !== undefined) ? write(expression, operands) : undefined;
    const result = made && made.text.length <= longest ? made : undefined;
    known.set(expression, result);
    return result;
  }
}

function write({ op, value }: Expression, operands: readonly Text[]): Text {
  const [a, b, c] = operands as [Text, Text, Text];
  const within = ({ text, level }: Text, least: number) => (level < least ? `(${text})` : text);
  if (op === 'x' || op === 'gradient') return { text: op, level: levels.atom };
  if (op === 'number')
    return { text: String(Number(value.toPrecision(6))), level: value < 0 ? levels.negate : levels.atom };
  if (op === 'negate') return { text: `-${within(a, 5)}`, level: levels.negate };
  if (op === 'select') return { text: `${within(a, 2)} ? ${within(b, 2)} : ${c.text}`, level: levels.select };
  const between = infix[op];
  if (!between) return { text: `${op}(${operands.map(({ text }) => text).join(', ')})`, level: levels.atom };
  const { symbol, level } = between;
  // Powers go from right to left, comparisons neither way; a minus may begin a product or an exponent.
  const left = op === 'power' || level === levels.comparison ? level + 1 : level === 5 ? levels.negate : level;
  const right = op === 'power' || op === 'add' || op === 'multiply' ? level : level + 1;
  return { text: `${within(a, left)}${symbol}${within(b, right)}`, level };
}
