import type { Op } from '../../../plan/plan.ts';
import type { Context } from '../context.ts';
import type { Kernel } from '../shader.ts';
import { product, type Follow } from './product.ts';

export const matmul = (op: Extract<Op, { op: 'matmul' }>, context: Context, follow?: Follow): Kernel[] =>
  product(
    {
      name: 'matmul',
      refs: { left: op.a, right: op.b },
      out: op.c,
      m: op.m,
      n: op.n,
      k: op.k,
      u32: { aRow: op.aStrides[0], aColumn: op.aStrides[1], bRow: op.bStrides[0], bColumn: op.bStrides[1] },
      operands: `alias Place = u32;
fn rowOf(i: u32) -> Place { return i * op.aRow; }
fn depthOf(l: u32) -> Place { return l * op.aColumn; }
fn a(row: Place, depth: Place) -> f32 { return load_left(row + depth); }
fn bRow(l: u32) -> u32 { return l * op.bRow; }
fn bColumn(j: u32) -> u32 { return j * op.bColumn; }
fn b(at: u32) -> f32 { return load_right(at); }`,
      aAlong: op.aStrides[1] === 1 ? 'depth' : 'row',
      bAlong: op.bStrides[1] === 1 ? 'column' : 'depth',
      accumulate: op.accumulate,
      bias: op.epilogue?.bias,
      follow,
    },
    context,
  );
