import type { Geometry, Op, OpName } from '../../../plan/plan.ts';
import type { Context } from '../context.ts';
import type { Kernel } from '../shader.ts';
import { product, type Follow } from './product.ts';

type Of<N extends OpName> = Extract<Op, { op: N }>;

/** A window's sizes as uniforms. */
export const windowOf = ({ ...g }: Geometry): Readonly<Record<string, number>> => g;

/**
 * Where output pixel `i` of the batch reads a picture, and how far from there tap and channel `l` of the kernel lie: an element's place is the
 * sum of both, of which x and y may lie outside. All is unsigned: what is left of or above the picture is large.
 */
const meeting = `
struct Place { at: u32, y: u32, x: u32 }
fn pixel(i: u32) -> Place {
  let y = i / op.outWidth % op.outHeight * op.strideY - op.padTop;
  let x = i % op.outWidth * op.strideX - op.padLeft;
  let batch = i / (op.outWidth * op.outHeight);
  return Place(((batch * op.height + y) * op.width + x) * op.channels, y, x);
}
fn tap(l: u32) -> Place {
  let y = l / op.channels / op.kernelWidth;
  let x = l / op.channels % op.kernelWidth;
  return Place((y * op.width + x) * op.channels + l % op.channels, y, x);
}
fn a(row: Place, depth: Place) -> f32 {
  // Without a branch, which && is too: it would be compiled wherever a value is read.
  let inside = (row.y + depth.y < op.height) & (row.x + depth.x < op.width);
  return select(0.0, load_x(select(0u, row.at + depth.at, inside)), inside);
}`;

/** y: output pixels × (taps × channels) · kernel. */
export const conv = ({ geometry: g, ...op }: Of<'conv'>, context: Context, follow?: Follow): Kernel[] =>
  product(
    {
      name: 'conv',
      refs: { x: op.x, w: op.w },
      out: op.y,
      m: { size: g.outHeight * g.outWidth, perRow: true },
      n: g.outChannels,
      k: { size: g.kernelHeight * g.kernelWidth * g.channels, perRow: false },
      u32: windowOf(g),
      operands: `${meeting}
fn rowOf(i: u32) -> Place { return pixel(i); }
fn depthOf(l: u32) -> Place { return tap(l); }
fn bRow(l: u32) -> u32 { return l * op.outChannels; }
fn bColumn(j: u32) -> u32 { return j; }
fn b(at: u32) -> f32 { return load_w(at); }`,
      aAlong: 'depth',
      bAlong: 'column',
      accumulate: false,
      bias: op.epilogue?.bias,
      follow,
    },
    context,
  );

/** dx: input pixels × (taps × output channels) · kernel with its channels swapped. */
export const convInput = ({ geometry: g, ...op }: Of<'conv_input'>, context: Context, follow?: Follow): Kernel[] =>
  product(
    {
      name: 'conv_input',
      refs: { dy: op.dy, w: op.w },
      out: op.dx,
      m: { size: g.height * g.width, perRow: true },
      n: g.channels,
      k: { size: g.kernelHeight * g.kernelWidth * g.outChannels, perRow: false },
      u32: windowOf(g),
      operands: `
struct Place { at: u32, y: u32, x: u32 }
fn rowOf(i: u32) -> Place {
  let batch = i / (op.width * op.height);
  return Place(batch * op.outHeight * op.outWidth, i / op.width % op.height + op.padTop, i % op.width + op.padLeft);
}
fn depthOf(l: u32) -> Place {
  let tap = l / op.outChannels;
  return Place(l % op.outChannels, tap / op.kernelWidth, tap % op.kernelWidth);
}
fn a(row: Place, depth: Place) -> f32 {
  // What is left of or above the picture is large, unsigned.
  let y = row.y - depth.y;
  let x = row.x - depth.x;
  ${
    g.strideY === 1 && g.strideX === 1
      ? `let oy = y;
  let ox = x;
  let whole = true;`
      : `let oy = y / op.strideY;
  let ox = x / op.strideX;
  let whole = (oy * op.strideY == y) & (ox * op.strideX == x);`
  }
  let inside = whole & (oy < op.outHeight) & (ox < op.outWidth);
  let pixel = row.at + oy * op.outWidth + ox;
  return select(0.0, load_dy(select(0u, pixel * op.outChannels + depth.at, inside)), inside);
}
fn bRow(l: u32) -> u32 {
  return l / op.outChannels * op.channels * op.outChannels + l % op.outChannels;
}
fn bColumn(j: u32) -> u32 { return j * op.outChannels; }
fn b(at: u32) -> f32 { return load_w(at); }`,
      aAlong: 'depth',
      bAlong: 'depth',
      accumulate: op.accumulate,
      bias: op.epilogue?.bias,
      follow,
    },
    context,
  );

/** dw: (taps × channels) × output pixels · dy: a long sum over few values, so it is split. */
export const convWeights = ({ geometry: g, ...op }: Of<'conv_weights'>, context: Context): Kernel[] =>
  product(
    {
      name: 'conv_weights',
      refs: { x: op.x, dy: op.dy },
      out: op.dw,
      m: { size: g.kernelHeight * g.kernelWidth * g.channels, perRow: false },
      n: g.outChannels,
      k: { size: g.outHeight * g.outWidth, perRow: true },
      u32: windowOf(g),
      operands: `${meeting}
fn rowOf(i: u32) -> Place { return tap(i); }
fn depthOf(l: u32) -> Place { return pixel(l); }
fn bRow(l: u32) -> u32 { return l * op.outChannels; }
fn bColumn(j: u32) -> u32 { return j; }
fn b(at: u32) -> f32 { return load_dy(at); }`,
      aAlong: 'row',
      bAlong: 'column',
      accumulate: op.accumulate,
      bias: undefined,
      follow: undefined,
    },
    context,
  );
