import type { Geometry, Op, OpName } from '../../../plan/plan.ts';
import type { Context } from '../context.ts';
import type { Kernel } from '../shader.ts';
import { product, type Follow } from './product.ts';

type Of<N extends OpName> = Extract<Op, { op: N }>;

/** A window's sizes as uniforms. */
export const windowOf = ({ ...g }: Geometry): Readonly<Record<string, number>> => g;

/** Where output pixel \`pixel\` of the batch and tap \`tap\` of the kernel meet in the picture; x and y may lie outside. */
const meeting = `
struct Place { batch: u32, y: i32, x: i32 }
fn meet(pixel: u32, tap: u32) -> Place {
  let oy = pixel / op.outWidth % op.outHeight;
  let ox = pixel % op.outWidth;
  return Place(
    pixel / (op.outWidth * op.outHeight),
    i32(oy * op.strideY + tap / op.kernelWidth) - i32(op.padTop),
    i32(ox * op.strideX + tap % op.kernelWidth) - i32(op.padLeft),
  );
}
fn picture(pixel: u32, tap: u32, channel: u32) -> f32 {
  let place = meet(pixel, tap);
  // Without a branch: it would be compiled wherever a value is read. What is below 0 is large, unsigned.
  let inside = u32(place.y) < op.height && u32(place.x) < op.width;
  let at = ((place.batch * op.height + u32(place.y)) * op.width + u32(place.x)) * op.channels + channel;
  return select(0.0, load_x(select(0u, at, inside)), inside);
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
fn a(i: u32, l: u32) -> f32 { return picture(i, l / op.channels, l % op.channels); }
fn b(l: u32, j: u32) -> f32 { return load_w(l * op.outChannels + j); }`,
      simple: false,
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
fn a(i: u32, l: u32) -> f32 {
  let tap = l / op.outChannels;
  // What is left of or above the picture is large, unsigned.
  let y = i / op.width % op.height + op.padTop - tap / op.kernelWidth;
  let x = i % op.width + op.padLeft - tap % op.kernelWidth;
  let oy = y / op.strideY;
  let ox = x / op.strideX;
  let inside = oy * op.strideY == y && ox * op.strideX == x && oy < op.outHeight && ox < op.outWidth;
  let pixel = (i / (op.width * op.height) * op.outHeight + oy) * op.outWidth + ox;
  return select(0.0, load_dy(select(0u, pixel * op.outChannels + l % op.outChannels, inside)), inside);
}
fn b(l: u32, j: u32) -> f32 {
  return load_w((l / op.outChannels * op.channels + j) * op.outChannels + l % op.outChannels);
}`,
      simple: false,
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
fn a(i: u32, l: u32) -> f32 { return picture(l, i / op.channels, i % op.channels); }
fn b(l: u32, j: u32) -> f32 { return load_dy(l * op.outChannels + j); }`,
      simple: false,
      aAlong: 'row',
      bAlong: 'column',
      accumulate: op.accumulate,
      bias: undefined,
      follow: undefined,
    },
    context,
  );
