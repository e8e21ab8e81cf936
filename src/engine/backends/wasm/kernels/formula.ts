import { FormulaCode, formulaBlock } from '../opcodes.ts';
import { cos, erf, exp, expm1Any, log, log1p, power, sigmoid, sin, softplus, tan, tanh, wholePower } from './math.ts';

/**
 * Formulas of people's own, as programs (`encode.ts` writes them): the number of constants, that of instructions, each constant four times,
 * then five words an instruction: code, where its three operands are, where the result goes. A place is a slot from 0 on, −1 x (as a result:
 * the output), −2 the gradient, −3 − n constant n. Each instruction goes over a whole block, so that what it is is asked once a block;
 * a constant is an operand that stays where it is.
 */

const instructionBytes: usize = 20;

/** out = program(x, gradient) over `count` values, rounded up to whole vectors; out may be x or the gradient. */
export function formula(program: usize, x: usize, gradient: usize, out: usize, count: i32, slots: usize): void {
  for (let first = 0; first < count; first += formulaBlock) {
    const bytes = (<usize>((min(count - first, formulaBlock) + 3) & ~3)) << 2;
    const at = (<usize>first) << 2;
    block(program, x + at, gradient + at, out + at, bytes, slots);
  }
}

function block(program: usize, x: usize, gradient: usize, out: usize, bytes: usize, slots: usize): void {
  const constants = program + 8;
  const first = constants + ((<usize>load<u32>(program)) << 4);
  const end = first + <usize>load<u32>(program, 4) * instructionBytes;
  for (let at = first; at < end; at += instructionBytes) {
    const a = load<i32>(at, 4);
    const b = load<i32>(at, 8);
    const c = load<i32>(at, 12);
    const to = load<i32>(at, 16);
    instruction(
      load<i32>(at),
      place(a, x, gradient, constants, slots),
      step(a),
      place(b, x, gradient, constants, slots),
      step(b),
      place(c, x, gradient, constants, slots),
      step(c),
      to < 0 ? out : slots + <usize>to * (formulaBlock * 4),
      bytes,
    );
  }
}

function place(code: i32, x: usize, gradient: usize, constants: usize, slots: usize): usize {
  if (code >= 0) return slots + <usize>code * (formulaBlock * 4);
  if (code == -1) return x;
  return code == -2 ? gradient : constants + ((<usize>(-3 - code)) << 4);
}

function step(code: i32): usize {
  return code < -2 ? 0 : 16;
}

/** One where the comparison holds, else 0. */
function truth(mask: v128): v128 {
  return v128.and(mask, f32x4.splat(1));
}

function instruction(
  code: i32,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cStep: usize,
  out: usize,
  bytes: usize,
): void {
  const end = out + bytes;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  switch (code) {
    case FormulaCode.add:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.add(v128.load(a), v128.load(b)));
      }
      return;
    case FormulaCode.subtract:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.sub(v128.load(a), v128.load(b)));
      }
      return;
    case FormulaCode.multiply:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.mul(v128.load(a), v128.load(b)));
      }
      return;
    case FormulaCode.divide:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.div(v128.load(a), v128.load(b)));
      }
      return;
    case FormulaCode.min:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.min(v128.load(a), v128.load(b)));
      }
      return;
    case FormulaCode.max:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, f32x4.max(v128.load(a), v128.load(b)));
      }
      return;
    case FormulaCode.less:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, truth(f32x4.lt(v128.load(a), v128.load(b))));
      }
      return;
    case FormulaCode.lessEqual:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, truth(f32x4.le(v128.load(a), v128.load(b))));
      }
      return;
    case FormulaCode.greater:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, truth(f32x4.gt(v128.load(a), v128.load(b))));
      }
      return;
    case FormulaCode.greaterEqual:
      for (; out < end; out += 16, a += aStep, b += bStep) {
        v128.store(out, truth(f32x4.ge(v128.load(a), v128.load(b))));
      }
      return;
    case FormulaCode.power: {
      const exponent = load<f32>(b);
      // A whole number that does not change: products are faster than powers, and exact where those are.
      if (bStep == 0 && nearest(exponent) == exponent && abs(exponent) <= 32) {
        for (; out < end; out += 16, a += aStep) v128.store(out, wholePower(v128.load(a), <i32>exponent));
        return;
      }
      for (; out < end; out += 16, a += aStep, b += bStep) v128.store(out, power(v128.load(a), v128.load(b)));
      return;
    }
    case FormulaCode.select:
      for (; out < end; out += 16, a += aStep, b += bStep, c += cStep) {
        v128.store(out, v128.bitselect(v128.load(b), v128.load(c), f32x4.ne(v128.load(a), zero)));
      }
      return;
    case FormulaCode.sign:
      for (; out < end; out += 16, a += aStep) {
        const value = v128.load(a);
        v128.store(out, f32x4.sub(v128.and(f32x4.gt(value, zero), one), v128.and(f32x4.lt(value, zero), one)));
      }
      return;
    case FormulaCode.negate:
      for (; out < end; out += 16, a += aStep) v128.store(out, f32x4.neg(v128.load(a)));
      return;
    case FormulaCode.abs:
      for (; out < end; out += 16, a += aStep) v128.store(out, f32x4.abs(v128.load(a)));
      return;
    case FormulaCode.floor:
      for (; out < end; out += 16, a += aStep) v128.store(out, f32x4.floor(v128.load(a)));
      return;
    case FormulaCode.sqrt:
      for (; out < end; out += 16, a += aStep) v128.store(out, f32x4.sqrt(v128.load(a)));
      return;
    case FormulaCode.exp:
      for (; out < end; out += 16, a += aStep) v128.store(out, exp(v128.load(a)));
      return;
    case FormulaCode.expm1:
      for (; out < end; out += 16, a += aStep) v128.store(out, expm1Any(v128.load(a)));
      return;
    case FormulaCode.log:
      for (; out < end; out += 16, a += aStep) v128.store(out, log(v128.load(a)));
      return;
    case FormulaCode.log1p:
      for (; out < end; out += 16, a += aStep) v128.store(out, log1p(v128.load(a)));
      return;
    case FormulaCode.sin:
      for (; out < end; out += 16, a += aStep) v128.store(out, sin(v128.load(a)));
      return;
    case FormulaCode.cos:
      for (; out < end; out += 16, a += aStep) v128.store(out, cos(v128.load(a)));
      return;
    case FormulaCode.tan:
      for (; out < end; out += 16, a += aStep) v128.store(out, tan(v128.load(a)));
      return;
    case FormulaCode.tanh:
      for (; out < end; out += 16, a += aStep) v128.store(out, tanh(v128.load(a)));
      return;
    case FormulaCode.sigmoid:
      for (; out < end; out += 16, a += aStep) v128.store(out, sigmoid(v128.load(a)));
      return;
    case FormulaCode.softplus:
      for (; out < end; out += 16, a += aStep) v128.store(out, softplus(v128.load(a)));
      return;
    case FormulaCode.erf:
      for (; out < end; out += 16, a += aStep) v128.store(out, erf(v128.load(a)));
      return;
    default:
      for (; out < end; out += 16, a += aStep) v128.store(out, v128.load(a));
  }
}
